// The marks of the four states on the map: shapes first (circle, square, ring with a tick, triangle), colours second.
import { onTheme, token } from "./theme.js";

const SIZE = 22;
export const STATES = ["baru", "dikerjakan", "selesai", "terlambat"];

const OUTLINES = {
  baru: (c) => c.arc(11, 11, 8, 0, 7),
  dikerjakan: (c) => c.roundRect(3.5, 3.5, 15, 15, 3),
  selesai: (c) => c.arc(11, 11, 8, 0, 7),
  terlambat: (c) => polygon(c, [[11, 2], [20.5, 19], [1.5, 19]]),
};
const SIGNS = {
  baru: (c) => c.arc(11, 11, 2, 0, 7),
  dikerjakan: (c) => polygon(c, [[9, 7], [15, 11], [9, 15]]),
  selesai: (c) => {
    c.moveTo(7, 11.2);
    c.lineTo(10, 14.2);
    c.lineTo(15.2, 8.2);
  },
  terlambat: (c) => {
    c.moveTo(11, 8.5);
    c.lineTo(11, 12.5);
    c.moveTo(11, 15.6);
    c.lineTo(11, 15.7);
  },
};

function polygon(context, [first, ...rest]) {
  context.moveTo(...first);
  rest.forEach((point) => context.lineTo(...point));
  context.closePath();
}

function draw(state, ratio) {
  const canvas = Object.assign(document.createElement("canvas"), { width: SIZE * ratio, height: SIZE * ratio });
  const context = canvas.getContext("2d");
  context.scale(ratio, ratio);
  context.lineJoin = context.lineCap = "round";
  context.beginPath();
  OUTLINES[state](context);
  context.fillStyle = token(state);
  context.strokeStyle = token("surface");
  context.lineWidth = 2;
  context.fill();
  context.stroke();
  context.beginPath();
  SIGNS[state](context);
  context.lineWidth = 2.2;
  context.fillStyle = token("surface");
  if (state === "baru" || state === "dikerjakan") context.fill();
  else context.stroke();
  return context.getImageData(0, 0, canvas.width, canvas.height);
}

/** Puts the images "state-baru" … "state-terlambat" into the map and keeps them in the theme's colours. */
export function addMarks(map) {
  if (map.hasImage("state-baru")) return;
  const pixelRatio = Math.max(2, Math.ceil(window.devicePixelRatio));
  for (const state of STATES) map.addImage(`state-${state}`, draw(state, pixelRatio), { pixelRatio });
  onTheme(map, () => STATES.forEach((state) => map.updateImage(`state-${state}`, draw(state, pixelRatio))));
}
