// Times as Shanghai reads them, in no language's words.
export const DAY = 864e5;
const MINUTE = 60e3;
const SHANGHAI = 8 * 3600e3; // no summer time
export const two = (n) => String(n).padStart(2, "0");
export const ms = (iso) => Date.parse(String(iso ?? "").replace(" ", "T"));
const local = (at) => new Date(at + SHANGHAI);
const monthDay = (d) => `${two(d.getUTCMonth() + 1)}-${two(d.getUTCDate())}`;
const clock = (d) => `${two(d.getUTCHours())}:${two(d.getUTCMinutes())}`;

// A deadline: 11-24 24:00, or 11-24 周二 24:00 with the names of the days. The first minute of a day, in which it would
// read 00:00, is told as the end of the day before: nobody has to ask which midnight is meant.
export function ends(iso, named) {
  const at = ms(iso);
  if (Number.isNaN(at)) return "";
  const midnight = (at + SHANGHAI) % DAY < MINUTE;
  const d = local(midnight ? at - MINUTE : at);
  return [monthDay(d), ...(named ? [named(d.getUTCDay())] : []), midnight ? "24:00" : clock(d)].join(" ");
}

export function moment(iso, form) {
  const at = ms(iso);
  if (Number.isNaN(at)) return "";
  const d = local(at);
  if (form === "day") return monthDay(d);
  if (form === "full") return `${d.getUTCFullYear()}-${monthDay(d)} ${clock(d)}`;
  if (form === "exact") return `${d.getUTCFullYear()}-${monthDay(d)} ${clock(d)}:${two(d.getUTCSeconds())}`;
  return `${monthDay(d)} ${clock(d)}`;
}

// Server time: remembered as a difference the moment a new `now` arrives.
let heard = null;
let ahead = 0;
export function serverTime(now) {
  if (now && now !== heard) {
    heard = now;
    ahead = ms(now) - Date.now();
  }
  return Date.now() + ahead;
}
