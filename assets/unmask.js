// A value of a person in full: fetched after a reason is given, it lives in this component only, gone with the page.
import { createElement as h, useEffect, useId, useState } from "react";
import { useAsked } from "./asked.js";
import { Dialog } from "./cardmall.js";
import WORDS from "./texts/of_unmask.js";
import { tr as fill } from "./tr.js";

const tr = (locale, key, params) => fill(locale, WORDS[key], params);

export function Unmask({ url, kind, no, field, name, masked, locale, room, look, pressLook, keepLook, yesLook, boxLook, dialogLook }) {
  const [value, setValue] = useState("");
  const [asking, setAsking] = useState(false);
  const id = useId();
  useEffect(() => setValue(""), [kind, no, field]); // another person's place
  const say = (key, params) => tr(locale, `unmask.${key}`, params);
  const close = () => {
    setAsking(false);
    setProblem("");
  };
  const take = (told) => {
    setValue(told.value);
    close();
  };
  const why = (told) => tr(locale, `labels.field_error.${told.error}`) || told.text;
  const { ask, busy, problem, setProblem } = useAsked(url, say("failed"), take, why);
  const send = (event) => {
    event.preventDefault();
    if (busy) return;
    const text = event.currentTarget.elements.text.value;
    const empty = text.trim() ? "" : tr(locale, "labels.field_error.required");
    setProblem(empty);
    if (!empty) ask(new URLSearchParams({ kind, no, field, text }));
  };
  const press = () => (value ? setValue("") : setAsking(true));
  const spoken = say(value ? "hide_named" : "show_named", { name });
  return h("span", { className: look },
    h("span", { "data-masked": value ? "shown" : "masked", "aria-live": "polite", className: "[overflow-wrap:anywhere] whitespace-pre-wrap" }, value || masked),
    h("button", { type: "button", className: pressLook, "aria-label": spoken, onClick: press }, say(value ? "hide" : "show")),
    h(Dialog, { open: asking, onClose: close, labelledby: `${id}-title`, className: dialogLook },
      h("h2", { id: `${id}-title`, className: "text-h2 font-semibold mb-2 text-balance" }, say("title", { name })),
      h("p", { className: "text-ink2" }, say("line")),
      asking && h("form", { noValidate: true, onSubmit: send, className: "mt-4 flex flex-col gap-1.5" },
        h("label", { htmlFor: `${id}-text`, className: "font-semibold" }, say("reason")),
        h("textarea", {
          id: `${id}-text`, name: "text", rows: 3, maxLength: room, className: boxLook, "aria-invalid": problem !== "",
          "aria-describedby": `${id}-problem`,
        }),
        h("p", { id: `${id}-problem`, role: "alert", className: "text-sm text-seal empty:hidden" }, problem),
        h("div", { className: "flex flex-wrap justify-end gap-3 mt-4" },
          h("button", { type: "button", className: keepLook, onClick: close }, say("keep")),
          h("button", { type: "submit", className: yesLook, "aria-disabled": busy }, say("yes"))))));
}
