// Lists under way: how they stand is fetched again until none moves any more.
import { followUntilDone } from "./follow.js";

const box = document.getElementById("list-runs");
followUntilDone(box, box.dataset.url, 1500);
