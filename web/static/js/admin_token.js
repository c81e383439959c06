// The administration is Django's own and has none of our modules; a new token only needs its copy button.
import { startClipboard } from "./clipboard.js";

startClipboard(document);
