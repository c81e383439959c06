// The words of this form come from templates/citizen/report_texts.html, in the page's language.

const words = document.getElementById("report-texts").dataset;

/** text("placeOutside", {km: 2}) fills {km}. */
export function text(name, values = {}) {
  return words[name].replace(/\{(\w+)\}/g, (whole, key) => values[key] ?? whole);
}

/** A new element: make("p", {className: "soft"}, "text", otherElement). */
export function make(tag, properties = {}, ...children) {
  const element = Object.assign(document.createElement(tag), properties);
  element.append(...children);
  return element;
}
