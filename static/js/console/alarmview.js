// How alarms look: the one in front is read from two metres, the list says the rest. Priority is a mark, a word and a colour.
import { put } from "./fields.js";
import { say, timeOfDay } from "./words.js";

const MARKS = { HIGH: "***", MEDIUM: "**", LOW: "*", INFO: "i" };
const RANK = ["INFO", "LOW", "MEDIUM", "HIGH"];
const front = document.getElementById("alarm-front");
const list = document.getElementById("alarms");
let said = "";

// The gravest that asks for somebody, of equal ones the newest; else what holds and was seen. Returns it, or null.
export function drawFront(all, asks, buttons, mayAct) {
  const asking = all.filter(asks);
  const shown = asking.length ? asking : all.filter((one) => one.is === "ON" && (one.level !== "LOW" || one.by !== null || one.off));
  const first = shown.reduce((best, one) => (!best || RANK.indexOf(one.level) > RANK.indexOf(best.level) ? one : best), null);
  front.dataset.level = first?.level ?? "NONE";
  front.dataset.is = !first ? "none" : first.off ? "off" : asking.length ? "asks" : "seen";
  put("alarm-mark", first ? MARKS[first.level] : "");
  put("alarm-name", first ? first.name : say("NO_ALARM"));
  put("alarm-words", first ? wordsOf(first) : "");
  buttons.ACKNOWLEDGE.hidden = !asking.length || !mayAct(first);
  buttons.OPEN.dataset.count = String(all.filter((one) => one.is !== "OVER" && one.level !== "INFO").length || "");
  announce(asking.length ? first : null);
  return first;
}

// What is said besides the name. What is over commands nothing any more, and still wants to be seen.
function wordsOf(alarm) {
  const words = alarm.words === `${alarm.name}.` ? "" : alarm.words;
  return alarm.is === "LATCHED" ? say("WAS", { words }) : words;
}

// Read out once, when it comes to the front, and when it is over.
function announce(alarm) {
  const name = alarm ? `${alarm.code} ${alarm.n} ${alarm.is}` : "";
  if (name === said) return;
  said = name;
  put("alarm-said", alarm ? `${say(`LEVEL_${alarm.level}`)}. ${alarm.name}. ${wordsOf(alarm)}` : "");
}

// Whether this console is heard at all stands here for good.
export function drawAudio(audio, button, place) {
  button.hidden = !audio.paused_s && !audio.level;
  button.dataset.paused = audio.paused_s ? "yes" : "no";
  put("audio-words", audio.paused_s ? say("AUDIO_PAUSED_FOR", { seconds: audio.paused_s }) : say("PAUSE_AUDIO"));
  const state = stateOfSound(audio);
  put("sound-state", say(state));
  place.dataset.sound = state;
}

function stateOfSound({ is, check }) {
  if (check === "WITHOUT") return "NO_SOUND";
  if (is === "none") return "SOUND_NONE";
  return is === "running" ? "SOUND_ON" : "SOUND_OFF";
}

export function drawList(all, asks, mayAct) {
  const held = document.activeElement?.closest?.("#alarms li") ? document.activeElement.dataset : null;
  list.replaceChildren(...all.map((one) => row(one, asks(one), mayAct(one))));
  if (held) list.querySelector(`button[data-n="${held.n}"][data-what="${held.what}"]`)?.focus();
}

// What has no outcome in the record yet, the loop has told meanwhile.
export function drawStanding(log, acks) {
  for (const { key, outcome, words } of acks) {
    const place = log.querySelector(`[data-order-key="${CSS.escape(key)}"]`);
    if (place) place.textContent = say(`LOG_${outcome}`, { words });
  }
}

function row(alarm, asks, mayAct) {
  const item = document.createElement("li");
  item.dataset.level = alarm.level;
  item.dataset.code = alarm.code;
  item.dataset.is = alarm.off ? "OFF" : asks || alarm.level === "INFO" || alarm.is === "OVER" ? alarm.is : "SEEN";
  item.append(
    part("b", MARKS[alarm.level]),
    part("span", `${alarm.name}. ${wordsOf(alarm)}`),
    part("small", [say(`LEVEL_${alarm.level}`), say(`KIND_${alarm.kind}`), timeOfDay(alarm.from), stateWords(alarm)].join(" · ")),
  );
  if (asks && mayAct) item.append(button("ACKNOWLEDGE", alarm));
  if (mayAct && !alarm.isHere && alarm.level === "LOW" && alarm.kind === "TECHNICAL") item.append(button(alarm.off ? "REACTIVATE" : "INACTIVATE", alarm));
  return item;
}

function stateWords(alarm) {
  return [say(`IS_${alarm.is}`), alarm.by === null ? "" : say("SEEN_BY", { who: alarm.by }), alarm.off ? say("IS_OFF") : ""].filter(Boolean).join(" · ");
}

function part(tag, text) {
  const made = document.createElement(tag);
  made.textContent = text;
  return made;
}

function button(what, alarm) {
  const made = part("button", say(what));
  made.type = "button";
  Object.assign(made.dataset, { what, code: alarm.code, n: alarm.n });
  made.setAttribute("aria-label", `${say(what)}: ${alarm.name}`);
  return made;
}
