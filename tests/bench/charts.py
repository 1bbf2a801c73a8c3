"""The two plots."""
from results import number
from svg import FAINT, FIRST, INK, SECOND, WIDTH, Drawing, Symlog, round_up

TOP, ROW, LANE = 92, 62, 24


def starts_chart(path, run):
    """Every start a dot: a row for each player, a lane for each condition."""
    errors = [start.error for start in run.starts if start.result == "measured"]
    axis = Symlog(-round_up(max(1.0, -min(errors, default=0))), round_up(max(10.0, max(errors, default=0))), 110, 700)
    bottom = TOP + ROW * len(run.players)
    drawing = Drawing(bottom + 64, "Start error at the sink, by player")
    drawing.text(16, 28, "Start error at the sink, by player", size=18, bold=True)
    drawing.text(16, 50, f"Every dot a start, {run.date}; {run.hardware}", size=12)
    drawing.legend(16, 76, *run.conditions)
    drawing.text(716, 76, "median (mark), p95, max, in ms")
    for value in axis.ticks():
        drawing.line(axis(value), TOP, axis(value), bottom, INK if value == 0 else FAINT)
        drawing.text(axis(value), bottom + 18, f"{value:g}".replace("-", "\u2212"), "middle")
    drawing.text(405, bottom + 44, "milliseconds after the planned instant (linear within ±0.1, logarithmic beyond)", "middle")
    for place, player in enumerate(run.players):
        y = TOP + ROW * place
        drawing.line(16, y, WIDTH - 16, y)
        drawing.text(16, y + ROW / 2 + 5, player.name, bold=True)
        for lane, (condition, color) in enumerate(zip(run.conditions, (FIRST, SECOND))):
            strip(drawing, axis, y + 7 + LANE * (lane + 0.5), run.errors(player, condition), run.figures(player, condition), color)
    drawing.line(16, bottom, WIDTH - 16, bottom)
    drawing.write(path)


def strip(drawing, axis, y, errors, f, color):
    for nth, error in enumerate(errors):
        drawing.dot(axis(error), y + (nth * 7 % 11 - 5) * 1.4, color)
    told = [number(value, 2 if abs(value) < 100 else 0) for value in (f.median, f.p95, f.max)] if errors else ["nothing measured"]
    if errors:
        drawing.line(axis(f.median), y - 11, axis(f.median), y + 11, color, 3)
    lost = [f"{count} {word}" for count, word in ((f.missed, "missed"), (f.excluded, "excluded")) if count]
    drawing.text(716, y + 5, ", ".join(told + lost).replace("-", "\u2212"), color=color, size=12)


def footprint_chart(path, run):
    """Three panels of bars: memory, CPU and wake-ups, waiting and playing."""
    panels = [("Private memory, MiB", run.pairs("private")), ("CPU, % of a core", run.pairs("cpu")), ("Voluntary switches/s", run.pairs("switches"))]
    left, top, row, gap = 110, 116, 50, 26
    width = (WIDTH - left - 16 - gap * len(panels)) / len(panels)
    bottom = top + row * len(run.players)
    drawing = Drawing(bottom + 20, "What a player takes")
    drawing.text(16, 28, "What a player takes", size=18, bold=True)
    drawing.text(16, 50, f"Each alone, {run.seconds} s in each state, {run.date}; {run.hardware}", size=12)
    drawing.legend(16, 76, "waiting", "playing an MP3 of 128 kb/s")
    for place, player in enumerate(run.players):
        drawing.text(16, top + row * place + 25, player.name, bold=True)
    for place, (title, values) in enumerate(panels):
        x = left + (width + gap) * place
        panel(drawing, x, top, row, width - 44, title, values)
        drawing.line(x, top - 4, x, bottom, INK)
    drawing.write(path)


def panel(drawing, x, top, row, width, title, values):
    most = max(max(pair) for pair in values) or 1
    drawing.text(x, top - 14, title, bold=True)
    for place, pair in enumerate(values):
        for lane, (value, color) in enumerate(zip(pair, (FIRST, SECOND))):
            y = top + row * place + 2 + 19 * lane
            drawing.bar(x, y, value / most * width, 16, color)
            drawing.text(x + value / most * width + 5, y + 13, short(value), size=12)


def short(value):
    return f"{value:.0f}" if value >= 99.5 else f"{value:.1f}" if value >= 1 or value == 0 else f"{value:.2f}"
