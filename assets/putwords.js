// Words a person keeps for their answers, put where the cursor stands in what they write. Nothing is sent.
import { createElement as h } from "react";

function put(field, words) {
  const box = document.getElementById(field);
  if (!box) return;
  const [start, end] = [box.selectionStart ?? box.value.length, box.selectionEnd ?? box.value.length];
  const value = Object.getOwnPropertyDescriptor(HTMLTextAreaElement.prototype, "value");
  value.set.call(box, box.value.slice(0, start) + words + box.value.slice(end)); // past React, which then hears of it
  box.dispatchEvent(new Event("input", { bubbles: true }));
  box.focus();
  box.setSelectionRange(start + words.length, start + words.length);
}

export const PutWords = ({ field, words, label, look }) =>
  h("button", { type: "button", className: look, title: words, onClick: () => put(field, words) }, label);
