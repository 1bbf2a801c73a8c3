"""The stand: a sound server of our own, and processes that do not outlive the benchmark."""
import os
import shutil
import signal
import socket
import subprocess
import sys
import tempfile
import time
from contextlib import contextmanager
from pathlib import Path

HERE = Path(__file__).resolve().parent
SINK, RATE = "out", 48_000
PRIORITY = 10
STOPS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
PROGRAMS = ["pulseaudio", "pactl", "parec", "ffmpeg", "setpriv", "cc", "pkg-config", "mpv", "mpd", "mpg123", "liquidsoap"]


def say(text):
    print(text, file=sys.stderr, flush=True)


def check_needs(loa):
    """Ends with a sentence when something is missing, or would spoil the measurement."""
    lacking = [program for program in PROGRAMS if not shutil.which(program)]
    if lacking:
        sys.exit(f"bench: not installed: {', '.join(lacking)}; see packaging/needs.sh bench")
    taken = list(Path("/etc/alsa/conf.d").glob("*pipewire-default*"))
    if taken:
        sys.exit(f"bench: the package pipewire-alsa has taken over ALSA's default device ({taken[0]}); please remove it first")
    if not os.access(loa, os.X_OK):
        sys.exit(f"bench: there is no program {loa}; build it, or set LOA")


class Stand:
    """Everything that is started through it is ended with it, and its folder is removed."""

    def __init__(self, loa):
        self.loa = loa
        self.processes = []
        self.realtime = None  # not known yet

    def __enter__(self):
        for number in STOPS:
            signal.signal(number, lambda *_: sys.exit("bench: ended from outside"))
        self.folder = Path(tempfile.mkdtemp(prefix="loa-bench-"))
        try:
            # A socket's name holds 107 bytes.
            if len(str(self.folder)) > 60:
                sys.exit(f"bench: TMPDIR is too long for sockets: {self.folder}")
            self._furnish()
            self._start_pulse()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # Once is enough: a second Ctrl+C must not leave half of it behind.
        for number in STOPS:
            signal.signal(number, signal.SIG_IGN)
        for process in reversed(self.processes[:]):
            self.end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _furnish(self):
        """Folders, and an environment in which nothing leads to the user's own things."""
        home, run = self.folder / "home", self.folder / "run"
        for folder in home / ".config/pulse", run, self.folder / "media":
            folder.mkdir(parents=True)
        run.chmod(0o700)
        self.env = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(self.folder),
            "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "XDG_RUNTIME_DIR": str(run),
            "PULSE_SERVER": f"unix:{run}/pulse.sock", "PULSE_COOKIE": str(home / "cookie"),
        }
        # What loa's callbacks were told, for who looks into a late start.
        if trace := os.environ.get("LOA_SOUND_TRACE"):
            self.env["LOA_SOUND_TRACE"] = str(Path(trace).absolute())
        (home / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        # Without remixing nothing but the clicks gets into the third channel.
        (home / ".config/pulse/daemon.conf").write_text(f"enable-remixing = no\nflat-volumes = no\nrealtime-priority = {PRIORITY}\n")
        self.sinkclock = self.folder / "sinkclock"
        flags = subprocess.run(["pkg-config", "--cflags", "--libs", "libpulse"], capture_output=True, text=True).stdout.split()
        built = subprocess.run(["cc", "-std=c11", "-D_DEFAULT_SOURCE", "-O2", "-o", self.sinkclock, HERE / "sinkclock.c", *flags])
        if built.returncode:
            sys.exit("bench: sinkclock.c cannot be built; are libpulse's headers installed? See packaging/needs.sh bench")

    def _start_pulse(self):
        # Rewinds would change frames that have been recorded already.
        sink = f"module-null-sink sink_name={SINK} format=s16le rate={RATE} channels=3 channel_map=front-left,front-right,aux0 norewinds=1"
        protocol = f"module-native-protocol-unix auth-anonymous=1 socket={self.folder}/run/pulse.sock"
        with self.in_real_time():
            pulse = self.spawn(["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
                                "--log-target=stderr", "-L", protocol, "-L", sink], log="pulse")
            wait_for(lambda: SINK in self.ask(["pactl", "list", "short", "sinks"]), pulse, "pulseaudio")
            self.raise_threads(pulse)  # it has made itself normal

    @contextmanager
    def in_real_time(self):
        """For ourselves and for what is started meanwhile, if the system permits it."""
        try:
            os.sched_setscheduler(0, os.SCHED_RR, os.sched_param(PRIORITY))
            self.realtime = True
        except PermissionError:
            if self.realtime is None:
                say("bench: real-time priority is not permitted here; going on without it")
            self.realtime = False
        try:
            yield
        finally:
            os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))

    def raise_threads(self, process):
        """Gives real time to the threads of a program that has let go of it. Those that chose a higher one keep it."""
        if not self.realtime:
            return
        for task in os.listdir(f"/proc/{process.pid}/task"):
            try:
                if os.sched_getscheduler(int(task)) & ~os.SCHED_RESET_ON_FORK == os.SCHED_OTHER:
                    os.sched_setscheduler(int(task), os.SCHED_RR, os.sched_param(PRIORITY))
            except ProcessLookupError:
                pass  # it has ended meanwhile

    def spawn(self, argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, log=None):
        """Starts a process that the kernel ends when we die without a word. A terminal's Ctrl+C is for us alone."""
        words = ["setpriv", "--pdeathsig", "KILL", *map(str, argv)]
        with open(self.log(log) if log else os.devnull, "ab") as errors:
            process = subprocess.Popen(words, stdin=stdin, stdout=stdout, stderr=errors, env=self.env, start_new_session=True)
        self.processes.append(process)
        return process

    def end(self, process, patience=10):
        process.terminate()
        try:
            process.wait(patience)
        except subprocess.TimeoutExpired:
            process.kill()
            process.wait()
        self.processes.remove(process)

    def ask(self, argv):
        """What a program says, however it ends."""
        done = subprocess.run([str(word) for word in argv], env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return done.stdout

    def log(self, name):
        return self.folder / f"{name}.log"

    def saturate(self):
        """Keeps every core busy at normal priority; gives the processes that do."""
        spin = ("import os, sys\n"
                "os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))\n"
                "os.sched_setaffinity(0, {int(sys.argv[1])})\n"
                "while True: pass")
        return [self.spawn([sys.executable, "-c", spin, core]) for core in sorted(os.sched_getaffinity(0))]


def wait_for(ready, process, name, patience=60):
    end = time.monotonic() + patience
    while not ready():
        if process.poll() is not None:
            sys.exit(f"bench: {name} ended by itself, with exit code {process.returncode}")
        if time.monotonic() > end:
            sys.exit(f"bench: {name} was not ready within {patience} s")
        time.sleep(0.05)


class Wire:
    """A talk in lines over a Unix socket."""

    def __init__(self, path, process, name):
        self.socket = socket.socket(socket.AF_UNIX)
        wait_for(lambda: self.socket.connect_ex(str(path)) == 0, process, name)
        self.socket.settimeout(20)
        self.lines = self.socket.makefile("rb")

    def send(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def until(self, wanted):
        """Reads up to the line for which `wanted` is true."""
        for line in self.lines:
            if wanted(line):
                return line
        raise SystemExit("bench: a player hung up")
