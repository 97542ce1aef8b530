// Why it ended, asked on the console itself: shown with what the ending makes likely, sent when a person keeps it.
const TRY_EVERY_MS = 500;
const TRY_FOR_MS = 20_000;
const place = document.getElementById("console-reason");
const form = place?.querySelector("form"); // of a self-test nobody asks
const said = form?.querySelector("[data-reason-said]");

form?.addEventListener("submit", onSubmit);

export function offerReason(outcome) {
  if (!form || outcome === "NOT_STARTED" || !place.hidden) return;
  const likely = form.querySelector(`[data-suggested-by~="${outcome}"]`);
  if (likely) likely.checked = true;
  place.hidden = false;
}

async function onSubmit(event) {
  event.preventDefault();
  const button = form.querySelector(".reason-keep");
  button.disabled = true;
  await keep(performance.now() + TRY_FOR_MS);
  button.disabled = false;
}

// The station writes the end a moment after the air is out; until then the session counts as running, and is asked again.
async function keep(until) {
  let answer;
  try {
    answer = await fetch(form.action, { method: "POST", headers: { Accept: "application/json" }, body: filledIn() });
  } catch {
    return tell(place.dataset.wordsUnsent);
  }
  const told = await answer.json().catch(() => ({}));
  if (answer.ok) return location.assign(told.url);
  if (answer.status === 403) return tell(place.dataset.wordsRefused);
  if (answer.status !== 409 || performance.now() > until) return tell(told.error ?? place.dataset.wordsUnsent);
  tell(place.dataset.wordsWriting);
  await new Promise((then) => setTimeout(then, TRY_EVERY_MS));
  return keep(until);
}

// With the token as it is now: another one since somebody signed in again in another tab.
function filledIn() {
  const body = new URLSearchParams(new FormData(form));
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  if (cookie) body.set("csrfmiddlewaretoken", cookie.slice("csrftoken=".length));
  return body;
}

function tell(words) {
  said.textContent = words;
  said.hidden = false;
}
