// What the tiles and lists show of a reading.
import { byId, setText, showPairs } from "./elements.js";
import { bytes, bytesPerSecond, clock, count, perSecond, plural, seconds } from "./numbers.js";
import { key } from "./reading.js";

const BUFFER = 64 * 1024;
const PAIR = ["upstream", "endpoint", "source"];
const DOING_WELL = { serving: "good", paused: "warn", stopping: "bad" };
const RELOADS = { applied: "good", unchanged: "good", refused: "bad" };

/// What tiles and charts have in common.
export function overview(reading, rates, slow) {
  return {
    at: reading.at,
    live: reading.status.sessions.live,
    accepted: rates.of("duplexd_sessions_accepted_total"),
    ended: rates.of("duplexd_sessions_ended_total"),
    toEndpoints: rates.of("duplexd_delivered_bytes_total", { direction: "upstream" }),
    toClients: rates.of("duplexd_delivered_bytes_total", { direction: "downstream" }),
    byEndpoints: rates.of("duplexd_stalls_total", { direction: "upstream" }),
    byClients: rates.of("duplexd_stalls_total", { direction: "downstream" }),
    heldUp: slow ? slow.slow.length : null,
  };
}

function heldUp(slow, most) {
  if (!slow) return ["Held up", "–"];
  const number = slow.slow.length;
  const longest = number > 0 ? `longest ${seconds(slow.slow[0].verdict.held_up_ms / 1000)}` : `of ${count(slow.judged)}`;
  return ["Held up", number === most ? `${most} or more` : count(number), longest, number > 0 ? "warn" : ""];
}

export function showTiles(reading, figures, slow, most) {
  const { sessions, upstreams } = reading.status;
  const endpoints = upstreams.flatMap((upstream) => upstream.endpoints).filter((endpoint) => !endpoint.removed);
  const up = endpoints.filter((endpoint) => endpoint.state === "up").length;
  showPairs(byId("tiles"), [
    ["Live sessions", count(sessions.live), `limit ${count(sessions.limit)}`],
    ["New sessions", perSecond(figures.accepted), `ended ${perSecond(figures.ended)}`],
    ["To endpoints", bytesPerSecond(figures.toEndpoints), `stalls ${perSecond(figures.byEndpoints)}`],
    ["To clients", bytesPerSecond(figures.toClients), `stalls ${perSecond(figures.byClients)}`],
    ["Endpoints up", count(up), `of ${count(endpoints.length)}`, up < endpoints.length ? "bad" : ""],
    heldUp(slow, most),
  ]);
}

export function showProcess({ status }) {
  const state = byId("state");
  setText(state, status.state);
  state.className = `badge ${DOING_WELL[status.state] ?? ""}`;
  setText(byId("process"), `${status.version}, pid ${status.pid}, up for ${seconds(status.uptime_seconds)}`);
}

/// Of the pair of a source address and an endpoint that has the smallest part left.
function sourcePorts(reading) {
  const left = reading.by("duplexd_endpoint_source_ports_left", PAIR);
  const pairs = reading.of("duplexd_endpoint_source_ports_used").map(({ labels, value }) => {
    const all = value + (left.get(key(...PAIR.map((label) => labels[label]))) ?? NaN);
    return { used: value, all, endpoint: labels.endpoint };
  }).filter((pair) => pair.all > 0);
  if (pairs.length === 0) return ["Source ports", "–"];
  const { used, all, endpoint } = pairs.reduce((most, pair) => (pair.used / pair.all > most.used / most.all ? pair : most));
  return ["Source ports", count(used), `of ${count(all)} to ${endpoint}`, used / all > 0.8 ? "warn" : ""];
}

export function showMemory(reading, rates) {
  const sum = (name) => reading.sum(name);
  const buffers = sum("duplexd_worker_buffers"), fallbacks = sum("duplexd_handler_memory_fallbacks_total");
  const dropped = sum("duplexd_log_records_dropped_total");
  const cpu = rates.of("process_cpu_seconds_total"), operations = rates.of("duplexd_worker_handler_memory_uses_total");
  showPairs(byId("memory"), [
    ["Resident memory", bytes(sum("process_resident_memory_bytes"))],
    ["Buffers of chains", count(buffers), `${bytes(buffers * BUFFER)} in use`],
    ["Pipes of chains", count(sum("duplexd_worker_pipes")), `limit ${count(sum("duplexd_pipes_limit"))}`],
    ["Handler memory in use", count(sum("duplexd_worker_handler_memory_busy")), `${perSecond(operations)} operations`],
    ["Handler memory fallbacks", count(fallbacks), fallbacks > 0 ? "a bug: please report it" : "", fallbacks > 0 ? "bad" : ""],
    ["Descriptors", count(sum("process_open_fds")), `limit ${count(sum("process_max_fds"))}`],
    sourcePorts(reading),
    ["CPU", cpu === null ? "–" : `${(cpu * 100).toFixed(0)} % of a core`],
    ["Log records dropped", count(dropped), "", dropped > 0 ? "bad" : ""],
  ]);
}

function reloadPair(last) {
  if (!last) return ["Last reload", "none since the start"];
  const said = last.problems.length > 0 ? last.problems.slice(0, 3).join(" · ") : "";
  return ["Last reload", `${last.result}, ${last.time.slice(0, 10)} ${clock(new Date(last.time))}`, said, RELOADS[last.result] ?? ""];
}

export function showConfiguration({ status }) {
  const waiting = status.pending_restart;
  showPairs(byId("configuration"), [
    reloadPair(status.last_reload),
    ["Generation", count(status.generation)],
    ["File", status.config],
    ["Waits for a restart", waiting.length > 0 ? waiting.join(", ") : "nothing", "", waiting.length > 0 ? "warn" : ""],
    ["Admin listener", status.admin.addresses.join(", "), plural(status.admin.clients, "client", "clients")],
  ]);
}
