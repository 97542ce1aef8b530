// What was filled in survives a sign-in that had ended: kept in this tab when a form is sent, put back when the same person
// opens the same page after signing in. Cleared as soon as the form has arrived, on signing out, and after an hour.
const KEY = "unsent-form";
const LONGEST_MS = 3600 * 1000;
const who = document.body.dataset.who || "";

document.addEventListener("submit", (event) => {
  const form = event.target;
  if (form.matches(".sign-out")) return drop();
  if (event.defaultPrevented || !who || form.method !== "post" || "stop" in form.dataset) return;
  const entries = shown(form).flatMap((field) => said(field).map((value) => [field.name, value]));
  const path = location.pathname + location.search;
  sessionStorage.setItem(KEY, JSON.stringify({ who, path, form: place(form), entries, at: Date.now() }));
});

window.addEventListener("load", () => {
  const kept = JSON.parse(sessionStorage.getItem(KEY) || "null");
  if (!kept) return;
  const wasBounced = !who || document.body.classList.contains("unsent-page");
  if (wasBounced) return Date.now() - kept.at > LONGEST_MS ? drop() : bounce(kept);
  if (kept.wasBounced && kept.who === who && kept.path === location.pathname + location.search) putBack(kept);
  drop();
});

function bounce(kept) {
  sessionStorage.setItem(KEY, JSON.stringify({ ...kept, wasBounced: true }));
  const back = document.querySelector("[data-back-to-form]");
  if (back) [back.href, back.hidden] = [kept.path, false];
}

function putBack(kept) {
  const form = [...document.forms].find((one) => place(one) === kept.form);
  if (!form) return;
  for (const field of shown(form)) {
    const values = kept.entries.filter(([name]) => name === field.name).map(([, value]) => value);
    if (field.type === "radio" || field.type === "checkbox") field.checked = values.includes(field.value);
    else if (field.multiple) for (const option of field.options) option.selected = values.includes(option.value);
    else if (values.length) field.value = values[0];
  }
  for (const name of ["input", "change"]) {
    for (const field of shown(form)) field.dispatchEvent(new Event(name, { bubbles: true }));
  }
  const told = document.getElementById("form-is-back");
  told.hidden = false;
  told.scrollIntoView({ block: "center" });
}

function said(field) {
  if (field.type === "radio" || field.type === "checkbox") return field.checked ? [field.value] : [];
  return field.multiple ? [...field.selectedOptions].map((option) => option.value) : [field.value];
}

function shown(form) {
  return [...form.elements].filter(
    (field) => field.name && !["hidden", "password", "file", "submit", "button"].includes(field.type),
  );
}

function place(form) {
  const fields = shown(form).map((field) => field.name);
  return `${form.getAttribute("action") || ""} ${[...new Set(fields)].join(" ")}`;
}

function drop() {
  sessionStorage.removeItem(KEY);
}
