// STOP, on every page with a live cuff. Stands alone: it must work when everything else on the page has failed.
// Each form[data-stop] posts to its signed link and asks its state link what became of it.
// Pressing twice is harmless, so it is sent again until somebody answers.
const IDLE_MS = 1000;
const PRESSED_MS = 150;
const RESEND_MS = 500;
const PATIENCE_MS = 1000;
const LATE_MS = 2000;
const STALE_S = 1;
const VENTED_BELOW = 20;
const TOLD_MS = 10000; // a bar whose cuff is empty goes once this could be read

const words = {};
for (const one of document.getElementById("stop-words").content.children) words[one.dataset.word] = one.textContent.trim();

class Stop {
  constructor(form) {
    this.form = form;
    this.unit = form.dataset.unit || "";
    this.pinned = "pinned" in form.dataset;
    this.pressedAt = null;
    this.lastPressAt = 0;
    this.answered = false;
    this.failed = false;
    this.confirmedAt = null;
    this.isOver = false;
    this.state = null;
    this.listen();
    this.poll();
  }

  listen() {
    const button = this.form.querySelector("button");
    button.addEventListener("pointerdown", () => this.press());
    button.addEventListener("keydown", (event) => {
      if ((event.key === "Enter" || event.key === " ") && !event.repeat) this.press();
    });
    this.form.addEventListener("submit", (event) => {
      event.preventDefault();
      if (performance.now() - this.lastPressAt > RESEND_MS) this.press();
    });
  }

  press() {
    this.lastPressAt = performance.now();
    this.begin();
    this.answered = false;
    this.send();
    this.poll();
  }

  // The clock of the two seconds starts with the first press, here or elsewhere, or when the session ends by itself.
  begin() {
    if (this.pressedAt !== null) return;
    this.pressedAt = performance.now();
    setTimeout(() => this.show(), LATE_MS + 20);
    this.form.dispatchEvent(new CustomEvent("stop:pressed", { bubbles: true }));
    this.show();
  }

  async send() {
    clearTimeout(this.resend);
    const sent = await ask(this.form.action, { method: "POST", keepalive: true, priority: "high" });
    this.answered ||= sent?.state === "SENT";
    this.failed = !this.answered;
    if (this.failed) this.resend = setTimeout(() => this.send(), RESEND_MS);
    this.show();
  }

  async poll() {
    clearTimeout(this.timer);
    if (!this.form.isConnected) return;
    if (this.isOver) return this.tell(this.state); // it stays so: for whoever listens only now
    const turn = (this.turn = Symbol("turn"));
    const state = await ask(this.form.dataset.state, {});
    if (turn !== this.turn) return;
    this.take(state);
    const isUrgent = this.pressedAt !== null && !this.state?.confirmed;
    this.timer = setTimeout(() => this.poll(), isUrgent ? PRESSED_MS : IDLE_MS);
  }

  take(state) {
    this.state = state ?? (this.state && { ...this.state, pressure: null, age_s: null });
    if (state?.sent || state?.acknowledged) {
      this.begin();
      this.answered = true;
      this.failed = false;
    }
    this.tell(state);
    if (this.state?.confirmed) this.confirmedAt ??= performance.now();
    this.isOver ||= state !== null && state.is_live === false && isVented(state);
    this.leave();
    this.show();
  }

  tell(state) {
    this.form.dispatchEvent(new CustomEvent("stop:state", { bubbles: true, detail: state }));
  }

  // Over and seen open: that stays so, whatever is forgotten of it later.
  leave() {
    this.form.hidden = !this.pinned && this.isOver && !this.isAnswering();
    if (this.isOver && !this.pinned && !this.form.hidden) setTimeout(() => this.leave(), TOLD_MS);
  }

  // Whoever pressed is told what became of it.
  isAnswering() {
    return this.pressedAt !== null && performance.now() - (this.confirmedAt ?? Infinity) < TOLD_MS;
  }

  stage() {
    if (this.pressedAt === null) return "idle";
    if (this.state?.confirmed) return "confirmed";
    if (this.state?.is_live === false) return "late"; // over, and it was not seen open: there is nothing to wait for
    if (this.failed) return "unreachable";
    if (performance.now() - this.pressedAt >= LATE_MS) return "late";
    if (this.state?.acknowledged) return "acknowledged";
    return this.answered ? "sent" : "sending";
  }

  show() {
    const stage = this.stage();
    if (this.form.dataset.stage !== stage) {
      this.form.dataset.stage = stage;
      this.form.dispatchEvent(new CustomEvent("stop:stage", { bubbles: true, detail: stage }));
      this.form.querySelector("[data-stop-answer]").textContent = words[stage] ?? "";
      this.form.querySelector("[data-stop-order]").textContent = ["late", "unreachable"].includes(stage) ? words.release : "";
    }
    this.form.querySelector("[data-stop-pressure]").textContent = this.pressureWords();
  }

  pressureWords() {
    const { pressure = null, age_s: age = null } = this.state ?? {};
    if (pressure === null || age === null || age > STALE_S) return this.state?.confirmed ? "" : words.unknown;
    const whole = Math.round(pressure);
    return `${this.state.vented ? Math.min(whole, VENTED_BELOW - 1) : whole} ${this.state.unit ?? this.unit}`; // what is below 20 never reads 20
  }
}

function isVented(state) {
  return state.confirmed || state.vented === true;
}

// The answer as plain values, or null: nobody answered, or it was not for us.
async function ask(url, options) {
  try {
    const answer = await fetch(url, { cache: "no-store", signal: AbortSignal.timeout(PATIENCE_MS), ...options });
    return answer.ok ? await answer.json() : null;
  } catch {
    return null;
  }
}

const stops = [...document.querySelectorAll("form[data-stop]")].map((form) => new Stop(form));
document.addEventListener("stop:look", () => stops.forEach((one) => one.poll())); // the page listens from now on, or has heard of an end
document.addEventListener("stop:added", (event) => stops.push(new Stop(event.target)));

document.addEventListener(
  "keydown",
  (event) => {
    if (event.key !== "Escape" || event.repeat) return;
    for (const stop of stops) if (stop.form.isConnected && !stop.form.hidden && (stop.pinned || !event.isComposing)) stop.press();
  },
  { capture: true },
);

// The page keeps clear of the bar and of what it says.
const bar = document.querySelector(".stop-bar");
if (bar) {
  const keepClear = new ResizeObserver(() => {
    const answers = [...bar.querySelectorAll(".stop-said")].map((one) => one.offsetHeight);
    document.documentElement.style.setProperty("--stop-bar", `${bar.offsetHeight + Math.max(0, ...answers)}px`);
  });
  for (const one of [bar, ...bar.querySelectorAll(".stop-said")]) keepClear.observe(one);
  bar.addEventListener("stop:added", (event) => keepClear.observe(event.target.querySelector(".stop-said")));
}
