// Counts the marked joints of each map while they are tapped. Without it the checkboxes work all the same.
for (const panel of document.querySelectorAll("[data-joints]")) {
  const count = panel.querySelector("[data-count]");
  const show = () => { count.value = panel.querySelectorAll("input:checked").length; };
  panel.addEventListener("change", show);
  show();
}
