// The id of a log is made on the phone: sent twice it is kept once, and a page that comes back from the browser's
// memory is a new log. Without this script the server's id does the same for one page load.
const form = document.querySelector("[data-home-log]");

function renew() {
  if (window.crypto.randomUUID) form.elements.namedItem("log_id").value = window.crypto.randomUUID();
}

if ("fresh" in form.dataset) renew();
window.addEventListener("pageshow", (event) => {
  if (event.persisted) renew();
});
