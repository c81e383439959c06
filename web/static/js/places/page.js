// /cari with scripts: the box proposes while one types; what is chosen goes into the form.
import { PlaceSearch } from "./search.js";

const address = ({ type, code, lon, lat, name }) => {
  if (type === "kelurahan_desa") return `/lapor?kelurahan=${code}`;
  if (type === "kecamatan" || type === "kabupaten_kota") return `/cari?q=${encodeURIComponent(name)}`;
  return `/lapor?lon=${lon.toFixed(6)}&lat=${lat.toFixed(6)}`;
};

new PlaceSearch(document.querySelector("[data-place-search]"), (hit) => location.assign(address(hit)));
