"""Writes drawings of text, lines, bars and dots in SVG."""
import math
from html import escape

INK, FAINT, FIRST, SECOND = "#222222", "#cccccc", "#0072b2", "#d55e00"  # FIRST and SECOND differ even for the colour-blind
WIDTH = 960


class Drawing:
    def __init__(self, height, title):
        self.parts = [
            f'<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 {WIDTH} {height}" width="{WIDTH}" height="{height}" '
            f'font-family="DejaVu Sans, Verdana, sans-serif" font-size="13">',
            f"<title>{escape(title)}</title>",
            f'<rect width="{WIDTH}" height="{height}" fill="#ffffff"/>',
        ]

    def text(self, x, y, content, anchor="start", color=INK, size=13, bold=False):
        weight = ' font-weight="bold"' if bold else ""
        self.parts.append(f'<text x="{x:.1f}" y="{y:.1f}" text-anchor="{anchor}" fill="{color}" font-size="{size}"{weight}>'
                          f'{escape(content)}</text>')

    def line(self, x1, y1, x2, y2, color=FAINT, width=1.0):
        self.parts.append(f'<line x1="{x1:.1f}" y1="{y1:.1f}" x2="{x2:.1f}" y2="{y2:.1f}" stroke="{color}" stroke-width="{width}"/>')

    def bar(self, x, y, width, height, color):
        self.parts.append(f'<rect x="{x:.1f}" y="{y:.1f}" width="{max(width, 0.5):.1f}" height="{height:.1f}" fill="{color}"/>')

    def dot(self, x, y, color):
        self.parts.append(f'<circle cx="{x:.1f}" cy="{y:.1f}" r="3" fill="{color}" fill-opacity="0.4"/>')

    def legend(self, x, y, *names):
        """Writes the names in one line, each after a box in the colour of its series."""
        for color, name in zip((FIRST, SECOND), names):
            self.bar(x, y - 10, 12, 12, color)
            self.text(x + 18, y, name)
            x += 18 + 8 * len(name) + 24

    def write(self, path):
        path.write_text("\n".join([*self.parts, "</svg>", ""]))


class Symlog:
    """An axis that shows both tenths and hundreds of milliseconds: linear within `near` of 0, logarithmic beyond."""

    def __init__(self, low, high, left, right, near=0.1):
        self.near, self.left = near, left
        self.ends = self._transform(low), self._transform(high)
        self.scale = (right - left) / (self.ends[1] - self.ends[0])
        self.low, self.high = low, high

    def _transform(self, value):
        return math.copysign(math.log10(1 + abs(value) / self.near), value)

    def __call__(self, value):
        return self.left + (self._transform(value) - self.ends[0]) * self.scale

    def ticks(self):
        powers = [10.0 ** power for power in range(-1, 5)]
        return [value for value in (*(-power for power in reversed(powers)), 0, *powers) if self.low <= value <= self.high]


def round_up(value):
    """The smallest number of the series 1, 2, 5, 10, 20 and so on that is not below the value."""
    power = 10 ** math.floor(math.log10(value))
    return next(step * power for step in (1, 2, 5, 10) if step * power >= value * 0.999999)
