// Time under the map: two handles over the bars move the ends of the period. Range inputs, so keys work as everywhere.

const KEYS_PAUSE_MS = 500;

const words = (iso) =>
  new Intl.DateTimeFormat(document.documentElement.lang, { day: "numeric", month: "short", year: "numeric", timeZone: "UTC" }).format(new Date(iso));

/** Makes the handles of a .heat-brush work; `span` shows the days meanwhile, `onChange(since, until)` gets the days. */
export function startTime(brush, span, onChange) {
  const bars = [...brush.querySelectorAll(".heat-bar")];
  const [from, to] = brush.querySelectorAll("input");
  brush.style.setProperty("--bars", bars.length);
  [from, to].forEach((input) => (input.hidden = false));
  let pause = 0;

  const ends = () => [Number(from.value), Number(to.value)];
  const days = () => {
    const [first, last] = ends();
    return [bars[first].dataset.since, bars[last].dataset.until];
  };

  function show() {
    const [first, last] = ends();
    const [since, until] = days();
    bars.forEach((bar, i) => bar.classList.toggle("chosen", i >= first && i <= last));
    from.setAttribute("aria-valuetext", words(since));
    to.setAttribute("aria-valuetext", words(until));
    span.textContent = `${words(since)} – ${words(until)}`;
  }

  /** The ends never cross: the one that moves stops at the other. */
  function moved(event) {
    const [first, last] = ends();
    if (first > last) event.target.value = event.target === from ? last : first;
    show();
  }

  // A held arrow key changes many times and is answered once.
  function settled() {
    clearTimeout(pause);
    pause = setTimeout(() => brush.isConnected && onChange(...days()), KEYS_PAUSE_MS);
  }

  for (const input of [from, to]) {
    input.addEventListener("input", moved);
    input.addEventListener("change", settled);
  }
  const [first, last] = ends();
  from.setAttribute("aria-valuetext", words(bars[first].dataset.since));
  to.setAttribute("aria-valuetext", words(bars[last].dataset.until));
}
