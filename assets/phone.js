// What is only so on a phone: cards folded into rows, and the first act at the foot while the page shows it nowhere else.
import { createElement as h, useEffect, useLayoutEffect, useRef, useState } from "react";
import { useLocation } from "react-router";
import { placeOf } from "./cardmall.js";

const WIDE = "(min-width: 768px)";

function useWide() {
  const [wide, setWide] = useState(() => typeof window === "undefined" || window.matchMedia(WIDE).matches);
  useEffect(() => {
    const query = window.matchMedia(WIDE);
    const tell = () => setWide(query.matches);
    query.addEventListener("change", tell);
    return () => query.removeEventListener("change", tell);
  }, []);
  return wide;
}

// Its children are one card: as it is on a wide screen; on a phone a row that opens, and an address may name what is
// inside. Both are drawn by the same elements: what is typed and chosen inside stays when the phone is turned.
export function PhoneFold({ title, short, onOpen, children }) {
  const wide = useWide();
  const [opened, setOpened] = useState(false);
  const ref = useRef(null);
  const { hash } = useLocation();
  useLayoutEffect(() => {
    if (!wide && ref.current.contains(document.activeElement)) ref.current.open = true; // somebody is at work there
  }, [wide]);
  useEffect(() => {
    const place = hash && document.getElementById(placeOf(hash));
    if (wide || !place || !ref.current.contains(place)) return;
    ref.current.open = true;
    place.scrollIntoView({ block: "start" });
  }, [hash, wide]);
  const mark = h("span", { "aria-hidden": true, className: "text-ink2 transition-transform group-open:rotate-180" }, "▾");
  const head = h("summary", { className: "touch flex items-center gap-3 py-3 md:hidden" },
    h("h2", { className: "text-[14px]/[22px] shrink-0" }, title),
    h("span", { className: "ml-auto min-w-0 truncate text-sm text-ink2" }, short), mark);
  const plain = "max-md:pb-4 max-md:[&_section]:border-0 max-md:[&_section]:p-0 max-md:[&_section]:bg-transparent "
    + "max-md:[&_section>[data-head]]:hidden";
  const toggle = () => {
    if (wide) return;
    setOpened(ref.current.open);
    if (ref.current.open) onOpen?.();
  };
  return h("details", { ref, className: "group", open: wide || opened, onToggle: toggle },
    head, h("div", { className: plain }, children));
}

const inSight = (one) => {
  const box = one.getBoundingClientRect();
  return box.height > 0 && box.bottom > 0 && box.top < window.innerHeight - 72; // the bar's own height
};

// Nothing while one of the elements `twin` selects is in sight: the same act is there.
export function PhoneBar({ twin, className = "", children }) {
  const wide = useWide();
  const [needed, setNeeded] = useState(false);
  useEffect(() => {
    if (wide) return undefined;
    const look = () => setNeeded(![...document.querySelectorAll(twin)].some(inSight));
    const watch = new MutationObserver(look);
    watch.observe(document.querySelector("main"), { childList: true, subtree: true, attributes: true, attributeFilter: ["open"] });
    window.addEventListener("scroll", look, { passive: true });
    window.addEventListener("resize", look);
    look();
    return () => {
      watch.disconnect();
      window.removeEventListener("scroll", look);
      window.removeEventListener("resize", look);
    };
  }, [twin, wide]);
  if (wide) return null;
  return h("div", { className, "data-action-bar": "", hidden: !needed }, children);
}
