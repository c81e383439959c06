// "Is it reported already?": open problems of the topic around the pin, in the server's own words.

export class Similar {
  constructor(form) {
    this.form = form;
    this.box = document.getElementById("similar");
    this.asked = "";
  }

  /** Shows what is open for the topic and the pin of the moment. Without it one can go on all the same. */
  async load() {
    const said = new FormData(this.form);
    const query = new URLSearchParams(["category", "lon", "lat"].map((name) => [name, said.get(name) ?? ""])).toString();
    if (query === this.asked) return;
    this.asked = query;
    this.box.replaceChildren();
    if (!said.get("category") || !said.get("lon")) return;
    try {
      const answer = await fetch(`${this.box.dataset.address}?${query}`, { signal: AbortSignal.timeout(10_000) });
      const html = answer.ok ? await answer.text() : "";
      if (query !== this.asked) return;
      if (!answer.ok) {
        this.refuse();
        return;
      }
      for (const earlier of document.querySelectorAll(".offers")) earlier.remove();
      this.box.innerHTML = html;
      this.box.querySelector(".offers")?.scrollIntoView({ block: "nearest" });
    } catch {
      this.asked = "";
    }
  }

  /** Says that nothing can be shown now, so that nobody takes it for "nothing is reported"; asked anew next time. */
  refuse() {
    const said = document.createElement("p");
    said.className = "soft";
    said.textContent = this.box.dataset.refused;
    this.box.replaceChildren(said);
    this.asked = "";
  }
}
