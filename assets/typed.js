// What somebody typed or unfolded stays: the page draws its forms anew when the connection is back, in another language, on reload.
import { onAnswer, onPress } from "./press.js";

const KEPT = "typed"; // in this tab's storage between two documents of one page
const FRESH = 60e3; // ms in which a page that began anew draws its forms, on a busy machine, too
const UNKEPT = "[type=hidden], [type=password], [type=file], [type=search], [autocomplete='one-time-code']";
const SECRET = "[autocomplete=off]"; // codes and accounts are kept in the page, never in storage
const typed = new Map(); // place → { value, secret }
const sent = new Map(); // form → { button that sent it, places of its fields }, until the server has answered
const acting = new Map(); // button of an act that runs → the fields of its form by their places, as they stood
const folds = new Set(); // places of what somebody unfolded
const seen = new WeakSet();
let page = null; // where what is kept was typed
let until = 0; // when forms are no longer filled in
let switched = false;
let keeping = false;
let whose = null; // a mark of who typed it; null until the server has said who is here
let known = false;
let left = null; // what the document before left, and whose it is

// The order in a form of a list; a form with an address of its own is carried by the server.
const isOurs = (field) => field.form && field.name && !field.form.hasAttribute("action") && !field.matches(UNKEPT);
const here = () => location.pathname + location.search; // one page shows several conversations
const placeOf = (field) => [here(), field.form.elements.no?.value ?? "", field.type === "radio" ? field.name : field.id || field.name].join("#");
const isTick = (field) => field.type === "radio" || field.type === "checkbox";

function keep({ target: field }) {
  if (!field.matches?.("input, select, textarea") || !isOurs(field)) return;
  const value = field.type === "checkbox" ? field.checked : field.value;
  typed.set(placeOf(field), { value, secret: field.matches(SECRET) });
}

const isBusy = (place) => [...sent.values()].some(({ places }) => places.has(place)) || [...acting.values()].some((fields) => fields.has(place));

function fill(field) {
  if (!known || !isOurs(field) || seen.has(field)) return;
  seen.add(field);
  const place = placeOf(field);
  const found = typed.get(place);
  if (!found || Date.now() > until || isBusy(place)) return;
  if (isTick(field)) {
    const wanted = field.type === "radio" ? field.value === found.value : found.value;
    if (wanted && !field.checked) field.click();
    return;
  }
  if (field.value === found.value) return;
  const kind = { TEXTAREA: HTMLTextAreaElement, SELECT: HTMLSelectElement }[field.tagName] ?? HTMLInputElement;
  Object.getOwnPropertyDescriptor(kind.prototype, "value").set.call(field, found.value); // past React, which then hears of it
  field.dispatchEvent(new Event(field.tagName === "SELECT" ? "change" : "input", { bubbles: true }));
}

const foldOf = (fold) => [here(), fold.querySelector("[name=no]")?.value ?? "", fold.querySelector("summary")?.textContent].join("#");

// What React takes off the page tells nothing, so only a person unfolds and folds.
function keepFold({ target: fold }) {
  if (!fold.matches?.("main details:not([data-menu])")) return;
  if (fold.open) folds.add(foldOf(fold));
  else folds.delete(foldOf(fold));
}

function unfold(fold) {
  if (seen.has(fold)) return;
  seen.add(fold);
  const place = foldOf(fold);
  const same = () => [...document.querySelectorAll("main details")].filter((one) => foldOf(one) === place);
  if (Date.now() <= until && !fold.open && folds.has(place) && same().length === 1) fold.open = true;
}

// Whoever leaves a page leaves what was typed there: "discard" is a link.
function leave() {
  page = here();
  for (const kept of [typed, folds]) for (const place of kept.keys()) if (!place.startsWith(`${page}#`)) kept.delete(place);
}

const fillAll = () => {
  if (page !== here()) leave();
  for (const field of document.querySelectorAll("main input, main select, main textarea")) fill(field);
  for (const fold of document.querySelectorAll("main details:not([data-menu])")) unfold(fold);
};

// The server answered these buttons: what it took is no longer kept, what it refused is. A form without a button has
// nothing to tell its answer by: the first one is taken for it.
function settle(buttons) {
  for (const [form, { places }] of [...sent].filter(([, { by }]) => !by || buttons.includes(by))) {
    sent.delete(form);
    const wrong = form.isConnected && [...form.querySelectorAll("[id$='-error']")].some((line) => line.textContent.trim());
    if (!wrong) for (const place of places) typed.delete(place);
  }
}

// A press that draws its form anew, as "dissolve this group" does, ends what was typed there.
function act(button) {
  if (button.type === "submit" || !button.form) return;
  acting.set(button, new Map([...button.form.elements].filter(isOurs).map((field) => [placeOf(field), field])));
}

function end(buttons) {
  for (const button of buttons) {
    for (const [place, field] of acting.get(button) ?? []) if (!field.isConnected) typed.delete(place);
    acting.delete(button);
  }
}

// The page begins anew: nobody knows what became of what was sent, so it is kept.
export function begin() {
  sent.clear();
  acting.clear();
  until = Date.now() + FRESH;
  fillAll();
}

function store() {
  const own = [...typed].filter(([place, { secret }]) => place.startsWith(`${here()}#`) && !secret);
  sessionStorage.setItem(KEPT, JSON.stringify({ switched, own, whose }));
}

function restore() {
  const stored = JSON.parse(sessionStorage.getItem(KEPT) ?? "{}");
  sessionStorage.removeItem(KEPT);
  if (stored.switched || performance.getEntriesByType("navigation")[0]?.type === "reload") left = stored;
}

// Who is here, null while nobody knows: what another person typed in this tab is forgotten.
export function belongTo(mark) {
  known = mark !== null;
  if (!known) return;
  if (whose !== null && whose !== mark) typed.clear();
  whose = mark;
  for (const [place, found] of left?.whose === mark ? left.own ?? [] : []) if (!typed.has(place)) typed.set(place, found);
  if (left && typed.size) until = Date.now() + FRESH;
  left = null;
  fillAll();
}

// What somebody typed, chose or unfolded before the page was live (EARLY_SCRIPT in components/shell.py).
function keepEarly() {
  for (const target of window.__touched ?? []) (target.matches?.("details") ? keepFold : keep)({ target });
  delete window.__touched;
}

// Once a document.
export function keepTyped() {
  if (keeping) return;
  keeping = true;
  restore();
  keepEarly();
  document.addEventListener("input", keep);
  document.addEventListener("change", keep);
  document.addEventListener("toggle", keepFold, true);
  document.addEventListener("submit", (event) => {
    const { target: form, submitter: by } = event;
    const isStopped = event.defaultPrevented && form.hasAttribute("action"); // without a connection
    switched = !isStopped && form.action === new URL("/locale", location.href).href;
    if (form.hasAttribute("action")) return;
    sent.set(form, { by, places: new Set([...form.elements].filter(isOurs).map(placeOf)) });
  });
  new MutationObserver(fillAll).observe(document.body, { childList: true, subtree: true });
  addEventListener("pagehide", store);
  onAnswer(settle);
  onPress(act);
  onAnswer(end);
}
