// Lines over the last five minutes, drawn by Chart.js.
import { byId, showList } from "./elements.js";
import { bytesPerSecond, count, perSecond } from "./numbers.js";

const MOST_MS = 300_000;
const LEAST_MS = 60_000;

const color = (name) => getComputedStyle(document.documentElement).getPropertyValue(name).trim();

function ago(seconds) {
  if (seconds === 0) return "now";
  return seconds % 60 === 0 ? `${-seconds / 60} min ago` : `${-seconds} s ago`;
}

function line(label, dashed) {
  return { label, data: [], borderWidth: 2, borderDash: dashed ? [5, 4] : [], pointRadius: 0, pointHitRadius: 8 };
}

function options(format, least) {
  return {
    animation: false, responsive: true, maintainAspectRatio: false, parsing: false, normalized: true, spanGaps: false,
    interaction: { mode: "index", intersect: false },
    plugins: {
      legend: { display: false },
      tooltip: { callbacks: { title: ([at]) => ago(Math.round(at.parsed.x)),
                              label: (at) => `${at.dataset.label}: ${format(at.parsed.y)}` } },
    },
    scales: {
      x: { type: "linear", min: -60, max: 0, grid: { display: false }, ticks: { stepSize: 20, maxRotation: 0, callback: ago } },
      y: { beginAtZero: true, suggestedMax: least, grid: { drawBorder: false },
           ticks: { maxTicksLimit: 5, precision: least > 1 ? 0 : undefined, callback: (value) => format(value).replace(/\.0(?=[ /])/, "") } },
    },
  };
}

class LineChart {
  constructor(id, format, least, labels) {
    this.title = byId(`${id}-chart`).getAttribute("aria-label");
    this.canvas = byId(`${id}-chart`);
    this.legend = byId(`${id}-legend`);
    this.format = format;
    this.points = [];
    this.chart = new window.Chart(this.canvas, {
      type: "line", data: { datasets: labels.map((label, i) => line(label, i > 0)) }, options: options(format, least),
    });
    this.recolor();
  }

  recolor() {
    const { scales } = this.chart.options;
    this.chart.data.datasets.forEach((set, i) => (set.borderColor = color(i === 0 ? "--first" : "--second")));
    for (const axis of [scales.x, scales.y]) axis.ticks.color = color("--quiet");
    scales.y.grid.color = color("--grid");
    this.chart.update();
  }

  /// Whole minutes, so that the ticks stay where they are for a while.
  showSince(age) {
    const { x } = this.chart.options.scales;
    x.min = -60 * Math.ceil(Math.max(age, LEAST_MS) / 60_000);
    x.ticks.stepSize = x.min < -180 ? 120 : x.min < -60 ? 60 : 20;
  }

  /// A value that is null leaves a gap.
  add(at, values) {
    this.points.push({ at, values });
    this.points = this.points.filter((point) => at - point.at <= MOST_MS);
    this.showSince(at - this.points[0].at);
    this.chart.data.datasets.forEach((set, i) => {
      set.data = this.points.map((point) => ({ x: (point.at - at) / 1000, y: point.values[i] ?? NaN }));
    });
    this.chart.update();
    const texts = this.chart.data.datasets.map((set, i) => `${set.label} ${this.format(values[i])}`);
    showList(this.legend, texts);
    this.canvas.setAttribute("aria-label", `${this.title} over the last five minutes, now: ${texts.join(", ")}`);
  }
}

export class Charts {
  constructor() {
    window.Chart.defaults.font = { ...window.Chart.defaults.font, family: "system-ui, sans-serif", size: 12 };
    this.bytes = new LineChart("bytes", bytesPerSecond, 1000, ["to endpoints", "to clients"]);
    this.sessions = new LineChart("sessions", count, 4, ["live", "held up"]);
    this.stalls = new LineChart("stalls", perSecond, 1, ["by endpoints", "by clients"]);
    this.all = [this.bytes, this.sessions, this.stalls];
    matchMedia("(prefers-color-scheme: dark)").addEventListener("change", () => this.recolor());
  }

  recolor() {
    for (const chart of this.all) chart.recolor();
  }

  add({ at, toEndpoints, toClients, live, heldUp, byEndpoints, byClients }) {
    this.bytes.add(at, [toEndpoints, toClients]);
    this.sessions.add(at, [live, heldUp]);
    this.stalls.add(at, [byEndpoints, byClients]);
  }

  gap(at) {
    for (const chart of this.all) chart.add(at, [null, null]);
  }
}
