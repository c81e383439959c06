// The map beside the list: all cases of the list as marks of their state, the open one with a pin.
import { addPoints, createMap, pin } from "./map.js";

const CLOSE_ZOOM = 15.5;
const EMPTY = { type: "FeatureCollection", features: [] };

function bounds(features) {
  const lons = features.map((one) => one.geometry.coordinates[0]);
  const lats = features.map((one) => one.geometry.coordinates[1]);
  return [[Math.min(...lons), Math.min(...lats)], [Math.max(...lons), Math.max(...lats)]];
}

export class DeskMap {
  constructor(element, { onChoose }) {
    this.element = element;
    this.onChoose = onChoose;
    this.data = EMPTY;
    this.at = null;
    this.asked = 0;
  }

  /** Draws the map once it is wanted: on a phone only when somebody asks for it. */
  async start() {
    if (this.starting) return;
    this.starting = true;
    this.map = await createMap(this.element);
    if (!this.map) return;
    const choose = (feature) => this.onChoose(feature.properties.id);
    this.points = addPoints(this.map, this.data, { onClick: choose });
    this.fit();
    this.pinIt();
  }

  /** Shows the cases of an address that answers GeoJSON; what comes late for an older list is dropped. */
  async follow(address) {
    const asked = ++this.asked;
    const answer = await fetch(address, { headers: { Accept: "application/geo+json" } }).catch(() => null);
    if (!answer?.ok || answer.redirected || asked !== this.asked) return;
    this.data = await answer.json();
    this.count();
    this.points?.setSource(this.data);
    if (!this.at) this.fit();
  }

  count() {
    const note = document.getElementById("map-count");
    const said = [];
    if (this.data.cut_off) said.push(note.dataset.textCut.replace("{n}", this.data.features.length));
    if (this.data.without_point) said.push(note.dataset.textWithout.replace("{n}", this.data.without_point));
    note.textContent = said.join(", ");
    note.hidden = !said.length;
  }

  /** Looks at one case ("lon,lat"), or with nothing at all of them again. */
  choose(lonlat) {
    const had = this.at;
    this.at = lonlat ? lonlat.split(",").map(Number) : null;
    if (String(had) === String(this.at)) return;
    this.pinIt();
    if (!this.at) this.fit();
  }

  async pinIt() {
    if (!this.map) return;
    this.marker?.remove();
    this.marker = null;
    if (!this.at) return;
    const at = this.at;
    const marker = await pin(this.map, { at, draggable: false });
    if (at !== this.at) return marker.remove();
    this.marker = marker;
    this.map.resize();
    this.map.easeTo({ center: at, zoom: Math.max(this.map.getZoom(), CLOSE_ZOOM) });
  }

  fit() {
    if (!this.map || this.at || !this.data.features.length) return;
    this.map.resize();
    this.map.fitBounds(bounds(this.data.features), { padding: 56, maxZoom: CLOSE_ZOOM, duration: 400 });
    this.busy();
  }

  /** Says that the map is being drawn until everything is in its place. */
  busy() {
    const frame = this.element.closest(".desk-map");
    frame.setAttribute("aria-busy", "true");
    this.map.once("idle", () => frame.setAttribute("aria-busy", "false"));
  }
}
