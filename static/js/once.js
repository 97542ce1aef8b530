// A form is sent once, however often its button is pressed by a trembling or hurried hand.
// A STOP is left alone: there every press counts. After a while without an answer a press counts again.
const AGAIN_AFTER_MS = 5000;
const sentAt = new WeakMap();

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (event.defaultPrevented || form.method !== "post" || "stop" in form.dataset) return;
  const now = performance.now();
  if (now - (sentAt.get(form) ?? -Infinity) < AGAIN_AFTER_MS) event.preventDefault();
  else sentAt.set(form, now);
});

// Back to a page that the browser has kept: its forms may be sent anew.
window.addEventListener("pageshow", (event) => {
  if (event.persisted) for (const form of document.forms) sentAt.delete(form);
});
