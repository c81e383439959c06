// One-letter keys of the desk. They can be switched off, and never act while somebody types.

const STORED = "kentongan-desk-keys";

function typing(target) {
  return target.closest("input:not([type=radio], [type=checkbox]), textarea, select, dialog[open]");
}

function wanted() {
  try {
    return localStorage.getItem(STORED) !== "off";
  } catch {
    return true;
  }
}

function startSwitch() {
  const box = document.getElementById("keys-on");
  box.checked = wanted();
  box.addEventListener("change", () => {
    try {
      localStorage.setItem(STORED, box.checked ? "on" : "off");
    } catch {
      // Storage may be forbidden: then the letters stay on.
    }
  });
}

/**
 * `desk` answers rows() (links of the list), opened() (the open case's number), and does open(pk), close(), answer(),
 * accept(), search(), kept(number) (a saved filter), tick(pk), print().
 */
export function startKeys(desk) {
  startSwitch();
  const move = (step) => {
    const rows = desk.rows();
    const from = rows.findIndex((one) => one === document.activeElement);
    const current = from >= 0 ? from : rows.findIndex((one) => one.dataset.case === desk.opened());
    const next = rows[Math.max(0, Math.min(rows.length - 1, current + step))];
    next?.focus();
    // Who reads case after case sees the next one at once.
    if (next && desk.opened() && next.dataset.case !== desk.opened()) desk.open(next.dataset.case);
  };
  const keys = {
    j: () => move(1),
    k: () => move(-1),
    r: () => desk.answer(),
    a: () => desk.accept(),
    x: () => {
      const pk = document.activeElement?.dataset.case ?? desk.opened();
      if (pk) desk.tick(pk);
    },
    p: () => desk.print(),
    "/": () => desk.search(),
    "?": () => document.getElementById("keys").showModal(),
  };
  for (let number = 1; number <= 9; number += 1) keys[number] = () => desk.kept(number);
  document.addEventListener("keydown", (event) => {
    if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return;
    if (event.key === "Escape" && !document.querySelector("dialog[open]") && !typing(event.target)) desk.close();
    else if (keys[event.key] && wanted() && !typing(event.target)) {
      event.preventDefault();
      keys[event.key]();
    }
  });
}
