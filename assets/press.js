// What becomes of a press: its button shows that the act runs; without a connection it says so and sends nothing.
import { eventLoop } from "$/utils/context-registry";
import { tr } from "./words.js";

const PATIENCE = 10e3; // ms; whoever waits longer is told that the server is silent
const SAY = "say"; // a handler of the server that only ever follows another one, a failed one too
const running = new Map(); // pressed button → { names of the handlers it called, timer of its patience }
const presses = new EventTarget(); // "press": a button called the server; "answer": what becomes of such presses
let send = eventLoop.addEvents;
let note = null;

// What a person pressed, chose or sent; nothing for what the page does by itself.
function pressedBy(args) {
  const event = [args].flat().find((one) => one?.nativeEvent);
  return event && (event.nativeEvent.submitter ?? event.currentTarget);
}

const unsay = () => note?.remove();

// Beside the button, inside its dialog if it has one: what stands outside a dialog cannot be read.
function say(beside, key) {
  unsay();
  const locale = document.documentElement.lang === "en" ? "en" : "zh_CN";
  const home = beside.closest("dialog") ?? document.body;
  const place = beside.getBoundingClientRect();
  note = document.createElement("p");
  note.className = "press-note";
  note.dataset.press = "";
  note.setAttribute("role", "alert");
  home.append(note);
  note.textContent = tr(locale, key);
  const { height, width } = note.getBoundingClientRect();
  const below = place.bottom + 8 + height < innerHeight;
  note.style.top = `${below ? place.bottom + 8 : Math.max(8, place.top - 8 - height)}px`;
  note.style.left = `${Math.max(8, Math.min(place.left, innerWidth - width - 8))}px`;
}

const handlerOf = ({ name }) => name.slice(name.lastIndexOf(".") + 1);

function run(button, events) {
  if (button.tagName !== "BUTTON") return;
  button.setAttribute("aria-busy", "true");
  const timer = setTimeout(() => say(button, "press.silent"), PATIENCE);
  running.set(button, { names: events.filter(Boolean).map(handlerOf), timer });
  presses.dispatchEvent(new CustomEvent("press", { detail: button }));
}

const isOver = (names, handled) => handled === null || handled.includes(SAY) || names.some((name) => handled.includes(name));

// The server handled events of this page with these handlers; null: the page is connected anew.
export function answer(handled = null) {
  const over = [...running].filter(([, { names }]) => isOver(names, handled));
  for (const [button, { timer }] of over) {
    clearTimeout(timer);
    button.removeAttribute("aria-busy");
    running.delete(button);
  }
  unsay();
  presses.dispatchEvent(new CustomEvent("answer", { detail: over.map(([button]) => button) }));
}

function on(kind, hear) {
  const tell = ({ detail }) => hear(detail);
  presses.addEventListener(kind, tell);
  return () => presses.removeEventListener(kind, tell);
}

// Hears which button called the server, after it was called.
export const onPress = (hear) => on("press", hear);

// Hears which buttons were answered, too: those of other presses still wait.
export const onAnswer = (hear) => on("answer", hear);

// The latest handlers of this page that ran, "deliver 3f2a91bc" each, the newest last. Two may come in one drawing.
let heard = [];
export function answerNew(latest) {
  const handled = latest.filter((one) => !heard.includes(one)).map((one) => one.split(" ")[0]);
  heard = latest;
  if (handled.length) answer(handled);
}

// The page is connected anew: whether what was pressed before was done, nobody told it.
export function beginAnew() {
  const unknown = running.size > 0;
  answer();
  return unknown;
}

async function isAlive() {
  try {
    return (await fetch("/health/live", { cache: "no-store", signal: AbortSignal.timeout(5e3) })).ok;
  } catch {
    return false;
  }
}

// A form the browser itself sends would leave the page for an error of the browser while the server is away. The live
// line does not tell: for a while it looks whole after the server is gone.
const sure = new WeakSet();
async function sendNative(event) {
  const { target: form, submitter } = event;
  if (sure.delete(form) || event.defaultPrevented || !form.hasAttribute("action")) return;
  event.preventDefault();
  const by = submitter ?? form.querySelector("[type=submit]") ?? form;
  if (by.getAttribute("aria-busy") === "true") return; // pressed a second time
  by.setAttribute("aria-busy", "true");
  const alive = await isAlive();
  by.removeAttribute("aria-busy");
  if (!alive) {
    say(by, "press.away");
    return;
  }
  if (!form.isConnected || (submitter && submitter.form !== form)) return; // drawn anew meanwhile
  sure.add(form);
  form.requestSubmit(submitter ?? undefined); // hears its own event at once, or none where a field is wrong
  sure.delete(form);
}
if (typeof document !== "undefined") document.addEventListener("submit", sendNative);

// Reflex would keep an event until the connection is back, and send it then, unasked. A "temporal" event is dropped
// instead, and nothing is returned for it.
function press(events, args, actions) {
  const by = pressedBy(args);
  if (!by) return send(events, args, actions);
  if (running.has(by)) return undefined;
  const sent = send(events, args, { ...actions, temporal: true });
  if (sent) {
    unsay();
    run(by, events);
  } else {
    say(by, "press.away");
    send([], [], {}); // tries to connect
  }
  return sent;
}

// Reflex puts its own function here whenever it draws the page.
Object.defineProperty(eventLoop, "addEvents", { get: () => press, set: (own) => { send = own; } });
