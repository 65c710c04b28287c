"""Every option and command of --help is in the manual page and in each shell's completion, and every option that the
manual page explains is one.   command_lines.py DUPLEXD DUPLEXCTL"""

import re
import shutil
import subprocess
import sys
from pathlib import Path

from sources import ROOT, finish

PACKAGING = ROOT / "packaging"
PAGES = {"duplexd": PACKAGING / "man/duplexd.8.scd", "duplexctl": PACKAGING / "man/duplexctl.1.scd"}
COMPLETION = {"bash": "{}", "zsh": "_{}", "fish": "{}.fish"}
PARSE = {"bash": ["bash", "-n"], "zsh": ["zsh", "-n"], "fish": ["fish", "--no-execute"]}
BASH_COMPLETION = Path("/usr/share/bash-completion/bash_completion")
# A typed line, and the words that bash then offers.
OFFERED = [
    ("duplexctl re", "recent reload resume"), ("duplexctl --st", "--state"), ("duplexctl --timeout 1", "10s"),
    ("duplexctl endpoint dr", "drain"), ("duplexctl ex", "explain"), ("duplexctl explain --s", "--source --sni"),
    ("duplexctl endpoint dr", "drain"), ("duplexctl --view w", "workers"), ("duplexctl top --b", "--batch"),
    ("duplexctl --timeout=6", "60s"), ("duplexd --log-f", "--log-format"), ("duplexd --log-level w", "warning"),
    ("duplexd --upstream ", ""), ("duplexd --check --pr", "--probe"),
]


def help_of(program):
    return subprocess.run([program, "--help"], capture_output=True, text=True, check=True).stdout


def options_of(text):
    """The options at the beginning of a line of --help: "  -c, --config FILE  configuration file"."""
    return [option for line in re.findall(r"^ +(-.*)", text, re.MULTILINE)
            for option in re.findall(r"(?<!\S)--?[A-Za-z][a-z-]*", re.split(r"\s{2,}", line)[0])]


def commands_of(text):
    section = re.search(r"^Commands:\n((?: .*\n)+)", text, re.MULTILINE)
    return re.findall(r"^  ([a-z-]+)", section[1], re.MULTILINE) if section else []


def is_completed(shell, option, text):
    """Bash offers long options only; fish spells -c, --config as "-s c -l config"."""
    if shell == "fish":
        option = ("-l " if option.startswith("--") else "-s ") + option.lstrip("-")
    elif shell == "bash" and not option.startswith("--"):
        return True
    return re.search(rf"(?<![\w-]){re.escape(option)}(?![\w-])", text)


def manual_problems(name, words):
    text = PAGES[name].read_text()
    lines = re.findall(r"^(\*-.*)", text, re.MULTILINE)
    explained = [word for line in lines for word in re.findall(r"\*(.*?)\*", line)]
    yield from (f"{PAGES[name].name}: {word} is missing" for word in words if f"*{word}*" not in text)
    yield from (f"{PAGES[name].name}: {name} --help has no {word}" for word in explained if word not in words)


def completion_problems(name, words):
    for shell, pattern in COMPLETION.items():
        file = PACKAGING / "completions" / shell / pattern.format(name)
        text = file.read_text()
        for word in words:
            if not (is_completed(shell, word, text) if word.startswith("-") else re.search(rf"\b{word}\b", text)):
                yield f"{shell} completion of {name}: {word} is missing"
        if not shutil.which(shell):
            print(f"{shell} is not installed: {file.name} was not parsed")
        elif (parsed := subprocess.run([*PARSE[shell], file], capture_output=True, text=True)).returncode != 0:
            yield f"{shell} completion of {name}: {parsed.stderr.strip()}"


def offers(typed):
    words = typed.split(" ")
    script = f"source {BASH_COMPLETION}; source {PACKAGING}/completions/bash/{words[0]}; " \
        'COMP_WORDS=("$@") COMP_CWORD=$(($# - 1)) COMP_LINE="$*" COMP_POINT=${#COMP_LINE}; ' \
        f'_{words[0]}; echo "${{COMPREPLY[*]}}"'
    return subprocess.run(["bash", "-c", script, "bash", *words], capture_output=True, text=True).stdout.strip()


def offer_problems():
    if not BASH_COMPLETION.exists():
        print("bash-completion is not installed: what bash offers was not tried")
        return
    for typed, expected in OFFERED:
        if (offered := offers(typed)) != expected:
            yield f"bash completion of '{typed}': '{offered}' instead of '{expected}'"


problems, looked_at = list(offer_problems()), 0
for program in sys.argv[1:]:
    name, text = Path(program).name, help_of(program)
    words = sorted({*options_of(text), *commands_of(text)})
    problems += [*manual_problems(name, words), *completion_problems(name, words)]
    looked_at += len(words)
finish(problems, looked_at)
