"""Turns the measurements into the figures of the pages and plots."""
import numpy as np

import machine
from clocks import figures
from stand import PRIORITY


REAL_TIME = (f"real time (SCHED_RR {PRIORITY}) for PulseAudio, the recorder, the harness and all players; "
             "the processes that spin at normal priority get the remaining time. A player keeps a higher priority "
             "that it gives to one of its threads (mpd: its output, SCHED_FIFO 40)")
NORMAL = "normal for everything, because real time was not permitted. This makes the clock of the tables less exact"


def number(value, digits=2):
    """Formats a number. None becomes an empty string, and zero has no minus sign."""
    return "" if value is None else f"{round(value, digits) + 0.0:.{digits}f}"


class Results:
    """The machine, the programs and the time of a measurement."""

    def __init__(self, stand, players):
        self.date, self.hardware, self.system = machine.now(), machine.hardware(), machine.system()
        self.versions = machine.versions(stand, players)
        self.players = players


class StartResults(Results):
    def __init__(self, stand, players, measured):
        super().__init__(stand, players)
        self.starts, self.conditions = measured.starts, measured.conditions
        self.complaint_count = measured.complaint_count
        self.priority = REAL_TIME if stand.realtime else NORMAL
        clock_differences = [start.error_by_arrival_ms - start.error_ms for start in self.starts if start.result == "measured"]
        self.clock_differences = np.percentile(clock_differences or [np.nan], [5, 50, 95])
        ranges = measured.clocks.answer_ranges()
        self.answer_range = np.median(ranges), ranges.max()
        self.lateness = np.array([start.fired_at - start.instant for start in self.starts if start.fired_at]) * 1e3

    def starts_of(self, player, condition):
        return [start for start in self.starts if (start.player, start.condition) == (player.name, condition)]

    def errors(self, player, condition):
        return [start.error_ms for start in self.starts_of(player, condition) if start.result == "measured"]

    def figures(self, player, condition):
        return figures(self.starts_of(player, condition))

    def median_minus_reference(self, player, condition):
        """The player's median minus that of the reference, which is the first player."""
        own, reference = (self.figures(each, condition).median for each in (player, self.players[0]))
        return None if None in (own, reference) else own - reference

    def compare_with_log(self, condition):
        """In microseconds, for each measured start of loa: the measured error minus `late_us`, `late_us`, and `within_us`."""
        own = [start for player in self.players if player.logged for start in self.starts_of(player, condition)]
        logged = [start for start in own if start.result == "measured" and start.late_us is not None]
        rows = [(start.error_ms * 1e3 - start.late_us, start.late_us, start.within_us) for start in logged]
        return [np.array(column) for column in zip(*rows)]


class FootprintResults(Results):
    def __init__(self, stand, players, measured, seconds, ready):
        super().__init__(stand, players)
        self.footprints, self.load = measured
        self.seconds, self.ready = seconds, ready

    def pairs(self, key):
        """The values of all players, each as a pair (waiting, playing)."""
        values = [getattr(footprint, key) for footprint in self.footprints]
        return list(zip(values[::2], values[1::2]))
