"use strict";
document.addEventListener("DOMContentLoaded", () =>
  document.getElementById("again").addEventListener("click", () => location.reload()));
