"""The files of the checkout, without built files and those of git."""

import os
import re
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
NOT_OURS = {"build", "__pycache__"}
COMMENT_OR_STRING = re.compile(r'//[^\n]*|/\*.*?\*/|"(?:\\.|[^"\\\n])*"', re.DOTALL)


def files():
    for folder, folders, names in os.walk(ROOT):
        folders[:] = sorted(name for name in folders if name not in NOT_OURS and (not name.startswith(".") or name == ".ci"))
        yield from (Path(folder, name) for name in sorted(names))


def cpp(*folders):
    return [f for f in files() if f.suffix in (".cpp", ".hpp") and f.relative_to(ROOT).parts[0] in folders]


def code_of(file):
    """The text with comments and strings blanked; includes and line numbers stay."""
    blank = lambda match: re.sub(r"[^\n]", " ", match[0])
    lines = file.read_text().split("\n")
    kept = {i: line for i, line in enumerate(lines) if line.startswith("#include")}
    code = COMMENT_OR_STRING.sub(blank, "\n".join("" if i in kept else line for i, line in enumerate(lines)))
    return [kept.get(i, line) for i, line in enumerate(code.split("\n"))]


def finish(problems, looked_at):
    """Prints what is wrong and ends with the exit code that ctest wants."""
    assert looked_at, "there was nothing to look at"
    print("\n".join(problems) or f"{looked_at} looked at, nothing found")
    raise SystemExit(1 if problems else 0)
