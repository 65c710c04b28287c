"""What the demonstration prints."""

import sys

TTY = sys.stdout.isatty()


def say(text="", colour=None):
    code = {"good": "32", "bad": "31", "strong": "1"}.get(colour)
    print(f"\033[{code}m{text}\033[0m" if TTY and code else text, flush=True)


def size(count):
    count = float(count)
    for unit in "B", "KiB", "MiB", "GiB":
        if count < 1024 or unit == "GiB":
            return f"{count:.0f} {unit}" if unit == "B" else f"{count:.1f} {unit}"
        count /= 1024


def reasons(counts):
    return ", ".join(f"{word} {count}" for word, count in sorted(counts.items())) or "-"


def ended_of(totals):
    return {key.removeprefix("ended_"): int(n) for key, n in totals.items() if key.startswith("ended_") and int(n)}


def table(daemon):
    row = "  {:<12}{:>9}{:>18}{:>19}   {}".format
    say(row("listener", "sessions", "client>endpoint", "endpoint>client", "why they ended"), "strong")
    for name, totals in daemon.totals.items():
        up, down = size(totals.get("upstream_bytes", 0)), size(totals.get("downstream_bytes", 0))
        say(row(name, totals["accepted"], up, down, reasons(ended_of(totals))))
    say(f"\n  duplexd, process {daemon.pid}: {daemon.workers} workers, {daemon.cpu_seconds():.2f} s of CPU, "
        f"{size(daemon.resident_kib() << 10)} resident")


def sums(totals):
    return {key: sum(int(row.get(key, 0)) for row in totals.values()) for key in ("live", "accepted", "upstream_bytes", "downstream_bytes")}


def live_line(now, before):
    """The difference between two readings of the totals, a second apart, or None if nothing moved."""
    now, before = sums(now), sums(before)
    if now == before and not now["live"]:
        return None
    moved = {key: now[key] - before[key] for key in now}
    return (f"  {now['live']} live, {moved['accepted']} new, {size(moved['upstream_bytes'])}/s client>endpoint, "
            f"{size(moved['downstream_bytes'])}/s endpoint>client")
