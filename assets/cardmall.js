// What only the browser can do: times and money in the reader's format, countdowns, copying.
import { createElement as h, useEffect, useRef, useState } from "react";
import { createRoot } from "react-dom/client";
import { useLocation } from "react-router";
import { initialState } from "$/utils/context";
import { beginAtHeading, keepFocus } from "./focus.js";
import { answerNew, beginAnew } from "./press.js";
import { ends, moment, serverTime } from "./times.js";
import { begin, belongTo, keepTyped } from "./typed.js";
import { tr } from "./words.js";

// What a page shows is in its HTML (cardmall/ssr): the server draws it from these states, and the browser takes them
// up before React does, so that both draw the same.
if (typeof document === "undefined") globalThis.__initialState = initialState;
else for (const [name, values] of Object.entries(window.__first ?? {})) Object.assign(initialState[name] ?? {}, values);

export { ends, moment };

export function money(fen) {
  if (fen === null || fen === undefined) return "";
  const yuan = (Math.abs(fen) / 100).toLocaleString("en-US", { minimumFractionDigits: 2, maximumFractionDigits: 2 });
  return `${fen < 0 ? "-" : ""}¥${yuan}`;
}

// 30 permille: 3%
export const percent = (permille) => `${Number(permille) / 10}%`;

// 11-24 周二 24:00
export const deadline = (locale, iso) => ends(iso, (day) => tr(locale, `kit.weekday.${day}`));

// The cover's colour follows from the name: the same product looks the same everywhere.
const COVERS = ["#2f4a7d", "#7a4a2b", "#3c6b50", "#5a3f80", "#8a3b3b", "#2b6470", "#6b5a22", "#474f5c"];
export function coverColour(name) {
  let sum = 7;
  for (const sign of String(name ?? "")) sum = (sum * 31 + sign.codePointAt(0)) >>> 0;
  return COVERS[sum % COVERS.length];
}

// A short word for the square: a short Latin word, the capitals of a long one, else the first two signs.
export function coverWord(name) {
  const text = String(name ?? "").trim();
  const latin = text.match(/^[A-Za-z][A-Za-z0-9+]*/)?.[0] ?? "";
  const capitals = latin.replace(/[^A-Z]/g, "");
  if (latin.length > 6) return capitals.length > 1 ? capitals : latin.slice(0, 4);
  return latin || [...text].slice(0, 2).join("");
}

// "Steam 钱包充值码 ¥200": what the card is worth is its last word, if that has a figure.
const FACE = /^(.*\S)\s+(\S*\d\S*)$/;
export const nameHead = (name) => FACE.exec(String(name ?? ""))?.[1] ?? String(name ?? "");
export const nameFace = (name) => FACE.exec(String(name ?? ""))?.[2] ?? "";

export const initial = (name) => [...String(name ?? "").trim()][0]?.toUpperCase() ?? "";

// Without the clipboard API, over plain http and in many in-app browsers: a field beside the button, marked and copied.
function copyByHand(text, beside) {
  const field = document.createElement("textarea");
  Object.assign(field, { value: text, readOnly: true, tabIndex: -1 });
  field.style.cssText = "position:fixed;top:0;left:0;opacity:0;font-size:16px";
  beside.parentNode.append(field); // inside an open dialog nothing else can be marked
  field.focus();
  field.setSelectionRange(0, text.length);
  try {
    return document.execCommand("copy");
  } catch {
    return false;
  } finally {
    field.remove();
    beside.focus();
  }
}

export function CopyButton({ value, label, done, failed, className = "" }) {
  const [said, setSaid] = useState("");
  const copy = async ({ currentTarget: button }) => {
    const text = String(value ?? "");
    let copied = false;
    try {
      await navigator.clipboard.writeText(text);
      copied = true;
    } catch {
      copied = copyByHand(text, button);
    }
    setSaid(copied ? done : failed);
    setTimeout(() => setSaid(""), copied ? 2000 : 6000);
  };
  return h("button", { type: "button", className, onClick: copy, "aria-live": "polite" }, said || label);
}

// Said once per page where the browser's clock shows another time than the page does.
export function ZoneNote({ text, className = "" }) {
  const [elsewhere, setElsewhere] = useState(false);
  useEffect(() => {
    const here = (timeZone) => new Date().toLocaleString("sv", timeZone ? { timeZone } : undefined);
    setElsewhere(here().slice(0, 16) !== here("Asia/Shanghai").slice(0, 16));
  }, []);
  return elsewhere ? h("aside", { className, "data-zone": "", "aria-label": text }, text) : null;
}

// Words of the server in a corner of the page. Said from here, not by a script the server sends: the page's policy
// lets no text become a program.
// The state outlives the page: what this tab has shown is not shown again when the page is opened anew.
const SHOWN = "said";
const KINDS = ["success", "warning", "error"];
async function say(said) {
  if (!said?.id || sessionStorage.getItem(SHOWN) === said.id) return;
  sessionStorage.setItem(SHOWN, said.id);
  const toast = await (toasts ??= hangToasts());
  if (!toast) return openAnew();
  if (KINDS.includes(said.kind)) toast[said.kind](said.title, { description: said.line || undefined, duration: said.seconds * 1000 || undefined });
}

// A page left open over a new build finds its script no more: opened anew, it says these words. Once for each build:
// a script that stays away reloads nothing a second time.
const ANEW = "anew";
function openAnew() {
  toasts = null;
  if (sessionStorage.getItem(ANEW) === import.meta.url) return;
  sessionStorage.setItem(ANEW, import.meta.url);
  sessionStorage.removeItem(SHOWN);
  location.reload();
}

// Toasts come when there is something to say: a first visit does without their script. They outlive the page.
let toasts = null;
async function hangToasts() {
  const sonner = await import("sonner").catch(() => null);
  if (!sonner) return null;
  const { Toaster, toast } = sonner;
  const Hung = ({ then }) => {
    useEffect(then, []);
    return null;
  };
  const theme = document.documentElement.classList.contains("dark") ? "dark" : "light";
  const look = { position: "top-center", closeButton: true, expand: true, richColors: true, theme };
  await new Promise((then) => {
    const root = createRoot(document.body.appendChild(document.createElement("div")));
    root.render([h(Toaster, { key: "toasts", ...look }), h(Hung, { key: "hung", then })]);
  });
  return toast;
}

// The place an address names; what cannot be read names none.
export function placeOf(hash) {
  try {
    return decodeURIComponent(hash.slice(1));
  } catch {
    return "";
  }
}

// What was sent before the page was live (EARLY_SCRIPT in components/shell.py) is sent now.
function sendEarly() {
  window.__live = true;
  const [form, by] = window.__early ?? [];
  delete window.__early;
  by?.removeAttribute("aria-busy");
  if (form?.isConnected) form.requestSubmit(by);
}

// The head of the HTML tells machines about the page it was drawn for; after a step inside the app it is another one.
const DRAWN = "[data-drawn]"; // the rest of the head is React's own
let addressDrawn = null;
function forgetDrawn(address) {
  addressDrawn ??= address;
  if (addressDrawn !== address) for (const one of document.head.querySelectorAll(DRAWN)) one.remove();
}

// The page is connected anew, not for the first time: `begun` is another one than before.
let begunBefore = "";
function connected(locale, begun) {
  const before = begunBefore;
  begunBefore = begun;
  if (!before || !begun || before === begun) return;
  begin();
  const line = tr(locale, "press.unknown_line");
  if (beginAnew()) void say({ id: begun, kind: "warning", title: tr(locale, "press.unknown"), line, seconds: 20 });
}

// The page's language for screen readers and fonts, the server's time for all countdowns, menus that close.
export function Page({ locale, known, whose, now, said, answered, begun }) {
  serverTime(now);
  useEffect(keepTyped, []);
  useEffect(() => connected(locale, begun), [begun]);
  useEffect(() => belongTo(known ? whose : null), [known, whose]);
  useEffect(() => answerNew(answered ?? []), [answered]);
  useEffect(() => void say(said), [said?.id]);
  useEffect(() => {
    document.documentElement.lang = locale === "en" ? "en" : "zh-CN";
    if (!known) return;
    delete document.documentElement.dataset.wait;
    sendEarly();
  }, [locale, known]);
  const { hash, pathname, search } = useLocation();
  useEffect(() => beginAtHeading(pathname), [pathname]);
  useEffect(keepFocus, []);
  useEffect(() => forgetDrawn(pathname + search), [pathname, search]);
  useEffect(() => {
    // :target does not follow a step inside the app, so the place an address names is marked here.
    for (const old of document.querySelectorAll("[data-here]")) delete old.dataset.here;
    const place = hash && document.getElementById(placeOf(hash));
    if (place) place.dataset.here = "";
  }, [hash]);
  useEffect(() => {
    const shut = (event) => {
      for (const menu of document.querySelectorAll("details[data-menu][open]")) {
        const inside = menu.contains(event.target);
        if (event.key === "Escape" || (event.type === "click" && (!inside || event.target.closest("a")))) menu.open = false;
      }
    };
    document.addEventListener("click", shut);
    document.addEventListener("keydown", shut);
    return () => {
      document.removeEventListener("click", shut);
      document.removeEventListener("keydown", shut);
    };
  }, []);
  return null;
}

// A question before an act. Opened and closed by `open`; Escape and the backdrop say no.
export function Dialog({ open, onClose, className = "", children, labelledby }) {
  const ref = useRef(null);
  useEffect(() => {
    const box = ref.current;
    if (open && !box.open) box.showModal();
    if (!open && box.open) box.close();
  }, [open]);
  const outside = (event) => event.target === ref.current && ref.current.close();
  return h("dialog", { ref, className, onClose: () => open && onClose?.(), onClick: outside, "aria-labelledby": labelledby }, children);
}

// How much was typed into a field, beside it; signs are counted as the server counts them.
export function TypedCount({ field, most, label, className = "" }) {
  const [count, setCount] = useState(0);
  useEffect(() => {
    const box = document.getElementById(field);
    const tell = () => setCount([...(box?.value ?? "").trim()].length);
    tell();
    box?.addEventListener("input", tell);
    return () => box?.removeEventListener("input", tell);
  }, [field]);
  const tone = count > most ? "text-seal font-semibold" : "text-ink2";
  return h("span", { className: `${tone} ${className}`, "aria-label": `${label} ${count} / ${most}` }, `${count} / ${most}`);
}

// A part of the page the address may name with #id. It is drawn after the page: then the browser goes there.
export function Here({ id, className = "", children }) {
  const ref = useRef(null);
  useEffect(() => {
    if (window.location.hash === `#${id}`) ref.current.scrollIntoView({ block: "start" });
  }, [id]);
  return h("div", { ref, id, className }, children);
}

export function PrintButton({ label, className = "" }) {
  return h("button", { type: "button", className, onClick: () => window.print() }, label);
}
