"""The documents of keys say what the table of keys says, to the word.   documents.py LIST_KEYS [--write]"""

import difflib
import sys
from pathlib import Path

import dictionary
import example
import manual
import schema
import table

ROOT = Path(__file__).resolve().parents[2]
DOCUMENTS = {
    "etc/duplexd.schema.json": schema,
    "etc/duplexd.yaml": example,
    "packaging/man/duplexd.yaml.5.scd": manual,
    "tests/fuzz/config.dict": dictionary,
}


def main():
    keys = table.load(sys.argv[1])
    stale = []
    for name, document in DOCUMENTS.items():
        file = ROOT / name
        old = file.read_text()
        new = document.render(keys, old)
        if old == new:
            continue
        if "--write" in sys.argv:
            file.write_text(new)
            print(f"{name} is written")
            continue
        stale.append(name)
        sys.stdout.writelines(difflib.unified_diff(old.splitlines(True), new.splitlines(True), name, "by the table"))
    if stale:
        sys.exit(f"{', '.join(stale)}: not as the table of keys; run: cmake --build BUILD --target key_documents")


main()
