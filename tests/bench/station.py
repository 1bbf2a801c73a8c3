"""loa as a player: writes its station, asks its control socket, and reads its log."""
import hashlib
import json
import shutil
import socket
import time
from datetime import datetime, timezone

from players import Player
from stand import wait_for

PERIOD_S = 4  # seconds between two starts of loa: a tone of one second, and time for silence
LEAD_S = 10   # minimum seconds between the daemon's start and the first tone
# With these settings loa plays the tone unchanged, as the other players do.
UNCHANGED_SOUND = '[output]\nvolume = 100\nloudness = "off"\n'


def clock_times(instants):
    return [datetime.fromtimestamp(at, timezone.utc).strftime("%H:%M:%S") for at in instants]


def write_station(folder, files, sessions, output=""):
    """Writes a station whose segments are `files`. Each session is a pair: clock time, numbers of its segments."""
    shutil.rmtree(folder, ignore_errors=True)
    for name in "playlists", "audio":
        (folder / name).mkdir(parents=True)
    (folder / "station.toml").write_text(
        '[station]\nid = "bench"\nname = "Bench"\ntimezone = "UTC"\nlanguage = "en"\n'
        '[quiet-hours]\nfrom = "00:00"\nuntil = "00:00"\n' + output)
    lines = []
    for number, file in enumerate(files):
        shutil.copy(file, folder / "audio" / file.name)
        lines.append(f'[[segment]]\nid = "s{number}"\ntitle = "S{number}"\nfile = "{file.name}"\n')
    for number, (at, play) in enumerate(sessions):
        names = ", ".join(f'"s{n}"' for n in play)
        lines.append(f'[[session]]\nid = "at{number}"\ntitle = "At {at}"\nat = "{at}"\nplay = [{names}]\n')
    (folder / "playlists/bench.toml").write_text("\n".join(lines))


def socket_path(stand, folder):
    name = hashlib.sha256(str(folder.resolve()).encode()).hexdigest()[:16]
    return stand.folder / f"run/loa/{name}.sock"


def status(stand, folder):
    """The reply that `loa status` would get; None if no daemon answers."""
    with socket.socket(socket.AF_UNIX) as wire:
        wire.settimeout(10)
        try:
            wire.connect(str(socket_path(stand, folder)))
            wire.sendall(b'{"order":"status"}\n')
            return json.loads(wire.makefile("rb").readline())
        except (OSError, ValueError):
            return None


def log_entries(folder):
    for part in sorted((folder / "airlog").glob("log*.jsonl")):
        for line in part.read_text().splitlines():
            yield json.loads(line)


class Loa(Player):
    name, how = "loa", "fires by itself, from its schedule"
    program = "loa"
    knows_instant = True

    def __init__(self):
        self.logged = {}

    def version(self, stand):
        return stand.output_of([stand.loa, "--version"])

    def run(self, folder):
        self.process = self.stand.spawn([self.stand.loa, "run", folder], log="loa")
        wait_for(lambda: status(self.stand, folder), self.process, "loa")

    # Starts. Each block has a daemon of its own, so that loa is silent in the blocks of the other players.

    def start(self, stand):
        self.stand = stand

    def enter(self, count):
        first = (int(time.time() + LEAD_S) // PERIOD_S + 1) * PERIOD_S
        self.instants = [first + number * PERIOD_S for number in range(count)]
        self.folder = self.stand.folder / "station"
        sessions = [(at, [0]) for at in clock_times(self.instants)]
        write_station(self.folder, [self.stand.folder / "media/second.mp3"], sessions, UNCHANGED_SOUND)
        self.run(self.folder)

    def next_instant(self):
        return float(self.instants.pop(0))

    def leave(self):
        """Ends the daemon after its last tone, and reads the starts that it logged."""
        time.sleep(1.2)
        self.stop(self.stand)
        for entry in log_entries(self.folder):
            if entry["type"] == "start":
                planned = datetime.fromisoformat(entry["planned_at"]).timestamp()
                self.logged[planned] = (entry["late_us"], entry["within_us"])

    # Footprint.

    settle_waiting, settle_playing = 10, 4

    def start_waiting(self, stand):
        self.stand = stand
        self._start_with(stand.folder / "media/second.mp3", 3600)

    def start_playing(self, stand, path):
        """Starts loa with a session that begins 30 s later: a new file takes time to scan."""
        self.stand = stand
        begin = self._start_with(path, 30)
        time.sleep(begin - time.time())

    def _start_with(self, path, seconds):
        begin = int(time.time()) + seconds
        folder = self.stand.folder / "station"
        write_station(folder, [path], [(at, [0]) for at in clock_times([begin])])
        self.run(folder)
        return begin
