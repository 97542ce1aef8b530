// The samples of the last minute and more, of every cuff, in place: nothing is allocated while a session runs.
const SIZE = 4096; // a minute at 50 Hz, and then some
const MARKS = 512;
const GAP_S = 0.5;

export class Ring {
  // `bands`: the share of the target that the band reaches to either side, by the kind of interval.
  constructor(cuffs, bands) {
    this.bands = bands;
    this.cuffs = cuffs;
    this.at = new Float64Array(SIZE);
    this.breaks = new Uint8Array(SIZE);
    this.pressure = rows(cuffs);
    this.target = rows(cuffs);
    this.band = rows(cuffs);
    this.count = 0;
    this.lastN = 0;
    this.start = 0;
    this.markAt = new Float64Array(MARKS);
    this.markKind = new Uint8Array(MARKS);
    this.marks = 0;
  }

  // A pressure that is not known is kept as NaN; a break says that no line may reach this sample from the one before.
  add(sample) {
    const here = this.count % SIZE;
    const before = (this.count - 1 + SIZE) % SIZE;
    const isLoose = this.count === 0 || sample.n !== this.lastN + 1 || sample.at - this.at[before] > GAP_S;
    const share = this.bands[sample.interval?.kind] ?? 0;
    this.at[here] = sample.at;
    this.breaks[here] = isLoose ? 1 : 0;
    for (let cuff = 0; cuff < this.cuffs; cuff += 1) {
      const { pressure, target } = sample.cuffs[cuff];
      this.pressure[cuff][here] = pressure ?? NaN;
      this.target[cuff][here] = target ?? 0;
      this.band[cuff][here] = share * (target ?? 0);
    }
    this.count += 1;
    this.lastN = sample.n;
  }

  // Something that happened; `kind` is a number that the one who draws understands.
  mark(at, kind) {
    this.markAt[this.marks % MARKS] = at;
    this.markKind[this.marks % MARKS] = kind;
    this.marks += 1;
  }

  place(i) {
    return i % SIZE;
  }

  // The first one that is not older than `since`, which never goes back.
  first(since) {
    this.start = Math.max(this.start, this.count - SIZE);
    while (this.start < this.count && this.at[this.start % SIZE] < since) this.start += 1;
    return this.start;
  }

  firstMark() {
    return Math.max(0, this.marks - MARKS);
  }

  markPlace(i) {
    return i % MARKS;
  }

  // Where the run of one target and band of a cuff that holds `start` ends.
  runEnd(cuff, start) {
    const target = this.target[cuff];
    const band = this.band[cuff];
    const a = start % SIZE;
    let i = start + 1;
    while (i < this.count && !this.breaks[i % SIZE] && target[i % SIZE] === target[a] && band[i % SIZE] === band[a]) i += 1;
    return i;
  }
}

function rows(cuffs) {
  return Array.from({ length: cuffs }, () => new Float32Array(SIZE));
}
