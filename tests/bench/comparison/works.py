"""The works that are measured, each with its contenders."""

from dataclasses import dataclass

SESSIONS_HELD = 5000


@dataclass(frozen=True)
class Contender:
    """A proxy with a number of threads (or worker processes). "direct" means without a proxy."""
    proxy: str
    threads: int = 1

    def __str__(self):
        return self.proxy if self.threads == 1 else f"{self.proxy}, {self.threads} threads"


@dataclass(frozen=True)
class Work:
    name: str
    title: str
    load: str  # the work of bench_load
    sessions: int
    backend: str  # the mode of bench_backend
    contenders: tuple
    shares_cpus: bool = False  # everybody on all CPUs, instead of the proxy on one and its peers on another
    measures_memory: bool = False
    tls: str = ""  # of clients, which the proxy ends: "full" or "resumed" handshakes
    endpoint_tls: bool = False  # which the proxy begins


def _contenders(*names):
    return tuple(Contender(name) for name in names)


DIRECT = _contenders("direct")
SMALL = _contenders("relay", "haproxy", "nginx", "duplexd")
BULK = _contenders("relay", "haproxy", "haproxy-splice", "haproxy-splice-1m", "nginx", "duplexd", "duplexd-copy")
SPEAKING_TLS = _contenders("haproxy", "nginx", "duplexd")
VARIANTS = _contenders("duplexd-recycling", "duplexd-malloc")
SCALED = tuple(Contender(one.proxy, threads) for one in SMALL for threads in (1, 2))

MAIN = (
    Work("round-trip-1", "round trips, 1 session", "round-trip", 1, "echo", DIRECT + SMALL),
    Work("round-trip-64", "round trips, 64 sessions", "round-trip", 64, "echo", DIRECT + SMALL + VARIANTS),
    Work("round-trip-1000", "round trips, 1,000 sessions", "round-trip", 1000, "echo", DIRECT + SMALL + VARIANTS),
    Work("download-1", "one way, 1 session", "download", 1, "stream", DIRECT + BULK),
    Work("download-16", "one way, 16 sessions", "download", 16, "stream", DIRECT + BULK),
    Work("both-1", "both ways, 1 session", "both", 1, "stream", DIRECT + BULK),
    Work("both-16", "both ways, 16 sessions", "both", 16, "stream", DIRECT + BULK),
    Work("connect", "new connections, 16 at once", "connect", 16, "close", DIRECT + SMALL + VARIANTS),
    Work("ramp", "5,000 sessions that stay", "idle", SESSIONS_HELD, "echo", DIRECT + SMALL + VARIANTS,
         measures_memory=True),
)
WORKERS = (
    Work("workers-round-trip-64", "round trips, 64 sessions, all CPUs", "round-trip", 64, "echo", SCALED,
         shares_cpus=True),
    Work("workers-round-trip-1000", "round trips, 1,000 sessions, all CPUs", "round-trip", 1000, "echo", SCALED,
         shares_cpus=True),
    Work("workers-both-16", "both ways, 16 sessions, all CPUs", "both", 16, "stream", SCALED, shares_cpus=True),
    Work("workers-connect", "new connections, 16 at once, all CPUs", "connect", 16, "close", SCALED, shares_cpus=True),
)
TLS = (
    Work("tls-round-trip-64", "TLS, round trips, 64 sessions", "round-trip", 64, "echo", SPEAKING_TLS, tls="full"),
    Work("tls-download-16", "TLS, to clients, 16 sessions", "download", 16, "stream", SPEAKING_TLS, tls="full"),
    Work("tls-upload-16", "TLS, from clients, 16 sessions", "upload", 16, "stream", SPEAKING_TLS, tls="full"),
    Work("tls-both-16", "TLS, both ways, 16 sessions", "both", 16, "stream", SPEAKING_TLS, tls="full"),
    Work("tls-connect", "TLS, new connections, full handshakes", "connect", 16, "close", SPEAKING_TLS, tls="full"),
    Work("tls-connect-resumed", "TLS, new connections, resumed", "connect", 16, "close", SPEAKING_TLS, tls="resumed"),
    Work("tls-ramp", "TLS, 5,000 sessions that stay", "idle", SESSIONS_HELD, "echo", SPEAKING_TLS, measures_memory=True,
         tls="full"),
    Work("tls-out-download-16", "TLS to the endpoint, to clients, 16 sessions", "download", 16, "stream", SPEAKING_TLS,
         endpoint_tls=True),
    Work("tls-out-upload-16", "TLS to the endpoint, from clients, 16 sessions", "upload", 16, "stream", SPEAKING_TLS,
         endpoint_tls=True),
    Work("tls-out-connect", "TLS to the endpoint, new connections", "connect", 16, "close", SPEAKING_TLS,
         endpoint_tls=True),
    Work("tls-out-ramp", "TLS to the endpoint, 5,000 sessions that stay", "idle", SESSIONS_HELD, "echo", SPEAKING_TLS,
         measures_memory=True, endpoint_tls=True),
)
WORKS = {work.name: work for work in MAIN + TLS + WORKERS}
QUICK = ("round-trip-64", "download-1", "both-16", "connect", "ramp")
