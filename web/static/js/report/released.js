// The newest released month on the public map: kelurahan from afar, catchments from near. Nothing live is asked for.
import { addChoropleth, legend } from "../map.js";

const NEAR = 14; // tiles/released.py draws catchments from here on

function steps(id) {
  return JSON.parse(document.getElementById(id).textContent);
}

/** Draws it and keeps the legend true to the zoom; `map` is what createMap gave. */
export function showReleased(map) {
  const box = document.querySelector("[data-released]");
  if (!box) return;
  const said = box.querySelector("[data-told]");
  const say = ({ properties }) => {
    const words = { name: properties.name, n: properties.count.toLocaleString(document.documentElement.lang) };
    said.textContent = box.dataset.one.replace(/\{(\w+)\}/g, (whole, key) => words[key] ?? whole);
  };
  const kinds = { kelurahan_desa: steps("released-kelurahan"), catchment: steps("released-catchment") };
  for (const [level, [, ...breaks]] of Object.entries(kinds)) {
    const id = `released-${level}`;
    addChoropleth(map, box.dataset.tiles, { id, sourceLayer: "incidents-public", level, property: "count", breaks });
    map.on("click", id, (event) => say(event.features[0]));
  }
  const title = box.querySelector("[data-legend-title]");
  const tell = () => {
    const near = map.getZoom() >= NEAR && kinds.catchment.length > 0;
    const [from = 1, ...breaks] = near ? kinds.catchment : kinds.kelurahan_desa;
    title.textContent = near ? title.dataset.near : title.dataset.far;
    title.hidden = false;
    legend(box.querySelector("[data-legend]"), { breaks, from });
  };
  tell();
  map.on("zoomend", tell);
}
