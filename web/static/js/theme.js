// Classic script in <head>: sets the colours before the first paint, so that a dark page never flashes white.
// data-theme is the person's own choice (absent: the system decides); data-shown-theme is what is shown.
(function () {
  var root = document.documentElement;
  var system = window.matchMedia("(prefers-color-scheme: dark)");
  var chosen = null;
  try {
    chosen = window.localStorage.getItem("kentongan-theme");
  } catch (refused) {
    // Storage may be forbidden; the system's colours are a good answer.
  }
  function show() {
    root.dataset.shownTheme = root.dataset.theme || (system.matches ? "dark" : "light");
  }
  if (chosen === "dark" || chosen === "light") root.dataset.theme = chosen;
  root.classList.add("js");
  show();
  system.addEventListener("change", function () {
    show();
    document.dispatchEvent(new CustomEvent("themechange"));
  });
})();
