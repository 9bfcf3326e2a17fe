// The desk of deliveries: a buyer's fields in full, how many codes are typed, the keys that send, the box that opens next.
import { createElement as h, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useAsked } from "./asked.js";
import { CopyButton } from "./cardmall.js";
import WORDS from "./texts/of_delivery.js";
import { tr } from "./tr.js";

const LINE_END = /\r\n|\r|\n/;

// Fetched by a press; the answers live in this component only, gone with the page and once they are corrected.
export function BuyerFields({ url, fields, edition, show, title, locale, onShown, look, copyLook }) {
  const [shown, setShown] = useState(null);
  const id = useId();
  const say = (key, params) => tr(locale, WORDS[key], params);
  useEffect(() => setShown((was) => (was?.edition === edition ? was : null)), [url, edition]);
  const take = (told) => {
    setShown(told);
    onShown?.(told.edition);
  };
  const { ask, busy, problem } = useAsked(url, say("delivery.box.failed"), take);
  const copy = (value) =>
    h(CopyButton, { value, className: copyLook, label: say("kit.copy"), done: say("kit.copied"), failed: say("kit.copy_failed") });
  const valueOf = ({ answer, there }, n) => {
    const text = shown?.answers[n] ?? answer;
    if (!there || !text) return h("span", { className: "text-ink2" }, say(there ? "field.none" : "field.erased"));
    return [h("span", { key: "text", className: "[overflow-wrap:anywhere] whitespace-pre-wrap" }, text), shown && h("span", { key: "copy" }, copy(text))];
  };
  const all = shown && fields.map(({ label }, n) => `${label}: ${shown.answers[n] ?? ""}`).join("\n");
  return h("div", { "data-fields": shown ? "shown" : "masked" },
    h("div", { className: "flex flex-wrap items-center gap-x-3 gap-y-1 mb-2" },
      h("h3", { id, className: "font-semibold mr-auto" }, title),
      shown && fields.length > 1 && h(CopyButton, { value: all, className: copyLook, label: say("delivery.box.copy_all"), done: say("kit.copied"), failed: say("kit.copy_failed") }),
      edition > 0 && h("button", { type: "button", className: look, "aria-disabled": busy, "aria-describedby": id, onClick: () => (shown ? setShown(null) : ask()) },
        shown ? say("delivery.box.hide") : show)),
    h("dl", { className: "grid gap-y-2", "aria-live": "polite" }, ...fields.map((one, n) =>
      h("div", { key: one.label, className: "grid grid-cols-[88px_1fr] gap-x-2" },
        h("dt", { className: "text-ink2 [overflow-wrap:anywhere]" }, one.label),
        h("dd", { className: "min-w-0" }, valueOf(one, n))))),
    h("p", { role: "alert", className: "text-sm text-seal mt-2 empty:hidden" }, problem));
}

// How many lines of the box hold a code, of how many pieces.
export function TypedLines({ field, of, locale, className = "" }) {
  const [n, setN] = useState(0);
  useEffect(() => {
    const box = document.getElementById(field);
    if (!box) return undefined;
    const count = () => setN(box.value.split(LINE_END).filter((line) => line.trim()).length);
    count();
    box.addEventListener("input", count);
    return () => box.removeEventListener("input", count);
  }, [field]);
  const say = (key, left) => tr(locale, WORDS[key], { n: left, typed: n, of });
  const tone = n > of ? "text-seal" : n === of ? "text-jade" : "text-ink2";
  const rest = n > of ? say("delivery.box.over", n - of) : n === of ? say("delivery.box.enough", 0) : say("delivery.box.missing", of - n);
  return h("span", { className: `${className} ${tone}`, "data-typed": n }, `${say("delivery.box.typed", n)} · ${rest}`);
}

// Ctrl+Enter, or Cmd+Enter, presses the form's button; in the question it asks, its yes.
export function SendByKeys({ hint, className = "" }) {
  const ref = useRef(null);
  useEffect(() => {
    const form = ref.current.closest("form");
    const hear = (event) => {
      if (event.key !== "Enter" || !(event.ctrlKey || event.metaKey) || event.isComposing) return;
      event.preventDefault();
      if (event.repeat) return; // a key held down says no yes
      const question = form.querySelector("dialog[open]");
      if (question) [...question.querySelectorAll("button")].pop().click();
      else form.querySelector("[type=submit]").click();
    };
    form.addEventListener("keydown", hear);
    return () => form.removeEventListener("keydown", hear);
  }, []);
  return h("span", { ref, className }, hint);
}

// Marks one line of a text field.
export function GoToLine({ field, line, label, look }) {
  const go = () => {
    const box = document.getElementById(field);
    if (!box) return;
    const ends = [...box.value.matchAll(/\n|$/g)].map(({ index }) => index);
    const start = line > 1 ? (ends[line - 2] ?? box.value.length) + 1 : 0;
    box.focus();
    box.setSelectionRange(start, ends[line - 1] ?? box.value.length);
  };
  return h("button", { type: "button", className: look, onClick: go }, label);
}

// Unfolds the box named; with each new turn the box has the focus, too.
export function OpenBox({ name, turn }) {
  const last = useRef(turn);
  useLayoutEffect(() => {
    const box = name && document.querySelector(`[data-order="${CSS.escape(name)}"] textarea`);
    const next = last.current !== turn;
    last.current = turn;
    if (!box) return;
    box.closest("details").open = true;
    if (!next) return;
    box.focus({ preventScroll: true });
    box.closest("[data-order]").scrollIntoView({ block: "nearest" });
  }, [name, turn]);
  return null;
}
