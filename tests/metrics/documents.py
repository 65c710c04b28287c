"""The manual says of metrics what their table says, to the word.   documents.py LIST_METRICS [--write]"""

import difflib
import re
import subprocess
import sys
import textwrap
from pathlib import Path

PAGE = Path(__file__).resolve().parents[2] / "packaging/man/duplexd-metrics.7.scd"
SECTION = re.compile(r"(?<=^# METRICS\n\n).*?(?=^# )", re.DOTALL | re.MULTILINE)
WIDTH = 116


def wrapped(line):
    if not line.startswith("\t"):
        return line
    return textwrap.indent(textwrap.fill(line.strip(), WIDTH), "\t")


def main():
    listed = subprocess.run([sys.argv[1]], capture_output=True, text=True, check=True).stdout
    section = "".join(f"{wrapped(line)}\n" for line in listed.splitlines())
    old = PAGE.read_text()
    new, found = SECTION.subn(lambda _: section, old)
    if found != 1:
        sys.exit(f"{PAGE.name}: there is no section METRICS")
    if "--write" in sys.argv:
        PAGE.write_text(new)
    elif old != new:
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), PAGE.name, "by the table"))
        sys.exit(f"{PAGE.name}: not as the table of metrics; run: cmake --build BUILD --target metric_documents")


main()
