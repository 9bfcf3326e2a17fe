// Covers drawn by category: a card, a window with a key, a ticket, a gem. Colour and words follow from the product.
import { createElement as h } from "react";
import { coverColour } from "./cardmall.js";

// "视频会员 年卡" → ["视频会员", "年卡"]: a small and a large line of the drawing.
function nameParts(name) {
  const words = String(name ?? "").trim().split(/\s+/);
  const last = words.at(-1);
  return words.length > 1 && [...last].length <= 8 ? [words.slice(0, -1).join(" "), last] : [words.join(" "), ""];
}

const path = (d, look) => h("path", { d, ...look });
const box = (x, y, width, height, rx, fill, more = {}) => h("rect", { x, y, width, height, rx, fill, ...more });
const line = (d, opacity, more = {}) => path(d, { fill: "none", stroke: "#fff", strokeOpacity: opacity, strokeWidth: 2, ...more });
const part = (...children) => h("g", null, ...children);

const SHAPES = {
  game_card: (deep, mid) =>
    part(box(98, 38, 164, 102, 11, mid, { transform: "rotate(7 180 89)" }), box(72, 50, 164, 104, 11, deep),
      line("M72 104h164", 0.14), path("M206 116h8v8h8v8h-8v8h-8v-8h-8v-8h8z", { fill: "#fff", fillOpacity: 0.26 })),
  software: (deep, mid) =>
    part(box(92, 34, 166, 112, 9, mid), box(64, 48, 176, 112, 9, deep), line("M64 74h176", 0.28),
      ...[78, 90, 102].map((cx) => h("circle", { key: cx, cx, cy: 61, r: 3.5, fill: "#fff", fillOpacity: 0.55 })),
      h("circle", { cx: 216, cy: 108, r: 10, fill: "none", stroke: "#fff", strokeOpacity: 0.34, strokeWidth: 4 }),
      line("M216 118v28M216 133h8M216 145h6", 0.34, { strokeWidth: 4, strokeLinecap: "round" })),
  membership: (deep, mid) =>
    part(box(88, 40, 167, 100, 9, mid), box(60, 54, 184, 100, 10, deep),
      ...[54, 154].map((cy) => h("circle", { key: cy, cx: 196, cy, r: 9, fill: cy < 100 ? mid : "var(--cover)" })),
      line("M196 70v70", 0.4, { strokeDasharray: "4 6" }),
      path("m220 90 4.6 9.4 10.4 1.5-7.5 7.3 1.8 10.3-9.3-4.9-9.3 4.9 1.8-10.3-7.5-7.3 10.4-1.5z", { fill: "#fff", fillOpacity: 0.34 })),
  virtual_item: (deep, mid) =>
    part(path("M96 46h128l34 32v52l-34 32H96l-34-32V78z", { fill: mid, transform: "translate(14 -12)" }),
      path("M96 46h128l34 32v52l-34 32H96l-34-32V78z", { fill: deep }),
      line("M62 78h196M96 46l24 32 40-32 40 32 24-32", 0.3, { strokeLinejoin: "round" })),
};

// So large that it fits: a Chinese sign is as wide as two letters.
const width = (text) => [...text].reduce((sum, sign) => sum + (sign.charCodeAt(0) > 255 ? 1 : 0.58), 0);
const sized = (text, most, room) => Math.max(12, Math.min(most, Math.floor(room / Math.max(1, width(text)))));

// What does not fit even so is cut.
function fitted(text, size, room) {
  if (width(text) * size <= room) return text;
  const signs = [...text];
  while (signs.length && width(`${signs.join("")}…`) * size > room) signs.pop();
  return `${signs.join("").trimEnd()}…`;
}

export function ProductCover({ name, family, category, className = "" }) {
  const [what, face] = nameParts(name);
  const deep = coverColour(family);
  const mixed = (share) => `color-mix(in srgb, ${deep} ${share}%, var(--card))`;
  const middle = category === "virtual_item";
  const place = middle ? { x: 160, textAnchor: "middle" } : { x: 84 };
  const [top, big] = face ? [what, face] : ["", what];
  const words = { ...place, fill: "#fff" };
  const told = (text, y, most, room, fontWeight) => {
    const fontSize = sized(text, most, room);
    return h("text", { ...words, y, fontSize, fontWeight }, fitted(text, fontSize, room));
  };
  return h("svg", { viewBox: "0 0 320 200", "aria-hidden": true, className: `block ${className}`, style: { "--cover": mixed(11), background: mixed(11) } },
    (SHAPES[category] ?? SHAPES.game_card)(deep, mixed(48)),
    told(top, middle ? 103 : 92, 14, 112, 600),
    told(big, 140, 28, middle ? 180 : 112, 700));
}
