"""Writes the two pages, in Markdown."""
import numpy as np

from clocks import BEFORE_S, EARLY_S, LOUD, NOISE, Figures
from footprint import SEGMENT_COUNT, SESSION_COUNT
from results import number
from starts import PATIENCE_S
from station import LEAD_S

HEAD = "Written by `make bench-starts` (`tests/bench/`). Each run replaces this page; this run ended on {date}.\n"
CONDITION_SENTENCES = {"quiet": "The benchmark started no other load.",
        "saturated": "In addition, one process of normal priority (SCHED_OTHER, nice 0) spun on every core."}


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def machine_lines(run):
    return f"- Machine: {run.hardware}; {run.system}.\n- With: {run.versions}.\n"


def starts_page(run):
    parts = [
        "# How precisely players start\n", HEAD.format(date=run.date), machine_lines(run) + f"- Priority: {run.priority}.\n",
        "Milliseconds from the planned instant to the first loud frame at the sink; negative is early.\n",
        "![Start errors by player](starts.svg)\n",
    ]
    for condition in run.conditions:
        parts += [f"## {condition.capitalize()}\n", condition_text(run, condition), condition_table(run, condition)]
    return "\n".join([*parts, LOGGED, logged_table(run), METHOD, errors_section(run)])


def condition_text(run, condition):
    machine = run.conditions[condition]
    return f"{CONDITION_SENTENCES[condition]} The load average before was {machine.load:.1f}; {machine.busy:.0%} of the cores' time was in use, including that of the benchmark.\n"


def condition_table(run, condition):
    head = ["player", "how", "n", "missed", "excluded", "min", "median", "p95", "max", "p95 of distance from median", "median minus the reference's"]
    rows = []
    for player in run.players:
        f: Figures = run.figures(player, condition)
        values = f.min, f.median, f.p95, f.max, f.spread, run.median_minus_reference(player, condition)
        rows.append([player.name, player.how, f.measured, f.missed, f.excluded, *map(number, values)])
    return table(head, rows)


LOGGED = """## What loa logged about its starts

In microseconds: the start as measured at the sink minus the `late_us` of its `start` entry in the airing log; this `late_us`; and the
`within_us` of the entry, within which the device's timestamps agree with each other.
"""


def logged_table(run):
    head = ["condition", "n", "measured minus logged: min", "median", "p95", "max", "p95 of absolute value",
            "`late_us`: median", "p95 of absolute value", "`within_us`: median", "differs by at most `within_us`"]
    return table(head, [logged_row(condition, *run.compare_with_log(condition)) for condition in run.conditions])


def logged_row(condition, difference=None, late=None, within=None):
    if difference is None:
        return [condition, 0, *[""] * 9]
    values = [difference.min(), np.median(difference), np.percentile(difference, 95), difference.max(),
              np.percentile(abs(difference), 95),
              np.median(late), np.percentile(abs(late), 95), np.median(within)]
    agreeing = f"{(abs(difference) <= within).sum()} of {len(difference)}"
    return [condition, len(difference), *(number(value, 0) for value in values), agreeing]


METHOD = f"""## Method

All players play into one private PulseAudio null sink (48,000 frames a second, s16le). Its monitor is recorded once, from the first start to the
last, through both conditions. The players take turns in blocks, in a different order in each round. The tone is a square wave of 444 Hz at half
scale, loud from its first frame: an MP3 of 128 kb/s at the sink's rate that states its encoder's delay (gapless); the reference synthesises
it. A start is the first frame above {LOUD}/32768, from {EARLY_S * 1000:.0f} ms before the instant on.

- `reference` is the best that a client of this sink can do: its stream is always open (buffer 150 ms), and it starts on the frame that is
  heard at the instant according to the server. It gets the instant half a second before.
- `loa` is `loa run`, a separate daemon for each block, with a session of one second every 4 s that it starts by itself. Quiet hours are off,
  `loudness` is `"off"` and `volume` is 100, so that nothing shifts the first loud frame. It reaches the sink through ALSA's `pulse` plugin, the
  others through PulseAudio's own library.
- `mpv`, `mpg123`, `mpd` and `liquidsoap` run all the time, with the buffers that they choose. They get a command at the instant from a program
  that sleeps until 1.5 ms before it and then spins. The delay of the command is given below, and is not subtracted. `mpv` and `mpd` are cued
  in advance.
- The instants are random within the blocks of the sink; those of loa are whole seconds, because a schedule has no others. Its daemon starts
  {LEAD_S} s or more before its first instant.
- `missed`: nothing sounded within {PATIENCE_S:.0f} s.
- `excluded`: something above {NOISE}/32768 sounded between {BEFORE_S * 1000:.0f} and {EARLY_S * 1000:.0f} ms before the instant, so that the start cannot be determined. No other figure
  includes such starts. Because the players take turns, the sound was most likely the player's own: the end of its last tone, or a start
  more than 5 ms early. An exclusion counts against the player.

**The clock.** A click four times a second on a third channel of the sink is recorded together with the tone. The server reports when each
click is heard, and the median of its reports within 0.8 s on either side gives the wall time of every recorded frame.
"""


def errors_section(run):
    low, middle, high = (number(value) for value in run.clock_differences)
    late = run.lateness
    recorder = f"{run.complaint_count} holes or streams that ran dry" if run.complaint_count else "no hole, and no stream that ran dry"
    return f"""## Errors

- **Systematic, up to {number(abs(run.clock_differences[1]), 1)} ms:** the definition of the instant of a frame. By a second clock, the time at which the frame left the monitor, all
  starts are earlier: {middle} ms in the median ({low} to {high} from the 5th to the 95th percentile), because the sink works one block of 5 ms ahead. This
  is the same for all players and cancels out between two of them, but no single median is more certain than this.
- The reference, and loa through ALSA, place their frames by the times of the same server that the clock of the tables uses. An error in these times
  stays hidden, and the reference is near 0 partly because it agrees with itself.
- Random: the server's reports about one click differ by {number(run.answer_range[0], 3)} ms in the median, and by {number(run.answer_range[1], 1)} ms at most; the clock takes the median of about thirty.
- The players that need a command got it {number(np.median(late), 3)} ms late in the median, {number(late.max(), 3)} ms at most, and more than 1 ms late in {(late > 1).sum()} of {len(late)} starts.
- The recorder reported {recorder}.
- A null sink is not a sound card: these figures do not include the latency of a card, nor how accurately the card reports it.
- A p95 of fewer than 100 starts depends on a few starts, and the maximum is that of this run only.
"""


def footprint_page(run):
    rows = []
    for f in run.footprints:
        memory = [number(value, 1) for value in (f.rss, f.pss, f.private)]
        rows.append([f.player, f.state if f.is_as_expected else f"{f.state} (!)", *memory, f.threads, number(f.cpu), number(f.switches, 1)])
    head = ["player", "state", "RSS", "PSS", "private", "threads", "CPU, % of a core", "voluntary switches/s"]
    return "\n".join([
        "# What a player uses\n", HEAD.format(date=run.date), machine_lines(run) + f"- Load average before: {run.load:.1f}.\n",
        "![Footprint by player](footprint.svg)\n", table(head, rows), *unexpected_rows_note(run), FOOTPRINT.format(seconds=run.seconds), ready_section(run)])


def unexpected_rows_note(run):
    has_unexpected_row = not all(f.is_as_expected for f in run.footprints)
    return ["(!) The sink was not silent while the player waited, or was silent while it played: such a row does not count.\n"] if has_unexpected_row else []


FOOTPRINT = """Memory is in MiB: RSS counts shared pages in full, PSS counts a share of them, and private leaves them out. All figures are sums over the process and
its children. Each row is one run: memory at its end, and CPU time by the kernel's clock of the process.

Each player ran alone and at normal priority, and was measured for {seconds} s in each state once it had settled (after 4 s; loa after 10 s when it waits).

- Waiting: `mpv --idle`; `mpg123 -R`; mpd stopped; liquidsoap with an empty request queue, for which it plays silence; loa with its next session an hour away.
- Playing: half an hour of synthetic sound, MP3 of 128 kb/s, 44,100 Hz, stereo; loa in a session that began half a minute after the daemon.
- loa runs with its defaults: it brings the sound to one loudness, limits its peaks, and mixes it to mono; the others do not change it.
  All of them give the file's 44,100 frames a second to PulseAudio, whose resampling to the sink's 48,000 is in none of the figures.
- After each measurement the sink was recorded, to check that it was silent while the player waited and not silent while it played.
"""


def ready_section(run):
    ready = np.array(run.ready[1:]) * 1000
    return f"""## Until loa is ready

The station has {SEGMENT_COUNT:,} segments (different MP3 files of one second, planned in {SESSION_COUNT} sessions of the day) and a library index from an earlier run. The time from
the start of the process until the control socket answers `status` with the next airing is **{np.median(ready):.0f} ms** in the median of {len(ready)} starts ({ready.min():.0f}
to {ready.max():.0f} ms; the files are in the page cache). The very first start, which scans every file, took {run.ready[0]:.1f} s.
"""
