// A refused form: what is wrong with it stands above its button, and the first wrong field has the focus.
import { createElement as h, useEffect, useRef, useState } from "react";
import { onAnswer } from "./press.js";
import { tr } from "./words.js";

const SIGN = "-error"; // "<name>-error" is the id of what is said beside the field `name`
const CONTROLS = "input:not([type=hidden]):not([hidden]), select, textarea, button[type=button]";

const nameOf = (line) => line.id.slice(0, -SIGN.length);

// The field itself, or the first control of its group.
function controlOf(form, line) {
  const group = form.querySelector(`fieldset[aria-describedby~="${CSS.escape(line.id)}"]`);
  return group?.querySelector(CONTROLS) ?? form.querySelector(`[id="${CSS.escape(nameOf(line))}"]`);
}

function labelOf(form, line) {
  const group = form.querySelector(`fieldset[aria-describedby~="${CSS.escape(line.id)}"]`);
  const control = controlOf(form, line);
  if (control?.type === "checkbox" && !group) return ""; // its label is a whole sentence
  const label = group?.querySelector("legend") ?? control?.labels?.[0];
  return label?.firstChild?.textContent.trim() ?? "";
}

const linesOf = (form) => [...form.querySelectorAll(`[id$="${SIGN}"]`)].filter((line) => line.textContent.trim());

function wrongOf(form) {
  return linesOf(form)
    .map((line) => ({ id: line.id, label: labelOf(form, line), text: line.textContent.trim() }));
}

function goTo(form, id) {
  const control = controlOf(form, { id });
  control?.focus({ preventScroll: true });
  const shown = control?.closest("label") ?? control; // the box of a chip is not drawn
  shown?.scrollIntoView({ block: "center" });
}

// Stands directly above the button that sends the form.
export function WrongFields({ locale }) {
  const ref = useRef(null);
  const [wrong, setWrong] = useState([]);
  useEffect(() => {
    const form = ref.current.closest("form");
    if (!form) return undefined;
    let sent = form.hasAttribute("action"); // the browser sent it: the page is new, and its first errors are news
    let told = "[]";
    const look = () => {
      const found = wrongOf(form);
      if (JSON.stringify(found) !== told) {
        told = JSON.stringify(found);
        setWrong(found);
      }
      if (sent && found.length) {
        sent = false;
        goTo(form, found[0].id);
      }
    };
    const send = () => { sent = true; };
    const watch = new MutationObserver(look);
    watch.observe(form, { subtree: true, childList: true, characterData: true });
    form.addEventListener("submit", send);
    const deaf = onAnswer(look);
    look();
    return () => {
      watch.disconnect();
      form.removeEventListener("submit", send);
      deaf();
    };
  }, []);
  const go = (event, id) => {
    event.preventDefault();
    goTo(ref.current.closest("form"), id);
  };
  const line = ({ id, label, text }) => h("li", { key: id },
    h("a", { href: `#${id}`, onClick: (event) => go(event, id), className: "underline underline-offset-2" },
      label ? tr(locale, "press.wrong_field", { label, text }) : text));
  return h("div", { ref, role: "alert", "data-wrong": "", className: "wrong-fields empty:hidden" },
    wrong.length ? [h("p", { key: "head" }, tr(locale, "press.wrong", { n: wrong.length })),
                    h("ul", { key: "list" }, ...wrong.map(line))] : null);
}
