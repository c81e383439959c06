// Where: the pin on the map, the device's position, or a kelurahan from the list. The name lives under the pin.
import { createMap, pin } from "../map.js";
import { showAround } from "../places/around.js";
import { PlaceSearch } from "../places/search.js";
import { mark } from "./faults.js";
import { text } from "./texts.js";

const ROUGH_M = 150;
// Without streets a close look shows nothing to go by.
const CLOSE_ZOOM = document.getElementById("map").dataset.basemap ? 16 : 14;
// Too large for a pin: the map shows them, and how closely.
const LOOKED_AT = new Map([["kabupaten_kota", 12], ["kecamatan", 13]]);
const DIGITS = 6; // about a decimetre

export class Place {
  /** `onChange()` is told whenever the place is another one. */
  constructor(form, onChange) {
    this.lon = form.elements.lon;
    this.lat = form.elements.lat;
    this.select = form.elements.kelurahan;
    this.line = document.querySelector("[data-place]");
    this.onChange = onChange;
    this.note = document.getElementById("place-note");
    this.outside = "";
    this.known = ""; // the place in words, once it is known
    this.map = null;
    this.marker = null;
    this.view = null; // where a choice wants to look, until there is a map
    this.around = document.querySelector("[data-around]");
    new PlaceSearch(document.querySelector("[data-place-search]"), (hit) => this.found(hit));
    this.select.addEventListener("change", () => this.choose());
    this.offerGps(document.getElementById("gps"));
  }

  get hasPin() {
    return this.lon.value !== "" && this.lat.value !== "";
  }

  /** What is missing, in words; empty when the place is complete. */
  get fault() {
    if (this.hasPin) return this.outside;
    return this.select.value ? "" : text("placeNeeded");
  }

  /** The place in words, for the last look; a message about the search for it is none. */
  get name() {
    return this.known || (this.hasPin ? text("placePinned") : "");
  }

  /** Shows what the fields hold (after a draft or an error came back). */
  async start() {
    if (this.hasPin) this.lookUp();
    else if (this.select.value) this.call("placeChosen", { kelurahan: this.chosenName });
    else this.say("placeTap");
    const at = this.hasPin ? [Number(this.lon.value), Number(this.lat.value)] : null;
    this.map = await createMap(document.getElementById("map"), at ? { center: at, zoom: CLOSE_ZOOM } : {});
    if (!this.map) {
      if (!this.hasPin && !this.select.value) this.say("placeNeeded");
      return;
    }
    this.map.getContainer().after(document.getElementById("gps"));
    if (this.view) this.map.jumpTo(this.view);
    // A place may have been found while the map was still on its way.
    const now = this.hasPin ? [Number(this.lon.value), Number(this.lat.value)] : null;
    this.marker = await pin(this.map, { at: now, onMove: ({ lng, lat }) => this.setPin(lng, lat) });
  }

  get chosenName() {
    return this.select.selectedOptions[0]?.textContent ?? "";
  }

  say(name, values) {
    this.known = "";
    this.line.textContent = text(name, values);
    this.line.parentElement.classList.remove("outside");
  }

  /** Says which place it is. */
  call(name, values) {
    this.say(name, values);
    this.known = this.line.textContent;
  }

  /** About the device's position; stands beside the place and never instead of it. */
  tell(name) {
    this.note.textContent = name ? text(name) : "";
    this.note.hidden = !name;
  }

  setPin(lng, lat) {
    this.lon.value = lng.toFixed(DIGITS);
    this.lat.value = lat.toFixed(DIGITS);
    this.tell("");
    this.lookUp();
    this.onChange();
  }

  /** A kelurahan from the list replaces the pin: both together would say two things. */
  choose() {
    this.lon.value = this.lat.value = this.outside = "";
    this.marker?.remove();
    mark(this.select, "");
    showAround(this.around);
    this.tell("");
    if (this.select.value) this.call("placeChosen", { kelurahan: this.chosenName });
    else this.say(this.map ? "placeTap" : "placeNeeded");
    this.onChange();
  }

  async lookUp() {
    const [lon, lat] = [this.lon.value, this.lat.value];
    this.outside = "";
    mark(this.select, "");
    this.say("placeLooking");
    showAround(this.around, lon, lat);
    try {
      const answer = await fetch(`/api/v1/locate?lon=${lon}&lat=${lat}`, { signal: AbortSignal.timeout(10_000) });
      const found = await answer.json();
      if (lon === this.lon.value && lat === this.lat.value) this.told(found);
    } catch {
      this.say("placeUnknown");
    }
  }

  told(found) {
    if (!found.inside) {
      const near = found.nearest;
      const km = near ? (near.distance_m / 1000).toLocaleString(document.documentElement.lang, { maximumFractionDigits: 1 }) : "?";
      this.outside = text("placeOutside", { kelurahan: near?.kelurahan.name ?? "?", km });
      this.select.value = "";
      this.line.textContent = this.outside;
      this.line.parentElement.classList.add("outside");
    } else {
      this.select.value = found.kelurahan.code;
      const names = { kelurahan: found.kelurahan.name, kecamatan: found.kecamatan.name };
      this.call(found.approximate ? "placeNear" : "placeInside", names);
    }
    this.onChange();
  }

  offerGps(button) {
    if (!navigator.geolocation || !window.isSecureContext) return;
    button.hidden = false;
    button.addEventListener("click", () => {
      this.tell("gpsWaiting");
      button.setAttribute("aria-busy", "true");
      const done = () => button.removeAttribute("aria-busy");
      navigator.geolocation.getCurrentPosition(
        ({ coords }) => {
          done();
          this.arrive(coords);
        },
        () => {
          done();
          this.tell("gpsRefused");
        },
        { enableHighAccuracy: true, timeout: 15_000, maximumAge: 30_000 },
      );
    });
  }

  /** A place of the search: a kelurahan is chosen, a kecamatan looked at, anything else gets the pin. */
  found({ type, code, lon, lat }) {
    if (type === "kelurahan_desa") {
      this.select.value = code;
      this.choose();
    } else if (!LOOKED_AT.has(type)) {
      this.marker?.moveTo([lon, lat]);
      this.setPin(lon, lat);
    }
    this.look([lon, lat], LOOKED_AT.get(type) ?? (type === "kelurahan_desa" ? 14 : CLOSE_ZOOM));
  }

  look(center, zoom) {
    this.view = { center, zoom };
    this.map?.easeTo(this.view);
  }

  arrive({ longitude, latitude, accuracy }) {
    this.marker?.moveTo([longitude, latitude]);
    this.look([longitude, latitude], CLOSE_ZOOM);
    this.setPin(longitude, latitude);
    if (accuracy > ROUGH_M) mark(this.select, text("gpsRough", { m: Math.round(accuracy) }));
  }
}
