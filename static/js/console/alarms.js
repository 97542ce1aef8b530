// The alarms of the loop and those of this page as one list, and what is done about them.
// Audio paused is not acknowledged is not inactivated: each is asked for apart, and the loop keeps who did it.
import { drawAudio, drawFront, drawList, drawStanding } from "./alarmview.js";
import { answerOf } from "./soundcheck.js";
import { say } from "./words.js";

const RANK = ["INFO", "LOW", "MEDIUM", "HIGH"];
const PAUSE_MS = 30000;
const BEAT_MS = 500;
const SETTLED_MS = 1000;
const sheet = document.getElementById("alarm-sheet");
const place = document.getElementById("alarm-part");
const log = document.getElementById("alarm-log-place");
const buttons = Object.fromEntries([...place.querySelectorAll("[data-alarm-order]")].map((one) => [one.dataset.alarmOrder, one]));

export class Alarms {
  // `controls`: whether this console controls the session; `isLive`: whether the loop is heard.
  constructor({ here, sounds, commands, who, logUrl, isLive, controls }) {
    Object.assign(this, { here, sounds, commands, who, logUrl, isLive, controls });
    this.sample = null;
    this.drawn = "";
    this.quiet = null;
    this.loopQuietUntil = 0;
    buttons.ACKNOWLEDGE.addEventListener("click", () => this.acknowledge(this.front));
    buttons.AUDIO.addEventListener("click", () => (this.pausedMs() > 0 ? this.resumeAudio() : this.pauseAudio()));
    buttons.OPEN.addEventListener("click", () => this.open(sheet.hidden));
    setInterval(() => this.beat(), BEAT_MS);
    sheet.addEventListener("click", (event) => this.press(event.target.closest("button")));
  }

  // A pause runs out by this page's own clock, also when the loop that told it has ended or is no longer heard.
  take(sample) {
    this.sample = sample;
    this.loopQuietUntil = performance.now() + (sample.audio?.paused_s ?? 0) * 1000;
    this.beat();
    if (!sheet.hidden) drawStanding(log, sample.acks ?? []);
  }

  // Newest first; those of the loop carry the second of the session.
  all() {
    const ofLoop = (this.sample?.alarms ?? []).map((one) => this.timed(one));
    return [...this.here.items, ...ofLoop].sort((a, b) => b.from - a.from);
  }

  timed(alarm) {
    return { ...alarm, from: (this.sample.at - this.sample.t + alarm.t) * 1000 };
  }

  // A reading that is missing for a moment is in the list, and neither flashes up nor sounds.
  asks(alarm) {
    if (alarm.level === "LOW" && alarm.is === "ON" && this.now() - alarm.from < SETTLED_MS) return false;
    return alarm.is !== "OVER" && alarm.level !== "INFO" && !alarm.off && alarm.by === null && !this.isSeen(alarm);
  }

  now() {
    return (this.sample?.at ?? 0) * 1000;
  }

  // What only this page sees is answered by whoever is here; the loop listens to the console in control.
  mayAct(alarm) {
    return alarm.isHere || this.controls();
  }

  // Once the loop has ended, an acknowledgement is remembered here and written down by the server.
  isSeen(alarm) {
    return !alarm.isHere && (this.seenAtEnd?.has(alarm.n) ?? false);
  }

  acknowledge(alarm) {
    if (!alarm) return;
    if (alarm.isHere) this.here.acknowledge(alarm.code, this.who);
    else if (this.sample.state !== "ENDED") this.commands.send("ACKNOWLEDGE", { signal: alarm.code, value: alarm.n });
    else {
      (this.seenAtEnd ??= new Set()).add(alarm.n);
      this.here.seen(alarm.code);
    }
    this.beat();
  }

  // At once on this console, whatever the line does; the loop pauses those of the others, and keeps who did it.
  pauseAudio() {
    this.quiet = { until: performance.now() + PAUSE_MS, n: this.sample?.audio?.n ?? 0, count: this.here.count };
    if (this.isLive() && this.controls() && this.sample?.audio?.sound) this.commands.send("AUDIO_PAUSE", { value: this.sample.audio.n });
    this.beat();
  }

  resumeAudio() {
    this.quiet = null;
    this.loopQuietUntil = 0;
    if (this.isLive() && this.controls() && this.sample?.audio?.paused_s !== null) this.commands.send("AUDIO_RESUME");
    this.beat();
  }

  pausedMs() {
    return Math.max(0, this.loopQuietUntil - performance.now(), this.quiet ? this.quiet.until - performance.now() : 0);
  }

  // The gravest that sounds now, and the names of those that do.
  sound() {
    if (this.quiet && performance.now() >= this.quiet.until) this.quiet = null;
    const ours = this.here.items.filter((one) => this.asks(one) && one.n > (this.quiet?.count ?? 0));
    const theirs = this.soundOfLoop();
    const level = gravest([...ours.map((one) => one.level), theirs?.level]);
    return { level, ids: [...ours.map((one) => one.key), ...(theirs ? [`loop-${theirs.n}`] : [])] };
  }

  soundOfLoop() {
    const { sound = null, n = 0, paused_s: paused = null } = this.sample?.audio ?? {};
    const asking = (this.sample?.alarms ?? []).map((one) => this.timed(one)).filter((one) => this.asks(one));
    const hasRunOut = paused !== null && performance.now() >= this.loopQuietUntil;
    const found = hasRunOut ? { level: gravest(asking.map((one) => one.level)), n: Math.max(...asking.map((one) => one.n)) } : { level: sound, n };
    return asking.length && found.level && found.n > (this.quiet?.n ?? 0) ? found : null;
  }

  // Sounds are driven by what arrives and by a timer, for a hidden page draws nothing.
  beat() {
    const { level, ids } = this.sound();
    this.sounds.want(level, ids);
  }

  draw() {
    const all = this.all();
    const audio = { paused_s: Math.ceil(this.pausedMs() / 1000), is: this.sounds.place.dataset.audio, check: answerOf(this.sample), level: this.sound().level };
    const mark = JSON.stringify([all, audio, this.seenAtEnd?.size, this.controls(), all.map((one) => this.asks(one))]);
    if (mark === this.drawn) return;
    this.drawn = mark;
    this.front = drawFront(all, (one) => this.asks(one), buttons, (one) => this.mayAct(one));
    drawAudio(audio, buttons.AUDIO, place);
    drawList(all, (one) => this.asks(one), (one) => this.mayAct(one));
    this.keepClear();
  }

  press(pressed) {
    if (!pressed?.dataset.code) return;
    const alarm = this.all().find((one) => one.code === pressed.dataset.code && String(one.n) === pressed.dataset.n);
    if (pressed.dataset.what === "ACKNOWLEDGE") this.acknowledge(alarm);
    else this.commands.send("INACTIVATE", { signal: pressed.dataset.code, value: pressed.dataset.what === "OFF" ? 1 : 0 });
  }

  open(isOpen) {
    sheet.hidden = !isOpen;
    buttons.OPEN.setAttribute("aria-expanded", String(isOpen));
    this.keepClear();
    if (isOpen) this.readLog();
  }

  // The sheet begins below the alarm in front, however high that is.
  keepClear() {
    if (!sheet.hidden) sheet.style.setProperty("--from", `${place.parentElement.getBoundingClientRect().bottom}px`);
  }

  // What the record holds; the newest is in it within seconds.
  async readLog() {
    const answer = await fetch(this.logUrl, { headers: { Accept: "text/html" }, signal: AbortSignal.timeout(5000) }).catch(() => null);
    if (answer?.ok && !answer.redirected) log.innerHTML = await answer.text();
    else log.textContent = say("LOG_NOT_READ");
    drawStanding(log, this.sample?.acks ?? []);
  }
}

function gravest(levels) {
  return levels.filter(Boolean).sort((a, b) => RANK.indexOf(b) - RANK.indexOf(a))[0] ?? null;
}
