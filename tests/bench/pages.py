"""Writes the two pages, in Markdown."""
import numpy as np

from clocks import BEFORE, EARLY, LOUD, NOISE, Figures
from footprint import SEGMENTS, SESSIONS
from results import number
from starts import PATIENCE
from station import LEAD

HEAD = "Written by `make bench-starts` (`tests/bench/`), anew by each run; this one ended on {date}.\n"
SPUN = {"quiet": "The benchmark started nothing beside.",
        "saturated": "Beside, one process of normal priority (SCHED_OTHER, nice 0) spun on every core."}


def table(head, rows):
    lines = [head, ["---"] * len(head), *rows]
    return "".join("| " + " | ".join(map(str, line)) + " |\n" for line in lines)


def machine_words(run):
    return f"- Machine: {run.hardware}; {run.system}.\n- With: {run.versions}.\n"


def starts_page(run):
    parts = [
        "# How exactly a start sounds\n", HEAD.format(date=run.date), machine_words(run) + f"- Priority: {run.priority}.\n",
        "Milliseconds from the planned instant to the first loud frame at the sink; negative is early.\n",
        "![Start errors by player](starts.svg)\n",
    ]
    for condition in run.conditions:
        parts += [f"## {condition.capitalize()}\n", condition_words(run, condition), condition_table(run, condition)]
    return "\n".join([*parts, LOGGED, logged_table(run), METHOD, errors_words(run)])


def condition_words(run, condition):
    machine = run.conditions[condition]
    return f"{SPUN[condition]} The load average was {machine.load:.1f} before; {machine.busy:.0%} of the cores' time was in use, the benchmark's own part included.\n"


def condition_table(run, condition):
    head = ["player", "how", "n", "missed", "excluded", "min", "median", "p95", "max", "p95 of distance from median", "median less reference's"]
    rows = []
    for player in run.players:
        f: Figures = run.figures(player, condition)
        values = f.min, f.median, f.p95, f.max, f.spread, run.less_reference(player, condition)
        rows.append([player.name, player.how, f.n, f.missed, f.excluded, *map(number, values)])
    return table(head, rows)


LOGGED = """## What loa logged of it

In microseconds: the start as measured at the sink, less the `late_us` of its `start` entry in the airing log; that `late_us` itself; and the
`within_us` beside it, within which the device's timestamps agree with each other.
"""


def logged_table(run):
    head = ["condition", "n", "measured less logged: min", "median", "p95", "max", "p95 of its amount",
            "`late_us`: median", "p95 of its amount", "`within_us`: median", "off by at most `within_us`"]
    return table(head, [logged_row(condition, *run.against_log(condition)) for condition in run.conditions])


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
last, through both conditions. Players take turns in blocks, each round in another order. The tone is a square wave of 444 Hz at half
scale, loud from its first frame: an MP3 of 128 kb/s at the sink's rate that tells its encoder's delay (gapless); the reference makes it
itself. A start is the first frame above {LOUD}/32768, from {EARLY * 1000:.0f} ms before the instant on.

- `reference` is what a client of this sink can reach: its stream is open all the time (buffer 150 ms), and it counts up to the frame that
  the server says is heard at the instant, of which it is told half a second before.
- `loa` is `loa run`, a daemon of its own for each block, with a session of one second every 4 s that it starts by itself. Quiet hours are off,
  `loudness` is `"off"`, `volume` 100, so that nothing moves the first loud frame. It reaches the sink through ALSA's `pulse` plugin, the others
  by PulseAudio's own library.
- `mpv`, `mpg123`, `mpd` and `liquidsoap` run all the time, with the buffers they choose, and are told at the instant by a program that
  sleeps until 1.5 ms before it and then spins. How late that was is told below, and not subtracted. `mpv` and `mpd` are cued before.
- Instants lie at random between the blocks of the sink; loa's are whole seconds, as a schedule has no others. Its daemon begins {LEAD} s or more
  before its first one.
- `missed`: nothing sounded within {PATIENCE:.0f} s.
- `excluded`: something above {NOISE}/32768 sounded between {BEFORE * 1000:.0f} and {EARLY * 1000:.0f} ms before the instant, so that the start cannot be told. Such starts are in no
  other figure. Because one player at a time has its turn, what sounded is most likely its own: the end of its last tone, or a start
  more than 5 ms early. An exclusion speaks against the player.

**The clock.** A click four times a second on a third channel of the sink is recorded beside the tone. The server says when each click is
heard, and the median of what it says within 0.8 s on either side puts every recorded frame on the wall clock.
"""


def errors_words(run):
    low, middle, high = (number(value) for value in run.clock_differences)
    late = run.lateness
    recorder = f"told of {run.complaints} holes or streams that ran dry" if run.complaints else "told of no hole, and no stream of its own ran dry"
    return f"""## Errors

- **Systematic, up to {number(abs(run.clock_differences[1]), 1)} ms:** what one calls the instant of a frame. By a second clock, when the frame came out of the monitor, all
  starts are earlier: {middle} ms in the median ({low} to {high} from the 5th to the 95th percentile), as the sink works one block of 5 ms ahead. That is the
  same for all players and in no difference between two of them, but no median is by itself more certain.
- The reference, and loa through ALSA, place their frames by the word of the same server that the clock of the tables uses. What it says wrongly is not
  seen, and that the reference is near 0 is partly agreement with itself.
- Random: what the server says again of the same click differs by {number(run.answer_range[0], 3)} ms in the median, and by {number(run.answer_range[1], 1)} ms at most; a median of about thirty is taken.
- Those told at the instant were told {number(np.median(late), 3)} ms late in the median, {number(late.max(), 3)} ms at most, more than 1 ms in {(late > 1).sum()} of {len(late)} starts.
- The recorder {recorder}.
- A null sink is no sound card: a card's own latency, and how truly it tells it, is not in this.
- p95 of n below 100 rests on a few starts, and the maximum is that of this run alone.
"""


def footprint_page(run):
    rows = []
    for f in run.footprints:
        memory = [number(value, 1) for value in (f.rss, f.pss, f.private)]
        rows.append([f.player, f.state if f.is_as_expected else f"{f.state} (!)", *memory, f.threads, number(f.cpu), number(f.switches, 1)])
    head = ["player", "state", "RSS", "PSS", "private", "threads", "CPU, % of a core", "voluntary switches/s"]
    return "\n".join([
        "# What a player takes\n", HEAD.format(date=run.date), machine_words(run) + f"- Load average before: {run.load:.1f}.\n",
        "![Footprint by player](footprint.svg)\n", table(head, rows), *odd_words(run), FOOTPRINT.format(seconds=run.seconds), ready_words(run)])


def odd_words(run):
    any_odd = not all(f.is_as_expected for f in run.footprints)
    return ["(!) The sink was not silent while it waited, or was while it played: such a row does not count.\n"] if any_odd else []


FOOTPRINT = """Memory is in MiB: RSS counts shared pages whole, PSS by their share, private not at all. All figures are sums over the process and its children.
One run each: memory as it is at the end, CPU time by the kernel's clock of the process.

Each player ran alone and at normal priority, and was watched for {seconds} s in each state once it had settled (4 s; loa 10 s when it waits).

- Waiting: `mpv --idle`; `mpg123 -R`; mpd stopped; liquidsoap with an empty request queue, of which it plays silence; loa with its next session an hour away.
- Playing: half an hour of synthetic sound, MP3 of 128 kb/s, 44,100 Hz, stereo; loa in a session that began half a minute after the daemon.
- loa runs with its defaults: it brings the sound to one loudness, limits its peaks, and mixes it to mono; the others do nothing to it.
  All of them give the file's 44,100 frames a second to PulseAudio, whose resampling to the sink's 48,000 is in nobody's figures.
- After each row the sink was listened to: silent while waiting, not silent while playing.
"""


def ready_words(run):
    ready = np.array(run.ready[1:]) * 1000
    return f"""## Until loa is ready

A station of {SEGMENTS:,} segments (MP3 files of a second that all differ, planned in {SESSIONS} sessions of the day) whose library index is there from an earlier run: from
the start of the process until the control socket answers `status`, with the next airing in the answer, **{np.median(ready):.0f} ms** in the median of {len(ready)} starts ({ready.min():.0f}
to {ready.max():.0f} ms; the files are in the page cache). The first start of all, which looks through every file, took {run.ready[0]:.1f} s until then.
"""
