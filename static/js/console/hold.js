// A guarded button: it acts after a second of holding, by finger, mouse or key. Let go early, nothing happens.
const HOLD_MS = 1000;

export function holdToConfirm(button, { onDone, onTooShort }) {
  let timer = 0;

  function begin() {
    if (button.disabled || timer) return;
    button.classList.add("is-held");
    timer = setTimeout(() => {
      leave();
      if (!button.disabled) onDone();
    }, HOLD_MS);
  }

  function leave() {
    clearTimeout(timer);
    timer = 0;
    button.classList.remove("is-held");
  }

  function letGo() {
    if (timer) onTooShort();
    leave();
  }

  button.addEventListener("pointerdown", (event) => {
    if (event.button !== 0) return;
    if (button.hasPointerCapture(event.pointerId)) button.releasePointerCapture(event.pointerId);
    begin();
  });
  for (const name of ["pointerup", "pointerleave", "pointercancel", "blur"]) button.addEventListener(name, letGo);
  button.addEventListener("contextmenu", (event) => event.preventDefault());
  button.addEventListener("keydown", (event) => {
    if (event.key !== " " && event.key !== "Enter") return;
    event.preventDefault();
    if (!event.repeat) begin();
  });
  button.addEventListener("keyup", letGo);
  return leave;
}
