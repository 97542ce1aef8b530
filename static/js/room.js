// The room: writes what each STOP learns from its state link on that session's card. Nothing old is shown as live.
const STALE_S = 1;
const room = document.getElementById("room");

room.addEventListener("stop:state", (event) => draw(event.target.closest(".room-session"), event.detail));

function draw(card, state) {
  const isOver = state?.is_live === false;
  const isFresh = state !== null && typeof state.age_s === "number" && state.age_s <= STALE_S;
  const isKnown = isFresh && typeof state.pressure === "number";
  card.dataset.is = isOver && state.confirmed ? "over" : isKnown ? "live" : "unknown";
  put(card, "pressure", numberWords(card.dataset.is, state));
  put(card, "age", ageWords(card.dataset.is, isFresh, state));
  put(card, "words", state?.words ?? "");
}

function numberWords(is, state) {
  if (is === "over") return "–";
  return is === "live" ? String(Math.round(state.pressure)) : room.dataset.unknown;
}

function ageWords(is, isFresh, state) {
  if (is === "over") return room.dataset.over;
  return isFresh ? room.dataset.age.replace("{seconds}", state.age_s.toFixed(1)) : room.dataset.none;
}

function put(card, name, text) {
  const place = card.querySelector(`[data-room-${name}]`);
  if (place.textContent !== text) place.textContent = text;
}
