// Keeps the draft while it is written, and before the form is sent makes sure that nothing of it can be lost on the way.
const KEEP_AFTER_MS = 1500;
const AGAIN_AFTER_MS = 5000;
const form = document.getElementById("note-form");
const text = form.elements.text;
const said = document.getElementById("note-said");
let kept = text.value;
let waiting = 0;
let hasMoved = false;

text.addEventListener("input", () => later(KEEP_AFTER_MS));
form.addEventListener("submit", onSubmit);
window.addEventListener("beforeunload", (event) => text.value !== kept && event.preventDefault());
window.addEventListener("beforeprint", () => (document.getElementById("note-printed").textContent = text.value));

function later(ms) {
  clearTimeout(waiting);
  if (!hasMoved) waiting = setTimeout(() => keep(false), ms);
}

// True once the clinic's computer has the text. Another person's text is never written over from here.
async function keep(isAboutToLeave) {
  const sent = text.value;
  if (sent === kept && !isAboutToLeave) return true;
  try {
    const answer = await fetch(form.dataset.draft, {
      method: "POST",
      headers: { Accept: "application/json", "X-CSRFToken": token() },
      body: new URLSearchParams({ text: sent, revision: form.elements.revision.value, record: form.elements.record.value }),
    });
    return take(answer.status, await answer.json().catch(() => ({})), sent);
  } catch {
    return unsent(form.dataset.wordsUnsent);
  }
}

function take(status, told, sent) {
  if (status === 200) {
    kept = sent;
    form.elements.revision.value = told.revision;
    tell(told.words, false);
    if (text.value !== sent) later(KEEP_AFTER_MS);
    return true;
  }
  hasMoved = status === 409;
  if (status === 409 || status === 400) return tell(told.error, true);
  return unsent(status === 401 || status === 403 ? form.dataset.wordsSignedOut : form.dataset.wordsUnsent);
}

function unsent(words) {
  later(AGAIN_AFTER_MS);
  return tell(words, true);
}

function tell(words, isTrouble) {
  said.textContent = words;
  said.classList.toggle("field-error", isTrouble);
  return false;
}

// Signed out, the page behind the form would be the sign-in, and the text gone. What has moved is shown by the server.
async function onSubmit(event) {
  if (event.defaultPrevented || form.dataset.isSafe || hasMoved) {
    kept = text.value;
    return;
  }
  event.preventDefault();
  const button = event.submitter;
  if (!(await keep(true)) && !hasMoved) return;
  kept = text.value;
  form.elements.csrfmiddlewaretoken.value = token(); // another one since somebody signed in again
  form.dataset.isSafe = "yes";
  form.requestSubmit(button);
}

function token() {
  const cookie = document.cookie.split("; ").find((one) => one.startsWith("csrftoken="));
  return cookie ? cookie.slice("csrftoken=".length) : form.elements.csrfmiddlewaretoken.value;
}
