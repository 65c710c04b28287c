"""The command line."""

import argparse
import sys
from pathlib import Path

from comparison.proxies import proxies
from comparison.works import QUICK, WORKS

_BUILD = Path("build/bench")


def parse(arguments):
    parser = argparse.ArgumentParser(prog="tests/bench/run.sh", description="Compares duplexd with other proxies.")
    parser.add_argument("--quick", action="store_true", help="two minutes: the main works, 2 rounds of 1 s")
    parser.add_argument("--rounds", metavar="N", type=_positive(int), help="how often everything is measured; default: 5")
    parser.add_argument("--seconds", metavar="S", type=_positive(float), help="how long each time; default: 2")
    parser.add_argument("--only", metavar="WORK,...", type=_works,
                        help="these, or all that begin so: " + ", ".join(WORKS))
    parser.add_argument("--proxies", metavar="NAME,...", type=_names,
                        help="through these: direct, " + ", ".join(proxies(_BUILD)))
    parser.add_argument("--out", metavar="DIR", type=Path, default=_BUILD / "results", help="default: %(default)s")
    parser.add_argument("--microbenchmarks", metavar="PROGRAM", type=Path, help=argparse.SUPPRESS)
    parser.set_defaults(build=_BUILD, warm_up=0.5)
    return _complete(parser.parse_args(arguments))


def _complete(options):
    """The defaults that depend on the machine."""
    options.rounds = options.rounds or (2 if options.quick else 5)
    options.seconds = options.seconds or (1 if options.quick else 2)
    options.works = options.only or [WORKS[name] for name in (QUICK if options.quick else WORKS)]
    return options


def _positive(kind):
    def parse_number(text):
        if (value := kind(text)) <= 0:
            raise argparse.ArgumentTypeError(f"{text} is not above 0")
        return value
    parse_number.__name__ = "number"  # what argparse says is invalid
    return parse_number


def _works(text):
    return [work for beginning in text.split(",") for work in _beginning(beginning)]


def _beginning(text):
    found = [work for name, work in WORKS.items() if text and name.startswith(text)]
    if not found:
        raise argparse.ArgumentTypeError(f"no work begins with '{text}'; there are {', '.join(WORKS)}")
    return found


def _names(text):
    names, known = text.split(","), ["direct", *proxies(_BUILD)]
    if wrong := [name for name in names if name not in known]:
        raise argparse.ArgumentTypeError(f"no proxy '{wrong[0]}'; there are {', '.join(known)}")
    return names


if __name__ == "__main__":
    parse(sys.argv[1:])
