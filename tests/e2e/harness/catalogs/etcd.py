"""A real etcd, asked over its HTTP gateway."""

import base64
import json
import shutil
import ssl
import subprocess
import unittest
import urllib.request

from harness.catalogs.case import CatalogTest
from harness.daemon import TETHER
from harness.endpoints import echo
from harness.sockets import free_port
from harness.waiting import AT_ONCE, eventually

PREFIX = "/services/main/"


def why_not():
    return "" if shutil.which("etcd") else "etcd is not installed"


class Etcd:
    """`certificates`: it has TLS, and clients have to show a certificate."""

    def __init__(self, folder, certificates=None, address=None):
        self.address = address or f"127.0.0.1:{free_port()}"
        self.url = f"{'https' if certificates else 'http'}://{self.address}"
        self._token = self._password = ""
        self._context = None
        peer = f"http://127.0.0.1:{free_port()}"
        self._command = [*TETHER, "etcd", "--name=one", f"--data-dir={folder}/etcd", f"--listen-client-urls={self.url}",
                         f"--advertise-client-urls={self.url}", f"--listen-peer-urls={peer}",
                         f"--initial-advertise-peer-urls={peer}", f"--initial-cluster=one={peer}"]
        if certificates:
            self._command += [f"--cert-file={certificates.server}", f"--key-file={certificates.server_key}",
                              f"--trusted-ca-file={certificates.ca}", "--client-cert-auth"]
            self._context = ssl.create_default_context(cafile=certificates.ca)
            self._context.load_cert_chain(certificates.client, certificates.client_key)
        self.start()

    def start(self):
        self._process = subprocess.Popen(self._command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        self._token = ""
        eventually(self._answers, what="etcd to start", every=0.1)

    def stop(self):
        self._process.kill()
        self._process.wait()

    def put(self, key, value):
        """Returns the revision."""
        return int(self.ask("kv/put", key=_text(key), value=_text(value))["header"]["revision"])

    def delete(self, key):
        self.ask("kv/deleterange", key=_text(key))

    def replace(self, key, value):
        """Deletes the key and puts it back, both in one revision of its own."""
        self.delete(key)
        return self.put(key, value)

    def compact(self, revision):
        self.ask("kv/compaction", revision=str(revision), physical=True)

    def require_login(self, user, password, prefix):
        """From here on root may do all, and the user may read below the prefix."""
        end = prefix[:-1] + chr(ord(prefix[-1]) + 1)
        self.ask("auth/role/add", name="reader")
        self.ask("auth/role/grant", name="reader",
                 perm={"permType": "READ", "key": _text(prefix), "range_end": _text(end)})
        self.ask("auth/role/add", name="root")
        for name, role in [("root", "root"), (user, "reader")]:
            self.ask("auth/user/add", name=name, password=password)
            self.ask("auth/user/grant", user=name, role=role)
        self.ask("auth/enable")
        self._password = password
        self._log_in()

    def change_password(self, user, password):
        """Whoever has logged in as this user has to do so again."""
        self.ask("auth/user/changepw", name=user, password=password)

    def ask(self, method, **message):
        headers = {"Authorization": self._token} if self._token else {}
        request = urllib.request.Request(f"{self.url}/v3/{method}", json.dumps(message).encode(), headers)
        with urllib.request.urlopen(request, timeout=AT_ONCE, context=self._context) as answer:
            return json.load(answer)

    def _log_in(self):
        self._token = self.ask("auth/authenticate", name="root", password=self._password)["token"]

    def _answers(self):
        """What needs a leader."""
        try:
            if self._password:
                self._log_in()
            return self.ask("kv/range", key=_text("x"))
        except OSError:
            return False


@unittest.skipIf(why_not(), why_not())
class EtcdTest(CatalogTest):
    """The keys are below PREFIX, and named like the endpoints."""

    def start_etcd(self, certificates=None):
        self.etcd = Etcd(self.folder, certificates)
        self.addCleanup(self.etcd.stop)
        return self.etcd

    def keys(self, *more, url=None):
        return f"etcd: {{servers: ['{url or self.etcd.url}'], prefix: {PREFIX}{''.join(', ' + each for each in more)}}}"

    def put(self, *endpoints):
        for endpoint in endpoints:
            self.etcd.put(PREFIX + endpoint, endpoint)

    def remove(self, endpoint):
        self.etcd.delete(PREFIX + endpoint)

    def addresses(self, count):
        return [self.serve(echo).address for _ in range(count)]


def _text(value):
    return base64.b64encode(value.encode()).decode()
