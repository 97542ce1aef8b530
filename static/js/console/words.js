// The words that the page carries for its scripts, and numbers as people read them.
const store = {};
for (const one of document.getElementById("console-words").content.children) store[one.dataset.word] = one.textContent.trim();

export function say(word, values) {
  const text = store[word] ?? word;
  return values ? text.replace(/\{(\w+)\}/g, (_, name) => values[name]) : text;
}

export function clock(seconds) {
  const whole = Math.max(0, Math.floor(seconds));
  return `${Math.floor(whole / 60)}:${String(whole % 60).padStart(2, "0")}`;
}

// Counted down: 0:01 stays until nothing is left.
export function countdown(seconds) {
  return clock(Math.ceil(seconds));
}

const wallClock = new Intl.DateTimeFormat(document.documentElement.lang, { hour: "2-digit", minute: "2-digit", second: "2-digit", hourCycle: "h23" });

// A console tells the time by the server's clock once it knows that: a tablet's own may be set wrong.
let now = Date.now;
export function tellTimeBy(clock) {
  now = clock;
}

// Of now, or of a moment in milliseconds.
export function timeOfDay(at = now()) {
  return wallClock.format(new Date(at));
}

export const VENTED_BELOW = 20;

// Rounded, but what is confirmed to be below 20 never reads 20.
export function wholeNumber({ pressure, vented }) {
  const whole = Math.round(pressure);
  return vented ? Math.min(whole, VENTED_BELOW - 1) : whole;
}
