"""Real programs as endpoints, which can be stopped, frozen and started again."""

import glob
import os
import random
import shutil
import signal
import subprocess
from pathlib import Path

from harness import proc
from harness.daemon import TETHER
from harness.sockets import connect, free_port
from harness.streams import receive_exactly
from harness.waiting import eventually

_FOLDERS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)
_PATH = os.pathsep.join([*_FOLDERS, os.environ["PATH"], "/usr/sbin"])
# Database servers refuse to run as root.
_UNPRIVILEGED = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []


class Program:
    """A process of `folder`/`name`, on an address that stays the same: of a host of its own, where no other test takes
    the port meanwhile."""

    needs = []  # what has to be installed
    end = signal.SIGKILL  # which it cannot prepare for

    def __init__(self, folder, name):
        self.folder = Path(folder) / name
        self.folder.mkdir(exist_ok=True)
        self.host = f"127.{random.randrange(1, 255)}.{random.randrange(1, 255)}.1"
        self.port = free_port()
        self.address = f"{self.host}:{self.port}"
        self.process = None

    @classmethod
    def is_installed(cls):
        return all(shutil.which(name, path=_PATH) for name in cls.needs)

    def start(self):
        self.process = subprocess.Popen([*TETHER, *map(str, self.command())], cwd=self.folder,
                                        env={**os.environ, "PATH": _PATH}, stdin=subprocess.DEVNULL,
                                        stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        eventually(self.answers, within=60, what=f"{self.needs[-1]} to start", every=0.05)

    def stop(self):
        if self.process:
            self.thaw()
            self.process.send_signal(self.end)
            self.process.wait(20)

    def freeze(self):
        self.process.send_signal(signal.SIGSTOP)
        eventually(lambda: proc.is_stopped(self.process.pid), what="the process to stop")

    def thaw(self):
        self.process.send_signal(signal.SIGCONT)

    def answers(self):
        if self.process.poll() is not None:
            raise AssertionError(f"{self.needs[-1]} ended with {self.process.returncode}")
        try:
            with connect(self.address, within=2) as client:
                return self.ask(client)
        except OSError:
            return False

    @staticmethod
    def ask(connection):
        """Speaks as a client does; the first bytes of the answer."""
        raise NotImplementedError


class Redis(Program):
    needs = ["redis-server"]

    def command(self):
        return ["redis-server", "--port", self.port, "--bind", self.host, "--save", "",
                "--repl-diskless-sync-delay", "0"]

    @staticmethod
    def ask(connection, command="PING"):
        connection.sendall(command.encode() + b"\r\n")
        return connection.recv(100)

    def tell(self, command):
        with connect(self.address) as client:
            return self.ask(client, command)


class Nginx(Program):
    """/health answers 503 while the file `ill` is there."""

    needs = ["nginx"]
    CONFIG = """
daemon off; master_process off; pid nginx.pid; error_log error.log;
events {{ worker_connections 1000; }}
http {{
    access_log off;
    client_body_temp_path .; proxy_temp_path .; fastcgi_temp_path .; uwsgi_temp_path .; scgi_temp_path .;
    server {{
        listen {address};
        location /health {{ if (-f {folder}/ill) {{ return 503; }} return 200; }}
        location / {{ return 200 here; }}
    }}
}}
"""

    def command(self):
        (self.folder / "nginx.conf").write_text(self.CONFIG.format(address=self.address, folder=self.folder))
        return ["nginx", "-p", self.folder, "-e", "error.log", "-c", self.folder / "nginx.conf"]

    @staticmethod
    def ask(connection):
        connection.sendall(b"GET / HTTP/1.0\r\n\r\n")
        return connection.recv(4096)


class Postgresql(Program):
    needs = ["initdb", "postgres"]
    end = signal.SIGQUIT  # children end with it

    def make(self):
        """Creates the database."""
        _owned(self.folder)
        subprocess.run([*_UNPRIVILEGED, "initdb", "-D", self.folder / "data", "-U", "tester", "-A", "trust",
                        "--no-sync"], cwd=self.folder, check=True, capture_output=True,
                       env={**os.environ, "PATH": _PATH})

    def copy(self, other):
        shutil.copytree(other.folder / "data", self.folder / "data")
        _owned(self.folder)

    def command(self):
        return [*_UNPRIVILEGED, *TETHER, "postgres", "-D", self.folder / "data", "-F", "-c", f"port={self.port}", "-c",
                f"listen_addresses={self.host}", "-c", "unix_socket_directories="]

    @staticmethod
    def ask(connection):
        """Logs in, and leaves (https://www.postgresql.org/docs/15/protocol-message-formats.html)."""
        words = b"user\0tester\0database\0postgres\0\0"
        connection.sendall((8 + len(words)).to_bytes(4) + (196608).to_bytes(4) + words)
        logged_in = receive_exactly(connection, 9) == b"R\0\0\0\x08\0\0\0\0"
        connection.sendall(b"X\0\0\0\x04")
        return logged_in


class MariaDb(Program):
    """Without tables: whoever logs in may, and there is nothing to recover after a kill."""

    needs = ["mariadbd"]

    def make(self):
        (self.folder / "data").mkdir()

    def copy(self, other):
        self.make()
        _owned(self.folder)

    def command(self):
        return [*_UNPRIVILEGED, *TETHER, "mariadbd", "--no-defaults", f"--datadir={self.folder}/data", "--port",
                self.port, f"--bind-address={self.host}", f"--socket={self.folder}/socket",
                f"--pid-file={self.folder}/pid", "--skip-grant-tables", "--skip-name-resolve", "--innodb=OFF",
                "--default-storage-engine=MyISAM"]

    @staticmethod
    def ask(connection):
        """The greeting, behind its length (https://mariadb.com/kb/en/connection/)."""
        return receive_exactly(connection, 5)[4:] == b"\x0a"


def _owned(folder):
    """By who databases run as, and reachable for them."""
    if not _UNPRIVILEGED:
        return
    os.chmod(folder.parent, 0o755)
    for path in [folder, *folder.rglob("*")]:
        os.chown(path, 65534, 65534)
