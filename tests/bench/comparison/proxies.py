"""The compared proxies: their start and their versions."""

import subprocess
from dataclasses import dataclass
from pathlib import Path
from string import Template

_CONFIGURATIONS = Path(__file__).parent / "configurations"
_NGINX_TLS = "ssl; ssl_protocols TLSv1.2 TLSv1.3; ssl_certificate {pair.certificate}; ssl_certificate_key {pair.key}"
_DUPLEXD_TLS = ", tls: {{certificates: [{{certificate_file: {pair.certificate}, key_file: {pair.key}}}]}}"


@dataclass(frozen=True)
class Proxy:
    """A program, its arguments with the settings as {name}, and the template of its configuration, if it reads one."""
    program: Path
    arguments: tuple
    version_option: str | None = None
    configuration: str | None = None
    forks_workers: bool = False
    settings: tuple = ()  # further ones, for the configuration
    tls: str = ""  # what its listener needs for TLS, with the certificate's files as {pair.certificate}

    def command(self, folder, pair=None, **settings):
        """Writes the configuration into the folder. Settings are port, backend_port and threads. With the files of a
        certificate it speaks TLS with its clients."""
        file = Path(folder, self.configuration or "none")
        if self.configuration:
            file.write_text(self.configured(folder=folder, tls=self.tls.format(pair=pair) if pair else "", **settings))
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
                       "nginx.conf", forks_workers=True, tls=_NGINX_TLS),
        "duplexd": _duplexd(build / "chain"),
        "duplexd-copy": _duplexd(build / "chain", zero_copy="off"),
        "duplexd-recycling": _duplexd(build / "recycling"),
        "duplexd-malloc": _duplexd(build / "malloc"),
    }


def _haproxy(splicing="", pipes=""):
    return Proxy(Path("/usr/sbin/haproxy"), ("-db", "-f", "{configuration}"), "-v", "haproxy.cfg",
                 settings=(("splicing", splicing), ("pipes", pipes)), tls="ssl crt {pair.both}")


def _duplexd(build, zero_copy="auto"):
    return Proxy(build / "daemon/duplexd", ("--config", "{configuration}"), "--version", "duplexd.yaml",
                 settings=(("zero_copy", zero_copy),), tls=_DUPLEXD_TLS)
