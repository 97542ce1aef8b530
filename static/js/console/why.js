// Why something is done, out of a few reasons that are all in sight: what drops down could cover STOP.
export class Why {
  constructor(place) {
    this.place = place;
  }

  // In words; empty until one is chosen.
  get words() {
    return this.place.querySelector(":checked")?.parentElement.textContent.trim() ?? "";
  }

  get isShown() {
    return !this.place.hidden;
  }

  // What was chosen before does not count for the next time.
  show(isShown) {
    if (this.isShown === isShown) return;
    this.place.hidden = !isShown;
    this.clear();
  }

  clear() {
    for (const one of this.place.querySelectorAll(":checked")) one.checked = false;
  }
}
