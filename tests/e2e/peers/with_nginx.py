"""nginx behind the proxy: many requests on many connections, and one long download."""

import hashlib
import random
import re
import shutil
import subprocess
import unittest
import urllib.request
from pathlib import Path

from harness import DEADLINE, TETHER, E2eTest, config, connect, eventually, free_port, scaled

DOWNLOAD_SIZE = 1024 * 1024 * 1024
SECONDS = 5

NGINX = """
daemon off;
master_process off;
pid {folder}/nginx.pid;
error_log {folder}/error.log;
events {{ worker_connections 1000; }}
http {{
    access_log off;
    sendfile on;
    keepalive_requests 1000000;
    client_body_temp_path {folder}; proxy_temp_path {folder}; fastcgi_temp_path {folder};
    uwsgi_temp_path {folder}; scgi_temp_path {folder};
    server {{
        listen 127.0.0.1:{port};
        root {folder}/www;
    }}
}}
"""


@unittest.skipUnless(shutil.which("nginx"), "nginx is not installed")
class WithNginx(E2eTest):
    def setUp(self):
        super().setUp()
        self.root = Path(self.folder) / "www"
        self.root.mkdir()
        (self.root / "small").write_bytes(bytes(1000))
        port = free_port()
        file = Path(self.folder) / "nginx.conf"
        file.write_text(NGINX.format(folder=self.folder, port=port))
        process = subprocess.Popen([*TETHER, "nginx", "-e", f"{self.folder}/error.log", "-c", file])
        self.addCleanup(process.wait)
        self.addCleanup(process.terminate)
        eventually(lambda: accepts(f"127.0.0.1:{port}"), what="nginx to start")
        self.daemon = self.start(config(f"127.0.0.1:{port}"))
        self.url = f"http://{self.daemon.address()}"

    def write_sparsely(self, path, size):
        """Every block begins with bytes of its own; the rest are holes, which cost no disk."""
        with path.open("wb") as file:
            for start in range(0, size - 4096, 65536):
                file.seek(start)
                file.write(random.Random(start).randbytes(4096))
            file.truncate(size)

    @unittest.skipUnless(shutil.which("wrk"), "wrk is not installed")
    def test_fifty_clients_get_every_response(self):
        result = subprocess.run(["wrk", "-t", "1", "-c", "50", "-d", f"{scaled(SECONDS)}s", "--timeout", f"{DEADLINE}s",
                                 f"{self.url}/small"],
                                capture_output=True, text=True, timeout=2 * DEADLINE, check=True)
        requests = int(re.search(r"(\d+) requests in", result.stdout)[1])
        print(f"{requests} requests", flush=True)
        self.assertGreater(requests, 100)
        self.assertNotIn("Socket errors", result.stdout)
        self.assertNotIn("Non-2xx", result.stdout)

    def test_gibibyte_download_arrives_whole(self):
        size = scaled(DOWNLOAD_SIZE)
        self.write_sparsely(self.root / "large", size)
        with (open(self.root / "large", "rb") as file,
              urllib.request.urlopen(f"{self.url}/large", timeout=DEADLINE) as response):
            self.assertEqual(hashlib.file_digest(response, "sha256").digest(),
                             hashlib.file_digest(file, "sha256").digest())
        self.assertGreater(self.daemon.wait_session()["downstream_bytes"], size)


def accepts(address):
    try:
        connect(address, within=1).close()
        return True
    except OSError:
        return False


if __name__ == "__main__":
    unittest.main()
