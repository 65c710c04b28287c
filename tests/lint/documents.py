"""The files, options and commands that documents name exist.   documents.py DUPLEXD DUPLEXCTL"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from sources import ROOT, files, finish


def output_of(program, option):
    return subprocess.run([program, option], capture_output=True, text=True, check=True).stdout


PROGRAMS = {Path(program).name: program for program in sys.argv[1:]}
HELP = {name: output_of(program, "--help") for name, program in PROGRAMS.items()}
LINK = re.compile(r"\]\((?!https?:|#)([^)#]+)")
SHELL_BLOCK = re.compile(r"```(?:sh|bash|console)\n(.*?)```", re.DOTALL)
PACKAGED = {"packaging/debian/changelog": r"^duplexd \(([^-)]+)-", "packaging/rpm/duplexd.spec": r"^Version: +(\S+)"}
OPTION = re.compile(r"(?<!\S)--?[a-z][a-z-]*")


def broken_links(page):
    for target in LINK.findall(page.read_text()):
        if not (page.parent / target).exists():
            yield f"{page.relative_to(ROOT)}: no such file: {target}"


def command_problems(page, line):
    words = line.removeprefix("$ ").removeprefix("sudo ").split("#")[0].split()
    if not words or words[0].startswith("#"):
        return
    program, name = words[0], words[0].rpartition("/")[2]
    if name in HELP:
        options = (option for option in OPTION.findall(line) if option not in HELP[name])
        yield from (f"{page.name}: {name} has no option {option}: {line}" for option in options)
    elif "/" in program and not (ROOT / program).is_file():
        yield f"{page.name}: no such script: {program}"
    elif "/" not in program and not shutil.which(program):
        yield f"{page.name}: no such command: {program}"


def wrong_commands(page):
    for block in SHELL_BLOCK.findall(page.read_text()):
        for line in block.splitlines():
            yield from command_problems(page, line)


def version_mismatch():
    cmake = re.search(r"project\(duplexd VERSION (\S+)", (ROOT / "CMakeLists.txt").read_text())[1]
    newest = re.search(r"^## \[(\d[^]]*)\]", (ROOT / "CHANGELOG.md").read_text(), re.MULTILINE)[1]
    if cmake != newest:
        yield f"CHANGELOG.md: its newest version is {newest}, CMakeLists.txt says {cmake}"
    for file, pattern in PACKAGED.items():
        packaged = re.search(pattern, (ROOT / file).read_text(), re.MULTILINE)[1]
        if cmake != packaged:
            yield f"{file} says {packaged}, CMakeLists.txt says {cmake}"
    for name, program in PROGRAMS.items():
        if (said := output_of(program, "--version").strip()) != f"{name} {cmake}":
            yield f"CMakeLists.txt says {cmake}, the program says {said}"


def pages_that_do_not_render():
    for page in (f for f in files() if f.suffix == ".scd"):
        with page.open() as text:
            scdoc = subprocess.run(["scdoc"], stdin=text, capture_output=True, text=True)
        if scdoc.returncode != 0:
            yield f"{page.relative_to(ROOT)}: {scdoc.stderr.strip()}"


pages = [f for f in files() if f.suffix == ".md"]
problems = [problem for page in pages for check in (broken_links, wrong_commands) for problem in check(page)]
finish(problems + list(version_mismatch()) + list(pages_that_do_not_render()), len(pages))
