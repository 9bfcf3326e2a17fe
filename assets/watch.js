// Tells the server what a form says while it is typed, so that what follows from it can be shown beside it.
import { createElement as h, useLayoutEffect, useRef } from "react";

const PAUSE = 400; // ms without a key

const said = (form) => Object.fromEntries([...new FormData(form)].filter(([, value]) => typeof value === "string"));

export function FormWatch({ onTyped }) {
  const ref = useRef(null);
  const tell = useRef(onTyped);
  tell.current = onTyped;
  useLayoutEffect(() => { // at once: what was typed before a reload is filled in as soon as the form is drawn
    const form = ref.current.closest("form");
    let timer;
    const now = () => {
      clearTimeout(timer);
      tell.current(said(form));
    };
    const soon = () => {
      clearTimeout(timer);
      timer = setTimeout(now, PAUSE);
    };
    const stop = () => clearTimeout(timer); // what is sent holds it all
    form.addEventListener("input", soon);
    form.addEventListener("change", now); // a choice, or the end of a field
    form.addEventListener("submit", stop, true);
    return () => {
      stop();
      form.removeEventListener("input", soon);
      form.removeEventListener("change", now);
      form.removeEventListener("submit", stop, true);
    };
  }, []);
  return h("span", { ref, hidden: true });
}
