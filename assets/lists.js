// A list of codes, pasted or as a file: sent over HTTP, never through the page's socket, and kept in no storage.
import { createElement as h, useEffect, useRef, useState } from "react";

const kept = new Map(); // address → { text, file, picked }: what was not sent yet there, as long as this page lives
const WIDE = 120; // signs shown of a line
const MARKS = [[0xef, 0xbb, 0xbf], [0xff, 0xfe], [0xfe, 0xff]]; // a byte order mark leaves nothing to choose

const readAs = (bytes, encoding) => {
  try {
    const text = new TextDecoder(encoding, { fatal: true }).decode(bytes);
    return text.includes("\0") ? null : text;
  } catch {
    return null;
  }
};

// The file as the server would read it, or as its sender chose: { encoding, lines }; encoding "": cannot be read so.
async function lookInto(file, chosen, most) {
  if (file.size > most.bytes) return null; // refused anyway
  const bytes = new Uint8Array(await file.arrayBuffer());
  if (MARKS.some((mark) => mark.every((byte, at) => bytes[at] === byte))) return null;
  for (const encoding of chosen ? [chosen] : ["utf-8", "gb18030"]) {
    const text = readAs(bytes, encoding);
    const lines = text?.split(/\r\n|\r|\n/).filter((line) => line.trim());
    if (lines) return { encoding, lines: lines.slice(0, most.lines).map((line) => line.slice(0, WIDE)) };
  }
  return { encoding: "", lines: [] };
}

// One list on its way: resolves with what the server said; with the status alone where that is not readable.
function send(url, list, name, onProgress) {
  const form = new FormData();
  form.append("list", list, name);
  const request = new XMLHttpRequest();
  return new Promise((resolve) => {
    request.upload.onprogress = (step) => step.lengthComputable && onProgress(Math.floor((100 * step.loaded) / step.total));
    request.onloadend = () => {
      try {
        resolve(JSON.parse(request.responseText));
      } catch {
        resolve({ status: request.status });
      }
    };
    request.open("POST", url);
    request.send(form);
  });
}

export function ListBox({ fileUrl, pasteUrl, label, hint, fileLabel, fileHint, act, sending, failed, large, nothing, firstLines, encoding, guessed, encodings, most, fileLook, actLook, onDone }) {
  const before = kept.get(pasteUrl) ?? {};
  const [text, setOnlyText] = useState(before.text ?? "");
  const [file, setOnlyFile] = useState(before.file ?? null);
  const [inside, setInside] = useState(null); // of the file: { encoding, lines }
  const [picked, setOnlyPicked] = useState(before.picked ?? ""); // encoding; "": as detected
  const [share, setShare] = useState(-1); // percent sent; -1: nothing is on its way
  const [error, setError] = useState("");
  const chosen = useRef(null);
  const busy = share >= 0;
  const keep = (set, name) => (value) => {
    set(value);
    kept.set(pasteUrl, { ...kept.get(pasteUrl), [name]: value });
  };
  const [setText, setFile, setPicked] = [keep(setOnlyText, "text"), keep(setOnlyFile, "file"), keep(setOnlyPicked, "picked")];
  useEffect(() => {
    if (!text) return undefined;
    const warn = (event) => event.preventDefault();
    addEventListener("beforeunload", warn);
    return () => removeEventListener("beforeunload", warn);
  }, [text]);
  useEffect(() => {
    if (!file) return undefined;
    let wanted = true;
    lookInto(file, picked, most).then((found) => wanted && setInside(found), () => wanted && setInside(null));
    return () => { wanted = false; };
  }, [file, picked]);
  const choose = (found) => {
    setFile(found ?? null);
    setInside(null);
    setPicked("");
    setError("");
    if (!found && chosen.current) chosen.current.value = ""; // a page drawn anew meanwhile has another box
  };
  const submit = async (event) => {
    event.preventDefault();
    if (busy) return;
    if (!file && !text.trim()) {
      setError(nothing);
      return;
    }
    setError("");
    setShare(0);
    const told = file ? await send(fileUrl + (picked && `?encoding=${picked}`), file, file.name, setShare) : await send(pasteUrl, new Blob([text]), "pasted.txt", setShare);
    setShare(-1);
    if (told.batch) {
      if (!file) setText("");
      choose(null);
      onDone(told.batch);
    } else setError(told.text || (told.status === 413 ? large : failed));
  };
  const drop = (event) => {
    if (!event.dataTransfer?.types?.includes("Files")) return;
    event.preventDefault();
    if (event.type === "drop" && !busy) choose(event.dataTransfer.files[0]);
  };
  return h("form", { onSubmit: submit, noValidate: true, onDragOver: drop, onDrop: drop, className: "flex flex-col gap-4", "data-lists": "" },
    h("div", { className: "flex flex-col gap-1.5" },
      h("label", { htmlFor: "list-text", className: "font-semibold" }, label),
      h("textarea", {
        id: "list-text", rows: 12, value: text, disabled: busy || !!file, spellCheck: false, autoComplete: "off",
        onChange: (event) => { setText(event.target.value); setError(""); },
        "aria-describedby": "list-hint list-error", "aria-invalid": error !== "",
        className: "w-full rounded-control border border-line bg-card px-3 py-2.5 font-mono text-sm text-ink hover:border-ink3 focus:border-ink aria-invalid:border-seal disabled:opacity-55",
      }),
      h("p", { id: "list-hint", className: "text-sm text-ink2" }, hint)),
    h("div", { className: "flex flex-wrap items-center gap-x-3 gap-y-2" },
      h("label", { className: `${fileLook} relative cursor-pointer focus-within:outline-2 focus-within:outline-offset-2` }, fileLabel,
        h("input", { ref: chosen, type: "file", accept: ".txt,.csv,text/plain,text/csv", disabled: busy, className: "absolute inset-0 opacity-0 cursor-pointer text-[0]", "aria-label": fileLabel, onChange: (event) => choose(event.target.files[0]) })),
      h("span", { className: "text-sm text-ink2 min-w-0 [overflow-wrap:anywhere]" }, file ? file.name : fileHint),
      file ? h("button", { type: "button", disabled: busy, className: "touch px-2 underline underline-offset-2 text-ink2", "aria-label": `× ${file.name}`, onClick: () => choose(null) }, "×") : null),
    file && inside ? h("div", { className: "flex flex-col gap-1.5", "data-inside": "" },
      h("div", { className: "flex flex-wrap items-center justify-between gap-x-3 gap-y-2" },
        h("span", { id: "list-inside", className: "font-semibold" }, firstLines),
        h("label", { className: "flex items-center gap-2 text-sm text-ink2" }, encoding,
          h("select", { value: picked, disabled: busy, onChange: (event) => { setPicked(event.target.value); setError(""); }, className: "touch rounded-control border border-line bg-card px-2 py-1 text-ink" },
            h("option", { value: "" }, picked ? guessed : `${guessed} ${encodings[inside.encoding] ?? ""}`),
            Object.entries(encodings).map(([value, name]) => h("option", { key: value, value }, name))))),
      h("pre", { "aria-labelledby": "list-inside", role: "region", tabIndex: 0, className: "overflow-x-auto rounded-control border border-line bg-paper px-3 py-2 font-mono text-sm min-h-10" }, inside.lines.join("\n"))) : null,
    h("p", { id: "list-error", role: "alert", className: "text-sm text-seal empty:hidden" }, error),
    h("div", { className: "flex items-center gap-3" },
      h("button", { type: "submit", disabled: busy, className: actLook }, act),
      busy ? h("span", { role: "status", className: "text-sm text-ink2 tabular-nums" }, `${sending} ${share}%`) : null));
}
