// The ground of every map: the street map as raster tiles where there is one, and the city's own outlines.
import { token } from "./theme.js";

const VILLAGES = ["==", ["get", "level"], "kelurahan_desa"];
const DISTRICTS = ["==", ["get", "level"], "kecamatan"];
const CITY = ["==", ["get", "level"], "kabupaten_kota"];
// No glyph server exists: without a `glyphs` address MapLibre draws letters from the device's own fonts.
const FONT = ["Noto Sans", "Liberation Sans", "Arial", "sans-serif"];

/** Vector tiles have {z}; anything else is GeoJSON. Workers need absolute addresses. */
export function sourceFrom(address) {
  if (typeof address !== "string") return { type: "geojson", data: address };
  const absolute = address.startsWith("/") ? location.origin + address : address;
  return address.includes("{z}")
    ? { type: "vector", tiles: [absolute], minzoom: 0, maxzoom: 14 }
    : { type: "geojson", data: absolute };
}

/** The style layers of outlines and names in the current theme. */
export function PAINT_LAYERS() {
  return [
    { id: "land", type: "background", paint: { "background-color": token("map-land") } },
    { id: "areas-fill", type: "fill", filter: VILLAGES, paint: { "fill-color": token("map-area"), "fill-antialias": false } },
    {
      id: "basemap",
      type: "raster",
      paint: {
        "raster-saturation": Number(token("map-raster-saturation")),
        // In the dark white becomes black and black white; turning the hue back keeps water blue and parks green.
        "raster-brightness-min": Number(token("map-raster-black")),
        "raster-brightness-max": Number(token("map-raster-white")),
        "raster-hue-rotate": Number(token("map-raster-hue")),
        "raster-fade-duration": 120,
      },
    },
    line("areas-line", VILLAGES, "map-line", [10, 0.5, 16, 1.5]),
    line("districts-line", DISTRICTS, "map-line-strong", [9, 0.8, 16, 2.5]),
    line("city-line", CITY, "map-line-strong", [8, 1.2, 16, 3.5]),
    names("districts-name", DISTRICTS, { maxzoom: 11.5, size: [8, 11, 12, 15] }),
    names("areas-name", VILLAGES, { minzoom: 11.5, size: [11, 12, 15, 16] }),
  ];
}

function line(id, filter, color, widths) {
  return {
    id,
    type: "line",
    filter,
    layout: { "line-join": "round" },
    paint: { "line-color": token(color), "line-width": ["interpolate", ["linear"], ["zoom"], ...widths] },
  };
}

function names(id, filter, { minzoom = 0, maxzoom = 24, size }) {
  return {
    id,
    type: "symbol",
    filter,
    minzoom,
    maxzoom,
    layout: {
      "text-field": ["get", "name"],
      "text-font": FONT,
      "text-size": ["interpolate", ["linear"], ["zoom"], ...size],
      "text-max-width": 7,
      "text-padding": 6,
    },
    paint: { "text-color": token("map-label"), "text-halo-color": token("map-halo"), "text-halo-width": 1.5 },
  };
}

/** A MapLibre style from the data-attributes of components/map.html: basemap, attribution, areas. */
export function styleFrom({ basemap, attribution, areas }) {
  const sources = {};
  if (areas) sources.areas = sourceFrom(areas);
  if (basemap) sources.basemap = { type: "raster", tiles: [basemap], tileSize: 256, maxzoom: 19, attribution };
  const vector = sources.areas?.type === "vector";
  const layers = PAINT_LAYERS()
    .map((layer) => withSource(layer, vector))
    .filter((layer) => !layer.source || sources[layer.source]);
  // The street map has names of its own; two sets of letters over each other help nobody.
  return { version: 8, sources, layers: basemap ? layers.filter((layer) => layer.type !== "symbol") : layers };
}

function withSource(layer, vector) {
  if (layer.type === "background") return layer;
  if (layer.type === "raster") return { ...layer, source: "basemap" };
  // In tiles a name has a point of its own; drawn on polygons it would appear once in each tile that they touch.
  const part = layer.type === "symbol" ? "area-names" : "areas";
  return { ...layer, source: "areas", ...(vector ? { "source-layer": part } : {}) };
}

/** Takes the street map away and writes the names of the areas instead. */
export function showAreasAlone(map) {
  map.removeLayer("basemap");
  map.removeSource("basemap");
  const areas = map.getSource("areas");
  if (!areas) return;
  const layers = map.getStyle().layers;
  const above = layers[layers.findIndex((layer) => layer.id === "city-line") + 1]?.id;
  for (const layer of PAINT_LAYERS().filter((own) => own.type === "symbol")) {
    map.addLayer(withSource(layer, areas.type === "vector"), above);
  }
}
