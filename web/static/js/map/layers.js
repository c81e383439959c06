// What pages lay over the ground: points with a state, heat, and areas coloured by amount.
// `source` is the address of vector tiles (with {z}/{x}/{y}), the address of a GeoJSON, or a GeoJSON object.
// Each answers {setSource(source), setVisible(yes), remove()}.
import { addMarks, STATES } from "./marks.js";
import { ramp, VIRIDIS } from "./ramp.js";
import { sourceFrom } from "./style.js";
import { isDark, onTheme, repaintOnTheme, token } from "./theme.js";

function handle(map, id, layerIds) {
  return {
    setSource(address) {
      const { tiles, data } = sourceFrom(address);
      if (tiles) map.getSource(id).setTiles(tiles);
      else map.getSource(id).setData(data);
    },
    setVisible: (yes) => layerIds.forEach((layer) => map.setLayoutProperty(layer, "visibility", yes ? "visible" : "none")),
    remove() {
      layerIds.forEach((layer) => map.getLayer(layer) && map.removeLayer(layer));
      if (map.getSource(id)) map.removeSource(id);
    },
  };
}

function placed(source, sourceLayer, id) {
  return source.type === "vector" ? { source: id, "source-layer": sourceLayer } : { source: id };
}

/**
 * A heat layer. `weight` names the property with the amount (default "weight"), `full` the amount at which one spot
 * alone is as hot as can be (default 10), `sourceLayer` the layer inside vector tiles.
 */
export function addHeat(map, source, { id = "heat", sourceLayer = "heat", weight = "weight", full = 10, before } = {}) {
  const spec = sourceFrom(source);
  map.addSource(id, spec);
  map.addLayer(
    {
      id,
      type: "heatmap",
      ...placed(spec, sourceLayer, id),
      paint: {
        "heatmap-color": heatColor(),
        "heatmap-weight": ["min", 1, ["/", ["to-number", ["get", weight], 1], full]],
        "heatmap-radius": ["interpolate", ["exponential", 1.6], ["zoom"], 9, 6, 12, 18, 16, 60],
        "heatmap-intensity": ["interpolate", ["linear"], ["zoom"], 9, 0.6, 15, 1.6],
        "heatmap-opacity": 0.8,
      },
    },
    before ?? (map.getLayer("districts-name") ? "districts-name" : undefined),
  );
  repaintOnTheme(map, () => [{ id, paint: { "heatmap-color": heatColor() } }]);
  return handle(map, id, [id]);
}

/** Nothing below the first step: an empty place has to look empty. The darkest colours cannot be seen on a dark map. */
function heatColor() {
  const colors = isDark() ? VIRIDIS.slice(2) : VIRIDIS;
  const stops = colors.flatMap((color, i) => [0.12 + (0.88 * i) / (colors.length - 1), color]);
  const clear = `${colors[0]}00`;
  return ["interpolate", ["linear"], ["heatmap-density"], 0, clear, 0.04, clear, ...stops];
}

/**
 * Points drawn as the marks of their state: `state` names the property that holds baru, dikerjakan, selesai or
 * terlambat. `cluster` (GeoJSON only) joins near ones into a counted circle. `onClick(feature)` makes them pressable.
 */
export function addPoints(map, source, { id = "points", sourceLayer = "incidents", state = "state", cluster = false, onClick } = {}) {
  addMarks(map);
  const spec = sourceFrom(source);
  const clustered = cluster && spec.type === "geojson";
  map.addSource(id, clustered ? { ...spec, cluster: true, clusterRadius: 44, clusterMaxZoom: 15 } : spec);
  map.addLayer({
    id,
    type: "symbol",
    ...placed(spec, sourceLayer, id),
    filter: ["!", ["has", "point_count"]],
    layout: {
      "icon-image": ["match", ["get", state], STATES, ["concat", "state-", ["get", state]], "state-baru"],
      "icon-allow-overlap": true,
      // Late ones on top of new ones, resolved ones at the bottom.
      "symbol-sort-key": ["match", ["get", state], "terlambat", 3, "baru", 2, "dikerjakan", 1, 0],
    },
  });
  const layers = clustered ? [id, ...addClusters(map, id)] : [id];
  if (onClick) pressable(map, id, onClick);
  return handle(map, id, layers);
}

function addClusters(map, id) {
  const circle = () => ({
    id: `${id}-cluster`,
    type: "circle",
    source: id,
    filter: ["has", "point_count"],
    paint: {
      "circle-color": token("accent"),
      "circle-radius": ["interpolate", ["linear"], ["get", "point_count"], 2, 15, 50, 22, 1000, 34],
      "circle-stroke-color": token("surface"),
      "circle-stroke-width": 2,
    },
  });
  const count = () => ({
    id: `${id}-count`,
    type: "symbol",
    source: id,
    filter: ["has", "point_count"],
    layout: { "text-field": ["get", "point_count_abbreviated"], "text-size": 14, "text-allow-overlap": true },
    paint: { "text-color": token("on-accent") },
  });
  map.addLayer(circle());
  map.addLayer(count());
  repaintOnTheme(map, () => [circle(), count()]);
  pressable(map, `${id}-cluster`, async (feature) => {
    const zoom = await map.getSource(id).getClusterExpansionZoom(feature.properties.cluster_id);
    map.easeTo({ center: feature.geometry.coordinates, zoom });
  });
  return [`${id}-cluster`, `${id}-count`];
}

function pressable(map, layer, onClick) {
  map.on("click", layer, (event) => {
    event.preventDefault();
    onClick(event.features[0], event);
  });
  map.on("mouseenter", layer, () => (map.getCanvas().style.cursor = "pointer"));
  map.on("mouseleave", layer, () => (map.getCanvas().style.cursor = ""));
}

/**
 * Areas coloured by amount. Either `property` names the amount in the source, or `values` ({code: amount}) is joined
 * by the property `code`. `breaks` are the borders between classes (see quantiles); `before` keeps it under a layer
 * (default: under the outlines). Areas without a value stay uncoloured. setValues({code: amount}, breaks) redraws.
 */
export function addChoropleth(map, source, options) {
  const { id = "choropleth", sourceLayer = "areas", level = "kelurahan_desa", before = "areas-line", onClick } = options;
  let { property, values, breaks } = options;
  const spec = sourceFrom(source);
  map.addSource(id, spec);
  const color = () => fillColor(property, values, breaks);
  map.addLayer(
    {
      id,
      type: "fill",
      ...placed(spec, sourceLayer, id),
      filter: ["==", ["get", "level"], level],
      paint: { "fill-color": color(), "fill-opacity": 0.74 },
    },
    map.getLayer(before) ? before : undefined,
  );
  const paint = () => map.getLayer(id) && map.setPaintProperty(id, "fill-color", color());
  onTheme(map, paint);
  if (onClick) pressable(map, id, onClick);
  const setValues = (newValues, newBreaks = breaks) => {
    [values, breaks, property] = [newValues, newBreaks, null];
    paint();
  };
  return { ...handle(map, id, [id]), setValues };
}

function fillColor(property, values, breaks) {
  const colors = ramp(breaks.length + 1);
  if (property) {
    const steps = breaks.flatMap((border, i) => [border, colors[i + 1]]);
    // A single class has no borders, and a "step" without any is refused by the map.
    const filled = steps.length ? ["step", ["get", property], colors[0], ...steps] : colors[0];
    return ["case", ["has", property], filled, "rgba(0,0,0,0)"];
  }
  const joined = Object.entries(values).flatMap(([code, value]) => [code, colors[breaks.filter((b) => value >= b).length]]);
  return joined.length ? ["match", ["get", "code"], ...joined, "rgba(0,0,0,0)"] : "rgba(0,0,0,0)";
}
