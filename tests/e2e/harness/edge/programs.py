"""HAProxy and nginx. Each tells whom it takes for its client: "127.0.0.5:40000 127.0.0.1:80", the client and where it
came to."""

import shutil
import subprocess
from pathlib import Path

from harness.daemon import TETHER
from harness.sockets import connect
from harness.streams import receive_all
from harness.waiting import eventually

STREAM_MODULE = Path("/usr/lib/nginx/modules/ngx_stream_module.so")

_HAPROXY = """
defaults
  timeout connect 10s
  timeout client 60s
  timeout server 60s
"""

_NGINX = """
load_module {module};
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/nginx.log;
events {{ worker_connections 100; }}
"""

_NGINX_PATHS = "client_body_temp_path {0}; proxy_temp_path {0}; fastcgi_temp_path {0}; uwsgi_temp_path {0}; scgi_temp_path {0};"


def why_no_haproxy():
    return "" if shutil.which("haproxy") else "haproxy is not installed"


def why_no_nginx():
    if not shutil.which("nginx"):
        return "nginx is not installed"
    return "" if STREAM_MODULE.exists() else "libnginx-mod-stream is not installed"


class Program:
    def __init__(self, command, addresses):
        self._process = subprocess.Popen([*TETHER, *command], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
        for address in addresses:
            eventually(lambda: _accepts(address), what=f"{command[0]} to start")

    def close(self):
        self._process.kill()
        self._process.wait()


class Haproxy(Program):
    """The text of each section is indented by the caller. `tells` is such a section."""

    def __init__(self, folder, addresses, *sections):
        file = Path(folder) / "haproxy.cfg"
        file.write_text(_HAPROXY + "\n".join(sections) + "\n")
        super().__init__(["haproxy", "-db", "-f", file], addresses)

    @staticmethod
    def tells(address, expects="accept-proxy"):
        """What the header had in fields follows the addresses."""
        return f"""
frontend last
  mode http
  bind {address} {expects}
  http-request return status 200 content-type text/plain lf-string "%ci:%cp %fi:%fp %[fc_pp_authority] %[fc_pp_unique_id]"
"""

    @staticmethod
    def passes(name, address, to, sends, listens=""):
        return f"""
listen {name}
  mode tcp
  bind {address} {listens}
  unique-id-format id-%ci-%cp
  server one {to} {sends}
"""


class Nginx(Program):
    def __init__(self, folder, addresses, stream="", http=""):
        file = Path(folder) / "nginx.conf"
        file.write_text(_NGINX.format(module=STREAM_MODULE, folder=folder) + f"stream {{ {stream} }}\n"
                        f"http {{ access_log off; {_NGINX_PATHS.format(folder)} {http} }}\n")
        super().__init__(["nginx", "-e", f"{folder}/nginx.log", "-c", file], addresses)

    @staticmethod
    def tells(address):
        return (f"server {{ listen {address} proxy_protocol; return 200 '$proxy_protocol_addr:$proxy_protocol_port "
                "$proxy_protocol_server_addr:$proxy_protocol_server_port'; }")

    @staticmethod
    def passes(address, to):
        return f"server {{ listen {address}; proxy_pass {to}; proxy_protocol on; }}"


def ask(connection):
    """What the last program says of its client."""
    connection.sendall(b"GET / HTTP/1.0\r\nHost: test\r\n\r\n")
    head, _, body = receive_all(connection).partition(b"\r\n\r\n")
    if b" 200 " not in head.partition(b"\r\n")[0]:
        raise AssertionError(f"answered {head!r}")
    return body.decode().split()


def _accepts(address):
    try:
        connect(address, within=1).close()
        return True
    except OSError:
        return False
