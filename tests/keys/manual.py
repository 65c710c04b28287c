"""packaging/man/duplexd.yaml.5.scd: the sections about keys, and the keys of each reload class."""

import re

from table import leaves, wrapped

WIDTH = 116
DEFAULTS = """The keys below *defaults* are what all listeners and upstreams start from. Listeners and upstreams may repeat \
the sections, without the keys of the process. What is written there overrides single keys; the others keep the value \
from *defaults*."""
INTRO = {"listener": "Keys of *listeners.*_NAME_. There is at least one listener.",
         "upstream": "Keys of *upstreams.*_NAME_, and of a listener that has an upstream of its own, where keys that a listener "
                     "has itself ({shared}) are the listener's. An upstream that no listener refers to is not used."}
HEADINGS = {"process": "Process", "listener": "Listeners", "upstream": "Upstreams", "endpoint": "Upstreams",
            "route": "Listeners"}
LISTS = {"listener": "route", "upstream": "endpoint"}  # what an owner has a list of


def paragraph(text):
    """One paragraph, and a list if there are lines that begin with "- "."""
    first, *items = text.split("\n")
    lines = wrapped(first, WIDTH, "\t", "\t") + ([""] if items else [])
    return lines + [line for item in items for line in wrapped(item, WIDTH, "\t", "\t  ")]


def entry(row, name):
    instead = "".join(f", or *{name}*" for name in row.unless)
    note = f" (required{instead})" if row.required else "" if row.is_section else f" (default *{row.default}*)"
    text = " ".join(filter(None, [row.sentence, row.bounds, row.more]))
    return [f"*{name}*{note}", *paragraph(text), ""]


def defaults(section):
    lines = ["# DEFAULTS", "", *wrapped(DEFAULTS, WIDTH, "", ""), ""]
    said = {}
    for part in section.below:
        lines += [f"## {part.path}", "", *wrapped(part.sentence, WIDTH, "", ""), ""]
        rows = list(leaves(part.below))
        name = lambda row: row.path.removeprefix(part.path + ".")
        same = [row for row in rows if row.sentence in said]
        if same:
            names = ", ".join(f"*{name(row)}*" for row in same)
            lines += [*wrapped(names, WIDTH, "", ""), f"\tAs in *{said[same[0].sentence]}*, with the same defaults.", ""]
        for row in rows:
            if row not in same:
                lines += entry(row, name(row))
            said.setdefault(row.sentence, part.path)
    return lines


def overrides(row, owner):
    names = ", ".join(f"*{each.path}*" for each in leaves(row.below or [row]) if ".keepalive." not in each.path)
    return [names, f"\tOverride *defaults.{row.path}* for this {owner}.", ""]


def owned(table, owner):
    listener = {row.name for row in table["listener"]}
    shared = ", ".join(f"*{row.name}*" for row in table["upstream"] if row.name in listener)
    lines = [f"# {owner.upper()}S", "", *wrapped(INTRO[owner].format(shared=shared), WIDTH, "", ""), ""]
    for row in table[owner]:
        lines += owned_row(row, owner)
    for row in table[LISTS[owner]]:
        lines += entry(row, f"{LISTS[owner]}s.{row.path}")
    return lines


def owned_row(row, owner):
    inherited = [each for each in leaves([row]) if each.from_defaults]
    if row.from_defaults and row.below:
        extra = [each for each in leaves(row.below) if not each.from_defaults]
        return overrides(row, owner) + [line for each in extra for line in entry(each, each.path)]
    return [line for each in leaves([row])
            for line in (overrides(each, owner) if each in inherited else entry(each, each.path))]


def key_sections(table):
    process = [row for row in table["process"] if row.kind != "names" and row.name != "defaults"]
    lines = ["# PROCESS", ""]
    for row in leaves(process):
        lines += entry(row, row.path)
    lines += defaults(next(row for row in table["process"] if row.name == "defaults"))
    return "\n".join(lines + owned(table, "listener") + owned(table, "upstream")) + "\n"


def keys_of_class(table, name):
    """The lines for each kind of owner that has keys of the class."""
    keys = {"Process": [], "Listeners": [], "Upstreams": []}
    for owner, rows in table.items():
        for row in leaves(rows):
            path = f"{owner}s.{row.path}" if owner in LISTS.values() else row.path
            feeds = owner == "process" and row.from_defaults
            if row.reload == name and not feeds and ".keepalive." not in path:
                keys[HEADINGS[owner]].append(f"*{path}*")
    return "\n".join(line for heading, names in keys.items() if names
                     for line in wrapped(f"- {heading}: {', '.join(names)}.", WIDTH, "\t", "\t  ")) + "\n"


def render(table, old):
    begin, end = old.index("# PROCESS\n"), old.index("# RELOADING\n")
    text = old[:begin] + key_sections(table) + old[end:]
    for name in ("live", "new_sessions", "rebind", "restart"):
        lists = rf"(\n\*{name}\*\n(?:\t(?!- ).*\n|\n)*?)(?:\t(?:- |  ).*\n)+"
        text = re.sub(lists, lambda match: match[1] + keys_of_class(table, name), text)
    return text
