"""Measures starts, one after the other, on one sink and in one recording."""
import os
import random
import time
from dataclasses import dataclass

import numpy as np

from clocks import LOUD, NOISE, Clocks, Start, judge
from stand import RATE, SINK, say, wait_for

SPIN_S = 0.0015     # seconds before the instant at which the harness stops sleeping and spins
PATIENCE_S = 3.0    # seconds after the instant at which a start counts as missed
CONDITIONS = "quiet", "saturated"


class Recording:
    """The growing recording of all that the sink plays."""

    def __init__(self, stand):
        self.stand = stand
        self.paths = [stand.folder / name for name in ("frames", "arrivals", "clicks")]
        self.process = stand.spawn([stand.sinkclock, "listen", SINK, *self.paths], log="listen")
        wait_for(lambda: self.paths[0].exists() and self.frame_count() > RATE, self.process, "the recording")

    def frame_count(self):
        """The number of frames recorded so far."""
        return os.path.getsize(self.paths[0]) // 4

    def since(self, frame):
        """The left channel from this frame on."""
        return np.fromfile(self.paths[0], "<i2", offset=max(0, frame) * 4)[::2].astype(np.int32)

    def is_silent(self, seconds):
        """True if the last seconds are silent."""
        return np.abs(self.since(self.frame_count() - int(seconds * RATE))).max(initial=0) < NOISE

    def wait_silent(self, seconds=0.12, patience=6):
        if self.process.poll() is not None:
            raise SystemExit(f"bench: the recorder ended: {self.stand.log_path('listen').read_text()}")
        deadline = time.time() + patience
        while not self.is_silent(seconds) and time.time() < deadline:
            time.sleep(0.03)

    def wait_loud(self, frame, until):
        """Waits until the start sounds, so that the next can follow. The whole recording gives the result later."""
        while time.time() < until and not (self.since(frame) > LOUD).any():
            time.sleep(0.01)

    def finish(self):
        """Ends the recording. Returns its clocks, and the number of problems that the recorder reported."""
        time.sleep(1)
        self.stand.end(self.process)
        complaints = self.stand.log_path("listen").read_text().splitlines()
        for complaint in complaints:
            say(f"bench: {complaint}")
        frames, arrivals, clicks = self.paths
        samples = np.memmap(frames, "<i2", "r")[:self.frame_count() * 2].reshape(-1, 2)
        clocks = Clocks(samples, np.fromfile(arrivals, "<i8").reshape(-1, 2), np.loadtxt(clicks))
        return clocks, len(complaints)


def sleep_until(instant):
    time.sleep(max(0, instant - time.time()))


def start_once(stand, player, condition, recording, random_source):
    """Lets a player start once. The recording gives the result later."""
    recording.wait_silent()
    instant = player.next_instant()
    if instant is None:
        # The instant is random, so that it is not aligned with the blocks in which the sink works.
        instant = time.time() + 0.5 + random_source.random() * 0.1
    player.cue(instant)
    sleep_until(instant - 0.2)
    if player.process.poll() is not None:
        raise SystemExit(f"bench: {player.name} ended unexpectedly")
    stand.raise_threads(player.process)  # including threads that began with the cue or the open line
    sleep_until(instant - 0.03)
    frame = recording.frame_count()
    start = Start(player.name, condition, instant, PATIENCE_S)
    sleep_until(instant - SPIN_S)
    while time.time() < instant:
        pass
    if not player.knows_instant:
        start.fired_at = time.time()
    player.fire()
    recording.wait_loud(frame, instant + PATIENCE_S)
    time.sleep(0.05)
    player.silence()
    return start


def block_sizes(count):
    """Splits `count` starts into up to four blocks of four or more; returns the size of each."""
    blocks = min(4, max(1, count // 4))
    return [count // blocks + (block < count % blocks) for block in range(blocks)]


def cpu_ticks():
    """The ticks of all cores since boot: the total, and the ticks in which the cores were idle."""
    with open("/proc/stat") as stat:
        ticks = [int(word) for word in stat.readline().split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


@dataclass
class Condition:
    """The state of the machine in one condition."""
    load: float  # load average before the first start
    busy: float  # share of the cores' time that was in use


@dataclass
class Measurement:
    """All starts, and what is needed to judge them."""
    starts: list
    conditions: dict
    clocks: Clocks
    complaint_count: int  # the number of problems that the recorder reported


def measure_condition(stand, name, players, recording, count, random_source):
    """Measures `count` starts of each player, in blocks; the players take turns."""
    starts, load, before = [], os.getloadavg()[0], cpu_ticks()
    for number, size in enumerate(block_sizes(count)):
        first = number % len(players)
        for player in players[first:] + players[:first]:
            say(f"bench: {name}, round {number + 1}: {size} starts of {player.name}")
            player.enter(size)
            starts += [start_once(stand, player, name, recording, random_source) for _ in range(size)]
            player.leave()
    total, idle = (after - before for before, after in zip(before, cpu_ticks()))
    return starts, Condition(load, 1 - idle / total)


def measure(stand, players, count):
    """Measures all starts in both conditions, on one sink and in one recording."""
    with stand.in_real_time():
        for player in players:
            say(f"bench: starting {player.name}")
            player.start(stand)
        recording, random_source = Recording(stand), random.Random(1)
        starts, conditions = [], {}
        for name in CONDITIONS:
            spinners = stand.saturate() if name == "saturated" else []
            condition_starts, conditions[name] = measure_condition(stand, name, players, recording, count, random_source)
            starts += condition_starts
            for process in spinners:
                stand.end(process)
        clocks, complaint_count = recording.finish()
    logged = {player.name: player.logged for player in players}
    for player in players:
        player.stop(stand)
    for start in starts:
        judge(start, clocks)
        start.late_us, start.within_us = logged[start.player].get(start.instant, (None, None))
    return Measurement(starts, conditions, clocks, complaint_count)
