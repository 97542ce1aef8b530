// Alarms that only this page can see: no live data, a STOP that does not get through, a command without an answer.
// They are kept on this device until the record has them: when, for how long, on whose console.
import { newKey } from "./keys.js";
import { say } from "./words.js";

const STAYS_MS = 20000;
const RETRY_MS = 2000;

export class Here {
  constructor({ url, post, session, console }) {
    this.url = url;
    this.post = post;
    this.console = console;
    this.store = `kaatsu-alarms-${session}-${console()}`;
    this.items = [];
    this.count = 0;
    this.untold = recall(this.store).map((one) => ({ ...one, to: one.to ?? Date.now() }));
    setInterval(() => this.tell(), RETRY_MS);
  }

  // `asksAnew`: it has happened again, so that it does not help that somebody has seen it before.
  raise(code, level, { asksAnew = false } = {}) {
    const holding = this.items.find((one) => one.code === code && one.is === "ON");
    if (holding && !(asksAnew && holding.by)) return;
    if (holding) this.lower(code);
    this.items = this.items.filter((one) => one.code !== code);
    const item = { key: newKey(), n: (this.count += 1), code, level, name: say(`ALARM_${code}`), words: say(code), kind: "TECHNICAL", is: "ON", from: Date.now(), to: null, by: null };
    this.items.unshift({ ...item, isHere: true, off: false });
    this.keep();
  }

  // High ones stay until somebody has seen them.
  lower(code) {
    for (const item of this.items) {
      if (item.code !== code || item.is !== "ON") continue;
      item.to = Math.max(item.from, Date.now()); // a clock may be set back
      item.is = item.level === "HIGH" && !item.by ? "LATCHED" : "OVER";
      this.leave(item);
    }
    this.keep();
  }

  acknowledge(code, by) {
    for (const item of this.items) {
      if (item.code !== code || item.by) continue;
      item.by = by;
      if (item.is === "LATCHED") item.is = "OVER";
      this.leave(item);
    }
    this.seen(code);
  }

  // Somebody has seen an alarm, and there is no loop that could write it down.
  seen(code) {
    this.untold.push({ key: newKey(), what: "SEEN", code, from: Date.now(), to: Date.now() });
    this.keep();
  }

  leave(item) {
    if (item.is !== "OVER") return;
    setTimeout(() => (this.items = this.items.filter((one) => one !== item)), STAYS_MS);
  }

  // What is over is told once; what still holds is remembered, in case that this page is closed meanwhile.
  keep() {
    const over = this.items.filter((one) => one.to && !one.isTold);
    for (const item of over) {
      item.isTold = true;
      this.untold.push(line(item));
    }
    remember(this.store, [...this.untold, ...this.items.filter((one) => !one.to).map(line)]);
    this.tell();
  }

  async tell() {
    if (this.isTelling || !this.untold.length) return;
    this.isTelling = true;
    const next = this.untold[0];
    const isDone = await this.post(this.url, { ...next, console: this.console(), sent: Math.max(next.to, Date.now()) });
    this.isTelling = false;
    this.untold.shift();
    if (isDone) this.keep();
    else this.untold.push(next); // nothing waits behind one that is refused
  }
}

function line({ key, code, from, to }) {
  return { key, what: "OVER", code, from, to };
}

function recall(store) {
  try {
    return JSON.parse(localStorage.getItem(store) ?? "[]");
  } catch {
    return [];
  }
}

function remember(store, lines) {
  try {
    localStorage.setItem(store, JSON.stringify(lines));
  } catch {
    // Then they last as long as the page.
  }
}
