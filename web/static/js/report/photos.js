// Show: chosen photos with a preview each, made smaller here already: a slow network carries them, and the place where
// they were taken never leaves the phone.
import { mark } from "./faults.js";
import { make, text } from "./texts.js";

const KINDS = /\.(jpe?g|png|webp|hei[cf])$/i;
const LONGEST_SIDE = 2048;
const SMALL_ENOUGH = 700_000;

/** The same picture with at most 2048 pixels on its longer side, as JPEG; itself where this browser cannot read it. */
async function smaller(file) {
  if (file.size <= SMALL_ENOUGH) return file;
  try {
    const picture = await createImageBitmap(file);
    const scale = Math.min(1, LONGEST_SIDE / Math.max(picture.width, picture.height));
    const canvas = make("canvas", { width: Math.round(picture.width * scale), height: Math.round(picture.height * scale) });
    canvas.getContext("2d").drawImage(picture, 0, 0, canvas.width, canvas.height);
    picture.close();
    const blob = await new Promise((resolve) => canvas.toBlob(resolve, "image/jpeg", 0.85));
    return blob && blob.size < file.size ? new File([blob], file.name.replace(/\.\w+$/, ".jpg"), { type: "image/jpeg" }) : file;
  } catch {
    return file; // HEIC, for example: the server can read it
  }
}

export class Photos {
  constructor(form) {
    this.input = form.elements.photos;
    this.list = document.getElementById("photo-list");
    this.most = Number(form.dataset.photoCount);
    this.bytes = Number(form.dataset.photoBytes);
    this.files = [];
    this.button = make("button", { type: "button", id: "add-photo", className: "button" }, text("photoAdd"));
    this.button.setAttribute("aria-describedby", `${this.input.id}_helptext`);
    this.button.addEventListener("click", () => this.input.click());
    this.input.after(this.button);
    this.input.hidden = true;
    this.input.addEventListener("change", () => this.add([...this.input.files]));
  }

  async add(chosen) {
    const faults = [];
    this.button.setAttribute("aria-busy", "true");
    for (const file of chosen) {
      if (this.files.length >= this.most) {
        faults.push(text("photoMany", { n: this.most }));
        break;
      }
      const ready = KINDS.test(file.name) || file.type.startsWith("image/") ? await smaller(file) : null;
      if (!ready || ready.type === "image/svg+xml") faults.push(text("photoKind", { name: file.name }));
      else if (ready.size > this.bytes) faults.push(text("photoLarge", { name: file.name }));
      else this.files.push(ready);
    }
    this.button.removeAttribute("aria-busy");
    this.keep();
    mark(this.button, faults.join(" "));
  }

  remove(index) {
    this.files.splice(index, 1);
    this.keep();
    mark(this.button, "");
    (this.list.querySelectorAll("button")[Math.min(index, this.files.length - 1)] ?? this.button).focus();
  }

  /** The input holds what the list shows, so that the form sends it in every way of sending. */
  keep() {
    const carrier = new DataTransfer();
    this.files.forEach((file) => carrier.items.add(file));
    this.input.files = carrier.files;
    this.button.hidden = this.files.length >= this.most;
    for (const picture of this.list.querySelectorAll("img")) URL.revokeObjectURL(picture.src);
    this.list.replaceChildren(...this.files.map((file, i) => this.item(file, i)));
    this.list.hidden = this.files.length === 0;
  }

  item(file, i) {
    const name = text("photoName", { n: i + 1 });
    const picture = make("img", { src: URL.createObjectURL(file), alt: name });
    picture.addEventListener("error", () => picture.replaceWith(make("span", { className: "photo-unseen" }, name)));
    const button = make("button", { type: "button", className: "photo-remove" }, this.cross());
    button.setAttribute("aria-label", text("photoRemove", { n: i + 1 }));
    button.addEventListener("click", () => this.remove(i));
    return make("li", {}, picture, button);
  }

  cross() {
    return document.querySelector('#report-icons [data-icon="x"] svg').cloneNode(true);
  }
}
