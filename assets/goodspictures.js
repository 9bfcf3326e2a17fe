// The pictures of a product in its form: handed in one by one, put in order, removed; the first one is the cover.
import { createElement as h, useEffect, useRef, useState } from "react";
import { AddButton, CROSS, LEFT, Problems, Progress, RIGHT, line, saying, useForm, usePictures } from "./pictures.js";

const origin = (url) => (/^https?:/.test(url ?? "") ? new URL(url).origin : "");
const PLACES = { src: (url, id) => `${origin(url)}/goods/${id}.jpg?size=card`, drop: (url, id) => `${url}/${id}` };
const ACT = "touch size-8 grid place-items-center rounded-control text-ink2 hover:text-ink hover:bg-grey-bg disabled:opacity-40 disabled:hover:bg-transparent";

// What a press moved keeps the focus: the same button, or the other one where that can go no further.
function useFocus(box) {
  const wanted = useRef(null);
  useEffect(() => {
    if (!wanted.current) return;
    const { key, act } = wanted.current;
    wanted.current = null;
    const acts = [...(box.current?.querySelectorAll(`[data-picture="${key}"] button:not(:disabled)`) ?? [])];
    (acts.find((one) => one.dataset.act === act) ?? acts[0])?.focus();
  });
  return wanted;
}

// `name` carries the ids, "a,b"; a change of them is a change of the form.
export function GoodsPictures({ url, name, ids, most, heaviest, locale, label, look }) {
  const box = useRef(null);
  const field = useRef(null);
  const [held, setHeld] = useState(false);
  const [moved, setMoved] = useState("");
  const say = saying(locale);
  const initial = (ids ?? "").split(",").filter(Boolean);
  const { items, kept, full, add, remove, move, retry } = usePictures({ url, most, heaviest, initial, places: PLACES });
  const sending = items.some((one) => one.state === "waiting" || one.state === "sending");
  const { over, drag } = useForm(box, add, sending, () => setHeld(true));
  const focus = useFocus(box);
  useEffect(() => {
    if (!sending) setHeld(false);
  }, [sending]);
  const value = kept.filter((one) => one.state === "done").map((one) => one.id).join(",");
  const told = useRef(value);
  useEffect(() => {
    if (told.current === value) return;
    told.current = value;
    field.current.dispatchEvent(new Event("change", { bubbles: true }));
  }, [value]);
  const named = (one) => one.name || say("number", { n: kept.indexOf(one) + 1 });
  const shift = (one, by, act) => {
    focus.current = { key: one.key, act };
    setMoved(say("moved", { name: named(one), n: kept.indexOf(one) + 1 + by }));
    move(one, by);
  };
  const take = (one) => {
    const next = kept[kept.indexOf(one) + 1] ?? kept[kept.indexOf(one) - 1];
    if (next) focus.current = { key: next.key, act: "remove" };
    else box.current.querySelector("input[type=file]").focus();
    setMoved("");
    remove(one);
  };
  const act = (one, word, icon, disabled, onClick) =>
    h("button", { type: "button", className: ACT, disabled, onClick, "data-act": word, "aria-label": say(word, { name: named(one) }), title: say(word, { name: named(one) }) }, line(icon, 16));
  const tile = (one, n) =>
    h("li", { key: one.key, "data-picture": one.key, "data-state": one.state, className: "w-[148px] max-sm:w-[calc(50%-5px)]" },
      h("div", { className: `relative aspect-[16/10] rounded-cover border overflow-hidden bg-paper ${n ? "border-line" : "border-ink"}` },
        h("img", { src: one.id ? PLACES.src(url, one.id) : one.shown, alt: named(one), width: 480, height: 300, className: `size-full object-cover ${one.id ? "" : "opacity-50"}` }),
        n ? null : h("span", { className: "absolute top-1 left-1 rounded-[4px] bg-ink text-paper text-[12px]/5 px-1.5" }, say("cover")),
        one.id ? null : h(Progress, { label: say("sending", { name: named(one) }), share: one.share })),
      h("div", { className: "flex justify-center gap-1 pt-1" },
        act(one, "earlier", LEFT, n === 0, () => shift(one, -1, "earlier")),
        act(one, "later", RIGHT, n === kept.length - 1, () => shift(one, 1, "later")),
        act(one, "remove", CROSS, false, () => take(one))));
  const room = kept.length < most;
  return h("div", { ref: box, className: `grid gap-2.5 rounded-card border border-dashed p-3 ${over ? "border-ink bg-grey-bg" : "border-ink3/60"}`, ...drag, "data-pictures": kept.length },
    h("input", { type: "hidden", name, value, ref: field, readOnly: true }),
    kept.length ? h("ol", { className: "flex flex-wrap gap-2.5", "aria-label": label }, ...kept.map(tile)) : null,
    h("div", { className: "flex flex-wrap items-center gap-x-3 gap-y-1" },
      h(AddButton, { look, room, label, add }, say("add")),
      h("span", { className: "text-sm text-ink2 tabular-nums", "aria-label": say("count", { n: kept.length, most }) }, `${kept.length} / ${most}`),
      room ? h("span", { className: "text-sm text-ink2 pointer-coarse:hidden" }, say("drop")) : null),
    h("span", { role: "status", className: "sr-only" }, moved),
    h(Problems, { items, named, most, full, held, retry, remove, locale }));
}
