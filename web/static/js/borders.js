// Editions of the borders: while cases are being placed, how far it is is shown.
import { followUntilDone } from "./follow.js";

const box = document.querySelector("[data-follow]");
followUntilDone(box, box?.dataset.follow, 1000);
