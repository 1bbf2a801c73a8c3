"""Draws the two plots."""
from results import number
from svg import FAINT, FIRST, INK, SECOND, WIDTH, Drawing, Symlog, round_up

TOP, ROW, LANE = 92, 62, 24


def draw_starts_chart(path, run):
    """Draws each start as a dot, with a row for each player and in it a lane for each condition."""
    errors = [start.error_ms for start in run.starts if start.result == "measured"]
    axis = Symlog(-round_up(max(1.0, -min(errors, default=0))), round_up(max(10.0, max(errors, default=0))), 110, 700)
    bottom = TOP + ROW * len(run.players)
    drawing = Drawing(bottom + 64, "Start error at the sink, by player")
    drawing.text(16, 28, "Start error at the sink, by player", size=18, bold=True)
    drawing.text(16, 50, f"Each dot is a start, {run.date}; {run.hardware}", size=12)
    drawing.legend(16, 76, *run.conditions)
    drawing.text(716, 76, "median (mark), p95, max, in ms")
    for value in axis.ticks():
        drawing.line(axis(value), TOP, axis(value), bottom, INK if value == 0 else FAINT)
        drawing.text(axis(value), bottom + 18, f"{value:g}".replace("-", "\u2212"), "middle")
    drawing.text(405, bottom + 44, "milliseconds after the planned instant (linear within ±0.1, logarithmic beyond)", "middle")
    for index, player in enumerate(run.players):
        y = TOP + ROW * index
        drawing.line(16, y, WIDTH - 16, y)
        drawing.text(16, y + ROW / 2 + 5, player.name, bold=True)
        for lane, (condition, color) in enumerate(zip(run.conditions, (FIRST, SECOND))):
            lane_y = y + 7 + LANE * (lane + 0.5)
            draw_lane(drawing, axis, lane_y, run.errors(player, condition), run.figures(player, condition), color)
    drawing.line(16, bottom, WIDTH - 16, bottom)
    drawing.write(path)


def draw_lane(drawing, axis, y, errors, figures, color):
    for index, error in enumerate(errors):
        # The dots are spread vertically, so that equal errors do not hide each other.
        drawing.dot(axis(error), y + (index * 7 % 11 - 5) * 1.4, color)
    labels = ["nothing measured"]
    if errors:
        values = figures.median, figures.p95, figures.max
        labels = [number(value, 2 if abs(value) < 100 else 0) for value in values]
        drawing.line(axis(figures.median), y - 11, axis(figures.median), y + 11, color, 3)
    unmeasured = (figures.missed, "missed"), (figures.excluded, "excluded")
    labels += [f"{count} {word}" for count, word in unmeasured if count]
    drawing.text(716, y + 5, ", ".join(labels).replace("-", "\u2212"), color=color, size=12)


def draw_footprint_chart(path, run):
    """Draws three panels of bars, memory, CPU and wake-ups, each for a waiting and a playing player."""
    panels = [
        ("Private memory, MiB", run.pairs("private")),
        ("CPU, % of a core", run.pairs("cpu")),
        ("Voluntary switches/s", run.pairs("switches")),
    ]
    left, top, row, gap = 110, 116, 50, 26
    width = (WIDTH - left - 16 - gap * len(panels)) / len(panels)
    bottom = top + row * len(run.players)
    drawing = Drawing(bottom + 20, "What a player uses")
    drawing.text(16, 28, "What a player uses", size=18, bold=True)
    drawing.text(16, 50, f"Each alone, {run.seconds} s in each state, {run.date}; {run.hardware}", size=12)
    drawing.legend(16, 76, "waiting", "playing an MP3 of 128 kb/s")
    for index, player in enumerate(run.players):
        drawing.text(16, top + row * index + 25, player.name, bold=True)
    for index, (title, values) in enumerate(panels):
        x = left + (width + gap) * index
        draw_panel(drawing, x, top, row, width - 44, title, values)
        drawing.line(x, top - 4, x, bottom, INK)
    drawing.write(path)


def draw_panel(drawing, x, top, row, width, title, values):
    largest = max(max(pair) for pair in values) or 1
    drawing.text(x, top - 14, title, bold=True)
    for index, pair in enumerate(values):
        for lane, (value, color) in enumerate(zip(pair, (FIRST, SECOND))):
            y = top + row * index + 2 + 19 * lane
            drawing.bar(x, y, value / largest * width, 16, color)
            drawing.text(x + value / largest * width + 5, y + 13, format_short(value), size=12)


def format_short(value):
    return f"{value:.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 1 or value == 0 else f"{value:.2f}"
