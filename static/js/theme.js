// Runs before the first paint, so that a chosen theme does not flash.
(function () {
  "use strict";
  const root = document.documentElement;
  root.classList.add("js");
  let choice = null;
  try { choice = localStorage.getItem("theme"); } catch { /* private mode: follow the device */ }
  if (choice === "light" || choice === "dark") root.dataset.theme = choice;
})();
