"""Measures memory, threads, CPU and wake-ups of waiting and playing players, and the time until loa is ready."""
import array
import os
import re
import subprocess
import time
from dataclasses import dataclass

from stand import RATE, SINK, say
from station import clock_times, status, write_station

SEGMENT_COUNT, SESSION_COUNT, READY_START_COUNT = 1000, 10, 9
AUDIBLE_LEVEL = 1000  # a level, of 32,768


@dataclass
class Snapshot:
    """Sums over a process and its children."""
    rss: int = 0      # KiB
    pss: int = 0      # KiB
    private: int = 0  # KiB
    threads: int = 0
    cpu: float = 0.0  # seconds
    switches: int = 0


@dataclass
class Footprint:
    """One player in one state."""
    player: str
    state: str        # "waiting", "playing"
    rss: float        # MiB
    pss: float        # MiB
    private: float    # MiB
    threads: int
    cpu: float        # per cent of a core
    switches: float   # voluntary, per second
    is_as_expected: bool  # true if the sink was silent for a waiting player, and sounded for a playing one


def read_proc(path):
    """The text of a file in /proc; empty if the thread or process has ended in the meantime."""
    try:
        with open(path) as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def process_tree(pid):
    """The ids of the process and of all its descendants."""
    tasks = os.listdir(f"/proc/{pid}/task")
    children = [child for task in tasks for child in read_proc(f"/proc/{pid}/task/{task}/children").split()]
    return [pid, *(descendant for child in children for descendant in process_tree(int(child)))]


def fields(path):
    """The numbers in a file in /proc, by name."""
    return {name: int(value) for name, value in re.findall(r"^(\w+):\s*(\d+)(?: kB)?$", read_proc(path), re.M)}


def snapshot(pid):
    sums = Snapshot()
    for process in process_tree(pid):
        memory = fields(f"/proc/{process}/smaps_rollup")
        sums.rss += memory["Rss"]
        sums.pss += memory["Pss"]
        sums.private += memory["Private_Clean"] + memory["Private_Dirty"]
        # The kernel's clock counts the CPU time of a process in nanoseconds; /proc counts hundredths of a second.
        sums.cpu += time.clock_gettime(~process << 3 | 2)
        tasks = [fields(f"/proc/{process}/task/{task}/status") for task in os.listdir(f"/proc/{process}/task")]
        sums.threads += len(tasks)
        sums.switches += sum(task.get("voluntary_ctxt_switches", 0) for task in tasks)
    return sums


def is_audible(stand):
    """Listens to the sink for a second; true if anything sounds."""
    command = ["parec", f"--device={SINK}.monitor", "--format=s16le", "--channels=2", f"--rate={RATE}", "--raw"]
    parec = stand.spawn(command, stdout=subprocess.PIPE)
    samples = array.array("h", parec.stdout.read(RATE * 4))
    parec.stdout.close()
    stand.end(parec)
    return max(map(abs, samples)) > AUDIBLE_LEVEL


def measure_one(stand, player, state, seconds):
    """Measures one player in one state for this many seconds."""
    say(f"bench: footprint of {player.name}, {state}")
    if state == "playing":
        player.start_playing(stand, stand.folder / "media/long.mp3")
    else:
        player.start_waiting(stand)
    time.sleep(player.settle_playing if state == "playing" else player.settle_waiting)
    pid = player.process.pid
    begin, before = time.monotonic(), snapshot(pid)
    time.sleep(seconds)
    if player.process.poll() is not None:
        raise SystemExit(f"bench: {player.name} ended unexpectedly")
    after, duration = snapshot(pid), time.monotonic() - begin
    audible = is_audible(stand)  # after the measurement, because recording changes how the sink works
    player.stop(stand)
    cpu, switches = (after.cpu - before.cpu) / duration * 100, (after.switches - before.switches) / duration
    return Footprint(player.name, state, after.rss / 1024, after.pss / 1024, after.private / 1024, after.threads,
                     cpu, switches, audible == (state == "playing"))


def measure(stand, players, seconds):
    """Measures each player alone, waiting and then playing. Returns the footprints, and the load average before them."""
    load = os.getloadavg()[0]
    states = "waiting", "playing"
    return [measure_one(stand, player, state, seconds) for player in players for state in states], load


def make_distinct_files(stand):
    """Makes SEGMENT_COUNT different files: the same tone, each with another title (ID3v1)."""
    folder = stand.folder / "segments"
    folder.mkdir()
    tone = (stand.folder / "media/second.mp3").read_bytes()
    for number in range(SEGMENT_COUNT):
        title = f"TAGSegment {number}".encode()
        (folder / f"segment-{number}.mp3").write_bytes(tone + title.ljust(128, b"\0"))
    return sorted(folder.iterdir())


def measure_ready(stand):
    """The seconds from each start of loa until it reports its next airing. The first start has no library index."""
    say(f"bench: starts with {SEGMENT_COUNT} segments")
    folder, share = stand.folder / "thousand", SEGMENT_COUNT // SESSION_COUNT
    begin = int(time.time()) + 3600
    times = clock_times(begin + 600 * number for number in range(SESSION_COUNT))
    sessions = [(at, range(n * share, (n + 1) * share)) for n, at in enumerate(times)]
    write_station(folder, make_distinct_files(stand), sessions)
    return [seconds_until_ready(stand, folder) for _ in range(1 + READY_START_COUNT)]


def seconds_until_ready(stand, folder):
    begin = time.monotonic()
    process = stand.spawn([stand.loa, "run", folder], log="loa")
    while not reports_next_airing(status(stand, folder)):
        if process.poll() is not None or time.monotonic() - begin > 300:
            raise SystemExit("bench: loa was not ready with its segments")
        time.sleep(0.001)
    duration = time.monotonic() - begin
    stand.end(process)
    return duration


def reports_next_airing(answer):
    return bool(answer and answer["status"]["next"])
