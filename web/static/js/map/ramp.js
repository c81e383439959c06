// Amounts as colours: viridis from the tokens, classes, and the legend that explains them.
import { isDark, token } from "./theme.js";

/** The nine colours of the ramp, from dark to bright. */
export const VIRIDIS = Array.from({ length: 9 }, (_, i) => token(`viridis-${i}`));

/** `n` (1 to 9) colours for classes from few to many: more always stands out more, so light pages get the ramp reversed. */
export function ramp(n) {
  const colors = Array.from({ length: n }, (_, i) => VIRIDIS[Math.round((i * (VIRIDIS.length - 1)) / Math.max(1, n - 1))]);
  return isDark() ? colors : colors.reverse();
}

/** The borders between `n` classes of equal size; fewer where values repeat. Rounded up to whole numbers. */
export function quantiles(values, n = 5) {
  const sorted = values.filter(Number.isFinite).sort((a, b) => a - b);
  const borders = [];
  for (let i = 1; i < n; i += 1) {
    const border = Math.ceil(sorted[Math.floor((i * sorted.length) / n)] ?? 0);
    if (border > (borders.at(-1) ?? sorted[0])) borders.push(border);
  }
  return borders;
}

/**
 * Fills `element` with the legend of classes: a swatch and its numbers for each.
 * `format` words a number (default: the page's language); `from` is the lowest value.
 */
export function legend(element, { breaks, from = 0, format = (n) => n.toLocaleString(document.documentElement.lang) }) {
  const list = Object.assign(document.createElement("ol"), { className: "legend-ramp" });
  ramp(breaks.length + 1).forEach((color, i) => {
    const low = i ? breaks[i - 1] : from;
    const item = document.createElement("li");
    const swatch = Object.assign(document.createElement("span"), { className: "legend-swatch" });
    swatch.style.setProperty("--swatch", color);
    item.append(swatch, i < breaks.length ? classText(low, breaks[i], format) : `≥ ${format(low)}`);
    list.append(item);
  });
  element.replaceChildren(list);
}

function classText(low, next, format) {
  const high = Number.isInteger(next) && Number.isInteger(low) ? next - 1 : next;
  return high === low ? format(low) : `${format(low)}–${format(high)}`;
}
