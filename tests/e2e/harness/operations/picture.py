"""A screen of a terminal, as tmux captures it with its colours, as a picture (SVG)."""

import re
from xml.sax.saxutils import escape

_CELL, _LINE = 8.4, 18  # of a monospaced font of 14 pixels
_SPACE = "\N{NO-BREAK SPACE}"  # SVG makes one of several spaces
_PALE, _DARK = "#d8dee9", "#1d222b"
_COLOURS = {31: "#ff7b72", 33: "#e3b341"}
_HEAD = '<svg xmlns="http://www.w3.org/2000/svg" width="{0:.0f}" height="{1}" viewBox="0 0 {0:.0f} {1}" ' \
    'font-family="DejaVu Sans Mono, Menlo, Consolas, monospace" font-size="14">'


class _Pen:
    def __init__(self):
        self.colour, self.bold, self.reverse = _PALE, False, False

    def take(self, codes):
        for code in [int(code or 0) for code in codes.split(";")]:
            if code == 0:
                self.__init__()
            elif code == 1:
                self.bold = True
            elif code in (7, 27):
                self.reverse = code == 7
            elif code == 39 or code in _COLOURS:
                self.colour = _COLOURS.get(code, _PALE)


def _runs(line, pen):
    """The text between two changes of the pen, with its first cell."""
    at = 0
    for codes, text in re.findall(r"\x1b\[([0-9;]*)m|([^\x1b]+)", line):
        if text:
            yield at, text, pen
            at += len(text)
        else:
            pen.take(codes)


def _drawn(row, at, text, pen):
    x, y = 10 + at * _CELL, 10 + row * _LINE
    if pen.reverse:
        yield f'<rect x="{x:.1f}" y="{y}" width="{len(text) * _CELL:.1f}" height="{_LINE}" fill="{pen.colour}"/>'
    shown = escape(text).replace(" ", _SPACE)
    weight = ' font-weight="bold"' if pen.bold else ""
    yield f'<text x="{x:.1f}" y="{y + 14}" textLength="{len(text) * _CELL:.1f}" ' \
        f'fill="{_DARK if pen.reverse else pen.colour}"{weight}>{shown}</text>'


def picture_of(captured, columns, lines):
    width, height = columns * _CELL + 20, lines * _LINE + 20
    parts = [_HEAD.format(width, height), f'<rect width="100%" height="100%" rx="6" fill="{_DARK}"/>']
    pen = _Pen()
    for row, line in enumerate(captured.split("\n")[:lines]):
        for at, text, drawn_with in _runs(line, pen):
            parts += _drawn(row, at, text, drawn_with)
    return "\n".join([*parts, "</svg>", ""])
