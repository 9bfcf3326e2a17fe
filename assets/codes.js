// Codes of cards: fetched one by one or all at once, after a warning; they live in these components only.
import { createElement as h, useEffect, useId, useLayoutEffect, useRef, useState } from "react";
import { useAsked } from "./asked.js";
import { CopyButton, Dialog } from "./cardmall.js";
import { isChosen } from "./focus.js";
import WORDS from "./texts/of_codes.js";
import { tr as fill } from "./tr.js";

const tr = (locale, key, params) => fill(locale, WORDS[key], params);

const TOLD = "cardmall-codes"; // an event of the document for every CardCode: {card id: code}

// All sealed cards of an order at once: one warning, one request; each card then shows its own code.
export function AllCodes({ url, count, locale, rule, look, keepLook, askLook, dialogLook }) {
  const [asking, setAsking] = useState(false);
  const title = useId();
  const say = (key, params) => tr(locale, `code.${key}`, params);
  const tell = (told) => document.dispatchEvent(new CustomEvent(TOLD, { detail: told.codes, cancelable: true }));
  const { ask, busy, problem } = useAsked(url, say("failed"), tell);
  const fetchAll = () => { setAsking(false); ask(); };
  const press = (label, onClick, className) => h("button", { type: "button", className, onClick, "aria-disabled": busy }, label);
  return h("div", { className: "grid gap-1" },
    press(say("reveal_all", { n: count }), () => busy || setAsking(true), look),
    h("p", { role: "alert", className: "text-sm text-seal empty:hidden" }, problem),
    h(Dialog, { open: asking, onClose: () => setAsking(false), labelledby: title, className: dialogLook },
      h("h2", { id: title, className: "text-h2 font-semibold mb-2" }, say("ask_all_title", { n: count })),
      h("p", null, say("ask_line")),
      h("p", { className: "text-sm text-ink2 mt-2" }, say("ask_rule", { rule })),
      h("div", { className: "flex justify-end gap-3 mt-5" },
        press(say("ask_no"), () => setAsking(false), keepLook),
        press(say("ask_all_yes", { n: count }), fetchAll, askLook))));
}

// A card's code lives in this component only: fetched when its buyer asks, masked on request, gone with the page.
export function CardCode({ url, number, locale, shown, held, rule, look, keepLook, askLook, boxLook, dialogLook }) {
  const [code, setCode] = useState(null);
  const [visible, setVisible] = useState(false);
  const [asking, setAsking] = useState(false);
  const title = useId();
  const box = useRef(null);
  const awaited = useRef(false); // whoever asked is led on to what stands beside the code
  useLayoutEffect(() => {
    if (!code || !awaited.current) return;
    awaited.current = false;
    const held = document.activeElement;
    const isAway = isChosen(held) && held.closest("section") !== box.current.closest("section");
    if (!isAway) box.current.querySelector("[data-mask]").focus();
  }, [code]);
  useEffect(() => {
    const hear = (event) => {
      const codes = event.detail;
      const own = Object.keys(codes).find((card) => url.includes(`/${card}/`));
      if (!own) return;
      awaited.current = !event.defaultPrevented; // the first card of the page hears it first
      event.preventDefault();
      setCode(codes[own]);
      setVisible(true);
    };
    document.addEventListener(TOLD, hear); // told by AllCodes
    return () => document.removeEventListener(TOLD, hear);
  }, [url]);
  const say = (key, params) => tr(locale, `code.${key}`, params);
  const take = (told) => {
    awaited.current = true;
    setCode(told.code);
    setVisible(true);
  };
  const { ask, busy, problem } = useAsked(url, say("failed"), take);
  const fetchCode = () => { setAsking(false); ask(); };
  const press = (label, onClick, extra = {}) => h("button", { type: "button", className: look, onClick, ...extra }, label);
  const acts = code
    ? [press(say(visible ? "hide" : "show"), () => setVisible(!visible), { key: "mask", "data-mask": "", "aria-pressed": visible }),
       h(CopyButton, { key: "copy", value: code, label: say("copy"), done: say("copied"), failed: say("copy_failed"), className: look })]
    // One button, whichever it is: the page may hear that the code was shown before the code is here, and a disabled
    // or another one loses the focus.
    : [shown ? press(say("again"), fetchCode, { key: "ask", "aria-disabled": busy })
             : press(say("reveal"), () => busy || setAsking(true), { key: "ask", "aria-disabled": busy, disabled: held && !busy })];
  return h("div", { ref: box, className: "grid gap-2" },
    h("code", { className: boxLook, "data-code": visible ? "shown" : "masked" }, visible && code ? code : "•••• •••• •••• ••••"),
    h("div", { className: "flex flex-wrap gap-2" }, ...acts),
    h("p", { role: "alert", className: "text-sm text-seal empty:hidden" }, problem),
    h(Dialog, { open: asking, onClose: () => setAsking(false), labelledby: title, className: dialogLook },
      h("h2", { id: title, className: "text-h2 font-semibold mb-2" }, say("ask_title", { n: number })),
      h("p", null, say("ask_line")),
      h("p", { className: "text-sm text-ink2 mt-2" }, say("ask_rule", { rule })),
      h("div", { className: "flex justify-end gap-3 mt-5" },
        press(say("ask_no"), () => setAsking(false), { className: keepLook }),
        h("button", { type: "button", className: askLook, onClick: fetchCode }, say("ask_yes")))));
}
