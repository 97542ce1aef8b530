// Telemetry by server-sent events, and how old the newest sample is.
const REOPEN_MS = 1000;
const BUCKET_S = 30;

// Seconds on a clock that no one sets; comparable to the server's but for a fixed offset.
export function nowSeconds() {
  return (performance.timeOrigin + performance.now()) / 1000;
}

// How far this clock is ahead of the server's, as little as that can be: a delay on the line makes data older, never younger.
// The server answered after it was asked, so its time then bounds it from below. The bounds of the last minute count, as clocks may be set.
export class Offset {
  constructor() {
    this.since = 0;
    this.forget();
  }

  forget() {
    this.before = -Infinity;
    this.current = -Infinity;
    this.isGuess = false;
  }

  get seconds() {
    return Math.max(this.before, this.current);
  }

  // The server said `at` between these two moments. An answer from before it was asked means that a clock was set.
  learn(asked, at, answered) {
    if (this.isGuess || answered - at < this.seconds) this.forget();
    if (asked - this.since > BUCKET_S) {
      this.before = this.current;
      this.current = -Infinity;
      this.since = asked;
    }
    this.current = Math.max(this.current, asked - at);
  }

  // Nothing is received before it was sent. Where it seems so a clock was set, and until the server is asked this is the best guess.
  keepBelow(received, at) {
    if (received - at >= this.seconds) return;
    this.forget();
    this.current = received - at;
    this.isGuess = true;
  }
}

function pageAskedAt() {
  const [page] = performance.getEntriesByType("navigation");
  return (performance.timeOrigin + page.requestStart) / 1000;
}

export class Stream {
  // `serverTime` is when the server wrote the page.
  constructor(url, { serverTime, onSample }) {
    this.url = url;
    this.onSample = onSample;
    this.offset = new Offset();
    this.learnTime(pageAskedAt(), serverTime);
    this.last = null;
    this.received = nowSeconds();
    this.isClosed = false;
    this.open();
  }

  open() {
    if (this.isClosed) return;
    this.source = new EventSource(this.url);
    this.source.addEventListener("sample", (event) => this.take(JSON.parse(event.data)));
    this.source.addEventListener("error", () => this.recover());
  }

  // What the server's clock showed at some moment since `asked`. An answer without a time teaches nothing.
  learnTime(asked, at) {
    if (Number.isFinite(at)) this.offset.learn(asked, at, nowSeconds());
  }

  // A sample without a time could be of any age, and is not taken: the silence grows.
  take(sample) {
    if (!Number.isFinite(sample.at)) return;
    const received = nowSeconds();
    this.offset.keepBelow(received, sample.at);
    if (this.last && sample.n <= this.last.n) return;
    this.last = sample;
    this.received = received;
    this.onSample(sample);
  }

  // The browser reconnects by itself after a broken line, but not after an answer it can't use.
  recover() {
    if (this.source.readyState !== EventSource.CLOSED) return;
    setTimeout(() => this.open(), REOPEN_MS);
  }

  close() {
    this.isClosed = true;
    this.source.close();
  }

  // Now, on the server's clock.
  serverNow() {
    return nowSeconds() - this.offset.seconds;
  }

  // Age of the newest sample in seconds, never less than the silence since it came. Infinity before the first.
  age() {
    if (!this.last) return Infinity;
    return Math.max(0, this.serverNow() - this.last.at, nowSeconds() - this.received);
  }

  // Seconds since anything came, or since the page was opened.
  silence() {
    return nowSeconds() - this.received;
  }
}
