// The live console: telemetry in, one drawing loop out. STOP is in ../stop.js and needs none of this.
import { Alarms } from "./alarms.js";
import { Commands, postJson } from "./commands.js";
import { bindEntries, drawEntry, isLostEntry } from "./entries.js";
import { Gauge } from "./gauge.js";
import { Here } from "./here.js";
import { bindOrders, drawCommand, drawOrders } from "./orders.js";
import { hideOver, learnVent, showAbsent, showEnded, showLost } from "./over.js";
import { Pacer } from "./pacer.js";
import { Keys } from "./pedal.js";
import { People } from "./people.js";
import { Prompts } from "./prompts.js";
import { Sets } from "./sets.js";
import { SoundCheck } from "./soundcheck.js";
import { Sounds } from "./sounds.js";
import { RestSounds } from "./restsounds.js";
import { Stream } from "./stream.js";
import { Tabs } from "./tabs.js";
import { Trace } from "./trace.js";
import { bindView } from "./view.js";
import { Watch } from "./watch.js";
import { tellTimeBy } from "./words.js";

const ABSENT_S = 6;
const LOST_S = 15;
const TRACE_MS = 100;
const NOTICE_MS = 500;

let drawn = null;
let feed = "waiting";
let tracedAt = 0;
let isPauseLost = false;
let isEnding = false;
let isUntold = false; // STOP is answered, and nothing was ever told of this session

const lostEntries = new Set();
const data = JSON.parse(document.getElementById("console-data").textContent);
const root = document.getElementById("console");
const face = { plan: data.plan, bands: data.bands, unit: document.querySelector(".unit").textContent };
const gauge = new Gauge(root, face);
const sets = new Sets(root, face);
const trace = new Trace(document.getElementById("trace"), face);
const tabs = new Tabs(root, data.patient);
const people = new People(root, { me: data.me, console: () => tabs.id });
const watch = new Watch(data.links.watch, { tabs, onTime: (asked, at) => stream.learnTime(asked, at) });
const stream = new Stream(data.links.telemetry, { serverTime: data.server_time, onSample });
tellTimeBy(() => stream.serverNow() * 1000);
const commands = new Commands(data.command_url, {
  console: () => tabs.id,
  whyNot: (verb) => tabs.whyNot(verb) ?? people.whyNot(verb),
  lastSeen: () => drawn?.n ?? null,
  onChange: (item) => {
    drawCommand(item);
    drawEntry(item);
    prompts.told(item);
    if (isLostEntry(item)) loseEntry(item);
    else if (item.verb === "ENTER" && item.state === "CONFIRMED") keepEntry(item);
    else if (item.verb === "PAUSE" && item.state !== "SENT") drawPause(item);
    else if (item.state === "NOT_KNOWN") here.raise("HERE_COMMAND", "MEDIUM");
    else if (item.state !== "SENT") here.lower("HERE_COMMAND");
  },
});
const prompts = new Prompts(root, commands);
const here = new Here({ url: data.alarm_url, session: data.session, console: () => tabs.id, post: (url, body) => postJson(url, body).then((answer) => answer.ok, () => false) });
const sounds = new Sounds(document.getElementById("alarm-part"));
const soundCheck = new SoundCheck(sounds, commands, () => tabs.id);
const restSounds = new RestSounds(sounds);
const alarms = new Alarms({ here, sounds, commands, who: data.who, logUrl: data.alarm_url, isLive: () => feed === "live", controls: () => people.controls });
people.bind(commands);
const pacer = new Pacer(root, data.plan);
new Keys(root, { commands, focusQuestion: () => prompts.focus() });
sets.bind(commands);
bindOrders(commands);
bindView(root);
bindEntries(commands);
root.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("stop:state", (event) => learnStop(event.detail));
document.addEventListener("stop:stage", (event) => (event.detail === "unreachable" ? here.raise("HERE_STOP", "HIGH") : here.lower("HERE_STOP")));
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

function onSample(sample) {
  watch.beat();
  tabs.beat();
  if (sample.cuffs.length) trace.add(sample); // of a session that no loop ever ran there is nothing to draw
  commands.take(sample.acks ?? []);
  alarms.take(sample);
  if (stream.age() < data.stale_s) restSounds.take(sample); // not the last minute told again
  if (isPauseLost && sample.state !== "RUNNING") drawPause({ state: "CONFIRMED" }); // by somebody else, or by itself
  if (sample.state === "ENDED") finish(sample);
  else if (sample.ending && !isEnding) lookAtStop();
  isEnding = sample.ending !== null;
}

// STOP asks for itself; told of the end at once it says the same as the alarms, and what it knows of the air is told here.
function lookAtStop() {
  document.dispatchEvent(new CustomEvent("stop:look"));
}

// STOP asks by a line of its own: what it learns of the air, and whether anything was ever told of this session.
function learnStop(state) {
  isUntold = state?.is_live === null;
  learnVent(state);
  if (feed === "absent") drawAbsent();
}

function drawAbsent() {
  showAbsent(root.dataset.opened === "READY" && isUntold);
}

// Each answer that did not arrive asks for itself, and only its own arrival ends it.
function loseEntry(item) {
  lostEntries.add(item.signal);
  here.raise("HERE_ENTRY", "HIGH", { asksAnew: true });
}

function keepEntry(item) {
  lostEntries.delete(item.signal);
  if (!lostEntries.size) here.lower("HERE_ENTRY");
}

// Whoever asked for an open cuff and did not get it must know at once; STOP needs no sign-in.
function drawPause(item) {
  isPauseLost = item.state !== "CONFIRMED" && stream.last?.state === "RUNNING";
  if (isPauseLost) here.raise("HERE_PAUSE", "HIGH");
  else here.lower("HERE_PAUSE");
}

function finish(sample) {
  stop("ended");
  showEnded(sample);
  lookAtStop();
}

// Nothing live comes any more: freeze what is drawn.
function stop(why) {
  feed = why;
  stream.close();
  watch.end();
  here.lower("HERE_STALE");
  here.lower("HERE_PAUSE");
  tabs.end();
  trace.isFrozen = true;
}

function feedNow(age) {
  if (feed === "ended") return feed;
  if (!stream.last) return stream.silence() > ABSENT_S ? "absent" : "waiting";
  if (feed === "waiting" && age > data.stale_s && stream.silence() < data.stale_s) return feed; // the last minute is being told again
  if (age > LOST_S) return "lost";
  return age > data.stale_s ? "stale" : "live";
}

// `absent` is never heard; `lost` was heard and has been silent for long, as when its worker was killed.
function enter(next) {
  if (next === "absent") drawAbsent();
  if (next === "lost") showLost();
  if (next === "live") hideOver();
  if (["stale", "lost", "absent"].includes(next)) here.raise("HERE_STALE", "HIGH");
  if (next === "live") here.lower("HERE_STALE");
  feed = next;
}

// A hidden page draws nothing, and must notice all the same that nothing comes any more.
function notice() {
  const next = feedNow(stream.age());
  if (next !== feed) enter(next);
  commands.expire();
}

function frame() {
  notice();
  const age = stream.age();
  const sample = stream.last;
  alarms.draw();
  soundCheck.draw(sample, feed === "live" && people.controls);
  gauge.drawAge(feed, age);
  const isNew = sample !== drawn && feed !== "waiting";
  if (isNew) {
    gauge.draw(sample);
    sets.draw(sample, commands);
    prompts.draw(sample);
    people.draw(sample);
    drawn = sample;
  }
  pacer.draw(sample, feed === "live", stream.serverNow());
  if (sample) {
    people.drawTake(feed === "live");
    drawOrders(sample, feed === "live" && people.controls && !tabs.isBlocked, commands);
  }
  if (sample && (isNew || performance.now() - tracedAt > TRACE_MS)) {
    trace.draw(feed === "ended" ? sample.at : stream.serverNow());
    tracedAt = performance.now();
  }
  requestAnimationFrame(frame);
}

setInterval(notice, NOTICE_MS);
requestAnimationFrame(frame);
