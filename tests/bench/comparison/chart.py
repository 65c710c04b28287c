"""chart.svg: CPU time of each proxy as a multiple of duplexd's, a group of bars for each work."""

import math
from xml.sax.saxutils import escape

from comparison import machine
from comparison.figures import stated
from comparison.results import OWN
from comparison.works import MAIN, Contender

COLOURS = {"duplexd": "#0969da", "relay": "#8c959f", "haproxy": "#bc4c00", "haproxy-splice": "#e8a06a",
           "haproxy-splice-1m": "#f2cda8", "nginx": "#1a7f37"}
_WIDTH, _LEFT, _RIGHT = 960, 250, 70  # pixels; bars begin at _LEFT, and their numbers need _RIGHT
_TOP, _BOTTOM = 96, 64
_BAR, _BETWEEN_BARS, _BETWEEN_GROUPS = 14, 3, 20
_INK, _FAINT, _LINES, _PAPER = "#1f2328", "#59636e", "#d1d9e0", "#ffffff"


def chart(results, described):
    """The SVG text. A group has the measured proxies; works without duplexd have no group."""
    groups = [group for work in MAIN if (group := _group(results, work))]
    scale = _Scale(max((ratio.median for _, _, bars in groups for _, ratio in bars), default=1))
    body, y = [], _TOP
    for work, own, bars in groups:
        body += _draw_group(work, own, bars, y, scale)
        y += _height(bars) + _BETWEEN_GROUPS
    end = y - _BETWEEN_GROUPS + 10
    parts = [_heading(), _legend(groups), *_axis(scale, end), *body, _footer(described, end + _BOTTOM - 12)]
    return _document(end + _BOTTOM, parts)


class _Scale:
    """From multiples of duplexd to pixels."""

    def __init__(self, largest):
        self.end = largest * 1.1
        self.step = next(step for step in (0.25, 0.5, 1, 2, 5, 10, 20, 50, math.inf) if self.end / step <= 10)

    def x(self, ratio):
        """A bar beyond the end is cut at the end."""
        return _LEFT + min(ratio, self.end) / self.end * (_WIDTH - _LEFT - _RIGHT)

    def ticks(self):
        return [count * self.step for count in range(1 + int(self.end / self.step))] if self.step < math.inf else [0]


def _group(results, work):
    own = results.spread(work, "cpu")
    if not own:
        return None
    bars = [(name, results.ratio(work, "cpu", OWN, Contender(name))) for name in COLOURS]
    return work, own, [(name, ratio) for name, ratio in bars if ratio]


def _height(bars):
    return len(bars) * (_BAR + _BETWEEN_BARS) - _BETWEEN_BARS


def _draw_group(work, own, bars, y, scale):
    middle = y + _height(bars) / 2
    yield _text(_LEFT - 14, middle - 3, work.title, anchor="end", weight=600)
    yield _text(_LEFT - 14, middle + 14, f"duplexd: {stated(work, 'cpu', own.median)}", anchor="end", colour=_FAINT)
    for name, ratio in bars:
        yield from _draw_bar(name, ratio, y, scale)
        y += _BAR + _BETWEEN_BARS


def _draw_bar(name, ratio, y, scale):
    middle = y + _BAR / 2
    yield _rectangle(_LEFT, y, scale.x(ratio.median) - _LEFT, _BAR, COLOURS[name])
    yield _line(scale.x(ratio.low), middle, scale.x(ratio.high), middle, _INK)
    for end in (ratio.low, ratio.high):
        yield _line(scale.x(end), middle - 3, scale.x(end), middle + 3, _INK)
    yield _text(scale.x(max(ratio.median, ratio.high)) + 7, middle + 4, f"{ratio.median:.2f}")


def _heading():
    return _text(24, 34, "CPU time for the same work, relative to duplexd (shorter is better)", size=18, weight=600)


def _legend(groups):
    shown = {name for _, _, bars in groups for name, _ in bars}
    parts, x = [], 24
    for name in (name for name in COLOURS if name in shown):
        parts += [_rectangle(x, 52, 12, 12, COLOURS[name]), _text(x + 18, 62, name)]
        x += 36 + 7 * len(name)
    return "\n".join(parts + [_text(x, 62, "├─┤ lowest and highest round", colour=_FAINT)])


def _axis(scale, end):
    for tick in scale.ticks():
        yield _line(scale.x(tick), _TOP - 10, scale.x(tick), end, _FAINT if tick == 1 else _LINES)
        yield _text(scale.x(tick), end + 16, f"{tick:g}", anchor="middle", colour=_FAINT)


def _footer(described, y):
    return _text(24, y, f"{machine.line(described)}; one core for the proxy, median of the rounds", colour=_FAINT)


def _document(height, parts):
    head = f'<svg xmlns="http://www.w3.org/2000/svg" width="{_WIDTH}" height="{height:.0f}" ' \
        f'viewBox="0 0 {_WIDTH} {height:.0f}" font-family="Helvetica, Arial, sans-serif" font-size="12">'
    return "\n".join([head, _rectangle(0, 0, _WIDTH, height, _PAPER), *parts, "</svg>", ""])


def _text(x, y, text, anchor="start", size=12, weight=400, colour=_INK):
    return f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" font-size="{size}" font-weight="{weight}" ' \
        f'fill="{colour}" stroke="{_PAPER}" stroke-width="3" paint-order="stroke">{escape(text)}</text>'


def _rectangle(x, y, width, height, colour):
    return f'<rect x="{x:.1f}" y="{y:.1f}" width="{width:.1f}" height="{height:.1f}" fill="{colour}"/>'


def _line(x1, y1, x2, y2, colour):
    return f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{colour}"/>'
