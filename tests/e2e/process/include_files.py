"""A configuration in many files."""

import textwrap
import unittest
from pathlib import Path

from harness import E2eTest, echo, run

CONFIG = 78
MAIN = "include: conf.d/*.yaml\n"


class IncludeFiles(E2eTest):
    def setUp(self):
        super().setUp()
        (Path(self.folder) / "conf.d").mkdir()
        self.endpoint = self.serve(echo)

    def write(self, name, text):
        path = Path(self.folder) / name
        path.write_text(textwrap.dedent(text))
        return path

    def listener(self, name):
        return f'listeners:\n  {name}:\n    bind: "127.0.0.1:0"\n    upstream: pool\n'

    def upstream(self):
        return f'upstreams:\n  pool:\n    endpoints: ["{self.endpoint.address}"]\n'

    def assert_refused(self, *says):
        result = run("--check", "--config", Path(self.folder) / "duplexd.yaml")
        self.assertEqual(result.returncode, CONFIG, result.stdout)
        for text in says:
            self.assertIn(str(text), result.stderr)

    def test_all_files_make_one_configuration(self):
        self.write("conf.d/20-b.yaml", self.listener("b"))
        self.write("conf.d/10-a.yaml", self.listener("a"))
        self.write("conf.d/30-pool.yaml", self.upstream())
        self.write("conf.d/40-ignored.yaml.disabled", "nonsense")
        daemon = self.start(MAIN + self.listener("main"))
        for name in ["main", "a", "b"]:
            self.assert_served(daemon.address(name))

    def test_mistake_names_its_file(self):
        self.write("duplexd.yaml", MAIN + self.upstream())
        part = self.write("conf.d/a.yaml", self.listener("a") + "    backlog: many\n")
        self.assert_refused(f"{part}:5:14: ")

    def test_defaults_belong_in_main_file(self):
        self.write("duplexd.yaml", MAIN + self.listener("main") + self.upstream())
        part = self.write("conf.d/a.yaml", "defaults: {timeouts: {idle: 1s}}\n")
        self.assert_refused(f"{part}:1:1: ")

    def test_duplicate_name_names_both_files(self):
        self.write("duplexd.yaml", MAIN + self.upstream())
        first, second = (self.write(f"conf.d/{name}.yaml", self.listener("twice")) for name in "ab")
        self.assert_refused(first, second)

    def test_pattern_may_match_nothing(self):
        file = self.write("duplexd.yaml", MAIN + self.listener("main") + self.upstream())
        self.assertEqual(run("--check", "--config", file).returncode, 0)
        self.write("duplexd.yaml", "include: missing.yaml\n" + self.listener("main") + self.upstream())
        self.assert_refused("missing.yaml")


if __name__ == "__main__":
    unittest.main()
