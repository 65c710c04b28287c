"""A PostgreSQL of a test's own."""

import glob
import os
import shutil
import signal
import subprocess
from pathlib import Path

from harness.daemon import TETHER
from harness.sockets import free_port
from harness.waiting import DEADLINE, eventually

_FOLDERS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
# It refuses to run as root.
_UNPRIVILEGED = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


def program_of_postgresql(name):
    return shutil.which(name, path=os.pathsep.join([*_FOLDERS, os.environ["PATH"]]))


def why_no_postgresql():
    return "" if program_of_postgresql("initdb") and program_of_postgresql("psql") else "PostgreSQL is not installed"


class Postgresql:
    """It says its name as its cluster_name. With `tls` its certificate has that name, and is at `certificate`."""

    def __init__(self, folder, name, tls):
        self._data = Path(folder) / name
        self.certificate = self._data / "server.crt"
        os.chmod(folder, 0o755)
        self._data.mkdir(mode=0o700)
        if _UNPRIVILEGED:
            os.chown(self._data, 65534, 65534)
        self._call(program_of_postgresql("initdb"), "-D", self._data, "-U", "tester", "-A", "trust", "--no-sync")
        if tls:
            self._sign(name)
        self.port = free_port()
        self._start(name, "on" if tls else "off")

    def close(self):
        self._process.send_signal(signal.SIGQUIT)  # end at once, and all children with it
        self._process.wait(DEADLINE)

    def _sign(self, name):
        self._call("openssl", "req", "-x509", "-newkey", "ec", "-pkeyopt", "ec_paramgen_curve:P-256", "-noenc", "-days", "9",
                   "-subj", f"/CN={name}", "-addext", f"subjectAltName=DNS:{name}", "-keyout", self._data / "server.key",
                   "-out", self.certificate)

    def _start(self, name, tls):
        settings = [f"port={self.port}", "listen_addresses=127.0.0.1", "unix_socket_directories=", f"ssl={tls}",
                    f"cluster_name={name}"]
        options = [part for setting in settings for part in ("-c", setting)]
        self._process = subprocess.Popen([*_UNPRIVILEGED, *TETHER, program_of_postgresql("postgres"), "-D", self._data, "-F",
                                          *options], stderr=subprocess.DEVNULL, cwd=self._data)
        ready = [program_of_postgresql("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.port)]
        eventually(lambda: subprocess.run(ready, check=False).returncode == 0, what="PostgreSQL to start", every=0.1)

    def _call(self, *command):
        result = subprocess.run([*_UNPRIVILEGED, *map(str, command)], capture_output=True, timeout=DEADLINE, check=False,
                                cwd=self._data)
        if result.returncode != 0:
            raise AssertionError(result.stderr.decode())


def ask_cluster_name(host, port, mode, certificate):
    """What psql does with this sslmode: its result. The answer is a line."""
    where = (f"host={host} hostaddr=127.0.0.1 port={port} user=tester dbname=postgres sslmode={mode} "
             f"sslrootcert={certificate}")
    return subprocess.run([program_of_postgresql("psql"), "-X", "-A", "-t", "-c", "SHOW cluster_name", where],
                          capture_output=True, text=True, timeout=DEADLINE, check=False)
