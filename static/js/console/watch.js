// Says "someone is at the console" every second, and whether a hand was laid on it since; keeps the screen awake.
// Samples drive it too: the timers of a hidden page may be slowed to once a minute, what arrives is not.
import { put } from "./fields.js";
import { nowSeconds } from "./stream.js";
import { say } from "./words.js";

const EVERY_MS = 1000;
const panel = document.getElementById("wake");

export class Watch {
  // `tabs` knows which console this is; who sits at it is told by the signed address. `onTime` hears the server's time, and since when it may be.
  constructor(url, { tabs, onTime }) {
    this.url = url;
    this.tabs = tabs;
    this.onTime = onTime;
    this.lastAt = -Infinity;
    this.timer = setInterval(() => this.beat(), EVERY_MS);
    this.isTouched = false;
    for (const name of ["pointerdown", "pointermove", "keydown"]) document.addEventListener(name, () => (this.isTouched = true), { capture: true, passive: true });
    this.stayAwake();
    document.addEventListener("visibilitychange", () => this.stayAwake());
  }

  // A hand on a console that is blocked by another tab is no hand with the person.
  beat() {
    const now = performance.now();
    if (!this.timer || !this.tabs.isSettled || now - this.lastAt < EVERY_MS * 0.9) return;
    this.lastAt = now;
    const isTouched = this.isTouched && !this.tabs.isBlocked;
    this.isTouched = false;
    this.say(isTouched).catch(() => {}); // the next beat tries again, and silence opens the cuff
  }

  async say(isTouched) {
    const asked = nowSeconds();
    const answer = await fetch(`${this.url}?at=${this.tabs.id}${isTouched ? "&touched=1" : ""}`, { method: "POST", keepalive: true, signal: AbortSignal.timeout(EVERY_MS * 2) });
    if (answer.ok) this.onTime(asked, (await answer.json()).now);
  }

  // The lock is lost whenever the page is hidden, and may be taken away at any time.
  async stayAwake() {
    if (!this.timer || document.hidden) return;
    if (!navigator.wakeLock) return warn("WAKE_UNSUPPORTED");
    try {
      const lock = await navigator.wakeLock.request("screen");
      if (!this.timer) return lock.release();
      this.lock = lock;
      lock.addEventListener("release", () => lock === this.lock && this.timer && !document.hidden && warn("WAKE_REFUSED"));
      panel.hidden = true;
    } catch {
      if (!document.hidden) warn("WAKE_REFUSED");
    }
  }

  end() {
    clearInterval(this.timer);
    this.timer = 0;
    this.lock?.release();
    panel.hidden = true;
  }
}

function warn(word) {
  put("wake", say(word));
  panel.hidden = false;
}
