"""What a player takes while it waits and while it plays: memory, threads, CPU, wake-ups; and how soon loa is ready."""
import array
import os
import re
import subprocess
import time
from dataclasses import dataclass

from stand import RATE, SINK, say
from station import clock_times, status, write_station

SEGMENTS, SESSIONS, READY_STARTS = 1000, 10, 9
AUDIBLE = 1000  # of 32,768


@dataclass
class Snapshot:
    """Sums over a process and its children."""
    rss: int = 0      # KiB
    pss: int = 0
    private: int = 0
    threads: int = 0
    cpu: float = 0.0  # seconds
    switches: int = 0


@dataclass
class Footprint:
    """One player in one state."""
    player: str
    state: str        # "waiting", "playing"
    rss: float        # MiB
    pss: float
    private: float
    threads: int
    cpu: float        # per cent of a core
    switches: float   # voluntary, a second
    as_meant: bool    # whether the sink was silent while it waited, and sounded while it played


def told(path):
    """What the kernel tells there; nothing when the thread or process has ended meanwhile."""
    try:
        with open(path) as file:
            return file.read()
    except (FileNotFoundError, ProcessLookupError):
        return ""


def tree(pid):
    """The process and its children."""
    children = [child for task in os.listdir(f"/proc/{pid}/task") for child in told(f"/proc/{pid}/task/{task}/children").split()]
    return [pid, *(one for child in children for one in tree(int(child)))]


def fields(path):
    """The numbers in what the kernel tells there, by name."""
    return {name: int(value) for name, value in re.findall(r"^(\w+):\s*(\d+)(?: kB)?$", told(path), re.M)}


def snapshot(pid):
    sums = Snapshot()
    for one in tree(pid):
        memory = fields(f"/proc/{one}/smaps_rollup")
        sums.rss += memory["Rss"]
        sums.pss += memory["Pss"]
        sums.private += memory["Private_Clean"] + memory["Private_Dirty"]
        # The kernel's clock of this process's CPU time: nanoseconds, where /proc has hundredths of a second.
        sums.cpu += time.clock_gettime(~one << 3 | 2)
        tasks = [fields(f"/proc/{one}/task/{task}/status") for task in os.listdir(f"/proc/{one}/task")]
        sums.threads += len(tasks)
        sums.switches += sum(task.get("voluntary_ctxt_switches", 0) for task in tasks)
    return sums


def sounds(stand):
    """Whether anything is heard at the sink, for a second."""
    parec = stand.spawn(["parec", f"--device={SINK}.monitor", "--format=s16le", "--channels=2", f"--rate={RATE}", "--raw"], stdout=subprocess.PIPE)
    heard = array.array("h", parec.stdout.read(RATE * 4))
    parec.stdout.close()
    stand.end(parec)
    return max(map(abs, heard)) > AUDIBLE


def measure_one(stand, player, state, seconds):
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
        raise SystemExit(f"bench: {player.name} ended by itself")
    after, took = snapshot(pid), time.monotonic() - begin
    heard = sounds(stand)  # only now: recording changes how the sink works
    player.stop(stand)
    return Footprint(player.name, state, after.rss / 1024, after.pss / 1024, after.private / 1024, after.threads,
                     (after.cpu - before.cpu) / took * 100, (after.switches - before.switches) / took, heard == (state == "playing"))


def measure(stand, players, seconds):
    """One after the other, each alone, waiting and playing; and the load average before."""
    load = os.getloadavg()[0]
    return [measure_one(stand, player, state, seconds) for player in players for state in ("waiting", "playing")], load


def distinct_files(stand):
    """A thousand files that differ: the same tone, each with a title of its own (ID3v1)."""
    folder = stand.folder / "segments"
    folder.mkdir()
    tone = (stand.folder / "media/second.mp3").read_bytes()
    for number in range(SEGMENTS):
        title = f"TAGSegment {number}".encode()
        (folder / f"segment-{number}.mp3").write_bytes(tone + title.ljust(128, b"\0"))
    return sorted(folder.iterdir())


def measure_ready(stand):
    """Seconds from each start of loa until it tells what comes next: first without an index, then with it."""
    say(f"bench: starts with {SEGMENTS} segments")
    folder, share = stand.folder / "thousand", SEGMENTS // SESSIONS
    begin = int(time.time()) + 3600
    times = clock_times(begin + 600 * number for number in range(SESSIONS))
    write_station(folder, distinct_files(stand), [(at, range(n * share, (n + 1) * share)) for n, at in enumerate(times)])
    return [ready_once(stand, folder) for _ in range(1 + READY_STARTS)]


def ready_once(stand, folder):
    begin = time.monotonic()
    process = stand.spawn([stand.loa, "run", folder], log="loa")
    while not knows_what_comes(status(stand, folder)):
        if process.poll() is not None or time.monotonic() - begin > 300:
            raise SystemExit("bench: loa was not ready with its segments")
        time.sleep(0.001)
    took = time.monotonic() - begin
    stand.end(process)
    return took


def knows_what_comes(answer):
    return bool(answer and answer["status"]["next"])
