"""python3 -m comparison: tests/bench/run.sh builds what this measures, and starts it."""

import resource
import signal
import sys

from comparison import arguments, machine, placement, report
from comparison.measure import Bench
from comparison.plan import plan
from comparison.proxies import proxies
from comparison.results import Results
from comparison.run import available, narrowed, run, run_microbenchmarks


def main():
    options = arguments.parse(sys.argv[1:])
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    _raise_descriptor_limit()
    bench = Bench(options.build / "chain/tests/bench", available(proxies(options.build), options.proxies),
                  placement.apart(), placement.shared(), options.seconds, options.warm_up)
    wanted = {"direct", *bench.proxies} & set(options.proxies or ["direct", *bench.proxies])
    steps = plan(narrowed(options.works, wanted), options.rounds)
    about = _about(options, bench.proxies, len(steps))
    results, benchmarks = Results(), None
    try:
        run(bench, steps, results)
        benchmarks, succeeded = run_microbenchmarks(options.microbenchmarks, bench.apart.proxy, options.quick)
        status = 0 if succeeded and not results.failures else 1
    except KeyboardInterrupt:
        print("interrupted: what there is of the results is kept")
        status = 130
    report.write(options.out, results, about, benchmarks)
    print(f"{len(results.samples)} of {len(steps)} measurements, {len(results.failures)} failed: "
          f"{options.out}/results.md, results.json, chart.svg")
    return status


def _about(options, measured, planned):
    """The facts beside the samples that explain the results."""
    configurations = {name: proxy.configured() for name, proxy in measured.items() if proxy.configuration}
    return {"machine": machine.facts(), "versions": {name: proxy.version() for name, proxy in measured.items()},
            "configurations": configurations, "rounds": options.rounds, "seconds": options.seconds,
            "warm_up": options.warm_up, "planned": planned}


def _raise_descriptor_limit():
    """Started programs inherit the limit; a proxy needs two descriptors for each session."""
    _, most = resource.getrlimit(resource.RLIMIT_NOFILE)
    resource.setrlimit(resource.RLIMIT_NOFILE, (most, most))


if __name__ == "__main__":
    sys.exit(main())
