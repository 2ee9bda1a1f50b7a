// Small comforts; every page works without them. Copies a citation, and marks the cell of the form whose place the archived page shows.
"use strict";
for (const button of document.querySelectorAll("[data-copy]")) {
  button.hidden = !navigator.clipboard;
  button.addEventListener("click", async () => {
    await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent.trim());
    button.textContent = button.dataset.done;
  });
}
document.addEventListener("click", (event) => {
  const link = event.target.closest("a.cell");
  if (!link) return;
  for (const other of document.querySelectorAll("a.at")) other.classList.remove("at");
  link.classList.add("at");
});
