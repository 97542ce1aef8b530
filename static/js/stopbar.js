// Keeps the STOPs of a page in step with the sessions of who is signed in: one that began since is added, one that is over and open goes.
// Silence takes none away, and neither does the list of somebody else who has signed in here since.
const EVERY_MS = 5000;
const BUSY = ["sending", "sent", "acknowledged", "confirmed"]; // somebody waits for the answer

const bar = document.querySelector(".stop-bar[data-links]");

let turn = 0;

async function look() {
  const mine = ++turn;
  try {
    const answer = await fetch(bar.dataset.links, { cache: "no-store", redirect: "error", signal: AbortSignal.timeout(EVERY_MS) });
    const page = answer.ok ? new DOMParser().parseFromString(await answer.text(), "text/html") : null;
    if (mine === turn) follow(page?.querySelector(".stop-bar")); // what was asked for earlier may know less
  } catch {
    // What stands here goes on asking by itself.
  }
}

function follow(now) {
  if (now?.dataset.who !== bar.dataset.who) return;
  const here = bySession(bar);
  const there = bySession(now);
  for (const [id, form] of here) {
    if (!there.has(id) && (form.hidden || !BUSY.includes(form.dataset.stage))) form.remove();
  }
  for (const [id, form] of there) {
    if (here.has(id)) continue;
    bar.append(document.adoptNode(form));
    form.dispatchEvent(new CustomEvent("stop:added", { bubbles: true }));
  }
}

function bySession(place) {
  return new Map([...place.querySelectorAll("form[data-stop]")].map((one) => [one.dataset.session, one]));
}

setInterval(look, EVERY_MS);
document.addEventListener("visibilitychange", () => document.hidden || look());
