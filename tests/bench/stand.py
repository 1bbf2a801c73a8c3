"""The test stand: a private sound server, and processes that do not outlive the benchmark."""
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
STOP_SIGNALS = signal.SIGINT, signal.SIGTERM, signal.SIGHUP
PROGRAMS = ["pulseaudio", "pactl", "parec", "ffmpeg", "setpriv", "cc", "pkg-config", "mpv", "mpd", "mpg123", "liquidsoap"]


def say(text):
    print(text, file=sys.stderr, flush=True)


def check_needs(loa):
    """Exits with a message if something is missing or would distort the measurement."""
    missing = [program for program in PROGRAMS if not shutil.which(program)]
    if missing:
        sys.exit(f"bench: not installed: {', '.join(missing)}; see packaging/needs.sh bench")
    overrides = list(Path("/etc/alsa/conf.d").glob("*pipewire-default*"))
    if overrides:
        sys.exit(f"bench: the package pipewire-alsa has taken over ALSA's default device ({overrides[0]}); please remove it first")
    if not os.access(loa, os.X_OK):
        sys.exit(f"bench: there is no program {loa}; build it, or set LOA")


class Stand:
    """A sound server and a folder. On exit, ends every process that was started through it, and removes the folder."""

    def __init__(self, loa):
        self.loa = loa
        self.processes = []
        self.realtime = None  # None until it is tried

    def __enter__(self):
        for number in STOP_SIGNALS:
            signal.signal(number, lambda *_: sys.exit("bench: ended by a signal"))
        self.folder = Path(tempfile.mkdtemp(prefix="loa-bench-"))
        try:
            # The path of a socket has at most 107 bytes.
            if len(str(self.folder)) > 60:
                sys.exit(f"bench: TMPDIR is too long for sockets: {self.folder}")
            self._prepare()
            self._start_pulse()
        except BaseException:
            self.__exit__()
            raise
        return self

    def __exit__(self, *_):
        # A second Ctrl+C is ignored, so that it cannot interrupt the clean-up.
        for number in STOP_SIGNALS:
            signal.signal(number, signal.SIG_IGN)
        for process in reversed(self.processes[:]):
            self.end(process)
        shutil.rmtree(self.folder, ignore_errors=True)

    def _prepare(self):
        """Makes the folders, and an environment that leads to none of the user's files."""
        home, run = self.folder / "home", self.folder / "run"
        for folder in home / ".config/pulse", run, self.folder / "media":
            folder.mkdir(parents=True)
        run.chmod(0o700)
        self.env = {
            "PATH": os.environ["PATH"], "LANG": "C.UTF-8", "TZ": "UTC", "TMPDIR": str(self.folder),
            "HOME": str(home), "XDG_CONFIG_HOME": str(home / ".config"), "XDG_RUNTIME_DIR": str(run),
            "PULSE_SERVER": f"unix:{run}/pulse.sock", "PULSE_COOKIE": str(home / "cookie"),
        }
        # The trace of loa's callbacks helps to explain a late start.
        if trace := os.environ.get("LOA_SOUND_TRACE"):
            self.env["LOA_SOUND_TRACE"] = str(Path(trace).absolute())
        (home / ".asoundrc").write_text("pcm.!default { type pulse }\nctl.!default { type pulse }\n")
        # Remixing is off, so that only the clicks are in the third channel.
        (home / ".config/pulse/daemon.conf").write_text(
            f"enable-remixing = no\nflat-volumes = no\nrealtime-priority = {PRIORITY}\n")
        self.sinkclock = self.folder / "sinkclock"
        pkg_config = ["pkg-config", "--cflags", "--libs", "libpulse"]
        flags = subprocess.run(pkg_config, capture_output=True, text=True).stdout.split()
        compiler = ["cc", "-std=c11", "-D_DEFAULT_SOURCE", "-O2", "-o", self.sinkclock, HERE / "sinkclock.c", *flags]
        if subprocess.run(compiler).returncode:
            sys.exit("bench: sinkclock.c cannot be built; are libpulse's headers installed? See packaging/needs.sh bench")

    def _start_pulse(self):
        # Rewinds are off, because they change frames that are already recorded.
        sink = (f"module-null-sink sink_name={SINK} format=s16le rate={RATE} channels=3 "
                "channel_map=front-left,front-right,aux0 norewinds=1")
        protocol = f"module-native-protocol-unix auth-anonymous=1 socket={self.folder}/run/pulse.sock"
        with self.in_real_time():
            pulse = self.spawn(["pulseaudio", "-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1",
                                "--log-target=stderr", "-L", protocol, "-L", sink], log="pulse")
            wait_for(lambda: SINK in self.output_of(["pactl", "list", "short", "sinks"]), pulse, "pulseaudio")
            self.raise_threads(pulse)  # PulseAudio has set its threads back to normal priority

    @contextmanager
    def in_real_time(self):
        """Gives this process, and those started inside the block, real-time priority if the system permits it."""
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
        """Gives real-time priority to those threads of a process that have none. A higher priority that it has set stays."""
        if not self.realtime:
            return
        for task in os.listdir(f"/proc/{process.pid}/task"):
            try:
                if os.sched_getscheduler(int(task)) & ~os.SCHED_RESET_ON_FORK == os.SCHED_OTHER:
                    os.sched_setscheduler(int(task), os.SCHED_RR, os.sched_param(PRIORITY))
            except ProcessLookupError:
                pass  # the thread has ended in the meantime

    def spawn(self, argv, stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL, log=None):
        """Starts a process that the kernel kills if the benchmark dies. A Ctrl+C at the terminal does not reach it."""
        command = ["setpriv", "--pdeathsig", "KILL", *map(str, argv)]
        with open(self.log_path(log) if log else os.devnull, "ab") as errors:
            process = subprocess.Popen(command, stdin=stdin, stdout=stdout, stderr=errors, env=self.env,
                                       start_new_session=True)
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

    def output_of(self, argv):
        """The standard output of a program, whatever its exit code."""
        argv = [str(argument) for argument in argv]
        result = subprocess.run(argv, env=self.env, stdin=subprocess.DEVNULL, capture_output=True, text=True)
        return result.stdout

    def log_path(self, name):
        return self.folder / f"{name}.log"

    def saturate(self):
        """Keeps every core busy at normal priority; returns the processes that do so."""
        spin = ("import os, sys\n"
                "os.sched_setscheduler(0, os.SCHED_OTHER, os.sched_param(0))\n"
                "os.sched_setaffinity(0, {int(sys.argv[1])})\n"
                "while True: pass")
        return [self.spawn([sys.executable, "-c", spin, core]) for core in sorted(os.sched_getaffinity(0))]


def wait_for(is_ready, process, name, patience=60):
    deadline = time.monotonic() + patience
    while not is_ready():
        if process.poll() is not None:
            sys.exit(f"bench: {name} ended unexpectedly, with exit code {process.returncode}")
        if time.monotonic() > deadline:
            sys.exit(f"bench: {name} was not ready within {patience} s")
        time.sleep(0.05)


class Wire:
    """A connection over a Unix socket that sends and receives lines."""

    def __init__(self, path, process, name):
        self.socket = socket.socket(socket.AF_UNIX)
        wait_for(lambda: self.socket.connect_ex(str(path)) == 0, process, name)
        self.socket.settimeout(20)
        self.lines = self.socket.makefile("rb")

    def send(self, line):
        self.socket.sendall(line.encode() + b"\n")

    def until(self, is_last):
        """Reads lines up to the one for which `is_last` is true, and returns that line."""
        for line in self.lines:
            if is_last(line):
                return line
        raise SystemExit("bench: a player hung up")
