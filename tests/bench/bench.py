#!/usr/bin/env python3
"""Measures how precisely loa and other players start their sound, and their memory and processor time, on one sink.

bench.py FOLDER             writes starts.md, starts.svg, footprint.md and footprint.svg into FOLDER
bench.py FOLDER starts      writes only starts.md and starts.svg
bench.py FOLDER footprint   writes only footprint.md and footprint.svg

Environment: LOA is the program (target/release/loa); LOA_BENCH_STARTS is the number of starts of each player in each
condition (40); LOA_BENCH_SECONDS is the time for which each footprint is measured (60).
"""
import os
import sys
from pathlib import Path

try:
    import numpy  # noqa: F401: checked here, to say what is missing
except ImportError:
    sys.exit("bench: this Python has no numpy; see packaging/needs.sh bench")

import charts
import footprint
import media
import pages
import starts
from players import Liquidsoap, Mpd, Mpg123, Mpv, Reference
from results import FootprintResults, StartResults
from stand import Stand, check_needs, say
from station import Loa


def bench_starts(stand, folder, count):
    players = [Reference(), Loa(), Mpv(), Mpg123(), Mpd(), Liquidsoap()]
    results = StartResults(stand, players, starts.measure(stand, players, count))
    (folder / "starts.md").write_text(pages.starts_page(results))
    charts.draw_starts_chart(folder / "starts.svg", results)


def bench_footprint(stand, folder, seconds):
    players = [Loa(), Mpg123(), Mpd(), Mpv(), Liquidsoap()]
    measured = footprint.measure(stand, players, seconds)
    results = FootprintResults(stand, players, measured, seconds, footprint.measure_ready(stand))
    (folder / "footprint.md").write_text(pages.footprint_page(results))
    charts.draw_footprint_chart(folder / "footprint.svg", results)


def setting(name, minimum, default):
    """The whole number in an environment variable, or the default."""
    text = os.environ.get(name, "") or str(default)
    if not text.isdigit() or int(text) < minimum:
        sys.exit(f"bench: {name} must be a whole number of at least {minimum}, not {text!r}")
    return int(text)


def main():
    pages_to_write = sys.argv[2:] or ["starts", "footprint"]
    if len(sys.argv) < 2 or not set(pages_to_write) <= {"starts", "footprint"}:
        sys.exit(__doc__)
    folder, loa = Path(sys.argv[1]), Path(os.environ.get("LOA") or "target/release/loa").absolute()
    count, seconds = setting("LOA_BENCH_STARTS", 4, 40), setting("LOA_BENCH_SECONDS", 1, 60)
    check_needs(loa)
    folder.mkdir(parents=True, exist_ok=True)
    with Stand(loa) as stand:
        media.make(stand)
        if "starts" in pages_to_write:
            bench_starts(stand, folder, count)
        if "footprint" in pages_to_write:
            bench_footprint(stand, folder, seconds)
    say(f"bench: written to {folder}")


if __name__ == "__main__":
    try:
        main()
    except (ConnectionError, TimeoutError, ProcessLookupError) as error:
        sys.exit(f"bench: a player has ended or no longer answers: {error}")
