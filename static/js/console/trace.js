// The last minute as a line on a canvas. What is missing is a gap; nothing is joined across it.
import { Ring } from "./ring.js";

const SPAN_S = 60;
const MARKS = [[0, "0 s", "right"], [15, "−15 s", "center"], [30, "−30 s", "center"], [45, "−45 s", "center"], [60, "−60 s", "left"]];
const COLOURS = { line: "#0b5563", frozen: "#77868b", target: "#17262b", band: "#cfe6d6", limit: "#b3121d", grid: "#dfe6e8", words: "#55676e" };
const DASHES = [8, 5];
const SOLID = [];
const LEFT = 38;
const BOTTOM = 20;
const HIGHEST = 400;

export class Trace {
  constructor(canvas, ceiling) {
    this.canvas = canvas;
    this.pen = canvas.getContext("2d");
    this.ring = new Ring();
    this.ceiling = ceiling;
    this.top = Math.max(40, ceiling * 1.12);
    this.isFrozen = false;
    new ResizeObserver(() => this.fit()).observe(canvas);
    this.fit();
  }

  fit() {
    const ratio = window.devicePixelRatio || 1;
    this.width = this.canvas.clientWidth;
    this.height = this.canvas.clientHeight;
    this.canvas.width = Math.round(this.width * ratio);
    this.canvas.height = Math.round(this.height * ratio);
    this.pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  }

  add(sample) {
    this.ring.add(sample);
    this.top = Math.max(this.top, Math.min(HIGHEST, (sample.pressure ?? 0) * 1.08));
  }

  // `now` is in the server's seconds.
  draw(now) {
    this.now = now;
    this.start = this.ring.first(now - SPAN_S);
    this.pen.clearRect(0, 0, this.width, this.height);
    this.drawGrid();
    this.drawTargets();
    this.drawLimit();
    this.drawPressure();
  }

  drawGrid() {
    const { pen } = this;
    const step = this.top > 160 ? 50 : 20;
    pen.font = "12px system-ui, sans-serif";
    pen.fillStyle = COLOURS.words;
    pen.strokeStyle = COLOURS.grid;
    pen.lineWidth = 1;
    pen.textAlign = "right";
    for (let level = 0; level < this.top; level += step) {
      this.stroke(LEFT, this.y(level), this.width, this.y(level));
      pen.fillText(level, LEFT - 6, Math.max(10, this.y(level) + 4));
    }
    for (const [ago, words, align] of MARKS) {
      pen.textAlign = align;
      pen.fillText(words, LEFT + (1 - ago / SPAN_S) * (this.width - LEFT), this.height - 5);
    }
  }

  drawTargets() {
    for (let i = this.start; i < this.ring.count; ) {
      const end = this.ring.runEnd(i);
      this.drawRun(i, end);
      i = end;
    }
  }

  // One box for the band and one line for the target of a run; it ends at the next sample unless that one is loose.
  drawRun(start, end) {
    const { ring, pen } = this;
    const a = ring.place(start);
    const target = ring.target[a];
    if (target <= 0) return;
    const isJoined = end < ring.count && !ring.breaks[ring.place(end)];
    const from = this.x(ring.at[a]);
    const to = this.x(ring.at[ring.place(isJoined ? end : end - 1)]);
    const high = this.y(target + ring.band[a]);
    pen.fillStyle = COLOURS.band;
    pen.fillRect(from, high, to - from, this.y(target - ring.band[a]) - high);
    pen.strokeStyle = COLOURS.target;
    pen.lineWidth = 1.5;
    this.stroke(from, this.y(target), to, this.y(target));
  }

  drawLimit() {
    this.pen.setLineDash(DASHES);
    this.pen.strokeStyle = COLOURS.limit;
    this.pen.lineWidth = 2;
    this.stroke(LEFT, this.y(this.ceiling), this.width, this.y(this.ceiling));
    this.pen.setLineDash(SOLID);
  }

  drawPressure() {
    const { pen, ring } = this;
    pen.strokeStyle = this.isFrozen ? COLOURS.frozen : COLOURS.line;
    pen.lineWidth = 3;
    pen.lineJoin = "round";
    pen.beginPath();
    let isDown = false;
    for (let i = this.start; i < ring.count; i += 1) {
      const here = ring.place(i);
      const isKnown = !Number.isNaN(ring.pressure[here]);
      const x = this.x(ring.at[here]);
      const y = this.y(ring.pressure[here]);
      if (isKnown && isDown && !ring.breaks[here]) pen.lineTo(x, y);
      else if (isKnown) pen.moveTo(x, y);
      isDown = isKnown;
    }
    pen.stroke();
  }

  x(at) {
    return LEFT + (1 - (this.now - at) / SPAN_S) * (this.width - LEFT);
  }

  y(pressure) {
    return (this.height - BOTTOM) * (1 - Math.max(0, pressure) / this.top);
  }

  stroke(x0, y0, x1, y1) {
    this.pen.beginPath();
    this.pen.moveTo(x0, y0);
    this.pen.lineTo(x1, y1);
    this.pen.stroke();
  }
}
