// The screening form: one button answers the rest of a group with no, and a line counts what is left.
// Nothing is chosen beforehand, and an answer that was given is never changed here.

const form = document.querySelector("[data-screening]");
const left = document.querySelector("[data-left]");

const questions = (part) => [...part.querySelectorAll("[data-question]")];
const isOpen = (question) => !question.querySelector("input[type=radio]:checked");

function count() {
  const open = questions(form).filter(isOpen).length;
  left.textContent = open ? left.dataset.left.replace("{count}", open) : left.dataset.done;
  for (const group of form.querySelectorAll(".screening-group")) {
    group.querySelector("[data-no-to-the-rest]").disabled = !questions(group).some(isOpen);
  }
}

function sayNoToTheRest(group) {
  for (const question of questions(group).filter(isOpen)) {
    question.querySelector('input[value="NO"]').checked = true;
  }
  count();
}

form.addEventListener("click", (event) => {
  const button = event.target.closest("[data-no-to-the-rest]");
  if (button) sayNoToTheRest(button.closest(".screening-group"));
});
form.addEventListener("change", count);
for (const button of form.querySelectorAll("[data-no-to-the-rest]")) button.hidden = false;
count();
