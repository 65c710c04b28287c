"""etc/duplexd.yaml: every key with a comment, at its default. Its head is written by hand."""

from table import plain, wrapped

WIDTH = 118
# What the example says where there is no default.
SAMPLES = {"bind": "127.0.0.1:8080", "upstream": "web", "address": "127.0.0.1:80", "prefix": "/services/pg/",
           "service": "pg", "url": "socks5://10.0.0.9:1080", "from": "[10.0.0.2]", "to": "stderr", "certificate_file": "/etc/duplexd/web.pem", "sni": "[www.example.com, \"*.example.com\"]"}


class Example:
    def __init__(self, table):
        self.table = table
        self.said = set()
        self.lines = []

    def comment(self, indent, text):
        """Says a text once."""
        if text in self.said:
            return
        if not text.startswith("Override"):
            self.said.add(text)
        self.lines += wrapped(plain(text), WIDTH, " " * indent + "# ", " " * indent + "# ")

    def text_of(self, row, overrides):
        if overrides:
            return f"Overrides of defaults.{row.path}, key by key." if row.is_section else f"Override of defaults.{row.path}."
        only_for = f"Only for {row.only_for}." if row.only_for else ""
        return " ".join(filter(None, [row.sentence, only_for, row.bounds]))

    def key(self, row, indent, off, below_override=False, conditional=False):
        """A key that not every map may have has two marks, so that taking one away everywhere leaves it out."""
        conditional = conditional or bool(row.only_for)
        overrides = row.from_defaults and row.owner != "process" and not below_override
        if not (below_override and row.from_defaults):
            self.comment(indent, self.text_of(row, overrides))
        mark = "#" * (off + (off and conditional))
        if row.kind == "names":
            return self.named(row)
        if row.kind == "maps":
            return self.maps(row, indent, off or not row.required)
        value = "" if row.is_section else " " + (SAMPLES[row.name] if row.name in ("from", "sni") or row.required else row.default)
        self.lines.append(f"{' ' * indent}{mark}{row.name}:{value}")
        for each in row.below:
            self.key(each, indent + 2, off, overrides or below_override, conditional)

    def named(self, row):
        self.lines += [f"{row.name}:", "  web:"]
        for each in self.table[row.name[:-1]]:
            self.key(each, 4, not each.required)

    def maps(self, row, indent, off):
        first, *others = row.below or self.table[row.name[:-1]]
        mark = "#" * off
        self.lines.append(f"{' ' * indent}{mark}{row.name}:")
        self.comment(indent + 2, self.text_of(first, False))
        self.lines.append(f"{' ' * indent}  {mark}- {first.name}: {SAMPLES[first.name]}")
        for each in others:
            self.key(each, indent + 4, True)


def render(table, old):
    """Keeps the head of the old text, up to the first empty line."""
    example = Example(table)
    for row in table["process"]:
        example.lines.append("")
        example.key(row, 0, False)
    return old.partition("\n\n")[0] + "\n" + "\n".join(example.lines) + "\n"
