// The browser's half of `text()` in locales/__init__.py. `texts`: [Chinese, English, Chinese of one, English of one].
export function tr(locale, texts, params = {}) {
  const place = locale === "en" ? 1 : 0;
  const chosen = (params.n === 1 && texts?.[place + 2]) || (texts?.[place] ?? "");
  return chosen.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}
