// Times that run: countdowns, what is used up of a time, the server's clock.
import { createElement as h, useEffect, useRef, useState } from "react";
import WORDS from "./texts/of_countdown.js";
import { DAY, moment, ms, serverTime, two } from "./times.js";
import { tr as fill } from "./tr.js";

const tr = (locale, key, params) => fill(locale, WORDS[key], params);

function spell(locale, left) {
  const minutes = Math.floor(left / 60e3);
  if (left >= DAY) return tr(locale, "countdown.days", { d: Math.floor(left / DAY), h: Math.floor((left % DAY) / 36e5) });
  if (minutes >= 60) return tr(locale, "countdown.hours", { h: Math.floor(minutes / 60), m: minutes % 60 });
  return `${two(minutes)}:${two(Math.floor(left / 1e3) % 60)}`;
}

// 126 minutes: 2 小时 6 分
export const duration = (locale, minutes) =>
  minutes < 60 ? tr(locale, "countdown.minutes", { m: minutes }) : spell(locale, minutes * 60e3);

// Seconds between two moments, for what needs the whole of a countdown.
export const span = (from, to) => Math.max(0, (ms(to) - ms(from)) / 1e3);

function urgency(kind, left, total) {
  if (kind === "deliver") return "text-blue";
  if (total >= DAY && left < 4 * 36e5) return "text-seal";
  if (!total) return "text-ink2";
  if (total < DAY && left < total * 0.1) return "text-seal";
  return left < total * 0.25 ? "text-amber" : "text-ink2";
}

export function Countdown({ until, now, total, kind, locale, className = "", onEnd }) {
  const [, tick] = useState(0);
  const told = useRef(null);
  const left = Math.max(0, Math.ceil((ms(until) - serverTime(now)) / 1e3) * 1e3);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  useEffect(() => {
    if (left === 0 && until && told.current !== until) {
      told.current = until;
      onEnd?.();
    }
  });
  if (!until || Number.isNaN(left)) return null;
  const text = left ? tr(locale, `countdown.${kind}`, { left: spell(locale, left) }) : tr(locale, "countdown.due");
  const tone = urgency(kind, left, (total ?? 0) * 1e3);
  return h("time", { dateTime: String(until).replace(" ", "T"), className: `${tone} ${className}`, "data-left": left / 1e3 }, text);
}

// How much of the time is used up, beside a countdown that says it in words.
export function TimeBar({ until, now, total, kind }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 30e3);
    return () => clearInterval(timer);
  }, []);
  const left = Math.max(0, ms(until) - serverTime(now));
  const used = total ? Math.min(100, Math.max(2, 100 - left / total / 10)) : 0;
  const tone = urgency(kind, left, (total ?? 0) * 1e3).replace("text-ink2", "text-ink3");
  return h("span", { "aria-hidden": true, className: `block h-[5px] w-[92px] rounded-full bg-line2 mt-1 ${tone}` },
    h("i", { className: "block h-[5px] rounded-full bg-current", style: { width: `${used}%` } }));
}

// The server's time as it runs.
export function Clock({ now, className = "" }) {
  const [, tick] = useState(0);
  useEffect(() => {
    const timer = setInterval(() => tick((n) => n + 1), 1000);
    return () => clearInterval(timer);
  }, []);
  if (!now) return null;
  const at = new Date(serverTime(now)).toISOString();
  return h("time", { dateTime: at, className }, moment(at, "exact"));
}
