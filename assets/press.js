// What becomes of a press: its button shows that the act runs; without a connection it says so and sends nothing.
import { eventLoop } from "$/utils/context-registry";
import { tr } from "./words.js";

const PATIENCE = 10e3; // ms; whoever waits longer is told that the server is silent
const running = new Map(); // pressed button → the timer of its patience
const answered = new EventTarget();
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

function run(button) {
  if (button.tagName !== "BUTTON") return;
  button.setAttribute("aria-busy", "true");
  running.set(button, setTimeout(() => say(button, "press.silent"), PATIENCE));
}

// The server handled an event of this page, or the page is connected anew.
export function answer() {
  for (const [button, timer] of running) {
    clearTimeout(timer);
    button.removeAttribute("aria-busy");
  }
  running.clear();
  unsay();
  answered.dispatchEvent(new Event("answer"));
}

export function onAnswer(hear) {
  answered.addEventListener("answer", hear);
  return () => answered.removeEventListener("answer", hear);
}

// Reflex would keep an event until the connection is back, and send it then, unasked. A "temporal" event is dropped
// instead, and nothing is returned for it.
function press(events, args, actions) {
  const by = pressedBy(args);
  if (!by) return send(events, args, actions);
  if (running.has(by)) return undefined;
  const sent = send(events, args, { ...actions, temporal: true });
  if (sent) {
    unsay();
    run(by);
  } else {
    say(by, "press.away");
    send([], [], {}); // tries to connect
  }
  return sent;
}

// Reflex puts its own function here whenever it draws the page.
Object.defineProperty(eventLoop, "addEvents", { get: () => press, set: (own) => { send = own; } });
