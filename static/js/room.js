// The room: writes what each STOP learns from its state link on that session's card, and keeps the list of cards in step.
// Nothing old is shown as live, and no card moves under a hand.
import { VENTED_BELOW, clock, countdown, say, timeOfDay, wholeNumber } from "./console/words.js";

const STALE_S = 1;
const ANSWER_S = 2.5;
const DRAW_MS = 200;
const LIST_MS = 4000;
const LINGER_MS = 10000;
const STILL_MS = 3000;
const SPELLED_OUT = 2;
const UNTRAINED = new Set(["SELF_TEST", "MEASUREMENT"]);

const room = document.getElementById("room");
const cards = new Map();
let touchedAt = -Infinity;
let listedAt = Date.now();

// --- one card
class Card {
  constructor(place) {
    this.place = place;
    this.state = null;
    this.heardAt = -Infinity;
    this.overAt = null;
    this.isListed = true;
    this.wasLeftTight = place.querySelector(".room-left") !== null;
    this.parts = {};
    for (const one of place.querySelectorAll("[data-room]")) this.parts[one.dataset.room] = one;
    this.cuffs = [...place.querySelectorAll("[data-cuff]")].map((one) => ({
      place: one,
      pressure: one.querySelector("[data-cuff-pressure]"),
      target: one.querySelector("[data-cuff-target]"),
    }));
  }

  hear(state) {
    this.state = state ?? this.state;
    if (state) this.heardAt = performance.now();
    this.draw();
  }

  // Live, over, or unknown. What has ended with air in the cuff, or nobody knows, is never over.
  is() {
    const { state } = this;
    if (state?.is_live === false) return state.confirmed ? "over" : "open";
    return this.age() <= STALE_S + ANSWER_S && state?.age_s <= STALE_S && this.silence() <= ANSWER_S && state.glance ? "live" : "unknown";
  }

  silence() {
    return (performance.now() - this.heardAt) / 1000;
  }

  age() {
    return (this.state?.age_s ?? Infinity) + this.silence();
  }

  draw() {
    const is = this.is();
    this.place.dataset.is = is;
    this.place.dataset.doubt = this.isInDoubt ? "yes" : "no";
    if (is === "over") this.overAt ??= performance.now();
    const seen = is === "live" ? this.state.glance : null;
    put(this.parts.state, this.stateWords(is, seen));
    put(this.parts.age, this.ageWords(is));
    const targetWord = this.cuffs.length > SPELLED_OUT ? "TARGET_SHORT" : "TARGET";
    for (let number = 0; number < this.cuffs.length; number += 1) drawCuff(this.cuffs[number], seen?.cuffs[number], { is, targetWord });
    this.drawPlace(seen);
    this.drawAlarm(seen?.alarm, seen?.alarms ?? 0);
    if (seen) put(this.parts.who, whoWords(seen));
  }

  stateWords(is, seen) {
    if (is === "over") return say("ROOM_OVER");
    if (is === "open") return say("ROOM_OPEN");
    if (is === "unknown") return say("ROOM_UNKNOWN");
    return `${say(seen.state)} · ${say(seen.controller ?? "BOX_UNKNOWN")}`;
  }

  ageWords(is) {
    if (is === "over" || is === "open") return "";
    if (is !== "live") return say("NO_LIVE_DATA");
    const unread = this.state.glance.unread_s ?? 0;
    return say(unread > STALE_S ? "NOT_READ" : "AGE", { seconds: (this.age() + unread).toFixed(1) });
  }

  drawPlace(seen) {
    const interval = seen?.state === "RUNNING" ? seen.interval : null;
    const { mode } = this.place.dataset;
    put(this.parts.place, interval ? `${say(`PLACE_${mode}`, interval)} · ${say(kindWord(interval.kind, mode))}` : "");
    if (!interval) return put(this.parts.timer, "");
    if (interval.left_s !== null) return put(this.parts.timer, say("LEFT", { time: countdown(interval.left_s) }));
    return put(this.parts.timer, say("ELAPSED", { time: clock(interval.elapsed_s) }));
  }

  drawAlarm(alarm, count) {
    const place = this.parts.alarm;
    place.hidden = !alarm;
    if (!alarm) return;
    place.dataset.level = alarm.level;
    const words = `${say(`LEVEL_${alarm.level}`)}: ${alarm.name}`;
    put(place, count > 1 ? say("MORE_ALARMS", { words, more: count - 1 }) : words);
  }

  // Whether anything of it is not known that should be: never counted as fine.
  get isInDoubt() {
    const is = this.is();
    return is === "unknown" || is === "open" || (is === "live" && this.state.glance.cuffs.some((cuff) => cuff.pressure === null));
  }

  get hasAlarm() {
    const seen = this.is() === "live" && this.state.glance;
    return Boolean(seen && seen.alarm && seen.alarm.level !== "INFO");
  }

  // No longer in the list, and no hand is near: it ended with an open cuff, and that could be read; or somebody has looked at the box since.
  get mayLeave() {
    const now = performance.now();
    const isRead = this.overAt !== null && now - this.overAt > LINGER_MS;
    return !this.isListed && (isRead || this.wasLeftTight) && now - touchedAt > STILL_MS;
  }
}

// Nobody rests who does not train.
function kindWord(kind, mode) {
  return kind === "REST" && UNTRAINED.has(mode) ? "HELD" : kind;
}

function drawCuff({ place, pressure, target }, seen, { is, targetWord }) {
  const isKnown = Boolean(seen) && seen.pressure !== null;
  place.dataset.known = isKnown ? "yes" : "no";
  put(pressure, isKnown ? String(wholeNumber(seen)) : is === "over" ? `< ${VENTED_BELOW}` : say("UNKNOWN"));
  put(target, seen && seen.target > 0 ? say(targetWord, { target: Math.round(seen.target) }) : "");
}

function whoWords({ who, is_here: isHere }) {
  if (!who) return say("WHO_NOBODY");
  return say(isHere ? "WHO" : "WHO_AWAY", { name: who });
}

function put(place, text) {
  if (place.textContent !== text) place.textContent = text;
}

// --- all of them
function take(place) {
  cards.set(place.dataset.session, new Card(place));
}

async function list() {
  try {
    const answer = await fetch(room.dataset.cards, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(LIST_MS) });
    if (!answer.ok) throw new Error(answer.status);
    follow(new DOMParser().parseFromString(await answer.text(), "text/html"));
    listedAt = Date.now();
    tellList("CHECKED");
  } catch {
    tellList("NOT_CHECKED");
  }
  setTimeout(list, LIST_MS);
}

function tellList(word) {
  const place = document.getElementById("room-checked");
  place.dataset.is = word;
  put(place, say(word, { time: timeOfDay(listedAt) }));
}

// A new session gets a card behind the others, with a STOP that works at once.
function follow(page) {
  const found = new Map([...page.querySelectorAll(".room-session")].map((one) => [one.dataset.session, one]));
  for (const [id, card] of cards) {
    card.isListed = found.has(id);
    card.wasLeftTight ||= found.get(id)?.querySelector(".room-left") != null;
  }
  for (const [id, place] of found) {
    if (cards.has(id)) continue;
    room.append(document.adoptNode(place));
    take(place);
    place.querySelector("form[data-stop]").dispatchEvent(new CustomEvent("stop:added", { bubbles: true }));
  }
}

function tidy() {
  for (const [id, card] of cards) {
    if (!card.mayLeave) continue;
    card.place.remove();
    cards.delete(id);
  }
}

function sum() {
  let [live, unknown, alarmed] = [0, 0, 0];
  for (const card of cards.values()) {
    const is = card.is();
    live += is === "live";
    unknown += card.isInDoubt;
    alarmed += card.hasAlarm;
  }
  const parts = [say("SUM", { live })];
  if (unknown) parts.push(say("SUM_UNKNOWN", { count: unknown }));
  if (alarmed) parts.push(say("SUM_ALARM", { count: alarmed }));
  const place = document.getElementById("room-sum");
  place.dataset.is = unknown ? "unknown" : alarmed ? "alarm" : "fine";
  put(place, cards.size ? parts.join(" · ") : "");
}

function draw() {
  for (const card of cards.values()) card.draw();
  tidy();
  sum();
  room.dataset.count = cards.size;
  document.getElementById("room-none").hidden = cards.size > 0;
}

document.getElementById("room-keys").hidden = false;
for (const place of room.querySelectorAll(".room-session")) take(place);
room.addEventListener("stop:state", (event) => cards.get(event.target.closest(".room-session").dataset.session)?.hear(event.detail));
document.dispatchEvent(new CustomEvent("stop:look")); // what STOP has learned before this script ran
for (const name of ["pointerdown", "pointermove", "keydown"]) document.addEventListener(name, () => (touchedAt = performance.now()), { passive: true });
setInterval(draw, DRAW_MS);
setTimeout(list, LIST_MS);
draw();
