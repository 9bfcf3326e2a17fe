// Acts that cannot be taken back ask once, in the browser: nothing of what was typed travels before the yes.
import { createElement as h, useEffect, useId, useRef, useState } from "react";
import { Dialog } from "./cardmall.js";
import { onAnswer } from "./press.js";

function question({ open, close, id, title, line, keep, yes, look, yesLook, dialogLook, onYes, type = "button" }) {
  return h(Dialog, { open, onClose: close, labelledby: id, className: dialogLook },
    h("h2", { id, className: "text-h2 font-semibold mb-2 text-balance" }, title),
    h("p", null, line),
    h("div", { className: "flex justify-end gap-3 mt-5" },
      h("button", { type: "button", className: look, onClick: close }, keep),
      h("button", { type, className: yesLook, onClick: onYes }, yes)));
}

// A button whose press is asked about; its dialog stays until the server has answered the yes.
export function AskButton({ label, spoken, buttonLook, onYes, ...words }) {
  const [open, setOpen] = useState(false);
  const [told, setTold] = useState(null); // the yes that is on its way
  const id = useId();
  const close = () => {
    setOpen(false);
    setTold(null);
  };
  useEffect(() => (told ? onAnswer((buttons) => buttons.includes(told) && close()) : undefined), [told]);
  return h("span", { className: "contents" },
    h("button", { type: "button", className: buttonLook, "aria-label": spoken || undefined, onClick: () => setOpen(true) }, label),
    question({ ...words, open, close, id, onYes: (event) => {
      setTold(event.currentTarget);
      onYes?.(event);
    } }));
}

// Stands in a form: the first press asks, the yes sends. An empty field `needs` goes out unasked, to be refused.
export function AskFirst({ needs, ...words }) {
  const [open, setOpen] = useState(false);
  const ref = useRef(null);
  const sure = useRef(false);
  const id = useId();
  useEffect(() => {
    const form = ref.current.closest("form");
    const ask = (event) => {
      if (sure.current || !form.elements[needs]?.value.trim()) {
        sure.current = false;
        return;
      }
      event.preventDefault();
      event.stopPropagation();
      setOpen(true);
    };
    form.addEventListener("submit", ask);
    return () => form.removeEventListener("submit", ask);
  }, [needs]);
  const send = () => {
    const form = ref.current.closest("form");
    setOpen(false);
    sure.current = true;
    form.requestSubmit(form.querySelector("[type=submit]"));
  };
  return h("span", { ref, className: "contents" }, question({ ...words, open, close: () => setOpen(false), id, onYes: send }));
}
