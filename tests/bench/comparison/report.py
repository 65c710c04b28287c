"""The files of a run: results.json, results.md and chart.svg."""

import json

from comparison import machine, microbenchmarks, tables
from comparison.chart import chart


def write(folder, results, about, benchmarks):
    """`about` has the machine, versions, configurations and method; `benchmarks` may be None."""
    folder.mkdir(parents=True, exist_ok=True)
    everything = {**about, "samples": results.raw(), "microbenchmarks": benchmarks}
    (folder / "results.json").write_text(json.dumps(everything, indent=1) + "\n")
    (folder / "results.md").write_text(markdown(results, about, benchmarks))
    (folder / "chart.svg").write_text(chart(results, about["machine"]))


def markdown(results, about, benchmarks):
    sections = [
        ("# duplexd and its peers", _heading(results, about)),
        ("## Against its peers", "duplexd's median, and duplexd's divided by each peer's: the median of the rounds "
         "[lowest–highest]. Below 1, duplexd has the smaller figure: the better one, but for rates.\n\n"
         + tables.peers_table(results)),
        ("## Targets", tables.targets_table(results)),
        ("## Handler memory", "The same duplexd with chain blocks, with Asio's recycling allocator and with malloc.\n\n"
         + tables.variants_table(results)),
        ("## Two workers", "Two threads or workers divided by one, everybody on all CPUs.\n\n"
         + tables.workers_table(results)),
        ("## Medians", tables.medians_table(results)),
        ("## Microbenchmarks", microbenchmarks.results_table(benchmarks) if benchmarks else "Not run."),
        ("## Failed", _failures(results)),
        ("## Configurations", _configurations(about["configurations"])),
    ]
    return "\n\n".join(f"{title}\n\n{text}" for title, text in sections) + "\n"


def _heading(results, about):
    described = about["machine"]
    versions = [f"- {name}: {version}" for name, version in about["versions"].items()]
    return "\n".join([
        "![CPU time relative to duplexd](chart.svg)", "",
        f"{machine.line(described)}, {described['memory']}; load average at the start {described['load_average']:.2f}. "
        f"Checkout {described['checkout']}.",
        f"Rounds: {about['rounds']}, each of {about['seconds']:g} s after {about['warm_up']:g} s of warm-up. "
        f"Measured: {len(results.samples)} of {about['planned']}, {len(results.failures)} failed.", "", *versions])


def _failures(results):
    return "\n".join(f"- {one.work}, {one.proxy}, threads: {one.threads}, round {one.round}: {one.failed}"
                     for one in results.failures) or "Nothing."


def _configurations(texts):
    return "\n\n".join(f"{name}:\n\n```\n{text.strip()}\n```" for name, text in texts.items())
