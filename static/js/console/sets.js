// Where in the plan the person is: set, repetitions, countdown, what comes next. Drawn from telemetry alone.
import { put, show } from "./fields.js";
import { clock, countdown, say } from "./words.js";

export class Sets {
  constructor(root, { plan, unit }) {
    this.root = root;
    this.plan = plan;
    this.unit = unit;
    this.steps = [...document.querySelectorAll(".plan li")];
    this.tap = document.getElementById("tap");
    this.index = null;
    this.state = null;
    put("next", this.nextWords(0, "FIRST"));
  }

  draw(sample, commands) {
    const { interval, state } = sample;
    this.root.dataset.kind = interval?.kind ?? "";
    if (this.state !== state || this.index !== (interval?.index ?? -1)) this.enter(sample);
    this.drawTap(sample, commands);
    if (interval) this.drawTimer(interval, state);
  }

  // Once for each new state or interval: what changes seldom, and what is read out.
  enter(sample) {
    const { interval, state } = sample;
    this.state = state;
    this.index = interval?.index ?? -1;
    this.root.dataset.state = state;
    for (const step of this.steps) step.dataset.is = this.place(Number(step.dataset.index));
    put("set", interval ? say("SET", interval) : say(state));
    put("kind", this.kindWords(interval, state));
    put("next", sample.ending ? "" : this.nextWords(this.index + 1, this.index < 0 ? "FIRST" : "NEXT"));
    put("announce", `${say(state)}. ${interval ? `${say("SET", interval)}. ${this.kindWords(interval, state)}.` : ""}`);
  }

  kindWords(interval, state) {
    if (!interval) return "";
    return say(state === "RUNNING" ? interval.kind : state);
  }

  place(index) {
    if (index === this.index) return "now";
    return index < this.index ? "done" : "ahead";
  }

  drawTap({ interval, state }, commands) {
    const isWork = state === "RUNNING" && interval?.kind === "WORK" && interval.repetitions !== null;
    if (this.tap.hidden === isWork) this.tap.hidden = !isWork;
    if (!isWork) return;
    put("done", String(interval.done));
    put("planned", say("PLANNED", { planned: interval.repetitions }));
    put("tap-words", say(commands.isPending("REPETITION") ? "TAP_SENT" : "TAP"));
  }

  drawTimer(interval, state) {
    show("timer", state === "RUNNING");
    show("timer-words", state === "RUNNING");
    const isDown = interval.left_s !== null;
    put("timer", isDown ? countdown(interval.left_s) : clock(interval.elapsed_s));
    put("timer-words", say(isDown ? "LEFT" : "ELAPSED"));
    this.root.dataset.last = isDown && interval.left_s <= 3 ? "yes" : "no";
  }

  nextWords(index, first) {
    const next = this.plan.intervals[index];
    if (!next) return say("NEXT_END");
    const values = { set: next.set_number, repetitions: next.repetitions, seconds: next.seconds, target: `${Math.round(next.target)} ${this.unit}` };
    if (next.kind !== "WORK") return say(`NEXT_${next.kind}`, values);
    if (next.repetitions === null) return say(first === "FIRST" ? "FIRST_TIMED" : "NEXT_WORK", values);
    return say(first === "FIRST" ? "FIRST" : "NEXT_SETS", values);
  }
}
