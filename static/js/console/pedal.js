// Keys and a foot pedal. A pedal is a keyboard with one key: it is learned once per browser, and its key then does its job and
// nothing else, so that a foot can never press a button. No key here inflates anything.
import { put } from "./fields.js";
import { isOn, set, setting } from "./settings.js";
import { say } from "./words.js";

const LEARN_MS = 15000;
const BOUNCE_MS = 200;
const SETTLE_MS = 500; // a second press of the key that began the learning is not the pedal
const NEVER = new Set(["Escape", "Tab", "Shift", "Control", "Alt", "AltGraph", "Meta", "CapsLock", "Dead", "Process", "Unidentified"]);
const TAKES_TEXT = "textarea, input:not([type=number], [type=radio], [type=checkbox])";

export class Keys {
  constructor(root, { commands, focusQuestion }) {
    this.root = root;
    this.commands = commands;
    this.focusQuestion = focusQuestion;
    this.learning = 0;
    this.pressedAt = -Infinity;
    this.bindSheet();
    for (const kind of ["keydown", "keyup"]) document.addEventListener(kind, (event) => this.filter(event), { capture: true });
    document.addEventListener("keydown", (event) => this.shortcut(event));
  }

  bindSheet() {
    this.button = document.getElementById("pedal-learn");
    this.forget = document.getElementById("pedal-forget");
    this.button.addEventListener("click", () => this.learn());
    this.forget.addEventListener("click", () => this.keep(null));
    for (const box of document.querySelectorAll("[data-setting]")) {
      box.checked = isOn(box.dataset.setting);
      box.addEventListener("change", () => set(box.dataset.setting, box.checked));
    }
    const job = document.getElementById("pedal-job");
    job.value = setting("job");
    job.addEventListener("change", () => set("job", job.value));
    this.drawPedal();
  }

  learn() {
    put("pedal", say("PEDAL_PRESS"));
    this.learningSince = performance.now();
    clearTimeout(this.learning);
    this.learning = setTimeout(() => this.stopLearning(), LEARN_MS);
  }

  stopLearning() {
    clearTimeout(this.learning);
    this.learning = 0;
    this.drawPedal();
  }

  keep(pedal) {
    set("pedal", pedal);
    this.stopLearning();
  }

  drawPedal() {
    const pedal = setting("pedal");
    put("pedal", pedal ? say("PEDAL_IS", { key: keyName(pedal) }) : say("PEDAL_NONE"));
    this.forget.hidden = !pedal;
  }

  // Before anyone else: while learning, the next key is the pedal's; later the pedal's key does its job only. STOP's Escape always passes.
  filter(event) {
    if (event.key === "Escape") return this.learning ? this.stopLearning() : undefined;
    if (this.learning) return this.take(event);
    if (!isPedal(event) || event.target.matches?.(TAKES_TEXT)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "keydown" && !event.repeat) this.press();
  }

  take(event) {
    if (event.type === "keydown" && NEVER.has(event.key)) return;
    event.preventDefault();
    event.stopImmediatePropagation();
    if (event.type === "keyup" || event.repeat || performance.now() - this.learningSince < SETTLE_MS) return;
    this.keep({ code: event.code, key: event.key });
    this.pressedAt = performance.now();
  }

  // A pedal's contact may bounce: one press is one press.
  press() {
    const now = performance.now();
    if (now - this.pressedAt < BOUNCE_MS) return;
    this.pressedAt = now;
    if (setting("job") === "COUNT") this.count();
    if (setting("job") === "STOP") document.dispatchEvent(new KeyboardEvent("keydown", { key: "Escape" }));
  }

  // Nothing live: nothing to count, nothing asked. STOP's key and pedal are not here.
  get isOver() {
    return ["ended", "absent", "lost"].includes(this.root.dataset.feed);
  }

  count() {
    if (!this.isOver && !document.getElementById("tap").hidden && this.root.dataset.role !== "watches") this.commands.send("REPETITION");
  }

  // R, or Space where it would press nothing else, counts; U takes one back; Q goes to the question. They can be switched off.
  shortcut(event) {
    if (this.isOver || event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing || !isOn("keys")) return;
    if (event.target.closest?.("input, textarea, select")) return;
    const act = this.actOf(event);
    if (!act) return;
    event.preventDefault();
    act();
  }

  actOf(event) {
    const isFree = !event.target.closest?.("button, a, summary");
    if (event.key === " ") return isFree && !document.getElementById("tap").hidden ? () => this.count() : null;
    return {
      r: () => this.count(),
      u: () => document.getElementById("undo").click(),
      q: () => this.focusQuestion(),
    }[event.key.toLowerCase()];
  }
}

function isPedal(event) {
  const pedal = setting("pedal");
  return Boolean(pedal) && (pedal.code ? event.code === pedal.code : event.key === pedal.key);
}

function keyName(pedal) {
  return pedal.key === " " ? say("KEY_SPACE") : pedal.key.length === 1 ? pedal.key.toUpperCase() : pedal.key;
}
