// What duplexd said at one moment, and what changed between two.

const matches = (labels, where) => Object.entries(where).every(([name, value]) => labels[name] === value);

/// The key of samples that are grouped by several labels.
export const key = (...values) => JSON.stringify(values);

export class Reading {
  constructor(status, metrics, at) {
    this.status = status;
    this.at = at; // milliseconds
    this.samples = new Map(metrics.metrics.map((metric) => [metric.name, metric.samples]));
    this.sums = new Map();
  }

  of(name, where = {}) {
    return (this.samples.get(name) ?? []).filter((sample) => matches(sample.labels, where));
  }

  /// Null: there is no such sample.
  sum(name, where = {}) {
    const found = this.of(name, where);
    return found.length === 0 ? null : found.reduce((sum, sample) => sum + sample.value, 0);
  }

  /// The sums of one metric by the values of `labels`, each under key(...).
  by(name, labels, where = {}) {
    const asked = key(name, labels, where);
    if (!this.sums.has(asked)) this.sums.set(asked, this.grouped(name, labels, where));
    return this.sums.get(asked);
  }

  grouped(name, labels, where) {
    const sums = new Map();
    for (const sample of this.of(name, where)) {
      const group = key(...labels.map((label) => sample.labels[label]));
      sums.set(group, (sums.get(group) ?? 0) + sample.value);
    }
    return sums;
  }
}

/// How fast counters went between two readings; null where that cannot be told.
export class Rates {
  constructor(before, now) {
    const isUsable = before !== null && !countsAnew(before, now);
    this.before = isUsable ? before : null;
    this.now = now;
    this.seconds = isUsable ? secondsBetween(before, now) : 0;
  }

  each(now, before) {
    if (this.seconds <= 0 || now === null || before === null || now < before) return null;
    return (now - before) / this.seconds;
  }

  of(name, where) {
    return this.before && this.each(this.now.sum(name, where), this.before.sum(name, where));
  }

  /// What came up since the last reading counts from 0.
  by(name, labels, group, where) {
    const now = this.now.by(name, labels, where).get(group) ?? 0;
    return this.before && this.each(now, this.before.by(name, labels, where).get(group) ?? 0);
  }
}

const UPTIME = "duplexd_uptime_seconds";
const ACCEPTED = "duplexd_sessions_accepted_total";

export const isOtherProcess = (before, now) =>
  now.status.pid !== before.status.pid || now.sum(UPTIME) < before.sum(UPTIME);

/// By the clock of duplexd: answers take different times to arrive.
const secondsBetween = (before, now) =>
  isOtherProcess(before, now) ? (now.at - before.at) / 1000 : now.sum(UPTIME) - before.sum(UPTIME);

/// A process that takes over goes on counting where the one before ended; one that was restarted does not.
export const countsAnew = (before, now) =>
  isOtherProcess(before, now) && (now.sum(ACCEPTED) ?? 0) < (before.sum(ACCEPTED) ?? 0);

/// Of a histogram, between two readings if there are two: the mean, and what `share` of all is below.
export function spread(now, before, share) {
  const counts = now.buckets.map((bucket, i) => bucket.count - (before?.buckets[i].count ?? 0));
  const total = now.count - (before?.count ?? 0);
  if (total <= 0) return { mean: null, bound: null };
  const reached = counts.findIndex((shorter) => shorter >= share * total);
  const bound = reached < 0 ? Infinity : now.buckets[reached].le;
  return { mean: (now.sum - (before?.sum ?? 0)) / total, bound, most: now.buckets.at(-1).le };
}
