// Says "someone is at the console" every second, and keeps the screen awake.
// Samples drive it too: the timers of a hidden page may be slowed to once a minute, what arrives is not.
const EVERY_MS = 1000;

export class Watch {
  constructor(url) {
    this.url = url;
    this.lastAt = -Infinity;
    this.timer = setInterval(() => this.beat(), EVERY_MS);
    this.stayAwake();
    document.addEventListener("visibilitychange", () => this.stayAwake());
  }

  beat() {
    const now = performance.now();
    if (!this.timer || now - this.lastAt < EVERY_MS * 0.9) return;
    this.lastAt = now;
    fetch(this.url, { method: "POST", keepalive: true, signal: AbortSignal.timeout(EVERY_MS * 2) }).catch(() => {});
  }

  async stayAwake() {
    if (!this.timer || document.hidden || !navigator.wakeLock) return;
    this.lock = await navigator.wakeLock.request("screen").catch(() => null);
  }

  end() {
    clearInterval(this.timer);
    this.timer = 0;
    this.lock?.release();
  }
}
