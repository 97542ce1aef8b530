// The live console: telemetry in, one drawing loop out. STOP is in ../stop.js and needs none of this.
import { follow, lower, raise } from "./alarms.js";
import { Commands } from "./commands.js";
import { bindEntries, drawEntry } from "./entries.js";
import { Gauge } from "./gauge.js";
import { bindOrders, drawCommand, drawOrders } from "./orders.js";
import { hideOver, learnVent, showAbsent, showEnded, showGone, showLost } from "./over.js";
import { Sets } from "./sets.js";
import { Stream } from "./stream.js";
import { Trace } from "./trace.js";
import { Watch } from "./watch.js";
import { say } from "./words.js";

const STALE_S = 1;
const ABSENT_S = 6;
const LOST_S = 15;
const TRACE_MS = 100;

let drawn = null;
let feed = "waiting";
let tracedAt = 0;

const data = JSON.parse(document.getElementById("console-data").textContent);
const root = document.getElementById("console");
const face = { plan: data.plan, unit: document.querySelector(".unit").textContent };
const gauge = new Gauge(root, face);
const sets = new Sets(root, face);
const trace = new Trace(document.getElementById("trace"), data.plan.ceiling);
const watch = new Watch(data.links.watch);
const stream = new Stream(data.links.telemetry, { serverTime: data.server_time, onSample, onGone });
const commands = new Commands(data.command_url, {
  lastSeen: () => drawn?.n ?? null,
  onChange: (item) => {
    drawCommand(item);
    drawEntry(item);
  },
});
bindOrders(commands);
bindEntries(commands);
root.addEventListener("submit", (event) => event.preventDefault());
document.addEventListener("stop:state", (event) => learnVent(event.detail));
window.addEventListener("pageshow", (event) => event.persisted && location.reload());

function onSample(sample) {
  watch.beat();
  trace.add(sample);
  commands.take(sample.acks ?? []);
  follow(sample.warnings ?? []);
  if (sample.state === "ENDED") finish(sample);
}

function finish(sample) {
  stop("ended");
  showEnded(sample);
}

function onGone(news) {
  if (feed === "ended") return;
  stop("ended");
  showGone(news, stream.last);
}

// Nothing live comes any more: freeze what is drawn.
function stop(why) {
  feed = why;
  stream.close();
  watch.end();
  lower("here:stale");
  trace.isFrozen = true;
}

function feedNow(age) {
  if (feed === "ended") return feed;
  if (!stream.last) return stream.silence() > ABSENT_S ? "absent" : "waiting";
  if (feed === "waiting" && age > STALE_S && stream.silence() < STALE_S) return feed; // the last minute is being told again
  if (age > LOST_S) return "lost";
  return age > STALE_S ? "stale" : "live";
}

// `absent` is never heard; `lost` was heard and has been silent for long, as when its worker was killed.
function enter(next) {
  if (next === "absent") showAbsent(root.dataset.opened === "READY");
  if (next === "lost") showLost();
  if (next === "live") hideOver();
  if (next === "stale" || next === "lost") raise("here:stale", say("STALE"), "HIGH");
  if (next === "live") lower("here:stale");
  feed = next;
}

function frame() {
  const age = stream.age();
  const next = feedNow(age);
  if (next !== feed) enter(next);
  const sample = stream.last;
  commands.expire();
  gauge.drawAge(feed, age);
  const isNew = sample !== drawn && feed !== "waiting";
  if (isNew) {
    gauge.draw(sample);
    sets.draw(sample, commands);
    drawn = sample;
  }
  if (sample) drawOrders(sample, feed === "live", commands);
  if (sample && (isNew || performance.now() - tracedAt > TRACE_MS)) {
    trace.draw(feed === "ended" ? sample.at : stream.serverNow());
    tracedAt = performance.now();
  }
  requestAnimationFrame(frame);
}

requestAnimationFrame(frame);
