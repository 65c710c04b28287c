// Whether duplexd answers, and how old is what is shown.
import { byId, setText } from "./elements.js";
import { clock, plural } from "./numbers.js";
import { countsAnew, isOtherProcess } from "./reading.js";

const OLD_MS = 7000;
const TOLD_MS = 60_000; // that another process answers

export class Connection {
  constructor() {
    this.answered = null; // milliseconds, of the last answer
    this.silentSince = null;
    this.paused = false;
    this.successor = "";
    this.toldUntil = 0;
  }

  onReading(before, now) {
    if (before && isOtherProcess(before, now)) {
      const counts = countsAnew(before, now) ? "duplexd was restarted, and counts anew" : "it counts on where the last one ended";
      this.successor = `Another process answers since ${clock()}, pid ${now.status.pid}: ${counts}.`;
      this.toldUntil = now.at + TOLD_MS;
    }
    this.answered = now.at;
    this.silentSince = null;
  }

  onFailure() {
    this.silentSince ??= clock();
  }

  /// Every second, and after each change.
  show(now) {
    const age = this.answered === null ? null : now - this.answered;
    const isOld = age !== null && age > OLD_MS;
    const [text, tone] = this.said(now, isOld);
    setText(byId("notice"), text);
    byId("notice").className = tone;
    byId("figures").classList.toggle("old", isOld || this.silentSince !== null);
    setText(byId("age"), age === null ? "" : `updated ${age < 2500 ? "just now" : `${plural(Math.round(age / 1000), "second", "seconds")} ago`}`);
  }

  said(now, isOld) {
    if (this.silentSince) {
      const rest = this.answered === null ? "" : " The figures are the last ones.";
      return [`duplexd does not answer since ${this.silentSince}; it is asked again and again.${rest}`, "bad"];
    }
    if (this.paused) return ["Paused: the figures stay as they are.", "warn"];
    if (this.answered === null) return ["Asking duplexd…", ""];
    if (isOld) return ["duplexd takes long to answer: the figures are old.", "warn"];
    if (now < this.toldUntil) return [this.successor, "warn"];
    return ["Live", "good"];
  }
}
