"""The rows of the table of keys, as list_keys prints them."""

import json
import re
import subprocess
import textwrap
from dataclasses import dataclass, field

ABOVE = {"process": "", "listener": "listeners.NAME.", "upstream": "upstreams.NAME.", "endpoint": "upstreams.NAME.endpoints.",
         "route": "listeners.NAME.routes."}


@dataclass
class Row:
    owner: str
    path: str  # below its owner
    kind: str
    sentence: str
    more: str
    reload: str  # "" of a section, or of a key that only feeds others
    range: str
    words: list
    schema: list
    default: str
    required: bool
    unless: list  # keys that may be there instead of a required one
    only_for: str  # the types of checks that have it; "": all
    short_for: str  # a key that a value alone is short for; "": it is wrong
    from_defaults: bool
    below: list = field(default_factory=list)

    @property
    def name(self):
        return self.path.rpartition(".")[2]

    @property
    def may_be_off(self):
        return self.kind == "section" and bool(self.reload)

    @property
    def is_section(self):
        return self.kind == "section"

    @property
    def bounds(self):
        """"From 1ms to 1h, or *off*." """
        words = "".join(f", or *{word}*" for word in self.words)
        return f"From {self.range}{words}." if self.range else ""


def load(program):
    """The rows at the top of each owner, in the order of the table; those of a section are below it."""
    rows = [Row(**row) for row in json.loads(subprocess.run([program], capture_output=True, check=True).stdout)]
    sections = {(row.owner, row.path): row for row in rows}
    top = {owner: [] for owner in ABOVE}
    for row in rows:
        above = sections.get((row.owner, row.path.rpartition(".")[0]))
        (above.below if above else top[row.owner]).append(row)
    return top


def leaves(rows):
    """The rows below that have a value, and sections that may be off."""
    for row in rows:
        if not row.is_section or row.may_be_off:
            yield row
        yield from leaves(row.below)


def plain(text):
    """Without the marks of the manual."""
    text = re.sub(r"(?<![\w\\])\*(\S.*?)(?<!\\)\*", r"\1", text)
    return re.sub(r"(?<!\w)_(\S.*?)_(?!\w)", r"\1", text).replace("\\", "")


def wrapped(text, width, first, rest):
    return textwrap.wrap(text, width, initial_indent=first, subsequent_indent=rest, break_long_words=False,
                         break_on_hyphens=False)
