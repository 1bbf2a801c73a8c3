"""From the recording to milliseconds after the planned instant.

Two clocks put a recorded frame on the wall clock. `heard` uses the clicks, of which the server says when each is heard, and
is the one of the tables: it is what a client can know. `came` is the lower envelope of the arrivals, which is when the
frame was handed to the monitor; the sink works one block ahead, so it is earlier, by a constant.
"""
from dataclasses import dataclass

import numpy as np

from stand import RATE

WINDOW = 0.8             # seconds on either side from which a clock takes its offset
LOUD, NOISE = 3000, 500  # of 32,768: a tone has begun; something still sounds
BEFORE, EARLY = 0.050, 0.005  # seconds before the instant: noise is looked for from the first to the second
CLICK, CLICK_GAP = 8000, 4000
PAIRED = 60_000          # microseconds: a told and a recorded click that are farther apart are not the same


class Clocks:
    def __init__(self, frames, arrivals, told):
        """`frames`: the recording; `arrivals`: first frames and microseconds; `told`: microseconds of clicks."""
        self.left = frames[:, 0]
        self.first, self.offset = arrivals[:, 0], arrivals[:, 1] - arrivals[:, 0] * 1e6 / RATE
        clicks = first_of_each(frames[:, 1])
        if len(clicks) < 2:
            raise SystemExit("bench: no clicks were recorded")
        came = np.array([self.came(frame) for frame in clicks])
        # By nearness and not by number: on a busy machine a click can be lost.
        right = np.clip(np.searchsorted(came, told), 1, len(clicks) - 1)
        nearest = np.where(abs(came[right - 1] - told) < abs(came[right] - told), right - 1, right)
        paired = abs(came[nearest] - told) < PAIRED
        self.click = clicks[nearest[paired]]
        self.origin = told[paired] - self.click * 1e6 / RATE

    def came(self, frame):
        near = slice(*np.searchsorted(self.first, [frame - WINDOW * RATE, frame + WINDOW * RATE]))
        return self.offset[near].min() + frame * 1e6 / RATE

    def heard(self, frame):
        near = slice(*np.searchsorted(self.click, [frame - WINDOW * RATE, frame + WINDOW * RATE]))
        if near.start == near.stop:
            raise SystemExit("bench: the recording has no clicks about a start")
        return np.median(self.origin[near]) + frame * 1e6 / RATE

    def frame_at(self, instant):
        """The frame that is heard at this microsecond: found by two steps, because the offset changes slowly."""
        frame = np.searchsorted(self.offset + self.first * 1e6 / RATE, instant)
        frame = int(self.first[min(frame, len(self.first) - 1)])
        for _ in range(2):
            frame += round((instant - self.heard(frame)) * RATE / 1e6)
        return frame

    def repeated(self):
        """How far apart the answers about one click are, in milliseconds: the random error of `heard`."""
        groups = np.split(self.origin, np.flatnonzero(np.diff(self.click)) + 1)
        return np.array([np.ptp(group) / 1e3 for group in groups if len(group) > 2])


def first_of_each(channel):
    loud = np.flatnonzero(channel > CLICK)
    return loud[np.diff(loud, prepend=-CLICK_GAP - 1) > CLICK_GAP]


@dataclass
class Start:
    """One start of one player."""
    player: str
    condition: str
    instant: float          # planned, seconds of the wall clock
    patience: float         # seconds until it counts as missed
    fired: float = None     # when the harness fired it; none when it fires by itself
    late_us: int = None     # what loa logged
    within_us: int = None
    result: str = ""        # "measured", "missed", "excluded"
    error: float = None     # milliseconds after the instant, by the clock of the clicks
    by_arrival: float = None  # the same by that of the arrivals


def judge(start, clocks):
    """Finds the start in the recording."""
    instant = start.instant * 1e6
    at = clocks.frame_at(instant)
    before, early = at - int(BEFORE * RATE), at - int(EARLY * RATE)
    end = at + int(start.patience * RATE)
    if loud_at(clocks.left[before:early], NOISE) is not None:
        start.result = "excluded"
        return
    onset = loud_at(clocks.left[early:end], LOUD)
    if onset is None:
        start.result = "missed"
        return
    start.result = "measured"
    start.error = (clocks.heard(early + onset) - instant) / 1e3
    start.by_arrival = (clocks.came(early + onset) - instant) / 1e3


def loud_at(frames, level):
    """The first frame above this level."""
    loud = np.flatnonzero(np.abs(frames.astype(np.int32)) > level)
    return int(loud[0]) if len(loud) else None


@dataclass
class Figures:
    """What the table says of a player's starts."""
    n: int
    missed: int
    excluded: int
    min: float = None
    median: float = None
    p95: float = None
    max: float = None
    spread: float = None    # 95th percentile of the distance from the median


def figures(starts):
    counts = [sum(start.result == result for start in starts) for result in ("measured", "missed", "excluded")]
    errors = np.array([start.error for start in starts if start.result == "measured"])
    if not len(errors):
        return Figures(*counts)
    median = np.median(errors)
    return Figures(*counts, errors.min(), median, np.percentile(errors, 95), errors.max(), np.percentile(abs(errors - median), 95))
