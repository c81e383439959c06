// The page of one case: the map with its place, and the answer box.
import "../npm/htmx.org/dist/htmx.esm.min.js";
import { startAnswers } from "./desk_answer.js";
import { startCaseFocus } from "./desk_focus.js";
import { startFormKeys } from "./desk_form_key.js";
import { createMap, pin } from "./map.js";

startAnswers(document.getElementById("main"));
startFormKeys();
startCaseFocus(document.getElementById("case"));

const element = document.getElementById("map");
const map = element && (await createMap(element, { scrollZoom: false }));
const lonlat = document.querySelector("[data-lonlat]").dataset.lonlat;
if (map && lonlat) await pin(map, { at: lonlat.split(",").map(Number), draggable: false });
