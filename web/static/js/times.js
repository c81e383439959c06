// "2 jam lalu" stays true while a page is open: every <time data-ago> is worded again each minute.

const UNITS = [["day", 86400], ["hour", 3600], ["minute", 60]];
const LONG_AGO = 30 * 86400;
const EVERY_MS = 60_000;

/** The words for a moment, or null where the server's words are better (under a minute, beyond thirty days). */
export function ago(moment, now, language) {
  const seconds = Math.round((moment - now) / 1000);
  const size = Math.abs(seconds);
  if (size < 60 || size >= LONG_AGO) return null;
  const [unit, length] = UNITS.find(([, unitLength]) => size >= unitLength);
  const words = new Intl.RelativeTimeFormat(language, { style: "narrow", numeric: "always" });
  return words.format(Math.trunc(seconds / length), unit);
}

function word(time) {
  const text = ago(Date.parse(time.dateTime), Date.now(), document.documentElement.lang);
  if (text) time.textContent = text;
}

export function startTimes(root) {
  const all = () => root.querySelectorAll("time[data-ago]").forEach(word);
  setInterval(all, EVERY_MS);
  document.addEventListener("visibilitychange", () => document.hidden || all());
}
