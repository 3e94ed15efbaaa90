"use strict";
// What the page holds, and where one looks.
const data = JSON.parse(document.getElementById("data").textContent);
const words = data.words;
for (const lane of data.lanes) {
  let at = 0;
  lane.at = lane.at.map((step) => (at += step));
}
const view = { from: 0, to: Math.max(data.length, 1), lane: 0, at: null, kept: false };
const LEAST = 50; // ns that can be looked at

function clampView(from, to) {
  const most = Math.max(data.length, 1);
  let width = Math.min(Math.max(to - from, LEAST), most);
  from = Math.min(Math.max(from, 0), most - width);
  view.from = from;
  view.to = from + width;
}

// The row of a lane's states at a moment, or -1.
function rowAt(lane, at) {
  if (at < lane.start || at > lane.end) return -1;
  let low = 0, high = lane.at.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    if (lane.at[middle] <= at) low = middle + 1; else high = middle;
  }
  return low - 1;
}

function endOf(lane, row) {
  return row + 1 < lane.at.length ? lane.at[row + 1] : lane.end;
}

function length(ns) {
  if (Math.round(ns) === 0) return "0";
  for (const [unit, size] of [["s", 1e9], ["ms", 1e6], ["µs", 1e3]])
    if (ns >= size) {
      const text = (ns / size).toLocaleString(data.language, { maximumSignificantDigits: 3 });
      return `${text} ${unit}`;
    }
  return `${Math.round(ns)} ns`;
}

// What is so in a lane at a moment, in words.
function sentenceAt(lane, at) {
  const row = rowAt(lane, at);
  if (row < 0) {
    const how = at > lane.end ? lane.how : "";
    return `${lane.name} · ${data.states[0].name}${how ? ` · ${how}` : ""}`;
  }
  if (lane.says[row]) return lane.says[row];
  const start = lane.at[row], end = endOf(lane, row);
  const told = words.for.replace("{length}", length(end - start))
    .replace("{start}", length(start)).replace("{end}", length(end));
  return `${lane.name} ${data.states[lane.is[row]].name} ${told}`;
}

function lockSentence(lock, at) {
  const who = (rows) => rows.filter((row) => row[1] <= at && at <= row[2])
    .map((row) => data.lanes[row[0]] ? data.lanes[row[0]].name : "?");
  const holders = who(lock.holds), waiters = who(lock.waits);
  const parts = [lock.name];
  if (holders.length) parts.push(`${holders.join(", ")} ${words.holds}`);
  if (waiters.length) parts.push(`${waiters.join(", ")} ${words.waits}`);
  return parts.join(" · ");
}

function lineAt(lane, at) {
  let line = 0;
  for (const [from, number] of lane.lines) {
    if (from > at) break;
    line = number;
  }
  return at < lane.start || at > lane.end ? 0 : line;
}
