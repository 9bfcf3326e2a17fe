// What so many pieces come to, as their number is chosen.
import { createElement as h, useEffect, useRef, useState } from "react";
import { money } from "./cardmall.js";

export function Sum({ field, price, first, className = "" }) {
  const ref = useRef(null);
  const [count, setCount] = useState(Number(first) || 1);
  useEffect(() => {
    const box = ref.current.closest("form")?.elements[field];
    const tell = () => setCount(Number(box?.value) || 1);
    tell();
    box?.addEventListener("change", tell);
    return () => box?.removeEventListener("change", tell);
  }, [field, first]);
  return h("output", { ref, className }, money(price * count));
}
