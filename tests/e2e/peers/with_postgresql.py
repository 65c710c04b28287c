"""PostgreSQL behind the proxy: transactions of several clients, and COPY in both directions."""

import glob
import hashlib
import os
import shutil
import subprocess
import unittest
from pathlib import Path

from harness import TETHER, E2eTest, config, eventually, free_port, scaled, split

ROWS = 100_000
FOLDERS = sorted(glob.glob("/usr/lib/postgresql/*/bin"), reverse=True)


def program(name):
    return shutil.which(name, path=os.pathsep.join([*FOLDERS, os.environ["PATH"]]))


@unittest.skipUnless(program("initdb") and program("pgbench"), "PostgreSQL is not installed")
class WithPostgresql(E2eTest):
    def setUp(self):
        super().setUp()
        self.data = Path(self.folder) / "data"
        self.data.mkdir()
        # PostgreSQL refuses to run as root.
        self.unprivileged = ["setpriv", "--reuid=65534", "--regid=65534", "--clear-groups"] if os.geteuid() == 0 else []
        if self.unprivileged:
            os.chmod(self.folder, 0o755)
            os.chown(self.data, 65534, 65534)
        self.start_database()
        self.daemon = self.start(config(f"127.0.0.1:{self.database_port}"))
        self.environment = {**os.environ, "PGHOST": "127.0.0.1", "PGUSER": "tester", "PGDATABASE": "postgres",
                            "PGPORT": str(split(self.daemon.address())[1][1])}

    def start_database(self):
        self.call([*self.unprivileged, program("initdb"), "-D", self.data, "-U", "tester", "-A", "trust", "--no-sync"],
                  cwd=self.data)
        self.database_port = free_port()
        process = subprocess.Popen([*self.unprivileged, *TETHER, program("postgres"), "-D", self.data, "-F",
                                    "-c", f"port={self.database_port}", "-c", "listen_addresses=127.0.0.1",
                                    "-c", "unix_socket_directories="], stderr=subprocess.DEVNULL, cwd=self.data)
        self.addCleanup(process.wait, 20)
        self.addCleanup(process.send_signal, 3)  # SIGQUIT: end at once, and all children with it
        ready = [program("pg_isready"), "-q", "-h", "127.0.0.1", "-p", str(self.database_port)]
        eventually(lambda: subprocess.run(ready, check=False).returncode == 0, what="PostgreSQL to start", every=0.1)

    def call(self, command, **options):
        result = subprocess.run(list(map(str, command)), capture_output=True, timeout=120, check=False, **options)
        self.assertEqual(result.returncode, 0, result.stderr.decode())
        return result.stdout

    def psql(self, *commands, **options):
        arguments = [argument for command in commands for argument in ["-c", command]]
        return self.call([program("psql"), "-q", "-X", "-v", "ON_ERROR_STOP=1", *arguments], env=self.environment,
                         **options)

    def test_transactions_of_four_clients_succeed(self):
        self.call([program("pgbench"), "-i", "-q", "-s", "1"], env=self.environment)
        output = self.call([program("pgbench"), "-c", "4", "-T", str(scaled(5)), "-n"], env=self.environment).decode()
        self.assertRegex(output, r"number of failed transactions: 0 ")
        print(next(line for line in output.splitlines() if line.startswith("tps")), flush=True)

    def test_copied_rows_stay_the_same(self):
        rows = f"SELECT n, md5(n::text), repeat('x', n % 200) FROM generate_series(1, {scaled(ROWS)}) AS n"
        copied = self.psql(f"COPY ({rows}) TO STDOUT")
        self.assertEqual(copied.count(b"\n"), scaled(ROWS))
        self.psql("CREATE TABLE copies (n int, digest text, filler text)")
        self.psql("COPY copies FROM STDIN", input=copied)
        again = self.psql("COPY (SELECT * FROM copies ORDER BY n) TO STDOUT")
        self.assertEqual(hashlib.sha256(again).digest(), hashlib.sha256(copied).digest())


if __name__ == "__main__":
    unittest.main()
