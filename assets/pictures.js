// Pictures: handed in one by one beside a form that carries their ids, and shown in a row that opens them.
import { createElement as h, useEffect, useRef, useState } from "react";
import { Dialog } from "./cardmall.js";
import WORDS from "./texts/of_pictures.js";
import { tr as fill } from "./tr.js";

const tr = (locale, key, params) => fill(locale, WORDS[key], params);

export const TYPES = ["image/jpeg", "image/png", "image/webp"];
const AGAIN = ["", "too_many_tries"]; // the same file may be heard another time
const SHAPES = {
  "": "max-w-full max-h-[calc(100dvh-120px)] object-contain",
  long: "max-w-full",
  wide: "max-w-none max-h-[calc(100dvh-140px)] min-h-[min(1080px,50dvh)]",
};
const TILE = "relative size-[84px] rounded-cover border overflow-hidden bg-paper";
const origin = (url) => (/^https?:/.test(url ?? "") ? new URL(url).origin : "");
const picture = (from, id, small) => `${origin(from)}/pictures/${id}${small ? "?size=thumb" : ""}`;

// Where a picture of an order is, and one of a product: `src` of its tile, and what takes it back.
const OF_ORDER = { src: (url, id) => picture(url, id, true), drop: (url, id) => picture(url, id) };

export const line = (paths, size) =>
  h("svg", { width: size, height: size, viewBox: "0 0 24 24", fill: "none", stroke: "currentColor", strokeWidth: 2, strokeLinecap: "round", strokeLinejoin: "round", "aria-hidden": true },
    ...paths.map((d) => h("path", { key: d, d })));
export const CROSS = ["M18 6 6 18", "m6 6 12 12"];
export const PLUS = ["M5 12h14", "M12 5v14"];
export const LEFT = ["m15 18-6-6 6-6"];
export const RIGHT = ["m9 18 6-6-6-6"];

// One file on its way: resolves with what the server said, {} when nothing was heard.
function send(url, file, onProgress, request) {
  const form = new FormData();
  form.append("picture", file, "picture");
  return new Promise((resolve) => {
    request.upload.onprogress = (step) => step.lengthComputable && onProgress(step.loaded / step.total);
    request.onloadend = () => {
      try {
        resolve(JSON.parse(request.responseText));
      } catch {
        resolve({});
      }
    };
    request.open("POST", url);
    request.send(form);
  });
}

let made = 0;
const item = (part) => ({ key: `p${(made += 1)}`, id: "", name: "", share: 0, state: "waiting", reason: "", ...part });

// The pictures of one form: what was chosen, what has arrived, what was refused and why.
// `initial`: ids that were kept before; nothing takes them back.
export function usePictures({ url, most, heaviest, restore = false, initial = [], places = OF_ORDER }) {
  const [items, setItems] = useState(() => initial.map((id) => item({ id, state: "done", old: true })));
  const [full, setFull] = useState(false);
  const busy = useRef(null);
  const change = (key, part) => setItems((all) => all.map((one) => (one.key === key ? { ...one, ...part } : one)));
  const kept = items.filter((one) => one.state !== "failed");
  const problem = (file) => (!TYPES.includes(file.type) ? "not_a_picture" : file.size > heaviest ? "picture_too_large" : "");
  const add = (files) => {
    let room = most - kept.length;
    const fresh = [];
    for (const file of files) {
      const reason = problem(file);
      if (!reason && room <= 0) continue;
      if (!reason) room -= 1;
      fresh.push(item(reason ? { name: file.name, state: "failed", reason } : { name: file.name, file, shown: URL.createObjectURL(file) }));
    }
    setFull([...files].filter((file) => !problem(file)).length > most - kept.length);
    setItems((all) => [...all, ...fresh]);
  };
  const remove = (one) => {
    setFull(false);
    setItems((all) => all.filter((other) => other.key !== one.key));
    if (one.shown) URL.revokeObjectURL(one.shown);
    if (busy.current?.key === one.key) busy.current.request.abort();
    if (one.id && !one.old) fetch(places.drop(url, one.id), { method: "DELETE" }).catch(() => {});
  };
  const next = items.find((one) => one.state === "waiting");
  useEffect(() => {
    if (!next || busy.current) return;
    const request = new XMLHttpRequest();
    busy.current = { key: next.key, request };
    change(next.key, { state: "sending" });
    send(url, next.file, (share) => change(next.key, { share }), request).then((told) => {
      busy.current = null;
      change(next.key, told.id ? { state: "done", id: told.id } : { state: "failed", reason: told.reason ?? "", text: told.text ?? "" });
    });
  });
  useEffect(() => () => busy.current?.request.abort(), []);
  useEffect(() => {
    if (!restore || !url) return undefined;
    let gone = false;
    // What was handed in before the page was loaded anew still waits.
    fetch(url).then((answer) => (answer.ok ? answer.json() : {})).then(({ pictures = [] }) => {
      if (!gone) setItems((all) => [...pictures.map((id) => item({ id, state: "done" })), ...all]);
    }).catch(() => {});
    return () => { gone = true; };
  }, [url, restore]);
  // One place nearer to the beginning (-1) or to the end (1).
  const move = (one, by) => setItems((all) => {
    const good = all.filter((other) => other.state !== "failed");
    const at = good.findIndex((other) => other.key === one.key);
    if (at < 0 || !good[at + by]) return all;
    [good[at], good[at + by]] = [good[at + by], good[at]];
    return [...good, ...all.filter((other) => other.state === "failed")];
  });
  return { items, kept, full, add, remove, move, retry: (one) => change(one.key, { state: "waiting", share: 0 }) };
}

// Files dropped on the box, or pasted anywhere in its form; no sending while one is on its way.
export function useForm(box, add, sending, onBusy) {
  const [over, setOver] = useState(false);
  const latest = useRef({});
  latest.current = { add, sending, onBusy };
  useEffect(() => {
    const form = box.current.closest("form") ?? box.current;
    const paste = (event) => event.clipboardData?.files.length && (event.preventDefault(), latest.current.add([...event.clipboardData.files]));
    const hold = (event) => {
      if (!latest.current.sending) return;
      event.preventDefault();
      event.stopPropagation();
      latest.current.onBusy();
    };
    form.addEventListener("paste", paste);
    form.addEventListener("submit", hold);
    return () => {
      form.removeEventListener("paste", paste);
      form.removeEventListener("submit", hold);
    };
  }, []);
  const drag = (event) => {
    if (!event.dataTransfer?.types?.includes("Files")) return;
    event.preventDefault();
    setOver(event.type === "dragover");
    if (event.type === "drop") add([...event.dataTransfer.files]);
  };
  return { over, drag: { onDragOver: drag, onDragLeave: drag, onDrop: drag } };
}

export const saying = (locale) => (key, params) => tr(locale, `picture.${key}`, params);

export const Progress = ({ label, share }) =>
  h("span", { role: "progressbar", "aria-label": label, "aria-valuenow": Math.round(share * 100), className: "absolute inset-x-1.5 bottom-1.5 h-1.5 rounded-full bg-card border border-line overflow-hidden" },
    h("i", { className: "block h-full bg-ink transition-[width] duration-150", style: { width: `${Math.max(4, share * 100)}%` } }));

export const AddButton = ({ look, room, label, add, children }) =>
  h("label", { className: `${look} has-focus-visible:outline-2 has-focus-visible:outline-offset-2 ${room ? "cursor-pointer" : "opacity-55"}` },
    h("input", { type: "file", multiple: true, accept: TYPES.join(","), disabled: !room, className: "sr-only", "aria-label": label,
      onChange: (event) => { add([...event.target.files]); event.target.value = ""; } }),
    line(PLUS, 15), children);

// What went wrong, file by file.
export function Problems({ items, named, most, full, held, retry, remove, locale }) {
  const say = saying(locale);
  const why = (one) => one.text || (one.reason ? tr(locale, `refused.${one.reason}`) : say("failed"));
  const small = "touch inline-flex items-center justify-center px-2 font-semibold underline underline-offset-2";
  return h("div", { "aria-live": "polite", className: "grid gap-1 text-sm empty:hidden" },
    ...items.filter((one) => one.state === "failed").map((one) =>
      h("p", { key: one.key, className: "text-seal flex flex-wrap items-center gap-x-1", "data-problem": one.reason || "failed" },
        h("span", { className: "min-w-0" }, say("problem", { name: named(one), why: why(one) })),
        one.file && AGAIN.includes(one.reason) ? h("button", { type: "button", className: small, onClick: () => retry(one) }, say("retry")) : null,
        h("button", { type: "button", className: small, onClick: () => remove(one), "aria-label": say("remove", { name: named(one) }) }, say("dismiss")))),
    full ? h("p", { key: "full", className: "text-seal", "data-problem": "too_many_pictures" }, say("full", { n: most })) : null,
    held ? h("p", { key: "held", className: "text-seal" }, say("busy")) : null);
}

// Whether the fold around the box was ever opened; a box in none is open.
function useOpen(box) {
  const [open, setOpen] = useState(false);
  useEffect(() => {
    const fold = box.current.closest("details");
    if (!fold || fold.open) {
      setOpen(true);
      return undefined;
    }
    const opened = () => setOpen(true);
    fold.addEventListener("toggle", opened, { once: true });
    return () => fold.removeEventListener("toggle", opened);
  }, []);
  return open;
}

// A native file button, a place to drop on, the chosen pictures; `name` carries their ids in the form around it.
export function PictureBox({ url, name, most, heaviest, locale, label, restore, compact, look }) {
  const box = useRef(null);
  const [held, setHeld] = useState(false);
  const say = saying(locale);
  const open = useOpen(box);
  const { items, kept, full, add, remove, retry } = usePictures({ url, most, heaviest, restore: restore && open });
  const sending = items.some((one) => one.state === "waiting" || one.state === "sending");
  const { over, drag } = useForm(box, add, sending, () => setHeld(true));
  useEffect(() => {
    if (!sending) setHeld(false);
  }, [sending]);
  const done = items.filter((one) => one.state === "done");
  const named = (one) => one.name || say("number", { n: kept.indexOf(one) + 1 });
  const room = kept.length < most;
  const frame = compact ? "" : `border border-dashed px-3 py-3 ${over ? "border-ink bg-grey-bg" : "border-ink3/60"}`;
  return h("div", { ref: box, className: `grid gap-2.5 rounded-card ${frame} ${compact && over ? "bg-grey-bg" : ""}`, ...drag, "data-pictures": kept.length },
    h("input", { type: "hidden", name, value: done.map((one) => one.id).join(",") }),
    kept.length ? h("ul", { className: "flex flex-wrap gap-2", "aria-label": label }, ...kept.map((one) =>
      h("li", { key: one.key, className: `${TILE} border-line`, "data-state": one.state },
        h("img", { src: one.id ? picture(url, one.id, true) : one.shown, alt: named(one), className: `size-full object-cover ${one.id ? "" : "opacity-50"}` }),
        one.id ? null : h(Progress, { label: say("sending", { name: named(one) }), share: one.share }),
        h("button", { type: "button", onClick: () => remove(one), "aria-label": say("remove", { name: named(one) }), title: say("remove", { name: named(one) }), className: "absolute top-0 right-0 size-9 grid justify-items-end p-1 group" },
          h("span", { className: "size-[22px] grid place-items-center rounded-full bg-ink text-paper group-hover:brightness-125" }, line(CROSS, 13)))))) : null,
    h("div", { className: "flex flex-wrap items-center gap-x-3 gap-y-1" },
      h(AddButton, { look, room, label, add }, say("add")),
      h("span", { className: "text-sm text-ink2 tabular-nums", "aria-label": say("count", { n: kept.length, most }) }, `${kept.length} / ${most}`),
      compact || !room ? null : h("span", { className: "text-sm text-ink2 pointer-coarse:hidden" }, say("drop"))),
    h(Problems, { items, named, most, full, held, retry, remove, locale }));
}

// A row of small pictures; each opens large, arrow keys go on to the next.
export function PictureRow({ ids, locale, base: from, dialogLook, buttonLook }) {
  const [at, setAt] = useState(-1);
  const [shown, setShown] = useState(0);
  const [shape, setShape] = useState(""); // a long or a wide one fills the shorter side and is scrolled
  const all = ids ?? [];
  const say = (key, params) => tr(locale, `picture.${key}`, params);
  const go = (to) => {
    if (to < 0 || to >= all.length) return;
    setAt(to);
    setShown(to);
  };
  const keys = (event) => go(at + ({ ArrowLeft: -1, ArrowRight: 1 }[event.key] ?? all.length));
  if (!all.length) return null;
  const step = (word, icon, to) => h("button", { type: "button", className: buttonLook, disabled: to < 0 || to >= all.length, onClick: () => go(to), "aria-label": say(word) }, line(icon, 16));
  const large = say("number", { n: shown + 1 });
  return h("div", { onKeyDown: at < 0 ? undefined : keys },
    h("ul", { className: "flex flex-wrap gap-2", "aria-label": say("title") }, ...all.map((id, n) =>
      h("li", { key: id }, h("button", { type: "button", onClick: () => go(n), "aria-label": say("open", { n: n + 1 }), className: `${TILE} border-line hover:border-ink3 block` },
        h("img", { src: picture(from, id, true), alt: "", loading: "lazy", className: "size-full object-cover" }))))),
    h(Dialog, { open: at >= 0, onClose: () => setAt(-1), className: dialogLook },
      h("h2", { className: "sr-only" }, large),
      h("div", { className: "max-h-[calc(100dvh-120px)] overflow-auto overscroll-contain bg-paper", tabIndex: shape ? 0 : undefined, "data-shape": shape },
        h("img", { src: at >= 0 ? picture(from, all[shown]) : undefined, alt: large, className: `block mx-auto ${SHAPES[shape]}`,
          onLoad: ({ target: { naturalWidth: w, naturalHeight: t } }) => setShape(t > 2 * w ? "long" : w > 2 * t ? "wide" : "") })),
      h("div", { className: "flex items-center gap-2 p-2.5" },
        all.length > 1 ? step("previous", LEFT, shown - 1) : null,
        all.length > 1 ? h("span", { className: "text-sm text-ink2 tabular-nums" }, `${shown + 1} / ${all.length}`) : null,
        all.length > 1 ? step("next", RIGHT, shown + 1) : null,
        h("button", { type: "button", autoFocus: true, className: `${buttonLook} ml-auto`, onClick: () => setAt(-1) }, say("close")))));
}
