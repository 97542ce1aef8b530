// Alarm sounds, made in the page by the Web Audio API: no file can be missing. Patterns after IEC 60601-1-8 as remembered, not read:
// high is a burst of ten pulses in two groups of five, medium three, low two; a fundamental of 150 to 1000 Hz with harmonics.
// A browser plays nothing until somebody has touched the page, and may take the sound away again: both are noticed.
const HARMONICS = [0, 1, 0.8, 0.6, 0.5, 0.4];
const GROUP = [0, 0.25, 0.5, 0.95, 1.2];
const PATTERNS = {
  HIGH: { starts: [...GROUP, ...GROUP.map((at) => at + 2)], pulse: 0.15, hertz: 740, everyMs: 7000, gain: 0.5 },
  MEDIUM: { starts: [0, 0.4, 0.8], pulse: 0.2, hertz: 523, everyMs: 12000, gain: 0.4 },
  LOW: { starts: [0, 0.4], pulse: 0.2, hertz: 392, everyMs: 30000, gain: 0.3 },
  TICK: { starts: [0], pulse: 0.06, hertz: 880, gain: 0.15 },
  PIP: { starts: [0], pulse: 0.08, hertz: 587, gain: 0.25 },
  GO: { starts: [0], pulse: 0.4, hertz: 880, gain: 0.25 },
};
const RANK = ["LOW", "MEDIUM", "HIGH"];
const STUCK_MS = 1500;

export class Sounds {
  // `place` carries for everyone to read whether sound is on (data-audio) and how many bursts were heard to their end (data-bursts).
  constructor(place) {
    this.place = place;
    this.context = null;
    this.level = null;
    this.known = new Set();
    this.nextAt = 0;
    this.clock = { audio: 0, at: 0 };
    place.dataset.bursts = "0";
    for (const name of ["pointerdown", "pointerup", "keydown"]) document.addEventListener(name, () => this.wake(), { capture: true, passive: true });
    this.note();
  }

  // A touch may start it. Resolves to whether it runs.
  async wake() {
    if (!this.context && window.AudioContext) this.open();
    if (this.context && this.context.state !== "running") await Promise.race([this.context.resume().catch(() => {}), wait(500)]);
    this.note();
    return this.isOn;
  }

  open() {
    this.context = new AudioContext();
    this.context.addEventListener("statechange", () => this.note());
    this.wave = this.context.createPeriodicWave(new Float32Array(HARMONICS.length), new Float32Array(HARMONICS));
  }

  get isOn() {
    return this.context?.state === "running" && !this.isStuck;
  }

  // A context that says it runs while its clock stands still plays nothing.
  note() {
    const now = performance.now();
    const audio = this.context?.currentTime ?? 0;
    if (audio !== this.clock.audio || this.context?.state !== "running") this.clock = { audio, at: now };
    this.isStuck = now - this.clock.at > STUCK_MS;
    const is = !window.AudioContext ? "none" : this.isOn ? "running" : "off";
    if (this.place.dataset.audio !== is) this.place.dataset.audio = is;
  }

  // What should sound now, for which alarms. A new alarm, or a graver one, is not kept waiting for the next burst.
  want(level, ids) {
    this.note();
    const now = performance.now();
    const isNews = level !== null && (ids.some((id) => !this.known.has(id)) || RANK.indexOf(level) > RANK.indexOf(this.level));
    if (level === null && this.level !== null) this.hush();
    this.level = level;
    if (level === null) return;
    if (!this.isOn) {
      this.nextAt = 0;
      return;
    }
    for (const id of ids) this.known.add(id);
    if (isNews || now >= this.nextAt) this.sound(level, now);
  }

  sound(level, now) {
    this.hush();
    this.play(level);
    this.nextAt = now + PATTERNS[level].everyMs;
  }

  // Seconds that it takes.
  play(name, after = 0) {
    if (!this.isOn) return 0;
    const { starts, pulse, hertz, gain } = PATTERNS[name];
    this.out ??= this.newOut();
    const begin = this.context.currentTime + 0.02 + after;
    const last = starts.map((start) => this.pulse(begin + start, pulse, hertz, gain)).at(-1);
    last.addEventListener("ended", () => this.heard(name));
    return starts.at(-1) + pulse;
  }

  pulse(at, seconds, hertz, gain) {
    const tone = new OscillatorNode(this.context, { frequency: hertz, periodicWave: this.wave });
    const shape = new GainNode(this.context, { gain: 0 });
    shape.gain.setValueAtTime(0, at);
    shape.gain.linearRampToValueAtTime(gain, at + seconds * 0.15);
    shape.gain.setValueAtTime(gain, at + seconds * 0.8);
    shape.gain.linearRampToValueAtTime(0, at + seconds);
    tone.connect(shape).connect(this.out);
    tone.start(at);
    tone.stop(at + seconds);
    return tone;
  }

  newOut() {
    const out = new GainNode(this.context);
    out.connect(this.context.destination);
    return out;
  }

  heard(name) {
    this.place.dataset.bursts = String(Number(this.place.dataset.bursts) + 1);
    this.place.dataset.lastSound = name;
  }

  hush() {
    this.out?.disconnect();
    this.out = null;
  }

  // The three one after the other, as they will sound.
  rehearse() {
    this.hush();
    let after = 0;
    for (const name of ["HIGH", "MEDIUM", "LOW"]) after += this.play(name, after) + 0.5;
    return after;
  }
}

function wait(ms) {
  return new Promise((resolve) => setTimeout(resolve, ms));
}
