// What the tabs of one browser tell each other: which console each is, and with which person.
// A reload keeps the console's id, a duplicated tab gives it up. Consoles of different people, or of a person and a self-test, block each other until one says.
import { put } from "./fields.js";
import { newKey } from "./keys.js";
import { say } from "./words.js";

const ID = "kaatsu-console";
const CHOICE = "kaatsu-with";
const SETTLED_MS = 200;
const EVERY_MS = 1000;
const GONE_MS = 3500;
const panel = document.getElementById("tabs");

export class Tabs {
  // `patient` has the id and the name of whom this console is for; a self-test stands for one.
  constructor(root, patient) {
    this.root = root;
    this.patient = patient;
    this.page = newKey();
    this.openedAt = Date.now();
    this.id = sessionStorage.getItem(ID) ?? this.renew();
    this.choice = JSON.parse(sessionStorage.getItem(CHOICE) ?? "null");
    this.others = new Map();
    this.saidAt = -Infinity;
    this.isSettled = false;
    this.isBlocked = false;
    this.isOver = false;
    this.channel = new BroadcastChannel("kaatsu-consoles");
    this.listen();
    this.say("hello");
    setTimeout(() => (this.isSettled = true), SETTLED_MS);
  }

  listen() {
    this.channel.addEventListener("message", (event) => this.hear(event.data));
    document.addEventListener("visibilitychange", () => this.say("here"));
    window.addEventListener("pagehide", () => this.say("bye"));
    document.getElementById("tabs-with").addEventListener("click", () => this.choose());
    setInterval(() => this.beat(), EVERY_MS);
  }

  renew() {
    this.id = newKey();
    sessionStorage.setItem(ID, this.id);
    return this.id;
  }

  // Driven by the samples, too: the timers of a hidden page may be slowed to once a minute.
  beat() {
    if (performance.now() - this.saidAt < EVERY_MS * 0.9) return;
    this.say("here");
    this.draw();
  }

  say(what) {
    if (this.isOver) return;
    this.saidAt = performance.now();
    const { page, openedAt, id, patient } = this;
    this.channel.postMessage({ what, page, openedAt, console: id, patient, choice: this.ownChoice() });
  }

  hear(other) {
    if (other.console === this.id && this.isCopyOf(other)) this.renew();
    if (other.what === "bye") this.others.delete(other.page);
    else this.others.set(other.page, { ...other, heardAt: performance.now() });
    if (other.what === "hello") this.say("here");
    this.draw();
  }

  // Two pages with one id: the one that was opened later is the copy.
  isCopyOf(other) {
    return other.openedAt < this.openedAt || (other.openedAt === this.openedAt && other.page < this.page);
  }

  // What is said here counts against the consoles that are open now. A new one asks anew.
  choose() {
    this.choice = { patient: this.patient.id, at: Date.now(), against: this.strangers().map((one) => one.console) };
    sessionStorage.setItem(CHOICE, JSON.stringify(this.choice));
    this.say("here");
    this.draw();
  }

  // A tab that was used for another person has said nothing of this one.
  ownChoice() {
    return this.choice?.patient === this.patient.id ? this.choice : null;
  }

  strangers() {
    const now = performance.now();
    for (const [page, one] of this.others) if (now - one.heardAt > GONE_MS) this.others.delete(page);
    return [...this.others.values()].filter((one) => one.patient.id !== this.patient.id);
  }

  // The session of this tab is over: it blocks nobody and is not blocked.
  end() {
    this.say("bye");
    this.isOver = true;
    this.draw();
  }

  draw() {
    const strangers = this.isOver ? [] : this.strangers();
    this.isBlocked = strangers.length > 0 && !this.isChosen(strangers);
    panel.hidden = !this.isBlocked;
    this.root.dataset.tabs = this.isBlocked ? "blocked" : "";
    if (!this.isBlocked) return;
    put("tabs-others", [...new Set(strangers.map((one) => one.patient.name))].join(", "));
    const chosen = strangers.find((one) => this.isAgainst(one));
    put("tabs-words", chosen ? say("TABS_ELSEWHERE", { name: chosen.patient.name }) : say("TABS_CLOSE"));
  }

  isChosen(strangers) {
    const choice = this.ownChoice();
    return choice !== null && strangers.every((one) => choice.against.includes(one.console) && !(this.isAgainst(one) && one.choice.at > choice.at));
  }

  isAgainst(other) {
    return other.choice?.against.includes(this.id) === true;
  }

  whyNot(verb) {
    return this.isBlocked && verb !== "PAUSE" && verb !== "SOUND_CHECK" ? say("TABS_BLOCKED") : null;
  }
}
