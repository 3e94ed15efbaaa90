// What the reader does: mouse, fingers, keys; and the texts around the timeline.
const byId = (id) => document.getElementById(id);
let asked = false;
function redraw() {
  if (asked) return;
  asked = true;
  requestAnimationFrame(() => { asked = false; draw(); tell(); });
}

let marked = [];
function tell() {
  const lane = data.lanes[view.lane];
  if (!lane || view.at === null) return;
  byId("sentence").textContent = `${length(view.at)} · ${sentenceAt(lane, view.at)}`;
  for (const row of marked) row.classList.remove("here");
  const lines = new Set(data.lanes.map((each) => lineAt(each, view.at)));
  marked = [...byId("source").children].filter((row, number) => lines.has(number + 1));
  for (const row of marked) row.classList.add("here");
}

function pick(event) {
  const box = canvas.getBoundingClientRect(), y = event.clientY - box.top;
  view.at = Math.min(Math.max(toTime(event.clientX - box.left), 0), data.length);
  const row = Math.floor((y - RULER) / ROW);
  if (row >= 0 && row < data.lanes.length) { view.lane = row; redraw(); return; }
  const lock = data.locks[Math.floor((y - RULER - data.lanes.length * ROW) / LOCK)];
  draw();
  if (lock) byId("sentence").textContent = `${length(view.at)} · ${lockSentence(lock, view.at)}`;
}

function zoom(factor, around) {
  const at = around === undefined ? (view.at !== null ? view.at : (view.from + view.to) / 2) : around;
  const share = (at - view.from) / (view.to - view.from), wide = (view.to - view.from) * factor;
  clampView(at - share * wide, at + (1 - share) * wide);
  redraw();
}

canvas.addEventListener("wheel", (event) => {
  if (event.shiftKey || Math.abs(event.deltaX) > Math.abs(event.deltaY)) {
    const step = (event.deltaX || event.deltaY) / (width() - names) * (view.to - view.from);
    clampView(view.from + step, view.to + step);
    redraw();
  } else if (event.ctrlKey || byId("timeline").scrollHeight <= byId("timeline").clientHeight + 1) {
    zoom(1.0015 ** event.deltaY, toTime(event.clientX - canvas.getBoundingClientRect().left));
  } else return;
  event.preventDefault();
}, { passive: false });

const fingers = new Map();
let dragged = 0, pinch = 0;
canvas.addEventListener("pointerdown", (event) => {
  fingers.set(event.pointerId, event);
  dragged = 0;
  canvas.setPointerCapture(event.pointerId);
});
canvas.addEventListener("pointermove", (event) => {
  const before = fingers.get(event.pointerId);
  if (!before) { if (!view.kept && event.pointerType === "mouse") pick(event); return; }
  fingers.set(event.pointerId, event);
  if (fingers.size === 2) {
    const [one, two] = [...fingers.values()], apart = Math.abs(one.clientX - two.clientX);
    if (pinch > 10 && apart > 10) zoom(pinch / apart, toTime((one.clientX + two.clientX) / 2 - canvas.getBoundingClientRect().left));
    pinch = apart;
    dragged += 10;
    return;
  }
  const step = (before.clientX - event.clientX) / (width() - names) * (view.to - view.from);
  dragged += Math.abs(before.clientX - event.clientX);
  if (dragged > 3) { clampView(view.from + step, view.to + step); redraw(); }
});
function lift(event) {
  if (fingers.delete(event.pointerId) && dragged <= 3 && event.type === "pointerup") { view.kept = true; pick(event); }
  pinch = 0;
}
canvas.addEventListener("pointerup", lift);
canvas.addEventListener("pointercancel", lift);
canvas.addEventListener("dblclick", () => zoom(.4));

function theme() {
  const root = document.documentElement;
  const dark = getComputedStyle(root).colorScheme.includes("dark");
  root.dataset.theme = dark ? "light" : "dark";
  begin();
}

document.addEventListener("keydown", (event) => {
  if (event.ctrlKey || event.metaKey || event.altKey) return;
  // Within a deck: escape is for the slides.
  if (event.key === "Escape" && parent !== window) parent.postMessage("paraviz: back", "*");
  const step = (view.to - view.from) / 40;
  if (view.at === null) view.at = view.from;
  const keys = {
    ArrowRight: () => { view.at = Math.min(view.at + step, data.length); }, ArrowLeft: () => { view.at = Math.max(view.at - step, 0); },
    ArrowDown: () => { view.lane = Math.min(view.lane + 1, data.lanes.length - 1); }, ArrowUp: () => { view.lane = Math.max(view.lane - 1, 0); },
    "+": () => zoom(.6), "=": () => zoom(.6), "-": () => zoom(1.7), "0": () => clampView(0, data.length), t: theme, T: theme,
    Escape: () => { view.kept = false; },
  };
  const action = keys[event.key];
  if (!action) return;
  event.preventDefault();
  action();
  if (view.at < view.from || view.at > view.to) { const half = (view.to - view.from) / 2; clampView(view.at - half, view.at + half); }
  redraw();
});

function go(found) {
  const wide = Math.max(found.until - found.at, data.length / 1000);
  clampView(found.at - wide * .2, found.until + wide * .2);
  view.at = found.at;
  view.kept = true;
  if (found.lane >= 0) view.lane = Math.min(found.lane, data.lanes.length - 1);
  redraw();
  canvas.focus({ preventScroll: true });
  byId("timeline").scrollTop = Math.max(view.lane * ROW - 60, 0);
  byId("timeline").scrollIntoView({ block: "nearest" });
}

function element(name, text, className) {
  const made = document.createElement(name);
  made.textContent = text;
  if (className) made.className = className;
  return made;
}

function fill() {
  byId("title").textContent = [data.title, ...data.argv].join(" ");
  byId("about").textContent = data.about.join(" · ");
  byId("point").textContent = data.point ? data.point.text : "";
  byId("point").className = data.point && data.point.fault ? "fault" : "";
  byId("help").textContent = words.help;
  canvas.setAttribute("aria-label", words.keyboard);
  byId("findings-title").textContent = words.findings;
  byId("source-title").textContent = `${words.source} · ${data.source.name}`;
  byId("output-title").textContent = words.output;
  for (const found of data.findings) {
    const row = element("li", ""), button = element("button", found.text, found.severity);
    button.addEventListener("click", () => go(found));
    row.append(button);
    byId("findings").append(row);
  }
  for (const said of [...data.claims, ...data.notices]) byId("findings").append(element("li", said));
  if (!byId("findings").children.length) byId("findings").append(element("li", words.nothing));
  data.source.text.split("\n").forEach((line, number) => {
    const row = element("span", "");
    row.append(element("b", `${String(number + 1).padStart(4)}  `), document.createTextNode(line));
    byId("source").append(row);
  });
  for (const [at, lane, text] of data.output) {
    const piece = element("span", text);
    piece.dataset.lane = lane;
    byId("output").append(piece);
  }
  for (const id of ["source", "output"]) if (!byId(id).textContent.trim()) byId(id).parentElement.hidden = true;
}

function begin() {
  readColors();
  byId("legend").replaceChildren(...data.states.slice(1).map((state, number) => {
    const row = element("span", ""), box = element("i", "");
    box.style.background = state.key === "running" ? colors.worker[1] : colors[state.key];
    row.append(box, document.createTextNode(state.name));
    return row;
  }));
  for (const piece of byId("output").children) piece.style.color = colors.worker[(piece.dataset.lane || 0) % 8];
  redraw();
}

fill();
if (data.findings.length) { view.at = (data.findings[0].at + data.findings[0].until) / 2; view.lane = Math.max(Math.min(data.findings[0].lane, data.lanes.length - 1), 0); }
begin();
new ResizeObserver(redraw).observe(byId("timeline"));
matchMedia("(prefers-color-scheme: dark)").addEventListener("change", begin);
