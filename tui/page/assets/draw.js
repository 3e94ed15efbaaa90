// Drawing: a ruler, a row for each lane, a row for each lock.
const canvas = document.getElementById("canvas");
const pen = canvas.getContext("2d");
const ROW = 26, BAR = 18, RULER = 24, LOCK = 20;
const HEIGHTS = { running: 1, waiting_cpu: .55, waiting_gil: .55, waiting_lock: .55, blocked: .18, not_alive: 0 };
let colors = {}, names = 110;

function readColors() {
  const style = getComputedStyle(document.documentElement);
  const of = (name) => style.getPropertyValue(name).trim();
  colors = { text: of("--text"), quiet: of("--tone-quiet"), faint: of("--tone-faint"), cursor: of("--tone-cursor"),
    back: of("--panel"), accent: of("--accent"), fault: of("--fault"), on: of("--on-worker"),
    waiting_cpu: of("--tone-cpu"), waiting_gil: of("--tone-gil"), waiting_lock: of("--tone-lock"), blocked: of("--tone-blocked") };
  colors.worker = [0, 1, 2, 3, 4, 5, 6, 7].map((number) => of(`--worker-${number}`));
}

const width = () => canvas.clientWidth;
const toX = (at) => names + (at - view.from) / (view.to - view.from) * (width() - names);
const toTime = (x) => view.from + (x - names) / (width() - names) * (view.to - view.from);
const rowsHeight = () => RULER + data.lanes.length * ROW + data.locks.length * LOCK + 8;

function color(lane, state) {
  const key = data.states[state].key;
  return key === "running" ? colors.worker[lane % 8] : colors[key];
}

function drawLane(number, top) {
  const lane = data.lanes[number], right = width();
  const middle = top + ROW / 2;
  pen.fillStyle = colors.worker[number % 8];
  pen.font = number === view.lane ? "600 13px system-ui" : "13px system-ui";
  pen.textBaseline = "middle";
  pen.textAlign = "left";
  pen.save();
  pen.beginPath(); pen.rect(0, top, names - 6, ROW); pen.clip();
  pen.fillText(lane.name, 6, middle);
  pen.restore();
  let row = Math.max(rowAt(lane, Math.max(view.from, lane.start)), 0);
  let pixel = -1;
  for (; row < lane.at.length && lane.at[row] < view.to; row++) {
    const state = lane.is[row], key = data.states[state].key;
    const share = HEIGHTS[key];
    if (!share) continue;
    const from = Math.max(toX(lane.at[row]), names), to = Math.min(toX(endOf(lane, row)), right);
    if (to < names) continue;
    // Where many share a pixel the first one stands for them; running is never left out.
    if (to - from < .5 && Math.floor(from) === pixel && key !== "running") continue;
    pixel = Math.floor(from);
    const tall = Math.max(BAR * share, 2);
    pen.fillStyle = color(number, state);
    pen.globalAlpha = key === "blocked" ? .75 : 1;
    pen.fillRect(from, middle - tall / 2, Math.max(to - from, .8), tall);
    pen.globalAlpha = 1;
    if (key === "waiting_lock" && to - from > 6) {
      pen.strokeStyle = colors.back;
      pen.lineWidth = 1;
      pen.beginPath();
      for (let x = Math.ceil(from / 5) * 5; x < to; x += 5) { pen.moveTo(x, middle + tall / 2); pen.lineTo(Math.min(x + 4, to), middle - tall / 2); }
      pen.stroke();
    }
  }
  drawMarks(lane, middle);
}

function drawMarks(lane, middle) {
  pen.font = "12px ui-monospace, monospace";
  pen.textAlign = "left";
  let free = names;
  for (const [at, text] of lane.marks) {
    if (at < view.from || at > view.to) continue;
    const x = toX(at), shown = text.replace(/\n/g, "⏎").trim() || "·";
    const wide = pen.measureText(shown).width;
    if (x < free) continue;
    pen.fillStyle = colors.back;
    pen.fillRect(x - 1, middle - 8, wide + 2, 16);
    pen.fillStyle = colors.text;
    pen.fillText(shown, x, middle);
    free = x + wide + 3;
  }
}

function drawLock(lock, top) {
  const middle = top + LOCK / 2;
  pen.font = "12px ui-monospace, monospace";
  pen.textAlign = "left";
  pen.fillStyle = colors.quiet;
  pen.save();
  pen.beginPath(); pen.rect(0, top, names - 6, LOCK); pen.clip();
  pen.fillText(lock.name, 6, middle);
  pen.restore();
  for (const [rows, tall, y] of [[lock.waits, 4, middle + 4], [lock.holds, 10, middle - 8]])
    for (const [lane, from, to] of rows) {
      if (to < view.from || from > view.to) continue;
      const left = Math.max(toX(from), names), right = Math.min(toX(to), width());
      pen.fillStyle = colors.worker[lane % 8];
      pen.fillRect(left, y, Math.max(right - left, .8), tall);
    }
}

function drawRuler() {
  const room = (width() - names) / 110, raw = (view.to - view.from) / Math.max(room, 1);
  const power = 10 ** Math.floor(Math.log10(raw));
  const step = [1, 2, 5, 10].map((each) => each * power).find((each) => each >= raw);
  pen.font = "11px system-ui";
  pen.textBaseline = "middle";
  for (let at = Math.ceil(view.from / step) * step; at <= view.to; at += step) {
    const x = toX(at);
    pen.fillStyle = colors.faint;
    pen.fillRect(x, RULER - 6, 1, rowsHeight() - RULER + 6);
    pen.fillStyle = colors.quiet;
    pen.textAlign = x > width() - 60 ? "right" : "left";
    pen.fillText(length(at), x + (pen.textAlign === "right" ? -3 : 3), RULER / 2);
  }
}

function draw() {
  const ratio = window.devicePixelRatio || 1, tall = rowsHeight();
  names = width() < 600 ? 84 : 130;
  canvas.style.height = `${tall}px`;
  if (canvas.width !== Math.round(width() * ratio) || canvas.height !== Math.round(tall * ratio)) {
    canvas.width = Math.round(width() * ratio);
    canvas.height = Math.round(tall * ratio);
  }
  pen.setTransform(ratio, 0, 0, ratio, 0, 0);
  pen.clearRect(0, 0, width(), tall);
  drawRuler();
  if (data.lanes.length) {
    pen.fillStyle = colors.faint;
    pen.globalAlpha = .25;
    pen.fillRect(0, RULER + view.lane * ROW, width(), ROW);
    pen.globalAlpha = 1;
  }
  data.lanes.forEach((_, number) => drawLane(number, RULER + number * ROW));
  data.locks.forEach((lock, number) => drawLock(lock, RULER + data.lanes.length * ROW + number * LOCK));
  if (view.at !== null && view.at >= view.from && view.at <= view.to) {
    pen.fillStyle = colors.cursor;
    pen.fillRect(toX(view.at), 0, 1, tall);
  }
}
