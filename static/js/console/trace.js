// The last minute of every cuff as lines on a canvas, with what happened. What is missing is a gap; nothing is joined across it.
import { Ring } from "./ring.js";

const SPAN_S = 60;
const AGO = [0, 15, 30, 45, 60];
const AGO_WORDS = ["0 s", "−15 s", "−30 s", "−45 s", "−60 s"];
const COLOURS = { ground: "#fff", frozen: "#77868b", band: "#cfe6d6", limit: "#b3121d", lop: "#55676e", grid: "#dfe6e8", words: "#55676e", mark: "#17262b" };
// Each cuff has a line of its own, as on its card: solid, dashed, dotted, thin and double.
const CUFF_COLOURS = ["#0b5563", "#8a3ffc", "#9c4a00", "#17262b"];
const CUFF_WASHES = ["rgb(11 85 99 / 12%)", "rgb(138 63 252 / 12%)", "rgb(156 74 0 / 12%)", "rgb(23 38 43 / 12%)"];
const CUFF_DASHES = [[], [9, 5], [2, 4], []];
const CUFF_WIDTHS = [3, 3, 3.5, 5];
const NAMES = ["1", "2", "3", "4"];
const LIMIT_DASH = [8, 5];
const LOP_DASH = [2, 4, 8, 4];
const SOLID = [];
const LEFT = 38;
const TOP = 14;
const BOTTOM = 20;
const HIGHEST = 400;
const LABEL_PX = 12;
const COLUMN_PX = 10;
const NEAR_X = 4;
const NEAR_Y = 0.5;

// What happened, by the kind of event: a sign at the upper edge, a line across, or a stroke at the foot for a repetition.
const SIGNS = { REPETITION: 1, INTERVAL: 2, INFLATE: 3, RESUME: 3, PAUSE: 4, ENTER: 5, PULSE: 5, CRITERION_WARN: 6, CRITERION_PAUSE: 6, CRITERION_END: 6, ENDING: 7 };
const GLYPHS = ["", "", "", "▶", "‖", "◆", "▲", "■"];
const WARNING = 6;
const STROKE = 1;

export class Trace {
  constructor(canvas, { plan, bands }) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d", { alpha: false });
    this.cuffs = plan.cuffs;
    this.ring = new Ring(plan.cuffs.length, bands);
    this.isOne = plan.cuffs.length === 1;
    this.right = this.isOne ? 2 : 18;
    this.top = 40;
    for (const { ceiling, lop_mmhg: lop } of plan.cuffs) this.top = Math.max(this.top, ceiling * 1.1, (lop ?? 0) * 1.05);
    this.isFrozen = false;
    this.alarmed = 0;
    this.labels = new Float32Array(plan.cuffs.length);
    this.order = plan.cuffs.map((_, cuff) => cuff);
    new ResizeObserver(() => this.fit()).observe(canvas);
    this.fit();
  }

  fit() {
    const ratio = devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
    this.pen.lineJoin = "bevel";
    this.pen.font = "12px system-ui, sans-serif";
    this.plotRight = this.width - this.right;
    this.plotWidth = Math.max(1, this.plotRight - LEFT);
    this.plotHeight = Math.max(1, this.height - BOTTOM - TOP);
    this.pen.fillStyle = COLOURS.ground;
    this.pen.fillRect(0, 0, this.width, this.height);
    if (this.now) this.draw(this.now);
  }

  add(sample) {
    this.ring.add(sample);
    this.top = Math.max(this.top, Math.min(HIGHEST, (sample.pressure ?? 0) * 1.08));
    for (const event of sample.events ?? []) if (SIGNS[event.kind]) this.ring.mark(sample.at, SIGNS[event.kind]);
    this.markAlarms(sample.alarms, sample.at - sample.t);
  }

  // An alarm is marked where it was raised; `began` is the session's second 0. The newest stand first.
  markAlarms(alarms, began) {
    const before = this.alarmed;
    for (const { n, level, t } of alarms) {
      if (n <= before) continue;
      this.alarmed = Math.max(this.alarmed, n);
      if (level !== "INFO") this.ring.mark(began + t, WARNING);
    }
  }

  // `now` is in the server's seconds.
  draw(now) {
    this.now = now;
    this.from = this.ring.first(now - SPAN_S);
    this.pen.fillStyle = COLOURS.ground;
    this.pen.fillRect(0, 0, this.width, this.height);
    this.drawGrid();
    for (let cuff = 0; cuff < this.cuffs.length; cuff += 1) this.drawTargets(cuff);
    for (let cuff = 0; cuff < this.cuffs.length; cuff += 1) this.drawBounds(cuff);
    for (let cuff = 0; cuff < this.cuffs.length && !this.isOne; cuff += 1) this.drawBoundNames(cuff);
    this.drawMarks();
    for (let cuff = 0; cuff < this.cuffs.length; cuff += 1) this.drawPressure(cuff);
    if (!this.isOne) this.drawNames();
  }

  drawGrid() {
    const { pen } = this;
    const step = this.step();
    pen.fillStyle = COLOURS.words;
    pen.strokeStyle = COLOURS.grid;
    pen.lineWidth = 1;
    pen.textAlign = "right";
    for (let level = 0; level < this.top; level += step) {
      this.stroke(LEFT, this.y(level), this.plotRight, this.y(level));
      pen.fillText(level, LEFT - 6, this.y(level) + 4);
    }
    for (let i = 0; i < AGO.length; i += 1) {
      pen.textAlign = i === 0 ? "right" : i === AGO.length - 1 ? "left" : "center";
      pen.fillText(AGO_WORDS[i], LEFT + (1 - AGO[i] / SPAN_S) * this.plotWidth, this.height - 5);
    }
  }

  // So many lines that their numbers do not touch.
  step() {
    const lines = this.plotHeight / 18;
    if (this.top / 20 <= lines) return 20;
    return this.top / 50 <= lines ? 50 : 100;
  }

  drawTargets(cuff) {
    for (let i = this.from; i < this.ring.count; ) {
      const end = this.ring.runEnd(cuff, i);
      this.drawRun(cuff, i, end);
      i = end;
    }
  }

  // One box for the band and one line for the target of a run; it ends at the next sample unless that one is loose.
  drawRun(cuff, start, end) {
    const { ring, pen } = this;
    const a = ring.place(start);
    const target = ring.target[cuff][a];
    if (target <= 0) return;
    const band = ring.band[cuff][a];
    const isJoined = end < ring.count && !ring.breaks[ring.place(end)];
    const from = this.x(ring.at[a]);
    const to = this.x(ring.at[ring.place(isJoined ? end : end - 1)]);
    const high = this.y(target + band);
    pen.fillStyle = this.isOne ? COLOURS.band : CUFF_WASHES[cuff];
    pen.fillRect(from, high, to - from, this.y(target - band) - high);
    pen.strokeStyle = this.isOne ? COLOURS.mark : CUFF_COLOURS[cuff];
    pen.lineWidth = 1.5;
    this.stroke(from, this.y(target), to, this.y(target));
  }

  // Where this cuff must not go, and where the artery closes.
  drawBounds(cuff) {
    const { ceiling, lop_mmhg: lop } = this.cuffs[cuff];
    this.drawBound(ceiling, COLOURS.limit, LIMIT_DASH, 2);
    if (lop) this.drawBound(lop, COLOURS.lop, LOP_DASH, 1.5);
  }

  drawBound(level, colour, dash, width) {
    const { pen } = this;
    const y = this.y(level);
    pen.setLineDash(dash);
    pen.strokeStyle = colour;
    pen.lineWidth = width;
    this.stroke(LEFT, y, this.plotRight, y);
    pen.setLineDash(SOLID);
  }

  // Whose bound a line is stands in the line, each cuff in a column of its own: bounds that lie close cover no name.
  drawBoundNames(cuff) {
    const { ceiling, lop_mmhg: lop } = this.cuffs[cuff];
    this.drawBoundName(ceiling, COLOURS.limit, cuff, cuff);
    if (lop) this.drawBoundName(lop, COLOURS.lop, cuff, cuff + this.cuffs.length + 1);
  }

  drawBoundName(level, colour, cuff, column) {
    const { pen } = this;
    const x = LEFT + 4 + column * COLUMN_PX;
    const y = this.y(level);
    pen.fillStyle = COLOURS.ground;
    pen.fillRect(x - 1, y - LABEL_PX / 2, COLUMN_PX - 1, LABEL_PX);
    pen.fillStyle = colour;
    pen.textAlign = "left";
    pen.fillText(NAMES[cuff], x, y + 4);
  }

  drawMarks() {
    const { pen, ring } = this;
    pen.fillStyle = COLOURS.mark;
    pen.textAlign = "center";
    pen.lineWidth = 1;
    for (let i = ring.firstMark(); i < ring.marks; i += 1) {
      const here = ring.markPlace(i);
      if (ring.markAt[here] >= this.now - SPAN_S) this.drawMark(this.x(ring.markAt[here]), ring.markKind[here]);
    }
  }

  drawMark(x, kind) {
    const foot = this.height - BOTTOM;
    this.pen.strokeStyle = kind === STROKE ? COLOURS.mark : COLOURS.frozen;
    this.stroke(x, kind === STROKE ? foot - 6 : TOP, x, foot);
    if (GLYPHS[kind]) this.pen.fillText(GLYPHS[kind], x, TOP - 3);
  }

  drawPressure(cuff) {
    const { pen } = this;
    pen.strokeStyle = this.isFrozen ? COLOURS.frozen : CUFF_COLOURS[cuff];
    pen.lineWidth = CUFF_WIDTHS[cuff];
    pen.setLineDash(CUFF_DASHES[cuff]);
    this.trail(cuff);
    pen.stroke();
    pen.setLineDash(SOLID);
    if (cuff !== 3) return;
    pen.strokeStyle = "#fff";
    pen.lineWidth = 2;
    pen.stroke();
  }

  // A sample that lies on the point before it, within half a pixel, is not drawn again; a spike is.
  trail(cuff) {
    const { pen, ring } = this;
    const pressure = ring.pressure[cuff];
    pen.beginPath();
    let isDown = false;
    let lastX = 0;
    let lastY = 0;
    for (let i = this.from; i < ring.count; i += 1) {
      const here = ring.place(i);
      const isKnown = pressure[here] === pressure[here];
      const isJoined = isKnown && isDown && !ring.breaks[here];
      isDown = isKnown;
      if (!isKnown) continue;
      const x = this.x(ring.at[here]);
      const y = this.y(pressure[here]);
      if (isJoined && i < ring.count - 1 && x - lastX < NEAR_X && Math.abs(y - lastY) < NEAR_Y) continue;
      if (isJoined) pen.lineTo(x, y);
      else pen.moveTo(x, y);
      lastX = x;
      lastY = y;
    }
  }

  // Which line is whose, at its newest end, pushed apart where they lie close. A cuff that is not known has no name there.
  drawNames() {
    const { ring, pen, labels, order } = this;
    if (!ring.count) return;
    const last = ring.place(ring.count - 1);
    for (let cuff = 0; cuff < labels.length; cuff += 1) labels[cuff] = this.y(ring.pressure[cuff][last]) + 4;
    for (let i = 1; i < order.length; i += 1) {
      for (let j = i; j > 0 && labels[order[j]] > labels[order[j - 1]]; j -= 1) this.swap(j);
    }
    let below = this.height;
    pen.textAlign = "left";
    for (let i = 0; i < order.length; i += 1) {
      const cuff = order[i];
      if (labels[cuff] !== labels[cuff]) continue;
      const y = Math.min(labels[cuff], below - LABEL_PX);
      pen.fillStyle = CUFF_COLOURS[cuff];
      pen.fillText(NAMES[cuff], this.plotRight + 5, y);
      below = y;
    }
  }

  swap(j) {
    const { order } = this;
    const kept = order[j];
    order[j] = order[j - 1];
    order[j - 1] = kept;
  }

  x(at) {
    return LEFT + (1 - (this.now - at) / SPAN_S) * this.plotWidth;
  }

  y(pressure) {
    return TOP + this.plotHeight * (1 - Math.max(0, pressure) / this.top);
  }

  stroke(x0, y0, x1, y1) {
    this.pen.beginPath();
    this.pen.moveTo(x0, y0);
    this.pen.lineTo(x1, y1);
    this.pen.stroke();
  }
}
