"""The compared proxies: their start and their versions."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from string import Template

_CONFIGURATIONS = Path(__file__).parent / "configurations"
_NGINX_LISTENER = (
    "ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key}")
_NGINX_ENDPOINT = (
    "proxy_ssl on; proxy_ssl_protocols TLSv1.2 TLSv1.3; proxy_ssl_verify on; proxy_ssl_trusted_certificate {authority}; "
    "proxy_ssl_server_name on; proxy_ssl_name a.test;")
_DUPLEXD_LISTENER = ", tls: {{certificates: [{{certificate_file: {pair.certificate}, key_file: {pair.key}}}]}}"


@dataclass(frozen=True)
class Proxy:
    """A program, its arguments with the settings as {name}, and the template of its configuration, if it reads one."""
    program: Path
    arguments: tuple
    version_option: str | None = None
    configuration: str | None = None
    forks_workers: bool = False
    settings: tuple = ()  # further ones, for the configuration
    # What it needs for TLS with clients, and with the endpoint; certificates are {pair.certificate} and {authority}.
    listener_tls: str = ""
    endpoint_tls: str = ""

    def command(self, folder, pair=None, authority=None, **settings):
        """Writes the configuration into the folder. Settings are port, backend_port and threads. It speaks TLS with its
        clients where there is a certificate for them, and with the endpoint where there is an authority to trust."""
        file = Path(folder, self.configuration or "none")
        if self.configuration:
            file.write_text(self.configured(
                folder=folder, listener_tls=self.listener_tls.format(pair=pair) if pair else "",
                endpoint_tls=self.endpoint_tls.format(authority=authority) if authority else "", **settings))
        settings = {"folder": folder, "configuration": file, **settings}
        return [str(self.program), *(argument.format(**settings) for argument in self.arguments)]

    def configured(self, **settings):
        """The text of its configuration; settings that are not given stay as $name."""
        text = (_CONFIGURATIONS / self.configuration).read_text()
        return Template(text).safe_substitute(settings, **dict(self.settings))

    def processes(self, threads):
        return 1 + threads if self.forks_workers else 1

    def version(self):
        if not self.version_option:
            return "of this checkout"
        result = subprocess.run([self.program, self.version_option], capture_output=True, text=True, check=True)
        return (result.stdout + result.stderr).splitlines()[0]  # nginx says it on stderr


def proxies(build):
    """All by name. `build` is the folder with a build folder for each variant of duplexd."""
    return {
        "relay": Proxy(build / "chain/tests/bench/bench_relay", (
            "--listen", "127.0.0.1:{port}", "--to", "127.0.0.1:{backend_port}", "--threads", "{threads}")),
        "haproxy": _haproxy(splicing="no "),
        "haproxy-splice": _haproxy(),
        "haproxy-splice-1m": _haproxy(pipes="tune.pipesize 1048576"),
        "nginx": Proxy(Path("/usr/sbin/nginx"), ("-e", "stderr", "-p", "{folder}", "-c", "{configuration}"), "-v",
                       "nginx.conf", forks_workers=True, listener_tls=_NGINX_LISTENER, endpoint_tls=_NGINX_ENDPOINT),
        "duplexd": _duplexd(build / "chain"),
        "duplexd-copy": _duplexd(build / "chain", zero_copy="off"),
        "duplexd-recycling": _duplexd(build / "recycling"),
        "duplexd-malloc": _duplexd(build / "malloc"),
    }


def _haproxy(splicing="", pipes=""):
    return Proxy(Path("/usr/sbin/haproxy"), ("-db", "-f", "{configuration}"), "-v", "haproxy.cfg",
                 settings=(("splicing", splicing), ("pipes", pipes)), listener_tls="ssl crt {pair.both}",
                 endpoint_tls="ssl verify required ca-file {authority} verifyhost a.test sni str(a.test)")


def _duplexd(build, zero_copy="auto"):
    return Proxy(build / "daemon/duplexd", ("--config", "{configuration}"), "--version", "duplexd.yaml",
                 settings=(("zero_copy", zero_copy),), listener_tls=_DUPLEXD_LISTENER,
                 endpoint_tls=", tls: {{ca_file: {authority}, server_name: a.test}}")
