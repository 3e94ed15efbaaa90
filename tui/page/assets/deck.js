"use strict";
// Slides by keys, fingers and buttons; runs from near in a frame that can reach nothing.
const root = document.documentElement;
const slides = [...document.querySelectorAll(".slide")];
const byId = (id) => document.getElementById(id);
const near = byId("near"), words = JSON.parse(byId("words").textContent);
let at = 0, stop = 0;

// What one sees on the way through a slide: how many parts, and the lines that are looked at.
function stopsOf(slide) {
  const stops = [];
  [...slide.querySelectorAll(":scope > .part")].forEach((part, number) => {
    const steps = [...part.querySelectorAll("[data-steps]")]
      .flatMap((code) => JSON.parse(code.dataset.steps).map((lines) => ({ parts: number + 1, code, lines })));
    stops.push(...(steps.length ? steps : [{ parts: number + 1, lines: [] }]));
  });
  return stops.length ? stops : [{ parts: 1, lines: [] }];
}

function show() {
  const slide = slides[at], stops = stopsOf(slide), now = stops[stop];
  for (const each of slides) each.classList.toggle("here", each === slide);
  slide.querySelectorAll(":scope > .part").forEach((part, number) => part.classList.toggle("later", number >= now.parts));
  for (const line of slide.querySelectorAll(".line.marked")) line.classList.remove("marked");
  if (now.code) now.code.querySelectorAll(".line").forEach((line, number) => line.classList.toggle("marked", now.lines.includes(number + 1)));
  byId("where").textContent = `${at + 1}/${slides.length}`;
  root.classList.toggle("begins", at === 0 && stop === 0);
  history.replaceState(null, "", `#${at + 1}`);
}

function go(step) {
  const next = stop + step;
  if (next >= 0 && next < stopsOf(slides[at]).length) stop = next;
  else if (slides[at + step]) { at += step; stop = step > 0 ? 0 : stopsOf(slides[at]).length - 1; slides[at].scrollTop = 0; }
  show();
}

function to(place) { at = Math.min(Math.max(place, 0), slides.length - 1); stop = 0; show(); slides[at].scrollTop = 0; }

// A slide that is longer than the screen is read to its end first.
function down(step) {
  const slide = slides[at], room = step > 0 ? slide.scrollHeight - slide.clientHeight - slide.scrollTop : slide.scrollTop;
  if (room > 2) slide.scrollBy({ top: step * slide.clientHeight * .3 }); else go(step);
}

function open(run) {
  const dark = getComputedStyle(root).colorScheme.includes("dark");
  const parts = { LANGUAGE: root.lang, THEME: dark ? "dark" : "light", DATA: byId(`run-${run}`).textContent };
  const text = JSON.parse(byId("frame-text").textContent).replace(/@@([A-Z]+)@@/g, (_all, name) => parts[name]);
  byId("frame").srcdoc = text;
  near.showModal();
  byId("frame").focus();
}

function close() { near.close(); byId("frame").removeAttribute("srcdoc"); }

function openFirst() {
  const run = slides[at].querySelector(".part:not(.later) .run");
  if (run) open(run.dataset.run);
}

function all(on) { root.classList.toggle("all", on); if (on) slides[at].scrollIntoView({ block: "center" }); else show(); }

function theme() {
  root.dataset.theme = getComputedStyle(root).colorScheme.includes("dark") ? "light" : "dark";
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey || near.open) return;
  if (event.key === "Enter" && event.target.closest && event.target.closest("button, a")) return;
  const overview = root.classList.contains("all");
  const keys = {
    ArrowRight: () => go(1), PageDown: () => go(1), " ": () => go(event.shiftKey ? -1 : 1), n: null,
    ArrowLeft: () => go(-1), PageUp: () => go(-1), Backspace: () => go(-1),
    ArrowDown: () => overview ? go(1) : down(1), ArrowUp: () => overview ? go(-1) : down(-1),
    Home: () => to(0), End: () => to(slides.length - 1),
    Enter: () => overview ? all(false) : openFirst(),
    b: () => root.classList.toggle("blank"), ".": () => root.classList.toggle("blank"),
    g: () => all(!overview), Escape: () => { root.classList.remove("blank"); all(false); },
    t: theme, N: null,
  };
  keys.n = keys.N = () => root.classList.toggle("with-notes");
  const action = keys[event.key] || keys[event.key.toLowerCase()];
  if (!action) return;
  event.preventDefault();
  action();
});

document.addEventListener("click", (event) => {
  const slide = event.target.closest(".slide");
  if (root.classList.contains("all") && slide) { to(slides.indexOf(slide)); all(false); return; }
  const picture = event.target.closest(".picture");
  if (picture) open(picture.closest(".run").dataset.run);
});

let touch = null;
document.addEventListener("touchstart", (event) => { touch = event.touches.length === 1 ? event.touches[0] : null; }, { passive: true });
document.addEventListener("touchend", (event) => {
  if (!touch || near.open || root.classList.contains("all")) return;
  const end = event.changedTouches[0], x = end.clientX - touch.clientX, y = end.clientY - touch.clientY;
  touch = null;
  if (Math.abs(x) > 50 && Math.abs(x) > 2 * Math.abs(y)) go(x < 0 ? 1 : -1);
}, { passive: true });

byId("next").addEventListener("click", () => go(1));
byId("previous").addEventListener("click", () => go(-1));
byId("back").addEventListener("click", close);
near.addEventListener("close", () => byId("frame").removeAttribute("srcdoc"));
addEventListener("message", (event) => { if (event.source === byId("frame").contentWindow && event.data === "paraviz: back") close(); });
addEventListener("hashchange", () => to(parseInt(location.hash.slice(1), 10) - 1 || 0));
for (const id of ["next", "previous", "back"]) byId(id).setAttribute("aria-label", words[id]);
byId("frame").title = words.run;
root.classList.add("live");
to(parseInt(location.hash.slice(1), 10) - 1 || 0);
