// The pace of a repetition, from the loop's own clock: two tablets say "up" and "down" at the same moment.
import { put } from "./fields.js";
import { isOn } from "./settings.js";
import { say } from "./words.js";

const LEAD_S = 3; // from a tight cuff to the first "up"
const still = matchMedia("(prefers-reduced-motion: reduce)");

export class Pacer {
  constructor(root, plan) {
    this.root = root;
    this.tempo = plan.tempo;
    this.place = document.getElementById("pacer");
    this.bar = this.place.querySelector(".pacer-bar");
    this.word = "";
  }

  // `now` is in the server's seconds. Old data paces nobody.
  draw(sample, isLive, now) {
    const tight = sample?.state === "RUNNING" && sample.interval?.repetitions ? sample.interval.tight_s : null;
    const isPaced = Boolean(this.tempo) && isLive && tight !== null && isOn("pace");
    if (this.place.hidden === isPaced) this.place.hidden = !isPaced;
    if (isPaced) this.show(tight + Math.max(0, now - sample.at) - LEAD_S);
  }

  show(seconds) {
    const { up_s: up, down_s: down } = this.tempo;
    const into = seconds < 0 ? 0 : seconds % (up + down);
    const way = seconds < 0 ? "READY" : into < up ? "UP" : "DOWN";
    if (this.word !== way) {
      this.word = way;
      this.place.dataset.way = way;
      put("pacer-word", say(`PACE_${way}`));
    }
    const height = still.matches ? 1 : into < up ? into / up : 1 - (into - up) / down;
    this.bar.style.transform = `scaleY(${height.toFixed(3)})`;
  }
}
