"""Certificates of an authority that only one test trusts."""

import subprocess
from pathlib import Path


class Certificates:
    """Of a server at 127.0.0.1, and of a client. All are files in PEM."""

    def __init__(self, folder):
        self._folder = Path(folder)
        self.ca, self._ca_key = self._make("ca", "-x509", "-days", "1", "-addext", "basicConstraints=critical,CA:TRUE")
        self.server, self.server_key = self._signed("server")
        self.client, self.client_key = self._signed("client")

    def _signed(self, name):
        # Without a common name, which etcd would take for a user.
        return self._make(name, "-x509", "-days", "1", "-CA", self.ca, "-CAkey", self._ca_key,
                          "-addext", "subjectAltName=IP:127.0.0.1", "-addext", "basicConstraints=critical,CA:FALSE",
                          subject=f"/O={name}")

    def _make(self, name, *options, subject=""):
        certificate, key = self._folder / f"{name}.pem", self._folder / f"{name}.key"
        subprocess.run(["openssl", "req", "-newkey", "rsa:2048", "-noenc", "-subj", subject or f"/CN={name}", "-out",
                        certificate, "-keyout", key, *options], check=True, capture_output=True)
        return certificate, key
