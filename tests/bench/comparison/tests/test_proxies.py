import io
import tempfile
import unittest
from contextlib import redirect_stdout
from pathlib import Path

from comparison.proxies import proxies
from comparison.run import available, narrowed
from comparison.works import WORKS
from harness.edge.authority import Pair

SETTINGS = {"port": 4001, "backend_port": 4002, "threads": 2}


class Proxies(unittest.TestCase):
    def test_configurations_are_filled_in(self):
        with tempfile.TemporaryDirectory() as folder:
            for name, proxy in proxies(Path("build")).items():
                command = proxy.command(folder, **SETTINGS)
                text = " ".join(command) + "".join(file.read_text() for file in Path(folder).iterdir())
                self.assertIn("4001", text, name)
                self.assertIn("4002", text, name)
                self.assertNotRegex(text, r"\$\w|\{\w+\}", name)

    def test_certificates_switch_tls_on(self):
        for name in ("haproxy", "nginx", "duplexd"):
            for given in ({"pair": Pair("/certificates", "a.test")}, {"authority": Path("/certificates/a.test.pem")}):
                with tempfile.TemporaryDirectory() as folder:
                    proxies(Path("build"))[name].command(folder, **given, **SETTINGS)
                    text = "".join(file.read_text() for file in Path(folder).iterdir())
                    self.assertIn("/certificates/a.test.", text, name)
                    self.assertNotRegex(text, r"\$\w|\{\w+\}", name)

    def test_two_haproxies_differ_in_splicing(self):
        plain, spliced = (proxies(Path("build"))[name].configured() for name in ("haproxy", "haproxy-splice"))
        self.assertEqual(plain.replace("no option splice-", "option splice-"), spliced)
        self.assertNotEqual(plain, spliced)

    def test_missing_proxies_are_left_out(self):
        with redirect_stdout(io.StringIO()) as said:
            self.assertEqual(available(proxies(Path("/nowhere")), ["relay", "duplexd"]), {})
        self.assertIn("relay is left out: there is no /nowhere/chain/tests/bench/bench_relay\n", said.getvalue())

    def test_works_name_only_present_proxies(self):
        works = narrowed(WORKS.values(), {"haproxy-splice"})
        self.assertEqual({work.name for work in works}, {"download-1", "download-16", "both-1", "both-16"})
