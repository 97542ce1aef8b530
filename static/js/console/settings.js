// What a person has set for this browser: which keys count, the pedal, the pace. Nothing of a patient is kept here.
const NAME = "console-settings";
const USUAL = { keys: true, pace: true, pedal: null, job: "COUNT" };

function read() {
  try {
    return { ...USUAL, ...JSON.parse(localStorage.getItem(NAME)) };
  } catch {
    return { ...USUAL };
  }
}

const settings = read();

export function isOn(name) {
  return settings[name] === true;
}

export function setting(name) {
  return settings[name];
}

// A browser that keeps nothing keeps it until the page is left.
export function set(name, value) {
  settings[name] = value;
  try {
    localStorage.setItem(NAME, JSON.stringify(settings));
  } catch {
    /* private windows may refuse */
  }
}
