// Figures as people read them. What is not known is a dash.

const NONE = "–";
const SIZES = ["B", "KiB", "MiB", "GiB", "TiB", "PiB"];
const RATES = ["B/s", "kB/s", "MB/s", "GB/s", "TB/s"]; // in thousands, as networks count
const whole = new Intl.NumberFormat("en");

const isKnown = (value) => typeof value === "number" && Number.isFinite(value);
const digits = (value) => value.toFixed(value === 0 || value >= 99.95 ? 0 : 1);

export const count = (value) => (isKnown(value) ? whole.format(Math.round(value)) : NONE);

export function perSecond(value) {
  if (!isKnown(value)) return NONE;
  return `${value >= 1000 ? whole.format(Math.round(value)) : digits(value)}/s`;
}

function scaled(value, step, units) {
  if (!isKnown(value)) return NONE;
  let unit = 0;
  for (; value >= step - 0.5 && unit < units.length - 1; ++unit) value /= step;
  return `${unit === 0 ? Math.round(value) : digits(value)} ${units[unit]}`;
}

export const bytes = (value) => scaled(value, 1024, SIZES);

export const bytesPerSecond = (value) => scaled(value, 1000, RATES);

export function seconds(value) {
  if (!isKnown(value)) return NONE;
  if (value > 0 && value < 0.00005) return "under 0.1 ms";
  if (value < 0.9995) return `${digits(value * 1000)} ms`;
  if (value < 60) return `${digits(value)} s`;
  const minutes = Math.floor(value / 60), hours = Math.floor(minutes / 60), days = Math.floor(hours / 24);
  if (days > 0) return `${days} d ${hours % 24} h`;
  return hours > 0 ? `${hours} h ${minutes % 60} min` : `${minutes} min ${Math.floor(value % 60)} s`;
}

export const plural = (number, one, several) => `${count(number)} ${number === 1 ? one : several}`;

export const clock = (time = new Date()) => time.toLocaleTimeString("en-GB");
