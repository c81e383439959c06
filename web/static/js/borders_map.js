// The comparison of two editions on a map: old outlines dashed, new ones whole and filled.
import { createMap } from "./map.js";
import { repaintOnTheme, token } from "./map/theme.js";

const element = document.getElementById("borders-map");

function layers() {
  const source = "borders";
  const of = (side) => ["==", ["get", "side"], side];
  return [
    { id: "borders-new-fill", type: "fill", source, filter: of("new"), paint: { "fill-color": token("accent"), "fill-opacity": 0.15 } },
    { id: "borders-new", type: "line", source, filter: of("new"), paint: { "line-color": token("accent"), "line-width": 3 } },
    { id: "borders-old", type: "line", source, filter: of("old"), paint: { "line-color": token("terlambat"), "line-width": 2.5, "line-dasharray": [2, 2] } },
  ];
}

/** [[west, south], [east, north]] of all coordinates; null without any. */
function boundsOf(features) {
  const flat = features.flatMap((one) => one.geometry.coordinates.flat(Infinity));
  if (!flat.length) return null;
  const [lons, lats] = [flat.filter((_, i) => i % 2 === 0), flat.filter((_, i) => i % 2 === 1)];
  const least = (values) => values.reduce((a, b) => Math.min(a, b));
  const most = (values) => values.reduce((a, b) => Math.max(a, b));
  return [[least(lons), least(lats)], [most(lons), most(lats)]];
}

const map = element && (await createMap(element));
if (map) {
  const answer = await fetch(`/pengelola/edisi/peta.geojson${location.search}`);
  if (answer.ok) {
    const data = await answer.json();
    map.addSource("borders", { type: "geojson", data });
    for (const layer of layers()) map.addLayer(layer);
    repaintOnTheme(map, layers);
    const bounds = boundsOf(data.features);
    if (bounds) map.fitBounds(bounds, { padding: 40, animate: false, maxZoom: 15 });
  }
}
document.documentElement.dataset.borders = map ? "drawn" : "plain";
