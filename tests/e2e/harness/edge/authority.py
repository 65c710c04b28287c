"""An authority that only one test trusts, and certificates that it signs. All are files in PEM."""

import ssl
import subprocess
from pathlib import Path

_KEYS = {"ec": ["ec", "-pkeyopt", "ec_paramgen_curve:P-256"], "rsa": ["rsa:2048"]}


class Pair:
    """A certificate and its key, in two files and in one."""

    def __init__(self, folder, name):
        self.certificate, self.key, self.both = (Path(folder) / f"{name}.{kind}" for kind in ("pem", "key", "both"))

    def join(self):
        self.both.write_bytes(self.certificate.read_bytes() + self.key.read_bytes())
        return self

    def as_listener(self):
        """The value of listeners.NAME.tls.certificates."""
        return f"[{{certificate_file: {self.certificate}, key_file: {self.key}}}]"

    def der(self):
        """The certificate as peers show it."""
        return ssl.PEM_cert_to_DER_cert(self.certificate.read_text())


class Authority:
    def __init__(self, folder, name="authority"):
        self._folder = Path(folder)
        self._own = self._make(name, "/CN=" + name, "-x509", "-addext", "basicConstraints=critical,CA:TRUE")
        self.certificate = self._own.certificate

    def sign(self, name, file="", alternatives="", key="ec", days=100):
        """Of the name, which is a host's, in files that are named `file` or alike. The key is "ec" or "rsa"."""
        return self._make(file or name, f"/CN={name}", "-x509", "-CA", self._own.certificate, "-CAkey", self._own.key,
                          "-addext", f"subjectAltName={alternatives or f'DNS:{name},IP:127.0.0.1'}",
                          "-addext", "basicConstraints=critical,CA:FALSE",
                          "-addext", "crlDistributionPoints=URI:http://a.test/crl", key=key, days=days)

    def _make(self, file, subject, *options, key="ec", days=100):
        pair = Pair(self._folder, file)
        subprocess.run(["openssl", "req", "-noenc", "-days", str(days), "-newkey", *_KEYS[key], "-subj", subject, "-out",
                        pair.certificate, "-keyout", pair.key, *options], check=True, capture_output=True)
        return pair.join()

    def client_context(self, pair=None):
        """Of clients that verify whom they reach, and show a certificate if there is one."""
        context = ssl.create_default_context(cafile=self.certificate)
        if pair:
            context.load_cert_chain(pair.certificate, pair.key)
        return context


def server_context(pair):
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pair.certificate, pair.key)
    return context
