"""No folder holds over 20 files, core has no loose file but server.*, the name of a test has six words at most, and
documents show the layers that include_direction.py holds."""

import re
import subprocess
from collections import Counter

from include_direction import LAYERS
from sources import ROOT, files, finish

MOST_FILES = 20
MOST_WORDS = 6
# A corpus holds one file per input, for the fuzzer and not for readers.
UNLIMITED = {"tests/fuzz/corpus/config", "tests/fuzz/corpus/hello", "tests/fuzz/corpus/http"}
LOOSE_IN_CORE = {"core/server.cpp", "core/server.hpp", "core/README.md", "core/CMakeLists.txt"}
SHOWS_LAYERS = ["CONTRIBUTING.md", "core/README.md"]
TEST = re.compile(r"^(?:TYPED_)?TEST(?:_[FP])?\(\s*\w+,\s*(\w+)\s*\)|^ +def test_(\w+)\(", re.MULTILINE)
ARTICLE = re.compile(r"(?:An?|The)[A-Z]|(?:an?|the)_")


def tracked():
    """The files that git tracks. An unpacked release has no other files."""
    listed = subprocess.run(["git", "ls-files"], cwd=ROOT, capture_output=True, text=True).stdout.splitlines()
    paths = listed or [file.relative_to(ROOT).as_posix() for file in files()]
    return [path for path in paths if (ROOT / path).is_file()]


def words(name):
    """DualStackWorksWithoutIpv6 has five, port_in_use_is_reported has five."""
    return name.split("_") if "_" in name else re.findall(r"[A-Z]?[a-z0-9]+|[A-Z]+(?![a-z])", name)


def folder_problems(paths):
    for folder, count in Counter(path.rpartition("/")[0] for path in paths).items():
        if count > MOST_FILES and folder not in UNLIMITED:
            yield f"{folder}: {count} files; a folder has {MOST_FILES} at most"
    for path in paths:
        if re.fullmatch(r"core/[^/]+", path) and path not in LOOSE_IN_CORE:
            yield f"{path}: it belongs into one of the folders of core"


def name_problems(path):
    for match in TEST.finditer((ROOT / path).read_text()):
        name = match[1] or match[2]
        if len(words(name)) > MOST_WORDS:
            yield f"{path}: {name} has {len(words(name))} words; a test's name has {MOST_WORDS} at most"
        elif ARTICLE.match(name):
            yield f"{path}: {name} begins with an article"


def layer_problems():
    shown = " ← ".join("server" if name == "core" else name for name in LAYERS)
    for page in SHOWS_LAYERS:
        if shown not in (ROOT / page).read_text():
            yield f"{page}: it does not show the layers of include_direction.py: {shown}"


def main():
    paths = tracked()
    tests = [path for path in paths if path.startswith("tests/") and path.endswith((".cpp", ".py"))]
    problems = [*folder_problems(paths), *layer_problems()]
    problems += [problem for path in tests for problem in name_problems(path)]
    finish(problems, len(paths))


main()
