// Every element with data-f, by name; text is written only where it changes.
const places = {};
for (const place of document.querySelectorAll("[data-f]")) places[place.dataset.f] = place;

export function put(name, text) {
  const place = places[name];
  if (place.textContent !== text) place.textContent = text;
}

export function show(name, isShown) {
  const place = places[name];
  if (place.hidden === isShown) place.hidden = !isShown;
}

export function field(name) {
  return places[name];
}
