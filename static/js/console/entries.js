// What the person says and the clinician measures: steppers that are recorded on purpose, symptoms that act at one press.
import { say, timeOfDay } from "./words.js";

const SAID = { SENT: "ENTRY_SENT", CONFIRMED: "ENTRY_CONFIRMED", REFUSED: "ENTRY_REFUSED", NOT_KNOWN: "ENTRY_NOT_KNOWN" };
const places = {};

export function bindEntries(commands) {
  for (const form of document.querySelectorAll(".entry")) bindEntry(form, commands);
  for (const button of document.querySelectorAll(".symptom")) {
    places[button.dataset.symptom] = button;
    button.addEventListener("click", () => commands.send("ENTER", { signal: button.dataset.symptom, value: 1 }));
  }
}

function bindEntry(form, commands) {
  const input = form.querySelector("input");
  places[form.dataset.signal] = form;
  for (const button of form.querySelectorAll("[data-by]")) {
    button.addEventListener("click", () => step(form, input, Number(button.dataset.by)));
  }
  form.addEventListener("submit", (event) => {
    event.preventDefault();
    if (input.value === "" || !input.checkValidity()) return said(form, say("ENTRY_RANGE", input), "REFUSED");
    return commands.send("ENTER", { signal: form.dataset.signal, value: Number(input.value) });
  });
}

// From an empty field: up from 0, or from the middle of what is plausible where the range does not begin at 0.
function step(form, input, by) {
  const [min, max, size] = [Number(input.min), Number(input.max), Number(form.dataset.step)];
  const start = min === 0 ? by * size : Math.round((min + max) / 2 / size) * size;
  const value = input.value === "" ? start : Number(input.value) + by * size;
  input.value = Math.min(max, Math.max(min, value));
}

export function drawEntry(item) {
  const place = places[item.signal];
  if (item.verb !== "ENTER" || !place) return;
  const words = `${say(SAID[item.state], { value: item.value, time: timeOfDay() })}${item.words ? ` ${item.words}` : ""}`;
  if (place.matches(".symptom")) place.dataset.is = item.state;
  else said(place, words, item.state === "CONFIRMED" && item.words ? "CRITERION" : item.state);
}

function said(form, words, state) {
  const output = form.querySelector("output");
  output.textContent = words;
  output.dataset.is = state;
}

// What was said or measured and did not reach the session: its stop criteria have not seen it.
export function isLostEntry({ verb, signal, state, isUnsent }) {
  if (verb !== "ENTER" || !["REFUSED", "NOT_KNOWN"].includes(state)) return false;
  return isUnsent === true || state === "NOT_KNOWN" || places[signal]?.matches(".symptom") === true;
}
