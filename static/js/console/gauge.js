// The strip and the gauge: pressure, target, limits, age of data. Unknown is said, never left blank.
import { field, put, show } from "./fields.js";
import { clock, say } from "./words.js";

const WITH_AGE = new Set(["live", "stale", "lost"]);
const VENTED_BELOW = 20;

export class Gauge {
  constructor(root, { plan, unit }) {
    this.root = root;
    this.plan = plan;
    this.unit = unit;
    this.tenths = null;
  }

  draw(sample) {
    this.root.dataset.known = sample.pressure === null ? "no" : "yes";
    this.drawDoubt();
    put("pressure", sample.pressure === null ? say("UNKNOWN") : String(wholeNumber(sample)));
    put("target", sample.target > 0 ? `${Math.round(sample.target)} ${this.unit}${this.targetPercent(sample)}` : "–");
    put("peak", `${Math.round(sample.peak)} ${this.unit}`);
    put("in-band", sample.in_band === null ? "–" : `${Math.floor(sample.in_band * 100)} %`);
    put("controller", sample.controller ? say(sample.controller) : say("BOX_UNKNOWN"));
    put("state", say(sample.state));
    put("inflated", say("OF", { now: clock(sample.inflated_s), most: clock(this.plan.max_inflated_s) }));
    put("total", say("OF", { now: clock(sample.total_s), most: clock(this.plan.max_total_s) }));
    field("inflated-bar").value = sample.inflated_s;
    this.drawOcclusion(sample);
  }

  // Why the number must not be read as the pressure of now. The style sheet shows it where there is doubt.
  drawDoubt() {
    const { feed, known } = this.root.dataset;
    if (feed === "ended") put("no-data", say("LAST_READING"));
    else put("no-data", say(feed === "live" && known === "no" ? "UNKNOWN_PRESSURE" : "NO_LIVE_DATA"));
  }

  // Only a device in mmHg with a measured LOP has a share of it.
  drawOcclusion(sample) {
    const isKnown = Boolean(this.plan.lop_mmhg) && sample.pressure !== null;
    show("lop", isKnown);
    if (isKnown) put("lop", say("LOP", { percent: Math.round((sample.pressure / this.plan.lop_mmhg) * 100) }));
  }

  targetPercent(sample) {
    return this.plan.lop_mmhg ? ` · ${say("LOP", { percent: Math.round((sample.target / this.plan.lop_mmhg) * 100) })}` : "";
  }

  // The feed: waiting, absent, live, stale, lost or ended. Only a new tenth of a second is written.
  drawAge(feed, age) {
    const tenths = WITH_AGE.has(feed) ? Math.floor(age * 10) : -1;
    if (this.root.dataset.feed === feed && this.tenths === tenths) return;
    this.root.dataset.feed = feed;
    this.tenths = tenths;
    if (feed === "live") put("age", say("AGE", { seconds: (tenths / 10).toFixed(1) }));
    if (feed === "stale" || feed === "lost") put("age", say("AGE_STALE", { seconds: (tenths / 10).toFixed(1) }));
    if (feed === "ended") put("age", say("AGE_ENDED"));
    this.drawDoubt();
  }
}

// Rounded, but what is confirmed to be below 20 never reads 20.
function wholeNumber({ pressure, vented }) {
  const whole = Math.round(pressure);
  return vented ? Math.min(whole, VENTED_BELOW - 1) : whole;
}
