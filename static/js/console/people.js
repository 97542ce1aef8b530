// Who controls this session, told by the loop: this console, another one, or nobody yet. Control passes by holding a button.
import { field, put, show } from "./fields.js";
import { holdToConfirm } from "./hold.js";
import { Why } from "./why.js";
import { say, timeOfDay } from "./words.js";

const AWAITED_S = 4; // the console that opened the session is on its way
const FREE = new Set(["PAUSE", "TAKE", "HAND", "SOUND_CHECK"]); // the loop knows who may decline
const list = document.getElementById("people-here");
const panel = document.getElementById("takeover");
const why = new Why(document.getElementById("takeover-why"));
const take = document.getElementById("take-over");
const withdraw = document.getElementById("withdraw");
const decline = document.getElementById("decline");

export class People {
  // `console` tells the id of this page; `me` is the id of who is signed in.
  constructor(root, { me, console }) {
    this.root = root;
    this.me = me;
    this.console = console;
    this.shown = "";
    this.people = null;
    this.lostTo = "";
    this.rows = new Map();
  }

  bind(commands) {
    this.commands = commands;
    this.letGo = holdToConfirm(take, { onDone: () => this.take(), onTooShort: () => put("takeover-words", say("HOLD_LONGER")) });
    for (const button of [withdraw, decline]) button.addEventListener("click", () => commands.send("HAND", { other: "" }));
  }

  get controls() {
    return this.root.dataset.role === "controls";
  }

  // Why this console may not ask for something, in words, or null. The loop refuses it, too.
  whyNot(verb) {
    if (this.controls || FREE.has(verb)) return null;
    const controller = this.people?.controller;
    return controller ? say("CONTROL_FIRST", { name: this.name(controller) }) : say("CONTROL_NOBODY");
  }

  // The console seen in control goes with it: of two who take over at once, the second is refused.
  take() {
    this.commands.send("TAKE", { other: this.people?.controller?.console ?? "", words: why.isShown ? why.words : "" });
  }

  draw(sample) {
    this.people = sample.people ?? null;
    const isAwaited = !this.people?.controller && sample.t < AWAITED_S;
    const shown = JSON.stringify([this.people, this.console(), sample.ending !== null, isAwaited]);
    if (shown !== this.shown) this.show(sample, sample.ending !== null || isAwaited);
    this.shown = shown;
  }

  show(sample, isQuiet) {
    this.setRole();
    const controller = this.people?.controller;
    this.drawWho(controller);
    put("since", controller ? say("SINCE", { name: this.name(controller), time: timeOfDay(this.sinceWhen(sample)) }) : "");
    this.drawHere();
    this.drawOffer();
    this.drawTakeover(isQuiet);
  }

  setRole() {
    const before = this.root.dataset.role;
    const controller = this.people?.controller;
    const role = !controller ? "nobody" : this.isThis(controller) ? "controls" : "watches";
    if (before === "controls" && role === "watches") this.lostTo = this.name(controller);
    else if (role === "controls" || (controller && this.name(controller) !== this.lostTo)) this.lostTo = "";
    if (before !== role) this.root.dataset.role = role;
    this.noticeController(controller);
  }

  // A hand on the button, and a reason, were meant for who was in control until now.
  noticeController(controller) {
    const now = JSON.stringify([controller?.user, controller?.console]);
    if (now === this.controllerSeen) return;
    this.controllerSeen = now;
    this.letGo();
    why.clear();
  }

  isThis(seat) {
    return seat.user === this.me && seat.console === this.console();
  }

  isController(seat) {
    const { controller } = this.people;
    return controller !== null && controller.console === seat.console && controller.user === seat.user;
  }

  name(seat) {
    return seat.name || say("WHO_UNKNOWN");
  }

  // Which of several consoles of one person this is, in the order in which they came; 0 where there is only one.
  number(seat) {
    const theirs = (this.people.here ?? []).filter((one) => one.user === seat.user);
    return theirs.length > 1 ? theirs.findIndex((one) => one.console === seat.console) + 1 : 0;
  }

  label(seat) {
    const number = this.number(seat);
    return number ? say("HERE_NUMBERED", { name: this.name(seat), number }) : this.name(seat);
  }

  sinceWhen(sample) {
    return (sample.at - (sample.t - this.people.since)) * 1000;
  }

  // A long name is cut where it is drawn, and read out in full.
  drawWho(controller) {
    const word = this.whoWord(controller);
    const [before, after] = say(word).split("{name}");
    const name = document.createElement("span");
    name.className = "people-name";
    name.textContent = after === undefined ? "" : this.name(word === "WHO_YOU_OFFER" ? this.people.offered_to : controller);
    const words = [before, name, after ?? ""];
    if (field("who").textContent !== words.map((one) => one.textContent ?? one).join("")) field("who").replaceChildren(...words);
  }

  whoWord(controller) {
    if (!controller) return "WHO_NOBODY";
    const { offered_to: to } = this.people;
    if (this.controls) return to ? "WHO_YOU_OFFER" : "WHO_YOU";
    if (to && this.isThis(to)) return "WHO_OFFERED";
    if (controller.user === this.me) return "WHO_YOU_ELSEWHERE";
    return this.people.is_here ? "WHO_OTHER" : "WHO_SILENT";
  }

  // A row that stays is left alone: a finger may be on its button.
  drawHere() {
    const here = this.people?.here ?? [];
    const wanted = new Map(here.map((seat) => [JSON.stringify([this.label(seat), seat, this.isController(seat), this.controls, this.people.offered_to]), seat]));
    for (const [key, row] of this.rows) {
      if (wanted.has(key)) continue;
      row.remove();
      this.rows.delete(key);
    }
    for (const [key, seat] of wanted) {
      if (this.rows.has(key)) continue;
      this.rows.set(key, this.row(seat));
      list.append(this.rows.get(key));
    }
    show("alone", here.length < 2);
  }

  row(seat) {
    const row = document.createElement("li");
    const isController = this.isController(seat);
    const own = seat.user === this.me ? [say(this.isThis(seat) ? "HERE_THIS" : "HERE_OWN")] : [];
    row.append(`${this.label(seat)} (${[say(isController ? "HERE_CONTROLS" : "HERE_WATCHES"), ...own].join(", ")})`);
    if (this.controls && !isController && !this.people.offered_to) row.append(this.handButton(seat));
    return row;
  }

  handButton(seat) {
    const button = document.createElement("button");
    button.type = "button";
    button.className = "hold people-hand";
    const fill = document.createElement("span");
    fill.className = "hold-fill";
    const words = document.createElement("span");
    words.className = "hold-words";
    words.textContent = seat.user === this.me ? say("HAND_OWN", { number: this.number(seat) }) : say("HAND_TO", { name: this.label(seat) });
    button.append(fill, words);
    holdToConfirm(button, { onDone: () => this.commands.send("HAND", { other: seat.console }), onTooShort: () => {} });
    return button;
  }

  drawOffer() {
    const { offered_to: to, declined_by: by } = this.people ?? {};
    const isMine = Boolean(to) && this.controls;
    const isDeclined = Boolean(by) && this.controls;
    show("offer", isMine || isDeclined);
    if (isMine || isDeclined) put("offer", isMine ? say("OFFERED", { name: this.label(to) }) : say("DECLINED", { name: this.label(by) }));
    if (withdraw.hidden === isMine) withdraw.hidden = !isMine;
  }

  drawTakeover(isQuiet) {
    panel.hidden = this.controls || isQuiet;
    const { controller, offered_to: to } = this.people ?? {};
    const isOffered = Boolean(to) && this.isThis(to);
    panel.dataset.is = isOffered ? "offered" : controller && !this.people.is_here ? "silent" : "";
    decline.hidden = !isOffered;
    why.show(Boolean(controller) && !isOffered && this.people.is_here && controller.user !== this.me);
    put("takeover-title", this.titleWords(controller, isOffered));
    put("takeover-words", this.takeWords(controller, isOffered));
  }

  titleWords(controller, isOffered) {
    if (isOffered) return say("TAKE_OFFERED", { name: this.name(controller) });
    if (!controller) return say("WHO_NOBODY");
    return this.lostTo ? say("TAKE_LOST", { name: this.lostTo }) : say("TAKE_WATCHING");
  }

  takeWords(controller, isOffered) {
    if (!controller) return say("TAKE_NOBODY");
    const name = this.name(controller);
    if (isOffered) return say("TAKE_OFFERED_WORDS", { name });
    if (controller.user === this.me) return say("TAKE_OWN");
    return say(this.people.is_here ? "TAKE_MAY" : "TAKE_SILENT", { name });
  }

  drawTake(isLive) {
    const isReady = isLive && !this.commands.isPending("TAKE") && (!why.isShown || why.words !== "");
    if (take.disabled === isReady) take.disabled = !isReady;
  }
}
