// What: search in all topics; the same topic may stand among the most used and in its group.

const plain = (words) => words.toLocaleLowerCase().normalize("NFD").replace(/\p{Diacritic}/gu, "");

export class Topics {
  constructor(onChange) {
    this.root = document.getElementById("topics");
    this.most = this.root.querySelector("[data-most-used]");
    this.groups = [...this.root.querySelectorAll("details")];
    this.none = this.root.querySelector("[data-no-topic]");
    const box = document.getElementById("topic-search");
    box.hidden = false;
    box.addEventListener("input", (event) => this.search(event.target.value));
    // Enter in the search must not send the form.
    box.addEventListener("keydown", (event) => event.key === "Enter" && event.preventDefault());
    this.emergency = document.getElementById("emergency-now");
    this.root.addEventListener("change", () => {
      onChange();
      this.warn();
    });
    this.openChosen();
    this.warn();
  }

  get chosen() {
    return this.root.querySelector("input:checked");
  }

  get name() {
    return this.chosen?.parentElement.querySelector("span").textContent ?? "";
  }

  /** A choice that came back must be seen. */
  openChosen() {
    this.chosen?.closest("details")?.setAttribute("open", "");
  }

  /** The call to the emergency number (report.css shows it) belongs beside the topic that asks for it, in view. */
  warn() {
    if (!this.emergency || !this.chosen?.matches("[data-emergency]")) return;
    this.chosen.closest("label").after(this.emergency);
    this.emergency.scrollIntoView({ block: "nearest" });
  }

  search(typed) {
    const wanted = plain(typed).split(/\s+/).filter(Boolean);
    let found = 0;
    this.most.hidden = wanted.length > 0;
    for (const group of this.groups) {
      const title = plain(group.querySelector("summary").textContent);
      let inside = 0;
      for (const topic of group.querySelectorAll(".choice")) {
        const words = `${title} ${plain(topic.textContent)}`;
        topic.hidden = !wanted.every((word) => words.includes(word));
        inside += topic.hidden ? 0 : 1;
      }
      group.hidden = inside === 0;
      group.open = wanted.length ? inside > 0 : group.contains(this.chosen);
      found += inside;
    }
    this.none.hidden = found > 0;
  }
}
