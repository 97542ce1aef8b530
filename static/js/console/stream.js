// Telemetry by server-sent events, and how old the newest sample is.
const REOPEN_MS = 1000;
const BUCKET_S = 30;

// Seconds on a clock that no one sets; comparable to the server's but for a fixed offset.
export function nowSeconds() {
  return (performance.timeOrigin + performance.now()) / 1000;
}

// The least delay seen is taken as the offset between the clocks; it is forgotten within a minute, as the server's clock may be set.
class Offset {
  constructor() {
    this.before = Infinity;
    this.current = Infinity;
    this.since = 0;
  }

  learn(received, at) {
    if (received - this.since > BUCKET_S) {
      this.before = this.current;
      this.current = Infinity;
      this.since = received;
    }
    this.current = Math.min(this.current, received - at);
  }

  get seconds() {
    return Math.min(this.before, this.current);
  }
}

export class Stream {
  // `serverTime` is when the server wrote the page: what was sampled long before it is not taken for new.
  constructor(url, { serverTime, onSample, onGone }) {
    this.url = url;
    this.onSample = onSample;
    this.onGone = onGone;
    this.offset = new Offset();
    if (serverTime) this.offset.learn(nowSeconds(), serverTime);
    this.last = null;
    this.received = nowSeconds();
    this.isClosed = false;
    this.open();
  }

  open() {
    if (this.isClosed) return;
    this.source = new EventSource(this.url);
    this.source.addEventListener("sample", (event) => this.take(JSON.parse(event.data)));
    this.source.addEventListener("gone", (event) => this.leave(JSON.parse(event.data)));
    this.source.addEventListener("error", () => this.recover());
  }

  take(sample) {
    const received = nowSeconds();
    this.offset.learn(received, sample.at);
    if (this.last && sample.n <= this.last.n) return;
    this.last = sample;
    this.received = received;
    this.onSample(sample);
  }

  // Without the address of the session's page it is the line that broke, not the session that ended: connect again.
  leave(news) {
    if (!news.detail_url) return;
    this.close();
    this.onGone(news);
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
