// What the tables show of a reading.
import { Table } from "./elements.js";
import { bytesPerSecond, clock, count, perSecond, plural, seconds } from "./numbers.js";
import { key, spread } from "./reading.js";

const MOST_ROWS = 100;
const SOON_DAYS = 21; // as the log warns
const LATE_SECONDS = 0.05;

const SIDES = {
  client: "the client", client_path: "the path to the client", endpoint: "the endpoint",
  endpoint_path: "the path to the endpoint", limit: "a limit of ours",
};

const STATES = { up: "good", down: "bad", ejected: "bad", unresolved: "bad" };

/// "", or how many of all are shown.
const cut = (rows, what) => (rows.length > MOST_ROWS ? `The first ${MOST_ROWS} of ${count(rows.length)} ${what}.` : "");

const spaced = (word) => word.replaceAll("_", " ");

function slowRow({ verdict, listener, endpoint, client, id }) {
  return [
    { text: SIDES[verdict.who] ?? spaced(verdict.who), badge: true, tone: verdict.who === "limit" ? "warn" : "bad" },
    seconds(verdict.held_up_ms / 1000), listener, endpoint ?? "–", { text: client ?? "–", note: `session ${id}` },
    verdict.evidence,
  ];
}

const troubleOf = (endpoint) => endpoint.addresses.find((address) => address.state !== "up");

function checkCell(endpoint) {
  const check = (troubleOf(endpoint) ?? endpoint.addresses[0])?.last_check;
  if (!check) return "none";
  const tones = { passed: "good", failed: "bad" };
  const words = [check.words, clock(new Date(check.time))].filter(Boolean).join(", ");
  return { text: spaced(check.result), tone: tones[check.result] ?? "warn", note: words };
}

function failuresCell(endpoint) {
  const failed = Object.entries(endpoint.failed).sort((a, b) => b[1] - a[1]);
  const sum = failed.reduce((all, [, number]) => all + number, 0);
  return { text: count(sum), note: failed.slice(0, 2).map(([reason]) => spaced(reason)).join(", ") };
}

function endpointRow(endpoint, rates) {
  const trouble = troubleOf(endpoint);
  const slowest = Math.max(0, ...endpoint.addresses.map((address) => address.usual_connect_ms ?? 0));
  const why = endpoint.resolve_failure?.msg ?? trouble?.why ?? "";
  return [
    { text: endpoint.name, note: endpoint.address === endpoint.name ? "" : endpoint.address }, endpoint.upstream,
    { text: endpoint.state, badge: true, tone: STATES[endpoint.state] ?? "warn", note: why },
    count(endpoint.live),
    perSecond(rates.by("duplexd_endpoint_connected_total", ["upstream", "endpoint"], key(endpoint.upstream, endpoint.name))),
    failuresCell(endpoint), slowest > 0 ? seconds(slowest / 1000) : "–", checkCell(endpoint),
  ];
}

function listenerRow(listener, rates) {
  const rate = (metric, where) => rates.by(metric, ["listener"], key(listener.name), where);
  const delivered = (direction) => bytesPerSecond(rate("duplexd_delivered_bytes_total", { direction }));
  const stalls = (direction) => perSecond(rate("duplexd_stalls_total", { direction }));
  const refused = Object.values(listener.refused).reduce((all, number) => all + number, 0);
  return [
    { text: listener.name, note: listener.removed ? "removed, its sessions go on" : listener.addresses.join(", ") },
    count(listener.live), perSecond(rate("duplexd_sessions_accepted_total")), delivered("upstream"),
    delivered("downstream"), stalls("upstream"), stalls("downstream"), count(refused),
  ];
}

const lagOf = (reading, worker) => reading?.of("duplexd_worker_loop_lag_seconds", { worker })[0];

function workerRow(worker, rates) {
  const { now, before } = rates;
  const lag = spread(lagOf(now, worker), lagOf(before, worker), 0.99);
  const bound = lag.bound === Infinity ? `over ${seconds(lag.most)}` : `under ${seconds(lag.bound)}`;
  const gauge = (name) => count(now.sum(`duplexd_worker_${name}`, { worker }));
  return [
    worker, gauge("sessions"), seconds(lag.mean),
    lag.bound === null ? "–" : { text: bound, tone: lag.bound > LATE_SECONDS ? "bad" : "" },
    gauge("buffers"), gauge("pipes"),
  ];
}

function certificateRows(reading) {
  return reading.status.listeners.flatMap((listener) =>
    listener.certificates.map((certificate) => {
      const left = certificate.days_left;
      return [
        { text: certificate.names.slice(0, 3).join(", ") || "–", note: certificate.file }, listener.name,
        certificate.expires.slice(0, 10),
        { text: left < 0 ? "expired" : plural(left, "day", "days"), badge: true,
          tone: left < 0 ? "bad" : left <= SOON_DAYS ? "warn" : "good" },
      ];
    }));
}

export class Tables {
  constructor() {
    for (const name of ["slow", "endpoints", "listeners", "workers", "certificates"]) this[name] = new Table(name);
  }

  show(reading, rates) {
    const { listeners, upstreams } = reading.status;
    const endpoints = upstreams.flatMap((upstream) => upstream.endpoints);
    endpoints.sort((a, b) => (a.state === "up") - (b.state === "up"));
    this.endpoints.show(endpoints.slice(0, MOST_ROWS).map((each) => endpointRow(each, rates)), cut(endpoints, "endpoints"));
    this.listeners.show(listeners.slice(0, MOST_ROWS).map((each) => listenerRow(each, rates)), cut(listeners, "listeners"));
    const workers = reading.of("duplexd_worker_running").map((sample) => sample.labels.worker);
    this.workers.show(workers.map((worker) => workerRow(worker, rates)));
    const certificates = certificateRows(reading);
    this.certificates.show(certificates, certificates.length === 0 ? "No listener shows one." : "");
  }

  showSlowRefused() {
    this.slow.say("duplexd is busy with the searches of others. What is below is from before.");
  }

  showSlow({ slow, judged }) {
    const all = `${plural(judged, "session was", "sessions were")} looked at`;
    this.slow.show(slow.map(slowRow), slow.length === 0 ? `${all}: none is held up.` : `${all}, longest held up first.`);
  }
}
