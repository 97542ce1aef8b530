// Warnings, newest first, each with a shape and words. One that is over stays for a while, marked so.
import { say, timeOfDay } from "./words.js";

const KEEP_MS = 20000;
const list = document.getElementById("alarms");
const items = new Map();

// `level` is HIGH or MEDIUM; the shape comes from the style sheet.
export function raise(code, words, level = "MEDIUM") {
  let item = items.get(code);
  if (!item || item.dataset.past) {
    item?.remove();
    item = build(code, level);
    items.set(code, item);
    list.prepend(item);
  }
  const place = item.querySelector(".alarm-words");
  if (place.textContent !== words) place.textContent = words;
}

export function lower(code) {
  const item = items.get(code);
  if (!item || item.dataset.past) return;
  item.dataset.past = "yes";
  item.querySelector(".alarm-level").textContent = `${say("PAST")}:`;
  setTimeout(() => {
    item.remove();
    if (items.get(code) === item) items.delete(code);
  }, KEEP_MS);
}

// Brings the list in step with the warnings of a sample. Codes that the page raises by itself begin with "here:".
export function follow(warnings) {
  for (const { code, words, level } of warnings) raise(code, words, level);
  for (const code of items.keys()) {
    if (!code.startsWith("here:") && !warnings.some((one) => one.code === code)) lower(code);
  }
}

function build(code, level) {
  const item = document.createElement("li");
  item.dataset.level = level;
  const title = document.createElement("b");
  title.className = "alarm-level";
  title.textContent = `${say(level === "HIGH" ? "ALARM" : "WARNING")}:`;
  const words = document.createElement("span");
  words.className = "alarm-words";
  const time = document.createElement("time");
  time.textContent = timeOfDay();
  item.append(title, " ", words, " ", time);
  return item;
}
