"""The tables of results.md."""

from comparison.figures import FIGURES, stated
from comparison.results import OWN
from comparison.targets import TARGETS
from comparison.works import MAIN, SMALL, TLS, WORKERS, Contender

PEERS = tuple(map(Contender, ("direct", "relay", "haproxy", "haproxy-splice", "haproxy-splice-1m", "nginx", "duplexd-copy")))
VARIANTS = {Contender("duplexd-recycling"): "Asio's recycling", Contender("duplexd-malloc"): "malloc"}
_NOTHING = "–"


def table(head, rows):
    if not rows:
        return "Not measured."
    lines = [head, ["---"] * len(head), *rows]
    return "\n".join(f"| {' | '.join(line)} |" for line in lines)


def ratio_text(ratio):
    return f"{ratio.median:.2f} [{ratio.low:.2f}–{ratio.high:.2f}]" if ratio else _NOTHING


def peers_table(results):
    return table(["work", "figure", "duplexd", *(f"÷ {peer}" for peer in PEERS)], _ratio_rows(results, PEERS))


def variants_table(results):
    return table(["work", "figure", "chain blocks", *(f"÷ {title}" for title in VARIANTS.values())],
                 _ratio_rows(results, VARIANTS))


def medians_table(results):
    """The absolute values behind the ratios."""
    contenders = (*PEERS, OWN)
    rows = [[work.title, FIGURES[figure], *(_median(results, work, figure, one) for one in contenders)]
            for figure, work in _measured(results, MAIN + TLS)]
    return table(["work", "figure", *map(str, contenders)], rows)


def workers_table(results):
    """Each proxy against itself with one thread."""
    rows = [[work.title, FIGURES[figure],
             *(ratio_text(results.ratio(work, figure, one, Contender(one.proxy, 2))) for one in SMALL)]
            for figure, work in _measured(results, WORKERS)]
    return table(["work", "figure", *map(str, SMALL)], rows)


def targets_table(results):
    return table(["target", "at most", "reached", "met"],
                 [[target.what(), target.bound(), _reached(target, results), _verdict(target.is_met(results))]
                  for target in TARGETS])


def _ratio_rows(results, peers):
    """The works with a ratio to any of the peers."""
    rows = [[work.title, FIGURES[figure], _median(results, work, figure, OWN),
             *(ratio_text(results.ratio(work, figure, peer)) for peer in peers)]
            for figure, work in _measured(results, MAIN + TLS)]
    return [row for row in rows if set(row[3:]) != {_NOTHING}]


def _measured(results, works):
    """The figures of duplexd, CPU of all works first."""
    return [(figure, work) for figure in FIGURES for work in works if results.spread(work, figure)]


def _median(results, work, figure, contender):
    found = results.spread(work, figure, contender)
    return stated(work, figure, found.median) if found else _NOTHING


def _reached(target, results):
    reached = target.reached(results)
    if target.peers or not reached:
        return ratio_text(reached)
    return stated(target.work, target.figure, reached.median)


def _verdict(met):
    return {True: "yes", False: "**no**", None: "not measured"}[met]
