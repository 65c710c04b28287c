"""What comes before the relay, in the sandbox of the service: TLS, the client that another proxy names, routes by name."""

import contextlib
import json
import shutil
import ssl
from pathlib import Path

from load import Load, connect, receive
from machine import WEB, Journal, configuration, local, main_pid, restart_with, run, until

CERTIFICATES = [Path(f"/test/certificates/{name}.pem") for name in ("first", "second")]
FOLDER = Path("/etc/duplexd/tls")
LIVE = FOLDER / "live.pem"
PLAIN_PORT = 9003
MESSAGE = b"through the edge"
RESTART = 2  # seconds, timeouts.restart as it is by itself


def put(certificate):
    """Where the service finds it. Only root and the service may read it."""
    new = LIVE.with_suffix(".new")
    shutil.copy(certificate, new)
    shutil.chown(new, "root", "duplexd")
    new.chmod(0o640)
    new.replace(LIVE)


@contextlib.contextmanager
def tls_service():
    """One listener that ends TLS, and a plain one for the load."""
    FOLDER.mkdir(exist_ok=True)
    put(CERTIFICATES[0])
    plain = configuration(web=local(WEB), plain=local(PLAIN_PORT))
    restart_with(plain.replace("upstream: echo}", f"upstream: echo, tls: {{certificates: {LIVE}, watch: true}}}}", 1))
    try:
        yield
    finally:
        shutil.rmtree(FOLDER)


def client(file):
    return ssl.create_default_context(cafile=file).wrap_socket(connect(WEB), server_hostname="db.test")


def answers(stream):
    stream.sendall(MESSAGE)
    return receive(stream, len(MESSAGE)) == MESSAGE


def shows(file):
    with contextlib.suppress(ssl.SSLCertVerificationError), client(file):
        return True
    return False


def tls():
    """Files that change are used without a reload; the stream that is there goes on."""
    first, second = CERTIFICATES
    with tls_service(), client(first) as stream:
        assert answers(stream)
        put(second)
        took = until(lambda: shows(second), "the new certificate")
        assert answers(stream), "the stream before was cut"
        (listener, _) = json.loads(run("duplexctl", "--json", "status").stdout)["listeners"]
        (certificate,) = listener["certificates"]
        assert certificate["days_left"] in (89, 90), certificate
        return f"{stream.version()}, a new certificate after {took:.2f} s, {certificate['days_left']} days left"


def tls_over_upgrade_and_restart():
    """Its session cannot move: it goes on in the old process, and a restart ends it after timeouts.restart. Until then new
    clients wait; no session of theirs is cut, although the old process of the upgrade is still there."""
    first, _ = CERTIFICATES
    with tls_service(), client(first) as stream, Load(PLAIN_PORT) as load:
        assert answers(stream)
        plan = run("duplexctl", "plan", "--upgrade").stdout
        assert "TLS" in plan, plan
        before = main_pid()
        run("duplexctl", "upgrade")
        until(lambda: main_pid() not in (0, before), "systemd to know the new process")
        assert answers(stream), "the upgrade cut it"
        with client(first) as staying:
            assert answers(staying)
            run("systemctl", "restart", "duplexd.service")
            until(lambda: load.counts["ok"] > 100, "clients after the restart")
            assert shows(first)
    load.assert_all_served(within=RESTART + 1)
    return f"the stream went on over the upgrade; {load}"


def client_of_another_proxy():
    """The end record has whom the PROXY header names, and by whom."""
    text = configuration(web=local(WEB))
    restart_with(text.replace("upstream: echo}", "upstream: echo, proxy_protocol: {from: [127.0.0.1]}}", 1))
    journal = Journal()
    with connect(WEB) as stream:
        stream.sendall(b"PROXY TCP4 192.0.2.7 198.51.100.1 4000 5432\r\n" + MESSAGE)
        assert receive(stream, len(MESSAGE)) == MESSAGE
    until(lambda: "192.0.2.7:4000" in journal.text(), "its record")
    record = next(line for line in journal.text().splitlines() if "192.0.2.7:4000" in line)
    assert "127.0.0.1:" in record, record
    return record


def hello(name):
    """The first bytes of a TLS client that asks for this name."""
    said = ssl.MemoryBIO()
    stream = ssl.create_default_context().wrap_bio(ssl.MemoryBIO(), said, server_hostname=name)
    with contextlib.suppress(ssl.SSLWantReadError):
        stream.do_handshake()
    return said.read()


def routes_by_name():
    """The echo gets a hello as it came; another name is refused."""
    routes = "routes: [{sni: '*.db.test', upstream: echo}]"
    restart_with(configuration(web=local(WEB)).replace("upstream: echo}", routes + "}", 1))
    known, unknown = hello("one.db.test"), hello("other.test")
    with connect(WEB) as stream:
        stream.sendall(known)
        assert receive(stream, len(known)) == known
    with connect(WEB) as stream:
        stream.sendall(unknown)
        try:
            assert receive(stream, 1) == b"", "it was served"
        except ConnectionResetError:
            pass
    return f"a hello of {len(known)} bytes arrived, that of another name did not"
