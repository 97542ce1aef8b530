// The buttons that ask something of the loop, and the line that says what became of it.
import { put } from "./fields.js";
import { hasAnswered } from "./soundcheck.js";
import { holdToConfirm } from "./hold.js";
import { Why } from "./why.js";
import { say, timeOfDay } from "./words.js";

const KEPT = 5;
const SETTLE_MS = 1000; // a second tap of the same finger takes nothing more back
const QUIET = ["ENTER", "NOT_POSSIBLE", "REPETITION", "UNDO"]; // they are told where they are made; what went wrong is told here too
const log = document.getElementById("log");
const lines = new Map();
const why = new Why(document.getElementById("resume-why"));

export function bindOrders(commands) {
  for (const button of document.querySelectorAll("[data-order]")) {
    button.addEventListener("click", () => commands.send(button.dataset.order));
  }
  for (const button of document.querySelectorAll("[data-pulse]")) {
    button.addEventListener("click", () => commands.send("PULSE", { value: Number(button.dataset.pulse) }));
  }
  for (const button of document.querySelectorAll("[data-hold]")) {
    holdToConfirm(button, {
      onDone: () => commands.send(button.dataset.hold, button.dataset.hold === "RESUME" ? { words: why.words } : {}),
      onTooShort: () => put("hold-why", say("HOLD_LONGER")),
    });
  }
  document.getElementById("tap").addEventListener("click", () => commands.send("REPETITION"));
  document.getElementById("unmark")?.addEventListener("click", () => commands.send("UNMARK"));
  document.getElementById("undo").addEventListener("click", () => commands.send("UNDO"));
}

// What may be pressed now. Nothing that may inflate works on old data; PAUSE works unless the cuff is known to be released.
export function drawOrders(sample, isLive, commands) {
  const { state, interval } = sample;
  const isSet = state === "RUNNING" && interval !== null && interval.left_s === null;
  enable("PAUSE", state === "RUNNING" && !commands.isPending("PAUSE"));
  enable("NEXT", isLive && isSet && !commands.isPending("NEXT"));
  const isHeard = hasAnswered(sample);
  offer("INFLATE", state === "READY", isLive && isHeard && sample.pressure !== null && !commands.isPending("INFLATE"));
  const whyNot = whyNotYet(sample, isHeard);
  why.show(state === "PAUSED"); // each pause wants a reason of its own
  offer("RESUME", state === "PAUSED", isLive && !whyNot && sample.vented === true && !commands.isPending("RESUME"));
  offerUnmark(isLive && sample.state === "RUNNING" && !commands.isPending("UNMARK"), sample.search?.marks ?? []);
  offerPulse(isLive && sample.search?.asks === true && !commands.isPending("PULSE"));
  if (whyNot !== shownWhyNot) put("hold-why", whyNot);
  shownWhyNot = whyNot;
}

function whyNotYet({ state, to_recheck: toRecheck }, isHeard) {
  if (!["READY", "PAUSED"].includes(state)) return "";
  if (!isHeard) return say("SOUND_FIRST");
  return state === "PAUSED" ? whyNotAgain(toRecheck ?? []) : "";
}

// After a vent the person is looked at anew, and someone says why it is right to go on.
function whyNotAgain(toRecheck) {
  if (toRecheck.length) return say("RECHECK_FIRST", { what: toRecheck.map((one) => say(`CHECK_${one}`)).join(", ") });
  return why.words ? "" : say("REASON_FIRST");
}

// A person says what they feel only while the cuff is at a step.
function offerPulse(isAsked) {
  const panel = document.getElementById("pulse");
  if (!panel || panel.hidden !== isAsked) return;
  panel.hidden = !isAsked;
  for (const button of panel.children) button.disabled = !isAsked;
}

// A slip of the finger would make a wrong pressure of it.
function offerUnmark(isPossible, marks) {
  const line = document.getElementById("marked");
  if (!line) return;
  if (marks.length !== marked.length) marked = { length: marks.length, at: performance.now() };
  line.hidden = !isPossible || !marks.length;
  document.getElementById("unmark").disabled = performance.now() - marked.at < SETTLE_MS;
  if (line.hidden) return;
  const [mmhg, hasPulse] = marks.at(-1);
  put("marked", say(`MARKED_${Number(hasPulse)}`, { mmhg: Math.round(mmhg) }));
}

let shownWhyNot = "";
let marked = { length: 0, at: -Infinity };

const buttons = {};
for (const button of document.querySelectorAll("[data-order], [data-hold]")) buttons[button.dataset.order ?? button.dataset.hold] = button;

function enable(verb, isEnabled) {
  if (buttons[verb].disabled === isEnabled) buttons[verb].disabled = !isEnabled;
}

function offer(verb, isShown, isEnabled) {
  if (buttons[verb].hidden === isShown) buttons[verb].hidden = !isShown;
  enable(verb, isEnabled);
}

export function drawCommand(item) {
  if (QUIET.includes(item.verb) && !["REFUSED", "NOT_KNOWN"].includes(item.state)) return;
  const line = lines.get(item.key) ?? newLine(item.key);
  line.dataset.is = item.state;
  const what = say(item.state === "SENT" ? "WORKING" : item.state, { verb: say(`VERB_${item.verb}`) });
  line.textContent = `${what}${item.words ? `${what.endsWith(".") ? "" : "."} ${item.words}` : ""} (${timeOfDay()})`;
  if (item.state === "SENT") return;
  put("hold-why", "");
  shownWhyNot = "";
}

function newLine(key) {
  const line = document.createElement("li");
  lines.set(key, line);
  log.prepend(line);
  while (log.children.length > KEPT) log.lastChild.remove();
  return line;
}
