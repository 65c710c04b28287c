"""Work that is left is an issue, not a remark in a source file."""

import re

from sources import ROOT, files, finish

REMARK = re.compile(r"\b(?:TODO|FIXME|XXX)\b")
TEXT = {".cpp", ".hpp", ".py", ".sh", ".md", ".scd", ".yaml", ".yml", ".json", ".txt", ".cmake", ".service", ""}

ours = [f for f in files() if f.suffix in TEXT and f.name not in ("LICENSE", "nothing_left_to_do.py")]
finish(
    [
        f"{file.relative_to(ROOT)}:{number}: {line.strip()}"
        for file in ours
        for number, line in enumerate(file.read_text(errors="replace").split("\n"), 1)
        if REMARK.search(line)
    ],
    len(ours),
)
