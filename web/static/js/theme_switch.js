// The switch between light and dark colours; the choice is kept on this device.

const root = document.documentElement;

function remember(theme) {
  try {
    localStorage.setItem("kentongan-theme", theme);
  } catch {
    // Storage may be forbidden: then the choice lasts as long as the page.
  }
}

/** Wires every [data-theme-switch] button; its words come from data-to-light and data-to-dark. */
export function startThemeSwitch(scope) {
  const buttons = [...scope.querySelectorAll("[data-theme-switch]")];
  const name = () => {
    for (const button of buttons) {
      const text = root.dataset.shownTheme === "dark" ? button.dataset.toLight : button.dataset.toDark;
      button.setAttribute("aria-label", text);
      button.title = text;
      const word = button.querySelector("[data-theme-word]");
      if (word) word.textContent = text;
    }
  };
  for (const button of buttons) {
    button.hidden = false;
    button.addEventListener("click", () => {
      const theme = root.dataset.shownTheme === "dark" ? "light" : "dark";
      root.dataset.theme = theme;
      root.dataset.shownTheme = theme;
      remember(theme);
      document.dispatchEvent(new CustomEvent("themechange"));
    });
  }
  document.addEventListener("themechange", name);
  name();
}
