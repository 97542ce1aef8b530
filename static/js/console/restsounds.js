// No alarms: a tick when a set is done, and the last three seconds of a rest, so that nobody has to look.
const LAST_S = 3;

export class RestSounds {
  constructor(sounds) {
    this.sounds = sounds;
    this.index = null;
    this.second = null;
    this.kind = null;
  }

  take({ interval, state }) {
    const isRunning = state === "RUNNING" && interval;
    const index = isRunning ? interval.index : null;
    if (isRunning && this.index !== null && index === this.index + 1) this.sounds.play(this.kind === "WORK" ? "TICK" : "GO");
    this.index = index;
    this.kind = interval?.kind ?? null;
    this.count(isRunning && interval.kind !== "WORK" ? interval.left_s : null);
  }

  count(left) {
    const second = left === null || left <= 0 || left > LAST_S ? null : Math.ceil(left);
    if (second !== null && second !== this.second) this.sounds.play("PIP");
    this.second = second;
  }
}
