// What is asked for now, from telemetry: one question at a time, large. An answer is an entry like every other.
import { field, put } from "./fields.js";
import { countdown, say, timeOfDay } from "./words.js";

const SAID_MS = 20000;
const SETTLE_MS = 400; // a press that was meant for the question before answers no new one

export class Prompts {
  constructor(root, commands) {
    this.root = root;
    this.commands = commands;
    this.panel = document.getElementById("prompt");
    this.answers = [...this.panel.querySelectorAll("[data-answer]")];
    this.why = document.getElementById("not-possible");
    this.rest = document.getElementById("prompt-rest");
    this.chips = document.getElementById("prompt-next");
    this.touch = document.getElementById("touch-me");
    this.said = document.getElementById("prompt-answer");
    this.change = document.getElementById("prompt-change");
    this.list = [];
    this.shown = "";
    this.wanted = null;
    this.again = null;
    this.pending = [];
    this.bind();
  }

  bind() {
    for (const group of this.answers) {
      for (const button of group.querySelectorAll("[data-value]")) {
        button.addEventListener("click", () => this.answer([[group.dataset.signal, Number(button.dataset.value)]]));
      }
    }
    for (const one of this.panel.querySelectorAll(".big-stepper")) bindStepper(one);
    this.panel.querySelector("form").addEventListener("submit", () => this.answerPair());
    for (const button of this.why.querySelectorAll("[data-reason]")) {
      button.addEventListener("click", () => this.decline(button.dataset.reason));
    }
    this.rest.addEventListener("click", () => this.openRest(true));
    document.getElementById("prompt-back").addEventListener("click", () => this.openRest(false));
    this.panel.querySelector("[data-open-rest]").addEventListener("click", () => {
      this.openRest(true);
      document.querySelector(".symptom")?.focus();
    });
    this.change.addEventListener("click", () => this.askAgain());
  }

  draw(sample) {
    this.list = sample.prompts ?? [];
    this.isTight = sample.interval?.kind === "WORK" && Number.isFinite(sample.interval.tight_s);
    if (sample.ending) this.again = null;
    this.drawTouch(sample.touch_within_s ?? null);
    const now = this.current();
    const mark = now ? `${now.what} ${now.why} ${now.set}` : "";
    if (mark !== this.shown) this.show(now, mark);
    if (!now) return;
    this.panel.dataset.late = now.late ? "yes" : "no";
    put("prompt-why", this.whyWords(now));
    this.drawChips(now);
  }

  current() {
    return this.again ?? this.list.find((one) => one.what === this.wanted) ?? this.list[0] ?? null;
  }

  show(now, mark) {
    const hadFocus = this.panel.contains(document.activeElement);
    this.shown = mark;
    this.shownAt = performance.now();
    this.why.open = false;
    this.panel.hidden = !now;
    this.root.dataset.asking = now ? "yes" : "no";
    if (!now) return this.openRest(false);
    put("prompt-title", say(`ASK_${now.what}`));
    put("strip-asked", say("ASKED_BELOW", { question: say(`ASK_${now.what}`) }));
    this.why.hidden = now.why === "RECHECK" || now.why === "CHANGE";
    for (const group of this.answers) group.hidden = group.dataset.answer !== now.what;
    for (const input of this.panel.querySelectorAll("input")) input.value = "";
    put("announce", `${say(`ASK_${now.what}`)} ${this.whyWords(now)}`);
    if (hadFocus) this.focus();
  }

  // To the first answer; what was typed or pressed there stays.
  focus() {
    this.panel.querySelector("[data-answer]:not([hidden]) :is(button, input)")?.focus();
  }

  whyWords(now) {
    const isPast = now.why === "EACH_SET" && !this.isTight; // the cuff has opened meanwhile: nothing says that it is tight
    const why = say(isPast ? "WHY_WAS_TIGHT" : `WHY_${now.why}`, { set: now.set });
    return now.late ? say("ASKED_LATE", { why, time: countdown(now.for_s) }) : why;
  }

  // The others that are due; a press brings one to the front.
  drawChips(now) {
    const others = this.list.filter((one) => one.what !== now.what).map((one) => one.what);
    if (this.chips.dataset.of === others.join()) return;
    this.chips.dataset.of = others.join();
    this.chips.replaceChildren(...others.map((what) => this.chip(what)));
  }

  chip(what) {
    const item = document.createElement("li");
    const button = document.createElement("button");
    button.type = "button";
    button.className = "prompt-small";
    button.textContent = say(`NAME_${what}`);
    button.addEventListener("click", () => {
      this.wanted = what;
      this.again = null;
    });
    item.append(button);
    return item;
  }

  answer(values) {
    if (!this.mayAnswer()) return;
    this.wait(values.map(([signal, value]) => this.commands.send("ENTER", { signal, value })));
    this.last = this.shown.split(" ")[0];
    this.again = null;
  }

  answerPair() {
    const inputs = [...this.panel.querySelectorAll(".big-stepper input")];
    const wrong = inputs.find((input) => input.value === "" || !input.checkValidity());
    if (wrong) return this.complain(wrong, say("ENTRY_RANGE", wrong));
    if (inputs.length > 1 && Number(inputs[0].value) <= Number(inputs[1].value)) return this.complain(inputs[0], say("PAIR_SWAPPED"));
    return this.answer(inputs.map((input) => [input.closest("[data-signal]").dataset.signal, Number(input.value)]));
  }

  complain(input, words) {
    this.said.hidden = false;
    put("prompt-said", words);
    input.focus();
  }

  decline(words) {
    const now = this.current();
    if (!now || !this.mayAnswer()) return;
    this.last = "";
    this.wait([this.commands.send("NOT_POSSIBLE", { signal: now.what, words })]);
  }

  wait(items) {
    this.pending = items.map((item) => item.key);
    for (const item of items) this.told(item);
  }

  // Twice the same press must not be two answers: a second refill that is too long ends a session.
  mayAnswer() {
    return !this.pending.length && performance.now() - this.shownAt > SETTLE_MS;
  }

  // What became of an answer, in words. Only one that the loop has taken is called recorded.
  told(item) {
    if (!this.pending.includes(item.key)) return;
    if (item.state !== "SENT") this.pending = this.pending.filter((key) => key !== item.key);
    const name = say(`NAME_${item.signal}`);
    const value = item.verb === "ENTER" ? item.value : say("NOT_POSSIBLE");
    this.said.hidden = false;
    clearTimeout(this.forgets);
    if (item.state === "CONFIRMED") this.forgets = setTimeout(() => (this.said.hidden = true), SAID_MS);
    put("prompt-said", say(`SAID_${item.state}`, { name, value, time: timeOfDay(), words: item.words }));
    field("prompt-said").dataset.is = item.state === "CONFIRMED" && item.words ? "CRITERION" : item.state;
    this.change.hidden = item.state !== "CONFIRMED" || item.verb !== "ENTER" || !this.last;
  }

  askAgain() {
    this.again = { what: this.last, why: "CHANGE", set: 0, late: false };
    this.change.hidden = true;
  }

  openRest(isOpen) {
    this.root.dataset.rest = isOpen ? "open" : "closed";
    this.rest.setAttribute("aria-expanded", String(isOpen));
  }

  // Nobody has touched the console for long: the cuff will open. Any touch will do.
  drawTouch(within) {
    if (this.touch.hidden !== (within === null)) this.touch.hidden = within === null;
    if (within !== null) put("touch-words", say("TOUCH_ME", { seconds: Math.ceil(within) }));
  }
}

// From an empty field the first press shows what was measured last; nothing is recorded before "Record".
function bindStepper(one) {
  const input = one.querySelector("input");
  for (const button of one.querySelectorAll("[data-by]")) {
    button.addEventListener("click", () => {
      const value = input.value === "" ? Number(one.dataset.start) : Number(input.value) + Number(button.dataset.by);
      input.value = Math.min(Number(input.max), Math.max(Number(input.min), value));
    });
  }
}
