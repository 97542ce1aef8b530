// The strip, a card for each cuff, and the times: pressure, target, limits, age of data. Unknown is said, never left blank.
import { field, put, show } from "./fields.js";
import { clock, say, wholeNumber } from "./words.js";

const WITH_AGE = new Set(["live", "stale", "lost"]);
const UNREAD_S = 1;
const NEVER_SEEN = { pressure: null, target: 0, peak: 0, in_band: null, vented: null };

export class Gauge {
  constructor(root, { plan, bands }) {
    this.root = root;
    this.plan = plan;
    this.cards = [...root.querySelectorAll(".gauge")].map((place, number) => new Card(place, plan.cuffs[number], bands));
    this.tenths = null;
    this.unread = 0;
  }

  draw(sample) {
    this.unread = sample.unread_s ?? 0;
    this.root.dataset.known = sample.pressure === null ? "no" : "yes";
    const controller = say(sample.controller ?? "BOX_UNKNOWN");
    for (let number = 0; number < this.cards.length; number += 1) this.cards[number].draw(sample.cuffs[number] ?? { ...NEVER_SEEN, vented: sample.vented }, sample.interval, controller);
    this.drawDoubt();
    put("pressures", this.cards.map((one) => one.said).join(" / "));
    put("state", say(sample.state));
    put("controller", controller);
    put("inflated", say("OF", { now: clock(sample.inflated_s), most: clock(this.plan.max_inflated_s) }));
    put("total", say("OF", { now: clock(sample.total_s), most: clock(this.plan.max_total_s) }));
    field("inflated-bar").value = sample.inflated_s;
  }

  drawDoubt() {
    for (const card of this.cards) card.drawDoubt(this.root.dataset.feed);
  }

  // The feed: waiting, absent, live, stale, lost or ended. Only a new tenth of a second is written.
  // A sample that came just now may tell that nothing could be read for long: the age is that of the reading.
  drawAge(feed, age) {
    const tenths = WITH_AGE.has(feed) ? Math.floor((age + this.unread) * 10) : -1;
    const isUnread = feed === "live" && this.unread > UNREAD_S;
    this.root.dataset.unread = isUnread ? "yes" : "no";
    if (this.root.dataset.feed === feed && this.tenths === tenths) return;
    this.root.dataset.feed = feed;
    this.tenths = tenths;
    show("controller", WITH_AGE.has(feed));
    if (feed === "live") put("age", say(isUnread ? "NOT_READ" : "AGE", { seconds: (tenths / 10).toFixed(1) }));
    if (feed === "stale" || feed === "lost") put("age", say("AGE_STALE", { seconds: (tenths / 10).toFixed(1) }));
    if (feed === "ended") put("age", say("AGE_ENDED"));
    this.drawDoubt();
  }
}

// One cuff. Its own terms bound it; a share of LOP exists only where one was measured in mmHg.
class Card {
  constructor(place, terms, bands) {
    this.place = place;
    this.lop = terms.lop_mmhg;
    this.bands = bands;
    this.places = {};
    for (const one of place.querySelectorAll("[data-g]")) this.places[one.dataset.g] = one;
  }

  draw(cuff, interval, controller) {
    const isKnown = cuff.pressure !== null;
    this.place.dataset.known = isKnown ? "yes" : "no";
    this.isVented = cuff.vented === true;
    this.put("pressure", isKnown ? String(wholeNumber(cuff)) : say("UNKNOWN"));
    this.put("lop", isKnown && this.lop ? say("LOP", { percent: this.percent(cuff.pressure) }) : "");
    this.put("controller", controller);
    this.drawAim(cuff.target, this.bands[interval?.kind] ?? 0);
    this.put("peak", String(Math.round(cuff.peak)));
    this.put("in-band", cuff.in_band === null ? "–" : say("PERCENT", { percent: Math.floor(cuff.in_band * 100) }));
  }

  drawAim(target, band) {
    const percent = this.lop ? this.percent(target) : null;
    if (target <= 0) this.put("target", "–");
    else this.put("target", percent === null ? String(Math.round(target)) : say("TARGET_LOP", { target: Math.round(target), percent }));
    this.put("band", target > 0 && band ? say("BAND", { low: Math.ceil(target * (1 - band)), high: Math.floor(target * (1 + band)) }) : "–");
  }

  // Why the number must not be read as the pressure of now. The style sheet shows it where there is doubt.
  drawDoubt(feed) {
    this.put("no-data", say(doubt(feed, this.place.dataset.known, this.isVented)));
  }

  percent(pressure) {
    return Math.round((pressure / this.lop) * 100);
  }

  // The number, or that it is not known.
  get said() {
    return this.places.pressure.textContent;
  }

  put(name, text) {
    const place = this.places[name];
    if (place.textContent !== text) place.textContent = text;
  }
}

function doubt(feed, known, isVented) {
  if (known === "never") return "NO_DATA_YET";
  if (feed === "ended" && known === "no" && isVented) return "NO_LIVE_DATA";
  if (feed === "ended" && known === "yes") return "LAST_READING";
  return feed !== "stale" && feed !== "lost" && known === "no" ? "UNKNOWN_PRESSURE" : "NO_LIVE_DATA";
}
