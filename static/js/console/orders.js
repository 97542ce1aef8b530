// The buttons that ask something of the loop, and the line that says what became of it.
import { put } from "./fields.js";
import { holdToConfirm } from "./hold.js";
import { say, timeOfDay } from "./words.js";

const KEPT = 5;
const log = document.getElementById("log");
const lines = new Map();

export function bindOrders(commands) {
  for (const button of document.querySelectorAll("[data-order]")) {
    button.addEventListener("click", () => commands.send(button.dataset.order));
  }
  for (const button of document.querySelectorAll("[data-hold]")) {
    holdToConfirm(button, {
      onDone: () => commands.send(button.dataset.hold),
      onTooShort: () => put("hold-why", say("HOLD_LONGER")),
    });
  }
  document.getElementById("tap").addEventListener("click", () => commands.send("REPETITION"));
  document.addEventListener("keydown", (event) => {
    if (isCountKey(event)) {
      event.preventDefault();
      commands.send("REPETITION");
    }
  });
}

// R, or Space where it would press nothing else, while there is something to count.
function isCountKey(event) {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (!document.getElementById("count-keys").checked || document.getElementById("tap").hidden) return false;
  if (event.target.closest("input, textarea, select")) return false;
  return event.key.toLowerCase() === "r" || (event.key === " " && !event.target.closest("button, a, summary"));
}

// What may be pressed now. Nothing that may inflate works on old data; PAUSE works unless the cuff is known to be released.
export function drawOrders(sample, isLive, commands) {
  const { state, interval } = sample;
  const isSet = state === "RUNNING" && interval !== null && interval.left_s === null;
  enable("PAUSE", state === "RUNNING" && !commands.isPending("PAUSE"));
  enable("NEXT", isLive && isSet && !commands.isPending("NEXT"));
  offer("INFLATE", state === "READY", isLive && sample.pressure !== null && !commands.isPending("INFLATE"));
  const isChecked = sample.refill_checked !== false;
  offer("RESUME", state === "PAUSED", isLive && isChecked && sample.vented === true && !commands.isPending("RESUME"));
  const why = state === "PAUSED" && !isChecked ? "REFILL_FIRST" : "";
  if (why !== shownWhy) put("hold-why", why && say(why));
  shownWhy = why;
}

let shownWhy = "";

const buttons = {};
for (const button of document.querySelectorAll("[data-order], [data-hold]")) buttons[button.dataset.order ?? button.dataset.hold] = button;

function enable(verb, isEnabled) {
  if (buttons[verb].disabled === isEnabled) buttons[verb].disabled = !isEnabled;
}

function offer(verb, isShown, isEnabled) {
  if (buttons[verb].hidden === isShown) buttons[verb].hidden = !isShown;
  enable(verb, isEnabled);
}

// Repetitions are counted on their button; only those that went wrong get a line.
export function drawCommand(item) {
  if (item.verb === "ENTER" || (item.verb === "REPETITION" && !["REFUSED", "NOT_KNOWN"].includes(item.state))) return;
  const line = lines.get(item.key) ?? newLine(item.key);
  line.dataset.is = item.state;
  const what = say(item.state === "SENT" ? "WORKING" : item.state, { verb: say(`VERB_${item.verb}`) });
  line.textContent = `${what}${item.words ? `. ${item.words}` : ""} (${timeOfDay()})`;
  if (item.state !== "SENT") put("hold-why", "");
}

function newLine(key) {
  const line = document.createElement("li");
  lines.set(key, line);
  log.prepend(line);
  while (log.children.length > KEPT) log.lastChild.remove();
  return line;
}
