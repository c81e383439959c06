// What every page does: menu, colours, copying, dialogs, times that stay true. Pages add modules of their own.
import { startClipboard } from "./clipboard.js";
import { forgetDraftsAtSignOut } from "./desk_drafts.js";
import { startDialogs } from "./dialog.js";
import { startMenus } from "./menu.js";
import { startSheets } from "./sheet.js";
import { startThemeSwitch } from "./theme_switch.js";
import { startTimes } from "./times.js";

startMenus(document);
startThemeSwitch(document);
startSheets(document);
startDialogs(document);
startClipboard(document);
startTimes(document);
forgetDraftsAtSignOut(document);

// After a refused form the summary of errors is what the person needs first.
document.querySelector("[data-focus]")?.focus();
