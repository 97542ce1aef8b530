// Large numbers, for someone who looks up from a treadmill: walking begins with them. What was chosen is kept in this browser.
import { isOn } from "./settings.js";

const KEPT = "console-view";

export function bindView(root) {
  const button = document.getElementById("large");
  const show = (view) => {
    root.dataset.view = view;
    button.setAttribute("aria-pressed", String(view === "large"));
  };
  const change = () => {
    const view = root.dataset.view === "large" ? "all" : "large";
    show(view);
    keep(root.dataset.mode, view);
  };
  show(kept(root.dataset.mode) ?? (root.dataset.mode === "WALKING" ? "large" : "all"));
  button.addEventListener("click", change);
  document.addEventListener("keydown", (event) => {
    if (isViewKey(event)) change();
  });
}

function isViewKey(event) {
  if (event.repeat || event.ctrlKey || event.metaKey || event.altKey || event.isComposing) return false;
  if (!isOn("keys") || event.target.closest?.("input, textarea, select")) return false;
  return event.key.toLowerCase() === "l";
}

// A browser that keeps nothing for us is no reason to show nothing.
function kept(mode) {
  try {
    return localStorage.getItem(`${KEPT}-${mode}`);
  } catch {
    return null;
  }
}

function keep(mode, view) {
  try {
    localStorage.setItem(`${KEPT}-${mode}`, view);
  } catch {
    // It is chosen anew next time.
  }
}
