// The data steward's page: while an order is under way, its state is shown.
import { followUntilDone } from "./follow.js";

const box = document.querySelector("[data-runs]");
followUntilDone(box, box?.dataset.runs, 1500);
