// The map's colours are the page's tokens, read again when the theme changes.

/** The value of a design token: token("accent") reads --accent. */
export function token(name) {
  return getComputedStyle(document.documentElement).getPropertyValue(`--${name}`).trim();
}

export function isDark() {
  return document.documentElement.dataset.shownTheme === "dark";
}

/** Calls `paint` at each change of the theme for as long as the map lives. */
export function onTheme(map, paint) {
  document.addEventListener("themechange", paint);
  map.once("remove", () => document.removeEventListener("themechange", paint));
}

/** Repaints layers from `layers()`, which gives style layers in the current theme's colours. */
export function repaintOnTheme(map, layers) {
  onTheme(map, () => {
    for (const { id, paint } of layers()) {
      if (!map.getLayer(id)) continue;
      for (const [property, value] of Object.entries(paint)) map.setPaintProperty(id, property, value);
    }
  });
}
