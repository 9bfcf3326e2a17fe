// The browser's half of `text()` in locales/__init__.py.
export function tr(locale, key, params = {}) {
  const texts = TEXTS[locale] ?? TEXTS.zh_CN;
  const chosen = (params.n === 1 && texts[key + "_one"]) || texts[key] || key;
  return chosen.replace(/\{(\w+)\}/g, (whole, name) => params[name] ?? whole);
}
