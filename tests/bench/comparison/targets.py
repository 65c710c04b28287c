"""The targets of duplexd, and whether it meets them."""

from dataclasses import dataclass

from comparison.figures import FIGURES, number, unit_of
from comparison.results import OWN, Spread
from comparison.works import TLS, WORKERS, WORKS, Contender, Work

_HAPROXY, _NGINX, _RELAY = map(Contender, ("haproxy", "nginx", "relay"))
_SPLICING = map(Contender, ("haproxy-splice", "haproxy-splice-1m"))
_TWO_WORKERS = Contender("duplexd", 2)


@dataclass(frozen=True)
class Target:
    """At most `limit` times the figure of the best of its peers; without peers, at most `limit`."""
    work: Work
    figure: str
    limit: float
    peers: tuple = ()
    own: Contender = OWN

    def what(self):
        return f"{FIGURES[self.figure]}, {self.work.title}" + (f" ({self.own})" if self.own != OWN else "")

    def bound(self):
        if not self.peers:
            return f"{number(self.limit)} {unit_of(self.work, self.figure)}"
        best = f"the better of {' and '.join(map(str, self.peers))}" if self.peers[1:] else self._name(self.peers[0])
        return f"{self.limit:.2f} × {best}"

    def reached(self, results) -> Spread | None:
        """None if a figure that it needs was not measured."""
        if not self.peers:
            return results.spread(self.work, self.figure, self.own)
        ratios = [results.ratio(self.work, self.figure, peer, self.own) for peer in self.peers]
        return None if None in ratios else max(ratios, key=lambda ratio: ratio.median)

    def is_met(self, results):
        reached = self.reached(results)
        return None if reached is None else reached.median <= self.limit

    def _name(self, peer):
        return "one worker" if peer == OWN else str(peer)


TARGETS = (
    Target(WORKS["round-trip-64"], "cpu", 0.85, (_HAPROXY,)),
    Target(WORKS["round-trip-64"], "cpu", 1.05, (_NGINX,)),
    Target(WORKS["round-trip-64"], "cpu", 1.15, (_RELAY,)),
    *(Target(WORKS["download-1"], "cpu", 0.65, (peer,)) for peer in _SPLICING),
    Target(WORKS["download-1"], "cpu", 0.5, (_NGINX,)),
    Target(WORKS["connect"], "cpu", 1.0, (_HAPROXY, _NGINX)),
    Target(WORKS["ramp"], "idle", 1024),
    *(Target(work, "cpu", 1.0, (_HAPROXY, _NGINX)) for work in TLS),
    Target(WORKS["tls-ramp"], "idle", 1.0, (_HAPROXY, _NGINX)),
    Target(WORKS["round-trip-64"], "p99", 1.0, (_HAPROXY, _NGINX)),
    Target(WORKS["round-trip-1000"], "p99", 1.0, (_HAPROXY, _NGINX)),
    *(Target(work, "cpu", 1.05, (OWN,), _TWO_WORKERS) for work in WORKERS),
)
