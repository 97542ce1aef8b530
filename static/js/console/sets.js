// Where in the plan the person is: set, repetitions, countdown, what comes next. Drawn from telemetry alone.
import { put, show } from "./fields.js";
import { clock, countdown, say } from "./words.js";

const SHOWS_COUNTS = 15;
const LEAST_WHILE_WORKING = 2;

export class Sets {
  constructor(root, { plan, unit }) {
    this.root = root;
    this.plan = plan;
    this.unit = unit;
    this.steps = [...document.querySelectorAll(".plan li")];
    this.tap = document.getElementById("tap");
    this.count = document.getElementById("count");
    this.hasCounts = plan.intervals.length <= SHOWS_COUNTS && plan.intervals.some((one) => one.repetitions);
    this.index = null;
    this.state = null;
    this.ahead = null;
    put("next", this.nextWords(0, "FIRST"));
  }

  bind(commands) {
    document.getElementById("take").addEventListener("click", () => {
      if (this.suggested !== null) commands.send("COUNT", { value: this.suggested });
    });
  }

  draw(sample, commands) {
    const { interval, state } = sample;
    this.root.dataset.kind = interval?.kind ?? "";
    if (this.state !== state || this.index !== (interval?.index ?? -1) || this.ahead !== nextStep(sample)) this.enter(sample);
    this.drawTap(sample, commands);
    this.drawBehind(sample);
    this.drawSeen(sample);
    if (interval) this.drawTimer(interval, state);
  }

  // Once for each new state or interval, and when a measurement's next step becomes another: what changes seldom, and what is read out.
  enter(sample) {
    const { interval, state } = sample;
    this.state = state;
    this.index = interval?.index ?? -1;
    this.ahead = nextStep(sample);
    this.root.dataset.state = state;
    for (const step of this.steps) step.dataset.is = this.place(Number(step.dataset.index));
    put("set", interval ? say("SET", interval) : say(state));
    put("kind", this.kindWords(interval, state));
    put("next", sample.ending ? "" : this.aheadWords(sample));
    put("announce", `${say(state)}. ${interval ? `${say("SET", interval)}. ${this.kindWords(interval, state)}.` : ""}`);
  }

  kindWords(interval, state) {
    if (!interval) return "";
    return say(state === "RUNNING" ? interval.kind : state, interval);
  }

  place(index) {
    if (index === this.index) return "now";
    return index < this.index ? "done" : "ahead";
  }

  drawTap({ interval, state }, commands) {
    const isWork = state === "RUNNING" && interval?.kind === "WORK" && interval.repetitions !== null;
    this.isWork = isWork;
    if (this.tap.hidden === isWork) this.tap.hidden = !isWork;
    if (!isWork) return;
    put("done", String(interval.done));
    put("planned", say("PLANNED", { planned: interval.repetitions }));
    put("tap-words", say(commands.isPending("REPETITION") ? "TAP_SENT" : "TAP"));
  }

  // What was done, set by set: on the bar, and the last one in words, which can still be put right in the pause after it.
  drawBehind({ interval, counted = [] }) {
    const last = counted.length - 1;
    const isPause = interval !== null && !this.isWork && last >= 0;
    const isShown = this.isWork || isPause;
    if (this.count.hidden === isShown) this.count.hidden = !isShown;
    const [done, took] = counted[last] ?? [0, 0];
    const sets = this.plan.intervals.filter((one) => one.repetitions);
    put("behind", isPause ? say("BEHIND", { set: sets[last].set_number, done, planned: sets[last].repetitions, time: clock(took) }) : "");
    if (!this.hasCounts) return;
    let number = 0;
    for (const step of this.steps) {
      const planned = this.plan.intervals[Number(step.dataset.index)].repetitions;
      if (!planned) continue;
      const text = number < counted.length ? `${counted[number][0]}/${planned}` : String(planned);
      if (step.textContent !== text) step.textContent = text;
      number += 1;
    }
  }

  // The pressure's own count, for a person to take over. During a set it may be half a repetition off.
  drawSeen({ interval, counted = [], seen = null, ending }) {
    const done = this.isWork ? interval.done : counted.at(-1)?.[0];
    const count = seen?.count ?? null;
    const differs = count !== null && done !== undefined && Math.abs(count - done) >= (this.isWork ? LEAST_WHILE_WORKING : 1);
    const isVague = Boolean(seen?.doubt) && !this.isWork && interval !== null && done !== undefined && !ending;
    this.suggested = differs && !ending ? count : null;
    show("take", this.suggested !== null);
    if (this.suggested !== null) put("take", say("TAKE", { seen: count, done }));
    put("seen", isVague ? say("SEEN_NOT") : "");
  }

  drawTimer(interval, state) {
    show("timer", state === "RUNNING");
    show("timer-words", state === "RUNNING");
    const isDown = interval.left_s !== null;
    put("timer", isDown ? countdown(interval.left_s) : clock(interval.elapsed_s));
    put("timer-words", isDown ? this.leftWords(interval) : say("ELAPSED"));
    this.root.dataset.last = isDown && interval.left_s <= 3 ? "yes" : "no";
  }

  // A plan that goes by the clock says how long it takes to its end.
  leftWords(interval) {
    const ahead = this.plan.intervals.slice(interval.index + 1);
    if (!ahead.length || ahead.some((one) => one.seconds === null)) return say("LEFT");
    return say("PLAN_LEFT", { time: clock(interval.left_s + ahead.reduce((sum, one) => sum + one.seconds, 0)) });
  }

  targetWords(index) {
    return this.plan.cuffs.map((cuff) => Math.round(cuff.targets[index])).join(" / ");
  }

  // A measurement's next step is not in the plan that the page came with.
  aheadWords({ search }) {
    if (this.index >= 0 && search?.next_mmhg) return say("NEXT_STEP", { target: `${search.next_mmhg} ${this.unit}` });
    return this.nextWords(this.index + 1, this.index < 0 ? "FIRST" : "NEXT");
  }

  nextWords(index, first) {
    const next = this.plan.intervals[index];
    if (!next) return say("NEXT_END");
    const values = { set: next.set_number, repetitions: next.repetitions, seconds: next.seconds, target: `${this.targetWords(index)} ${this.unit}` };
    if (next.kind !== "WORK") return say(`NEXT_${next.kind}`, values);
    if (next.repetitions === null) return say(first === "FIRST" ? "FIRST_TIMED" : "NEXT_WORK", values);
    return say(first === "FIRST" ? "FIRST" : "NEXT_SETS", values);
  }
}

function nextStep({ search }) {
  return search?.next_mmhg ?? null;
}
