// A part of a page that is folded away on a phone. Wide screens open it, and so does an address that names something in it.
import { createElement as h, useEffect, useRef } from "react";
import { useLocation } from "react-router";
import { placeOf } from "./cardmall.js";

const WIDE = "(min-width: 768px)";

export function Fold({ head, className = "", headLook = "", children }) {
  const ref = useRef(null);
  const { hash } = useLocation();
  useEffect(() => {
    if (window.matchMedia(WIDE).matches) ref.current.open = true;
  }, []);
  useEffect(() => {
    const place = hash && document.getElementById(placeOf(hash));
    if (!place || !ref.current.contains(place)) return;
    ref.current.open = true;
    place.scrollIntoView({ block: "start" });
  }, [hash]);
  const mark = h("span", { "aria-hidden": true, className: "inline-block ml-1.5 transition-transform group-open:rotate-180" }, "▾");
  return h("details", { ref, className: `group ${className}` }, h("summary", { className: headLook }, head, mark), children);
}
