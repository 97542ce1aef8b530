// Before anything is inflated, and wherever the console in control is silent or unheard: it plays its alarms, and whoever is there
// says whether they are heard. The loop keeps the answer.
const ANSWERED = ["HEARD", "WITHOUT"];
const place = document.getElementById("sound-check");

let consoleId = () => "";

// What this console answered, as the loop knows it; null: nothing yet.
export function answerOf(sample) {
  return sample?.audio?.checks[consoleId()] ?? null;
}

export function hasAnswered(sample) {
  return ANSWERED.includes(answerOf(sample));
}

export class SoundCheck {
  constructor(sounds, commands, console) {
    consoleId = console;
    this.sounds = sounds;
    this.step = "ask";
    this.isOpened = false;
    for (const button of place.querySelectorAll("[data-play]")) button.addEventListener("click", () => this.play());
    for (const button of place.querySelectorAll("[data-heard]")) {
      button.addEventListener("click", () => this.answer(commands, button.dataset.heard));
    }
    document.getElementById("check-sound-again").addEventListener("click", () => this.open());
  }

  async play() {
    this.enter((await this.sounds.wake()) ? "listen" : "deaf");
    this.sounds.rehearse();
  }

  answer(commands, heard) {
    commands.send("SOUND_CHECK", { signal: heard });
    this.sounds.hush();
    this.isOpened = false;
    this.enter(heard === "NOT_HEARD" ? "deaf" : "ask");
  }

  // Once more, from the list of alarms.
  open() {
    this.isOpened = true;
    this.enter("ask");
  }

  enter(step) {
    this.step = step;
    place.dataset.step = step;
  }

  // A page that was loaded anew is silent until it is touched, whatever was answered before. What was answered is told by the loop.
  draw(sample, controls) {
    const isSilent = !this.sounds.isOn && answerOf(sample) !== "WITHOUT";
    const isDue = controls && sample.state !== "ENDED" && (isSilent || !hasAnswered(sample));
    const isShown = isDue || this.isOpened || this.step !== "ask";
    if (place.hidden === isShown) place.hidden = !isShown;
    if (!sample) return;
    const why = hasAnswered(sample) || !["READY", "PAUSED"].includes(sample.state) ? "silent" : "first";
    if (place.dataset.why !== why) place.dataset.why = why;
  }
}
