// Where the keyboard and the screen reader go on: after a step inside the app, and after what had the focus is gone.
const HEADING = "main h1:not([data-loading])";
const RESULT = "main [data-panel]"; // what became of it, where a page says so

// checkVisibility: not before Safari 17.4
const isThere = (one) => one.isConnected && (one.checkVisibility?.() ?? one.getClientRects().length > 0);

// Gives the focus to what is read first, once it is drawn.
function land(place, options) {
  if (!place) return;
  place.tabIndex = -1;
  place.focus(options);
  [landed, last] = [place, place]; // a page mounts before it listens
}
// Whether a person went to `held` on their own: not where the page led them, and not nowhere.
export const isChosen = (held) => Boolean(held) && held !== document.body && held !== landed;

let pathShown = null;
let due = null; // the page whose heading has not been gone to yet: it may be drawn more than once
let last = null; // what had the focus in the page
let landed = null; // what the page itself last gave the focus to
// A new page begins at its heading, once it is there.
export function beginAtHeading(path) {
  if (pathShown !== null && pathShown !== path) [due, last] = [path, null];
  pathShown = path;
  if (due !== path) return undefined;
  const left = document.activeElement; // of the page before, where it still stands
  const begin = () => {
    const heading = document.querySelector(HEADING);
    if (!heading || pathShown !== path) return;
    const held = document.activeElement;
    if (held === left && isThere(left) && left.closest("main")) return; // the page before has not gone yet
    watch.disconnect();
    due = null;
    if (!held?.closest("main, dialog")) land(heading, { preventScroll: true }); // else somebody is at work there already
  };
  const watch = new MutationObserver(begin);
  watch.observe(document.body, { childList: true, subtree: true });
  begin();
  return () => watch.disconnect();
}

// What had the focus is gone, for its act is done: the focus goes on to the result, which the page scrolls to, or to
// the heading, and the page stays where it is.
export function keepFocus() {
  const note = ({ target }) => {
    last = target.closest?.("main, dialog") ? target : null;
  };
  const left = () => setTimeout(() => {
    if (last && isThere(last) && document.activeElement === document.body) last = null; // it was left, not lost
  });
  const look = () => {
    if (!last || isThere(last) || document.activeElement !== document.body) return;
    if (window.location.pathname !== pathShown) return; // a step to another page, which begins at its heading
    const result = last.matches("h1") ? null : document.querySelector(RESULT); // a page drawn anew begins at its heading
    if (result) land(result);
    else land(document.querySelector(HEADING), { preventScroll: true });
  };
  const watch = new MutationObserver(look);
  watch.observe(document.body, { childList: true, subtree: true, attributes: true, attributeFilter: ["open", "hidden"] });
  document.addEventListener("focusin", note);
  document.addEventListener("focusout", left);
  return () => {
    watch.disconnect();
    document.removeEventListener("focusin", note);
    document.removeEventListener("focusout", left);
  };
}
