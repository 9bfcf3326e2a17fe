// All sealed cards of an order at once: one warning, one request; each card then shows its own code.
import { createElement as h, useId, useState } from "react";
import { Dialog } from "./cardmall.js";
import { tr } from "./words.js";

const TOLD = "cardmall-codes"; // an event of the document for every CardCode: {card id: code}

export function AllCodes({ url, count, locale, rule, look, askLook, dialogLook }) {
  const [asking, setAsking] = useState(false);
  const [busy, setBusy] = useState(false);
  const [problem, setProblem] = useState("");
  const title = useId();
  const say = (key, params) => tr(locale, `code.${key}`, params);
  const fetchAll = async () => {
    setAsking(false);
    if (busy) return;
    setBusy(true);
    setProblem("");
    try {
      const answer = await fetch(url, { method: "POST", credentials: "same-origin", cache: "no-store" });
      const told = await answer.json();
      if (answer.ok) document.dispatchEvent(new CustomEvent(TOLD, { detail: told.codes, cancelable: true }));
      else setProblem(told.text || say("failed"));
    } catch {
      setProblem(say("failed"));
    }
    setBusy(false);
  };
  const press = (label, onClick, className) => h("button", { type: "button", className, onClick, "aria-disabled": busy }, label);
  return h("div", { className: "grid gap-1" },
    press(say("reveal_all", { n: count }), () => busy || setAsking(true), look),
    h("p", { role: "alert", className: "text-sm text-seal empty:hidden" }, problem),
    h(Dialog, { open: asking, onClose: () => setAsking(false), labelledby: title, className: dialogLook },
      h("h2", { id: title, className: "text-h2 font-semibold mb-2" }, say("ask_all_title", { n: count })),
      h("p", null, say("ask_line")),
      h("p", { className: "text-sm text-ink2 mt-2" }, say("ask_rule", { rule })),
      h("div", { className: "flex justify-end gap-3 mt-5" },
        press(say("ask_no"), () => setAsking(false), look),
        press(say("ask_all_yes", { n: count }), fetchAll, askLook))));
}
