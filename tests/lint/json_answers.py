"""Every command of duplexctl that is in its --help has the schema of its --json answer.   json_answers.py DUPLEXCTL"""

import json
import re
import subprocess
import sys

from sources import ROOT, finish

SCHEMA = ROOT / "etc/duplexctl.schema.json"
NEITHER = {"error", "refusal"}  # that of any command


def commands():
    text = subprocess.run([sys.argv[1], "--help"], capture_output=True, text=True, check=True).stdout
    section = re.search(r"^Commands:\n((?: .*\n)+)", text, re.MULTILINE)[1]
    found = re.findall(r"^  ([a-z-]+(?: (?:--[a-z]+(?= {2,})|[a-z]+(?= )(?! {2})))?)", section, re.MULTILINE)
    return {re.sub(r" (--)?", "-", words) for words in found}


def parts_of(schema, name, seen):
    """The definitions that an answer is made of."""
    if name in seen:
        return
    seen.add(name)
    for part in re.findall(r'"\$ref": "#/\$defs/([^"]+)"', json.dumps(schema["$defs"][name])):
        parts_of(schema, part, seen)


schema = json.loads(SCHEMA.read_text())
used, problems = set(), []
for name in sorted(commands() | NEITHER):
    if name in schema["$defs"]:
        parts_of(schema, name, used)
    else:
        problems.append(f"{SCHEMA.name}: {name} is missing")
problems += [f"{SCHEMA.name}: no answer is {name}" for name in sorted(schema["$defs"].keys() - used)]
finish(problems, len(used))
