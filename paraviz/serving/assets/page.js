"use strict";
document.addEventListener("DOMContentLoaded", () =>
  document.getElementById("again").addEventListener("click", () => location.reload()));
// Keys are for the app from the first frame on.
new MutationObserver((_changes, observer) => {
  if (!document.body.classList.contains("-first-byte")) return;
  observer.disconnect();
  const typed = document.querySelector("textarea");
  if (typed) typed.focus();
}).observe(document.documentElement, { attributes: true, subtree: true, attributeFilter: ["class"] });
