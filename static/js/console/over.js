// What stands in place of the controls when there is nothing live: not answered, or ended.
import { put, show } from "./fields.js";
import { offerReason } from "./reason.js";
import { say } from "./words.js";

const panel = document.getElementById("over");
let isVented = null;

export function showEnded(sample) {
  isVented = sample.vented === true;
  open(say(`OVER_${sample.ending?.outcome ?? "GONE"}`), sample.ending?.words ?? "");
  const nothingHappened = sample.ending?.outcome === "NOT_STARTED" && sample.vented === null;
  if (!nothingHappened) drawVent();
  offerReason(sample.ending?.outcome);
}

// Nothing was ever heard. Only a session that no station had taken up is known to hold no air.
export function showAbsent(isUntouched) {
  put("state", say("NOT_LIVE"));
  openWithoutEnd(say(isUntouched ? "ABSENT" : "ABSENT_UNKNOWN"));
}

// Heard once, and silent for long.
export function showLost() {
  openWithoutEnd(say("ABSENT_UNKNOWN"));
}

function openWithoutEnd(words) {
  open(say("OVER_ABSENT"), words);
  show("over-close", false);
  show("over-back", true);
}

export function hideOver() {
  panel.hidden = true;
}

// The STOP bar goes on asking after the stream has ended, and may learn that the cuff is open after all.
export function learnVent(state) {
  if (isVented !== false || !state?.confirmed) return;
  isVented = true;
  drawVent();
}

function drawVent() {
  put("over-vent", say(isVented ? "VENT_CONFIRMED" : "VENT_NOT_CONFIRMED"));
  panel.dataset.vented = isVented ? "yes" : "no";
}

function open(title, words) {
  panel.hidden = false; // a live region reads out what changes while it is there
  show("over-close", true);
  show("over-back", false);
  put("over-title", title);
  put("over-words", words);
}
