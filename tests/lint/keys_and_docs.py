"""The examples, and the file that packages install, are valid for the schema and for the program, and the schema
refuses what the program refuses.   keys_and_docs.py DUPLEXD"""

import json
import re
import subprocess
import sys
import tempfile
from pathlib import Path

import jsonschema
import yaml

from sources import ROOT, finish

DUPLEXD = sys.argv[1]
EXAMPLES = [ROOT / "etc/duplexd.yaml", ROOT / "etc/duplexd.minimal.yaml", ROOT / "packaging/duplexd.yaml",
            *sorted((ROOT / "etc/examples").glob("*.yaml"))]
VALID = """
listeners: {a: {bind: ":80", upstream: u, %s}}
upstreams: {u: {endpoints: [{address: "h:1", %s}], %s}}
defaults: {%s}
control: {%s}
resolve: {%s}
"""
BLANKS = VALID.count("%s")
# The blank of VALID, by number, whether the value is right, and the value.
JUDGED = [
    (0, True, "backlog: 1"), (0, True, "client: {keepalive: off}"), (0, True, "timeouts: {idle: 1h30m}"),
    (0, True, "unix: {mode: '0600', owner: root}"), (0, True, "access: {allow: 10.0.0.0/8, deny: ['::1']}"),
    (0, True, "timeouts:"), (0, True, "limits: {sessions: '${DUPLEXD_NOT_SET:-7}'}"),
    (0, True, "limits: {when_full: refuse}"), (0, False, "limits: {when_full: drop}"),
    (0, False, "backlog: 0x10"), (0, False, "backlog: -1"), (0, True, "zero_copy: off"), (0, False, "zero_copy: true"), (0, False, "timeouts: {idle: 10}"),
    (0, False, "timeouts: {drain: 1s}"), (0, False, "unix: {mode: 0660}"), (0, False, "access: {allow: nobody}"),
    (0, False, "client: {nodelay: yes}"), (0, False, "client: {source: []}"), (0, False, "client: {send_buffer: 64}"),
    (0, True, "client: {interface: eth0.7, mark: 0x10, dscp: af41, congestion: bbr, fast_open: 16, defer_accept: 5s}"),
    (0, True, "client: {interface: any, mark: 7, dscp: 63, mptcp: true, free_bind: true}"), (0, False, "client: {dscp: 64}"),
    (0, False, "client: {mark: 0}"), (0, False, "client: {congestion: BBR}"), (0, False, "client: {interface: a/b}"),
    (2, True, "endpoint: {mark: off, dscp: ef}"), (2, False, "endpoint: {fast_open: 16}"),
    (0, False, "backlog: 65536"), (0, False, "access: {deny: 10.0.0.0/08}"),
    (1, True, "weight: 1000"), (1, False, "weight: 1001"), (1, False, "weight: -1"), (1, False, "wieght: 1"),
    (2, True, "resolve: {at_start: optional}"), (2, True, "endpoint: {source: '2001:db8::1'}"),
    (2, False, "endpoints_file: pool.yaml"), (2, True, "endpoints_file: off"), (2, True, "on_removed: drain"), (2, False, "on_removed: reset"), (2, False, "balance: fastest"), (2, False, "resolve: {at_start: true}"),
    (3, True, "timeouts: {drain: off, close_spread: off}"), (3, False, "timeouts: {close_spread: 10}"),
    (0, True, "tls: {certificates: /a.pem}"), (0, True, "tls: {certificates: [{certificate_file: /a.pem, key_file: same}], min_version: 1.3}"),
    (0, True, "tls: off"), (0, False, "tls: on"), (0, False, "tls: {min_version: 1.3}"), (0, False, "tls: {certificates: [{key_file: /a.key}]}"),
    (0, False, "tls: {certificates: a.pem}"), (0, False, "tls: {certificates: /a.pem, min_version: 1.1}"), (0, False, "tls: {verify: off}"),
    (2, True, "tls: on"), (2, True, "tls: off"), (2, True, "tls: {verify: chain, alpn: postgresql}"), (2, False, "tls: {verify: true}"), (2, False, "tls: yes"),
    (0, False, "endpoints: ['h:1']"), (0, False, "balance: round_robin"),
    (2, False, "endpoint: {keepalive: on}"), (2, True, "endpoint: {keepalive: {count: 127}}"),
    (2, False, "endpoint: {keepalive: {count: 128}}"), (3, False, "timeouts: {lifetime_jitter: 05%}"),
    (3, True, "limits: {when_full: wait}"), (3, False, "limits: {sessions: 1}"),
    (3, False, "timeouts: {lifetime_jitter: 91%}"),
    (5, True, "servers: [10.0.0.2, '[::1]:5353', '2001:db8::1', '10.0.0.2:53']"), (5, False, "servers: dns.internal"),
    (3, False, "timeouts: {idle: 1 h}"), (3, False, "timeouts: {lifetime_jitter: 5}"),
    (4, True, "socket: /run/x.sock"), (4, True, "socket: off, mode: '0600', group: 0"), (4, True, "socket: auto"),
    (4, True, "state_file: /var/lib/x.json"), (4, True, "state_file: off"), (4, False, "state_file: x.json"),
    (4, False, "state_file: /var/lib/"), (4, False, "socket: x.sock"), (4, False, "socket: '@x'"), (4, False, "mode: 0660"), (4, False, "owner: root"),
]


class Loader(yaml.SafeLoader):
    """YAML 1.2, as editors and duplexd read it: `off` is a word, 0660 is 660, 1:30 is no time."""


Loader.yaml_implicit_resolvers = {}
for tag, pattern, first in [("bool", r"^(true|false)$", "tf"), ("int", r"^[-+]?[0-9]+$", "-+0123456789"),
                            ("null", r"^(~|null|)$", ["~", "n", ""])]:
    Loader.add_implicit_resolver(f"tag:yaml.org,2002:{tag}", re.compile(pattern), first)

VALIDATOR = jsonschema.Draft7Validator(json.loads((ROOT / "etc/duplexd.schema.json").read_text()))


def schema_problems(text):
    return [f"{'.'.join(map(str, e.absolute_path))}: {e.message}" for e in VALIDATOR.iter_errors(yaml.load(text, Loader))]


def program_problems(text):
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "duplexd.yaml"
        file.write_text(text)
        dump = subprocess.run([DUPLEXD, "--dump-config", "--config", file], capture_output=True, text=True)
        return dump.stderr.splitlines() if dump.returncode == 78 else []


def switched_on(text):
    """The text with every commented setting switched on."""
    return re.sub(r"^( *)#(?=\S)", r"\1", text, flags=re.MULTILINE)


def example_problems():
    for file in EXAMPLES:
        for text in (file.read_text(), switched_on(file.read_text())):
            for problem in schema_problems(text) + program_problems(text):
                yield f"{file.relative_to(ROOT)}: {problem}"


def judgement_problems():
    for blank, right, value in JUDGED:
        text = VALID % tuple(value if i == blank else "" for i in range(BLANKS))
        for who, found in (("schema", schema_problems(text)), ("program", program_problems(text))):
            if right == bool(found):
                yield f"{value}: {'right' if right else 'wrong'}, but the {who} says {found or 'nothing'}"


jsonschema.Draft7Validator.check_schema(VALIDATOR.schema)
finish([*example_problems(), *judgement_problems()], len(EXAMPLES) + len(JUDGED))
