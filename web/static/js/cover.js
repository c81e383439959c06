// Draws the parts of a photo that are to be covered: the number fields are the truth, the rectangles follow them.

const SVG = "http://www.w3.org/2000/svg";
const LEAST = 8; // pixels: a shorter pull was a click

const form = document.querySelector("[data-cover]");
const photo = form.querySelector("svg");
const boxes = form.querySelector("[data-boxes]");
const rows = form.querySelector("[data-rows]");

function inputs(row) {
  return [...row.querySelectorAll("input")];
}

function numbers(row) {
  return inputs(row).map((input) => Number.parseInt(input.value, 10));
}

function write(row, values) {
  inputs(row).forEach((input, i) => { input.value = values[i] ?? ""; });
}

function draw() {
  boxes.replaceChildren(...[...rows.children].map(numbers).filter((row) => row.every(Number.isFinite)).map((row) => {
    const rect = document.createElementNS(SVG, "rect");
    ["x", "y", "width", "height"].forEach((name, i) => rect.setAttribute(name, row[i]));
    return rect;
  }));
}

function emptyRow() {
  const free = [...rows.children].find((row) => inputs(row).every((input) => input.value === ""));
  if (free) return free;
  const added = rows.lastElementChild.cloneNode(true);
  const label = added.getAttribute("aria-label").replace(/\d+/, rows.children.length + 1);
  added.setAttribute("aria-label", label);
  write(added, []);
  rows.append(added);
  return added;
}

function place(event) {
  const point = new DOMPoint(event.clientX, event.clientY).matrixTransform(photo.getScreenCTM().inverse());
  const { width, height } = photo.viewBox.baseVal;
  return [Math.min(Math.max(point.x, 0), width), Math.min(Math.max(point.y, 0), height)].map(Math.round);
}

function between([x1, y1], [x2, y2]) {
  return [Math.min(x1, x2), Math.min(y1, y2), Math.abs(x2 - x1), Math.abs(y2 - y1)];
}

let from = null;
let row = null;

photo.addEventListener("pointerdown", (event) => {
  from = place(event);
  row = emptyRow();
  photo.setPointerCapture(event.pointerId);
  event.preventDefault();
});
photo.addEventListener("pointermove", (event) => {
  if (!from) return;
  write(row, between(from, place(event)));
  draw();
});
for (const end of ["pointerup", "pointercancel"]) {
  photo.addEventListener(end, () => {
    if (!from) return;
    const [, , width, height] = numbers(row);
    if (!(width >= LEAST && height >= LEAST)) write(row, []);
    from = null;
    draw();
  });
}
rows.addEventListener("input", draw);
rows.addEventListener("click", (event) => {
  if (!event.target.closest("[data-clear]")) return;
  write(event.target.closest("[data-row]"), []);
  draw();
});
draw();
