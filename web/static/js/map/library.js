// MapLibre GL JS as the npm package ships it; its worker is a module beside it, so script-src 'self' is enough.

const MAPLIBRE = new URL("../../npm/maplibre-gl/dist/", import.meta.url).href;
let library = null;

/** MapLibre GL JS, fetched once and only after the page itself is usable. */
export async function maplibre() {
  if (document.readyState !== "complete") {
    await new Promise((resolve) => window.addEventListener("load", resolve, { once: true }));
  }
  library ??= Promise.all([import(`${MAPLIBRE}maplibre-gl.mjs`), stylesheet(`${MAPLIBRE}maplibre-gl.css`)]);
  return (await library)[0];
}

function stylesheet(href) {
  return new Promise((resolve, reject) => {
    const link = Object.assign(document.createElement("link"), { rel: "stylesheet", href, onload: resolve, onerror: reject });
    // Before our own sheets, so that ours win.
    document.head.prepend(link);
  });
}
