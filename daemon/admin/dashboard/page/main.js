// Asks duplexd every two seconds while somebody looks, and shows what it says.
import { Refused, TokenNeeded, ask, token } from "./api.js";
import { Charts } from "./charts.js";
import { Connection } from "./connection.js";
import { byId, setText } from "./elements.js";
import { overview, showConfiguration, showMemory, showProcess, showTiles } from "./lists.js";
import { Rates, Reading, countsAnew } from "./reading.js";
import { Tables } from "./tables.js";

const EVERY_MS = 2000;
const SLOW_EVERY_MS = 4000; // a search of all sessions costs more
const MOST_SLOW = 20;
const GAP_MS = 3 * EVERY_MS;

const charts = new Charts();
const tables = new Tables();
const connection = new Connection();
let last = null; // the last Reading
let slow = null; // the last answer about slow sessions
let slowAsked = -Infinity;
let timer = 0;
let asking = false;

function show(reading) {
  const rates = new Rates(last, reading);
  if (last && (reading.at - last.at > GAP_MS || countsAnew(last, reading))) charts.gap(reading.at - 1);
  const figures = overview(reading, rates, slow);
  charts.add(figures);
  showTiles(reading, figures, slow, MOST_SLOW);
  showProcess(reading);
  showMemory(reading, rates);
  showConfiguration(reading);
  tables.show(reading, rates);
  connection.onReading(last, reading);
  last = reading;
}

async function askSlow() {
  if (performance.now() - slowAsked < SLOW_EVERY_MS) return;
  slowAsked = performance.now();
  try {
    slow = await ask(`sessions/slow?limit=${MOST_SLOW}`);
    tables.showSlow(slow);
  } catch (error) {
    if (!(error instanceof Refused)) throw error;
    tables.showSlowRefused(); // too many others search
  }
}

function showForm(isNeeded) {
  const form = byId("token-form");
  if (isNeeded && form.hidden) {
    setText(byId("token-problem"), token.get() ? "duplexd does not take this token." : "");
    byId("notice").hidden = true;
  }
  if (!isNeeded) byId("notice").hidden = false;
  form.hidden = !isNeeded;
  byId("figures").hidden = isNeeded || last === null;
  byId("forget").hidden = isNeeded || !token.get();
  byId("pause").hidden = isNeeded;
}

function onError(error) {
  if (!(error instanceof TokenNeeded)) return connection.onFailure();
  showForm(true);
  byId("token").focus();
}

async function poll() {
  clearTimeout(timer);
  if (asking || document.hidden || connection.paused) return;
  asking = true;
  try {
    await askSlow();
    const [status, metrics] = await Promise.all([ask("status"), ask("metrics?format=json")]);
    show(new Reading(status, metrics, performance.now()));
    showForm(false);
  } catch (error) {
    onError(error);
  }
  asking = false;
  connection.show(performance.now());
  if (byId("token-form").hidden) timer = setTimeout(poll, EVERY_MS);
}

byId("token-form").addEventListener("submit", (event) => {
  event.preventDefault();
  const told = byId("token").value.trim();
  if (!/^[\x21-\x7e]+$/.test(told)) return setText(byId("token-problem"), "A token has letters, digits and signs of ASCII only.");
  token.keep(told);
  byId("token").value = "";
  byId("token-form").hidden = true;
  poll();
});

byId("forget").addEventListener("click", () => {
  token.forget();
  location.reload();
});

byId("pause").addEventListener("click", () => {
  connection.paused = !connection.paused;
  byId("pause").setAttribute("aria-pressed", String(connection.paused));
  connection.show(performance.now());
  poll();
});

document.addEventListener("visibilitychange", poll);
setInterval(() => document.hidden || connection.show(performance.now()), 1000);
poll();
