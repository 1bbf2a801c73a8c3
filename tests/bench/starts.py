"""Starts, one after the other, on one sink and in one recording."""
import os
import random
import time
from dataclasses import dataclass

import numpy as np

from clocks import LOUD, NOISE, Clocks, Start, judge
from stand import RATE, SINK, say, wait_for

SPIN = 0.0015     # seconds before the instant from which the harness does not sleep any more
PATIENCE = 3.0    # seconds until a start counts as missed
CONDITIONS = "quiet", "saturated"


class Recording:
    """What the sink plays, growing."""

    def __init__(self, stand):
        self.stand = stand
        self.paths = [stand.folder / name for name in ("frames", "arrivals", "clicks")]
        self.process = stand.spawn([stand.sinkclock, "listen", SINK, *self.paths], log="listen")
        wait_for(lambda: self.paths[0].exists() and self.count() > RATE, self.process, "the recording")

    def count(self):
        return os.path.getsize(self.paths[0]) // 4

    def since(self, frame):
        """The left channel from this frame on."""
        return np.fromfile(self.paths[0], "<i2", offset=max(0, frame) * 4)[::2].astype(np.int32)

    def silent(self, seconds):
        return np.abs(self.since(self.count() - int(seconds * RATE))).max(initial=0) < NOISE

    def wait_silent(self, seconds=0.12, patience=6):
        if self.process.poll() is not None:
            raise SystemExit(f"bench: the recorder ended: {self.stand.log('listen').read_text()}")
        end = time.time() + patience
        while not self.silent(seconds) and time.time() < end:
            time.sleep(0.03)

    def wait_loud(self, frame, until):
        """Only so that the next start can follow: what counts is found in the whole recording."""
        while time.time() < until and not (self.since(frame) > LOUD).any():
            time.sleep(0.01)

    def finish(self):
        """The clocks of the whole recording, and how often the recorder complained."""
        time.sleep(1)
        self.stand.end(self.process)
        complaints = self.stand.log("listen").read_text().splitlines()
        for complaint in complaints:
            say(f"bench: {complaint}")
        frames, arrivals, clicks = self.paths
        recorded = np.memmap(frames, "<i2", "r")[:self.count() * 2].reshape(-1, 2)
        return Clocks(recorded, np.fromfile(arrivals, "<i8").reshape(-1, 2), np.loadtxt(clicks)), len(complaints)


def sleep_until(instant):
    time.sleep(max(0, instant - time.time()))


def one_start(stand, player, condition, recording, chance):
    recording.wait_silent()
    instant = player.next_instant()
    if instant is None:
        # Unrelated to the blocks in which the sink works.
        instant = time.time() + 0.5 + chance.random() * 0.1
    player.cue(instant)
    sleep_until(instant - 0.2)
    if player.process.poll() is not None:
        raise SystemExit(f"bench: {player.name} ended by itself")
    stand.raise_threads(player.process)  # also those that came with the cue, or with the open line
    sleep_until(instant - 0.03)
    frame = recording.count()
    start = Start(player.name, condition, instant, PATIENCE)
    sleep_until(instant - SPIN)
    while time.time() < instant:
        pass
    if not player.told_ahead:
        start.fired = time.time()
    player.fire()
    recording.wait_loud(frame, instant + PATIENCE)
    time.sleep(0.05)
    player.hush()
    return start


def shares(count):
    """Splits so many starts into up to four blocks of four or more."""
    blocks = min(4, max(1, count // 4))
    return [count // blocks + (block < count % blocks) for block in range(blocks)]


def cpu_ticks():
    with open("/proc/stat") as stat:
        ticks = [int(word) for word in stat.readline().split()[1:9]]
    return sum(ticks), ticks[3] + ticks[4]


@dataclass
class Condition:
    """How the machine was in it."""
    load: float  # average, before
    busy: float  # share of the cores' time in use


@dataclass
class Measured:
    starts: list
    conditions: dict
    clocks: Clocks
    complaints: int  # of the recorder


def one_condition(stand, name, players, recording, count, chance):
    """Blocks of every player in turn."""
    starts, load, before = [], os.getloadavg()[0], cpu_ticks()
    for number, share in enumerate(shares(count)):
        turn = number % len(players)
        for player in players[turn:] + players[:turn]:
            say(f"bench: {name}, round {number + 1}: {share} starts of {player.name}")
            player.enter(share)
            starts += [one_start(stand, player, name, recording, chance) for _ in range(share)]
            player.leave()
    total, idle = (after - before for before, after in zip(before, cpu_ticks()))
    return starts, Condition(load, 1 - idle / total)


def measure(stand, players, count):
    """All starts in both conditions, on one sink and in one recording."""
    with stand.in_real_time():
        for player in players:
            say(f"bench: starting {player.name}")
            player.start(stand)
        recording, chance = Recording(stand), random.Random(1)
        starts, conditions = [], {}
        for name in CONDITIONS:
            spinning = stand.saturate() if name == "saturated" else []
            some, conditions[name] = one_condition(stand, name, players, recording, count, chance)
            starts += some
            for process in spinning:
                stand.end(process)
        clocks, complaints = recording.finish()
    logged = {player.name: player.logged for player in players}
    for player in players:
        player.stop(stand)
    for start in starts:
        judge(start, clocks)
        start.late_us, start.within_us = logged[start.player].get(start.instant, (None, None))
    return Measured(starts, conditions, clocks, complaints)
