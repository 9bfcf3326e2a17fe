// What each side would get of an offer while its amount is typed; the server decides with the same rule.
import { createElement as h, useEffect, useState } from "react";
import { money } from "./cardmall.js";
import WORDS from "./texts/of_offer.js";
import { tr as fill } from "./tr.js";

const tr = (locale, key, params) => fill(locale, WORDS[key], params);

// "1,699.5" → 169950 fen; null when it is no amount of yuan with at most two decimals.
const YUAN = /^[¥￥]?(\d{1,9}|\d{1,3}(?:,\d{3}){1,2})(?:\.(\d{1,2}))?元?$/;
function fenOf(text) {
  const found = YUAN.exec(String(text ?? "").normalize("NFKC").replace(/\s/g, ""));
  return found ? Number(found[1].replaceAll(",", "")) * 100 + Number((found[2] ?? "0").padEnd(2, "0")) : null;
}

export function OfferSplit({ field, paid, most, locale, className = "" }) {
  const [typed, setTyped] = useState("");
  useEffect(() => {
    const box = document.getElementById(field);
    const tell = () => setTyped(box?.value ?? "");
    tell();
    box?.addEventListener("input", tell);
    return () => box?.removeEventListener("input", tell);
  }, [field]);
  const fen = fenOf(typed);
  const fits = fen !== null && fen > 0 && fen < most;
  const text = fits
    ? tr(locale, "answer.split", { shopper: money(fen), shop: money(paid - fen) })
    : tr(locale, typed.trim() ? "answer.split_wrong" : "answer.split_empty", { most: money(most) });
  const tone = fits ? "text-ink font-semibold" : typed.trim() ? "text-seal" : "text-ink2";
  return h("p", { className: `${tone} ${className}`, "aria-live": "polite", "data-split": fits ? fen : "" }, text);
}
