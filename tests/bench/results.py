"""What was measured, in figures: what the pages and plots tell."""
import numpy as np

import machine
from clocks import figures
from stand import PRIORITY


REAL_TIME = (f"real time (SCHED_RR {PRIORITY}) for PulseAudio, the recorder, the harness and all players alike; what spins at normal priority gets "
             "what they leave. A player keeps a higher one that it gives a thread of its own (mpd: its output, SCHED_FIFO 40)")
NORMAL = "normal for everything, as real time was not permitted. The clock of the tables is less exact then"


def number(value, digits=2):
    """None is left out, and nothing has no minus."""
    return "" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


class Results:
    """On what machine, with what, and when."""

    def __init__(self, stand, players):
        self.date, self.hardware, self.system = machine.now(), machine.hardware(), machine.system()
        self.versions = machine.versions(stand, players)
        self.players = players


class StartResults(Results):
    def __init__(self, stand, players, measured):
        super().__init__(stand, players)
        self.starts, self.conditions, self.complaints = measured.starts, measured.conditions, measured.complaints
        self.priority = REAL_TIME if stand.realtime else NORMAL
        apart = [start.by_arrival - start.error for start in self.starts if start.result == "measured"]
        self.apart = np.percentile(apart or [np.nan], [5, 50, 95])
        repeated = measured.clocks.repeated()
        self.repeated = np.median(repeated), repeated.max()
        self.lateness = np.array([start.fired - start.instant for start in self.starts if start.fired]) * 1e3

    def of(self, player, condition):
        return [start for start in self.starts if (start.player, start.condition) == (player.name, condition)]

    def errors(self, player, condition):
        return [start.error for start in self.of(player, condition) if start.result == "measured"]

    def figures(self, player, condition):
        return figures(self.of(player, condition))

    def less_reference(self, player, condition):
        """The median less that of the reference, which stands first."""
        own, reference = (self.figures(one, condition).median for one in (player, self.players[0]))
        return None if None in (own, reference) else own - reference

    def against_log(self, condition):
        """What was measured of loa less what it logged, in microseconds; what it logged; and within what."""
        own = [start for player in self.players if player.logged for start in self.of(player, condition)]
        told = [start for start in own if start.result == "measured" and start.late_us is not None]
        return [np.array(row) for row in zip(*((start.error * 1e3 - start.late_us, start.late_us, start.within_us) for start in told))]


class FootprintResults(Results):
    def __init__(self, stand, players, measured, seconds, ready):
        super().__init__(stand, players)
        self.footprints, self.load = measured
        self.seconds, self.ready = seconds, ready

    def pairs(self, key):
        """The values of all players, one of each: (waiting, playing)."""
        values = [getattr(one, key) for one in self.footprints]
        return list(zip(values[::2], values[1::2]))
