// The samples of the last minute and more, in place: nothing is allocated while a session runs.
const SIZE = 2048;
const GAP_S = 0.5;
const BAND = { WORK: 0.1, REST: 0.05 };

export class Ring {
  constructor() {
    this.at = new Float64Array(SIZE);
    this.pressure = new Float32Array(SIZE);
    this.target = new Float32Array(SIZE);
    this.band = new Float32Array(SIZE);
    this.breaks = new Uint8Array(SIZE);
    this.count = 0;
    this.lastN = 0;
  }

  // A pressure that is not known is kept as NaN; a break says that the line must not reach this sample from the one before.
  add(sample) {
    const here = this.count % SIZE;
    const before = (this.count - 1 + SIZE) % SIZE;
    const isLoose = this.count === 0 || sample.n !== this.lastN + 1 || sample.at - this.at[before] > GAP_S;
    this.at[here] = sample.at;
    this.pressure[here] = sample.pressure ?? NaN;
    this.target[here] = sample.target ?? 0;
    this.band[here] = (BAND[sample.interval?.kind] ?? 0) * this.target[here];
    this.breaks[here] = isLoose ? 1 : 0;
    this.count += 1;
    this.lastN = sample.n;
  }

  place(i) {
    return i % SIZE;
  }

  // The first one that is not older than `since`.
  first(since) {
    let i = Math.max(0, this.count - SIZE);
    while (i < this.count && this.at[i % SIZE] < since) i += 1;
    return i;
  }

  // Where the run of one target and band that holds `start` ends.
  runEnd(start) {
    const a = start % SIZE;
    let i = start + 1;
    while (i < this.count && !this.breaks[i % SIZE] && this.target[i % SIZE] === this.target[a] && this.band[i % SIZE] === this.band[a]) i += 1;
    return i;
  }
}
