"""Computes from the recording how many milliseconds after its planned instant each start sounded.

Two clocks give the wall time of a recorded frame. `heard_us` uses the clicks: the server reports when each click is
heard. The tables use this clock, because a client can know no other. `arrived_us` is the lower envelope of the
arrivals: the time at which the frame was handed to the monitor. The sink works one block ahead, so this clock is
earlier by a constant.
"""
from dataclasses import dataclass

import numpy as np

from stand import RATE

WINDOW_S = 0.8           # a clock takes its offset from this many seconds before and after a frame
LOUD, NOISE = 3000, 500  # levels of 32,768: above LOUD a tone has begun, above NOISE the sink is not silent
BEFORE_S, EARLY_S = 0.050, 0.005  # noise between these seconds before the instant excludes a start
CLICK_LEVEL = 8000       # the minimum level of a click, of 32,768
CLICK_GAP_FRAMES = 4000  # the minimum distance of two clicks
MAX_PAIR_DISTANCE_US = 60_000  # the maximum distance of an announced click from its recording


class Clocks:
    def __init__(self, frames, arrivals, announced):
        """`frames` is the recording; `arrivals` has the first frame and the arrival in microseconds of each fragment;
        `announced` has the instants in microseconds at which clicks are heard according to the server."""
        self.left = frames[:, 0]
        self.first_frames, self.offsets = arrivals[:, 0], arrivals[:, 1] - arrivals[:, 0] * 1e6 / RATE
        clicks = click_starts(frames[:, 1])
        if len(clicks) < 2:
            raise SystemExit("bench: no clicks were recorded")
        arrivals_us = np.array([self.arrived_us(frame) for frame in clicks])
        # Clicks are paired by distance and not by number, because a click can be lost on a busy machine.
        right = np.clip(np.searchsorted(arrivals_us, announced), 1, len(clicks) - 1)
        is_left_nearer = abs(arrivals_us[right - 1] - announced) < abs(arrivals_us[right] - announced)
        nearest = np.where(is_left_nearer, right - 1, right)
        is_paired = abs(arrivals_us[nearest] - announced) < MAX_PAIR_DISTANCE_US
        self.click_frames = clicks[nearest[is_paired]]
        self.origins_us = announced[is_paired] - self.click_frames * 1e6 / RATE

    def arrived_us(self, frame):
        near = slice(*np.searchsorted(self.first_frames, [frame - WINDOW_S * RATE, frame + WINDOW_S * RATE]))
        return self.offsets[near].min() + frame * 1e6 / RATE

    def heard_us(self, frame):
        near = slice(*np.searchsorted(self.click_frames, [frame - WINDOW_S * RATE, frame + WINDOW_S * RATE]))
        if near.start == near.stop:
            raise SystemExit("bench: the recording has no clicks near a start")
        return np.median(self.origins_us[near]) + frame * 1e6 / RATE

    def frame_at(self, instant_us):
        """The frame that is heard at this instant. Two steps are enough, because the offset changes slowly."""
        frame = np.searchsorted(self.offsets + self.first_frames * 1e6 / RATE, instant_us)
        frame = int(self.first_frames[min(frame, len(self.first_frames) - 1)])
        for _ in range(2):
            frame += round((instant_us - self.heard_us(frame)) * RATE / 1e6)
        return frame

    def answer_ranges(self):
        """For each click, the range of the server's answers about it, in milliseconds: the random error of `heard_us`."""
        groups = np.split(self.origins_us, np.flatnonzero(np.diff(self.click_frames)) + 1)
        return np.array([np.ptp(group) / 1e3 for group in groups if len(group) > 2])


def click_starts(channel):
    """The first loud frame of each click."""
    loud = np.flatnonzero(channel > CLICK_LEVEL)
    return loud[np.diff(loud, prepend=-CLICK_GAP_FRAMES - 1) > CLICK_GAP_FRAMES]


@dataclass
class Start:
    """One start of one player."""
    player: str
    condition: str
    instant: float          # planned, seconds of the wall clock
    patience: float         # seconds after the instant from which it counts as missed
    fired_at: float = None  # when the harness fired it; None for a player that starts by itself
    late_us: int = None     # as loa logged it
    within_us: int = None
    result: str = ""        # "measured", "missed", "excluded"
    error_ms: float = None  # milliseconds after the instant, by the clock of the clicks
    error_by_arrival_ms: float = None  # the error by the clock of the arrivals


def judge(start, clocks):
    """Finds the start in the recording, and sets its result and its errors."""
    instant_us = start.instant * 1e6
    frame = clocks.frame_at(instant_us)
    before, early = frame - int(BEFORE_S * RATE), frame - int(EARLY_S * RATE)
    end = frame + int(start.patience * RATE)
    if first_above(clocks.left[before:early], NOISE) is not None:
        start.result = "excluded"
        return
    onset = first_above(clocks.left[early:end], LOUD)
    if onset is None:
        start.result = "missed"
        return
    start.result = "measured"
    start.error_ms = (clocks.heard_us(early + onset) - instant_us) / 1e3
    start.error_by_arrival_ms = (clocks.arrived_us(early + onset) - instant_us) / 1e3


def first_above(frames, level):
    """The index of the first frame above this level; None if there is none."""
    loud = np.flatnonzero(np.abs(frames.astype(np.int32)) > level)
    return int(loud[0]) if len(loud) else None


@dataclass
class Figures:
    """A row of the table: the figures of a player's starts in one condition. Errors are in milliseconds."""
    measured: int
    missed: int
    excluded: int
    min: float = None
    median: float = None
    p95: float = None
    max: float = None
    spread: float = None    # 95th percentile of the distance from the median


def figures(starts):
    counts = [sum(start.result == result for start in starts) for result in ("measured", "missed", "excluded")]
    errors = np.array([start.error_ms for start in starts if start.result == "measured"])
    if not len(errors):
        return Figures(*counts)
    median = np.median(errors)
    spread = np.percentile(abs(errors - median), 95)
    return Figures(*counts, errors.min(), median, np.percentile(errors, 95), errors.max(), spread)
