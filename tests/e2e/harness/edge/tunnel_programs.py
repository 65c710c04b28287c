"""Proxies by way of which the daemon reaches its endpoints: microsocks speaks SOCKS5, tinyproxy HTTP."""

import shutil
from pathlib import Path

from harness.edge.programs import Program
from harness.sockets import split


class Microsocks(Program):
    scheme = "socks5"
    refusal = "SOCKS5 reply 5: connection refused"
    wrong_login = "it does not take our user and password"

    def __init__(self, _folder, address, login=()):
        """`login`: the user and password that it wants."""
        host, port = split(address)[1][:2]
        options = ["-u", login[0], "-P", login[1]] if login else []
        super().__init__(["microsocks", "-i", host, "-p", str(port), *options], [address])

    @staticmethod
    def why_not():
        return "" if shutil.which("microsocks") else "microsocks is not installed"


class Tinyproxy(Program):
    scheme = "http"
    refusal = "HTTP status 500: Unable to connect"
    wrong_login = "HTTP status 401: Unauthorized"

    def __init__(self, folder, address, login=()):
        host, port = split(address)[1][:2]
        file = Path(folder) / "tinyproxy.conf"
        file.write_text(f"Listen {host}\nPort {port}\nTimeout 600\nMaxClients 100\nLogLevel Critical\n" +
                        (f"BasicAuth {login[0]} {login[1]}\n" if login else ""))
        super().__init__(["tinyproxy", "-d", "-c", file], [address])

    @staticmethod
    def why_not():
        return "" if shutil.which("tinyproxy") else "tinyproxy is not installed"
