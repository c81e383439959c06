// The phone's menu: a button that opens a panel; Escape and a press elsewhere close it.

export function startMenus(root) {
  for (const header of root.querySelectorAll("[data-menu]")) {
    const button = header.querySelector("[aria-controls]");
    const menu = document.getElementById(button.getAttribute("aria-controls"));
    const open = (wanted) => {
      button.setAttribute("aria-expanded", String(wanted));
      menu.classList.toggle("open", wanted);
    };
    button.hidden = false;
    button.addEventListener("click", () => open(button.getAttribute("aria-expanded") !== "true"));
    document.addEventListener("click", (event) => {
      if (!header.contains(event.target)) open(false);
    });
    header.addEventListener("keydown", (event) => {
      if (event.key !== "Escape" || button.getAttribute("aria-expanded") !== "true") return;
      open(false);
      button.focus();
    });
  }
}
