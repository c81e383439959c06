// The pin of a case that is put right: the map and the two numbers follow each other.
import { createMap, pin } from "./map.js";

const form = document.getElementById("correction");
const { lon, lat, kelurahan } = form.elements;
const position = () => [lon, lat].map((field) => Number.parseFloat(field.value.replace(",", ".")));
const known = ([x, y]) => Number.isFinite(x) && Number.isFinite(y);

const map = await createMap(document.getElementById("map"));
if (map) {
  const onMove = ({ lng, lat: north }) => {
    lon.value = lng.toFixed(6);
    lat.value = north.toFixed(6);
    kelurahan.value = "";
  };
  const marker = await pin(map, { at: known(position()) ? position() : null, onMove });
  for (const field of [lon, lat]) field.addEventListener("change", () => known(position()) && marker.moveTo(position()));
}
