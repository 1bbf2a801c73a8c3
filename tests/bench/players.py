"""The players with which loa is compared. Each is controlled in the way that makes its starts most precise."""
import itertools
import json
import subprocess
import time

from stand import SINK, Wire


class Player:
    """A player that is started once; for each start it is cued, fired at the instant, and silenced again."""
    name = how = program = ""
    knows_instant = False  # true for a player that starts by itself; the others are fired at the instant
    process = None
    logged = {}         # the starts that it logged: planned instant to (late_us, within_us)

    def version(self, stand):
        return stand.output_of([self.program, "--version"])

    def start(self, stand): pass      # starts the process; the player then waits
    def enter(self, count): pass      # is called before a block of `count` starts
    def next_instant(self): return None  # None: the harness chooses the instant
    def cue(self, instant): pass
    def fire(self): pass
    def silence(self): pass
    def leave(self): pass             # is called after a block

    def stop(self, stand):
        if self.process:
            stand.end(self.process)
            self.process = None

    # Footprint.

    settle_waiting = settle_playing = 4  # seconds until its use of memory and CPU is steady

    def start_waiting(self, stand):
        self.start(stand)

    def start_playing(self, stand, path):
        self.start(stand)
        self.play(path)

    def play(self, path): pass


class Reference(Player):
    name, how = "reference", "an open stream, and a counted frame"
    knows_instant = True

    def start(self, stand):
        self.process = stand.spawn([stand.sinkclock, "reference", SINK, 150], stdin=subprocess.PIPE, log="reference")
        time.sleep(1.5)  # until it has asked the server for the time often enough

    def cue(self, instant):
        self._say(f"{instant * 1e6:.0f}")

    def silence(self):
        self._say("0")

    def _say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()


class Mpv(Player):
    name, how = "mpv", "cued over its socket, and unpaused"
    program = "mpv"

    def start(self, stand):
        path, self.tone = stand.folder / "mpv.sock", stand.folder / "media/tone.mp3"
        self.process = stand.spawn(["mpv", "--idle", "--no-config", "--no-video", "--no-terminal", "--ao=pulse",
                                    f"--input-ipc-server={path}"])
        self.wire = Wire(path, self.process, self.name)
        self.request_ids = itertools.count(1)

    def cue(self, instant):
        self._ask("set_property", "pause", True)
        self._ask("loadfile", str(self.tone), "replace")

    def fire(self):
        self.fire_request = self._send("set_property", "pause", False)

    def silence(self):
        self._answer(self.fire_request)
        self._ask("stop")

    def play(self, path):
        self._ask("loadfile", str(path), "replace")

    def _send(self, *command):
        request_id = next(self.request_ids)
        self.wire.send(json.dumps({"command": command, "request_id": request_id}))
        return request_id

    def _answer(self, request_id):
        self.wire.until(lambda line: json.loads(line).get("request_id") == request_id)

    def _ask(self, *command):
        self._answer(self._send(*command))


class Mpg123(Player):
    name, how = "mpg123", "remote control (-R), LOAD at the instant"
    program = "mpg123"

    def start(self, stand):
        self.tone = stand.folder / "media/tone.mp3"
        self.process = stand.spawn(["mpg123", "-R", "-o", "pulse"], stdin=subprocess.PIPE)
        self._say("SILENCE")  # switches off the status line for each frame

    def fire(self):
        self._say(f"LOAD {self.tone}")

    def silence(self):
        self._say("STOP")

    def play(self, path):
        self._say(f"LOAD {path}")

    def _say(self, line):
        self.process.stdin.write(line.encode() + b"\n")
        self.process.stdin.flush()


class Mpd(Player):
    name, how = "mpd", "cued at 0 and paused, then unpaused on an open connection"
    program = "mpd"

    def start(self, stand):
        path, config = stand.folder / "mpd.sock", stand.folder / "mpd.conf"
        # mpd closes a connection that is idle for a minute; ours is idle while the other players have their turns.
        config.write_text(
            f'bind_to_address "{path}"\nconnection_timeout "86400"\nlog_file "{stand.log_path("mpd")}"\n'
            'audio_output {\n  type "pulse"\n  name "pulse"\n}\n')
        self.process = stand.spawn(["mpd", "--no-daemon", config], log="mpd")
        self.wire = Wire(path, self.process, self.name)
        self._answer()  # reads mpd's greeting
        self._ask(f'add "{stand.folder}/media/tone.mp3"')

    def cue(self, instant):
        self._ask("play 0")
        time.sleep(0.05)
        self._ask("pause 1")
        self._ask("seekcur 0")

    def fire(self):
        self.wire.send("pause 0")

    def silence(self):
        self._answer()
        self._ask("stop")

    def play(self, path):
        for command in "clear", f'add "{path}"', "play":
            self._ask(command)

    def _answer(self):
        line = self.wire.until(lambda line: line.startswith((b"OK", b"ACK")))
        if line.startswith(b"ACK"):
            raise SystemExit(f"bench: mpd refuses: {line.decode().strip()}")

    def _ask(self, command):
        self.wire.send(command)
        self._answer()


class Liquidsoap(Player):
    name, how = "liquidsoap", "a request queue, pushed to over its socket"
    program = "liquidsoap"

    def start(self, stand):
        path, script = stand.folder / "liq.sock", stand.folder / "bench.liq"
        self.tone = stand.folder / "media/tone.mp3"
        script.write_text(
            'settings.init.allow_root.set(true)\nsettings.log.stdout.set(false)\nsettings.log.file.set(false)\n'
            'settings.server.timeout.set(-1.)\nsettings.server.socket.set(true)\n'
            f'settings.server.socket.path.set("{path}")\n'
            'q = request.queue(id="q")\noutput.pulseaudio(fallback(track_sensitive=false, [q, blank()]))\n')
        self.process = stand.spawn(["liquidsoap", script], log="liquidsoap")
        self.wire = Wire(path, self.process, self.name)
        time.sleep(2)  # until its stream is open

    def fire(self):
        self.wire.send(f"q.push {self.tone}")

    def silence(self):
        self._answer()
        self.wire.send("q.skip")  # q.flush_and_skip blocks the server of 2.1.3 after some calls
        self._answer()

    def play(self, path):
        self.wire.send(f"q.push {path}")
        self._answer()

    def _answer(self):
        self.wire.until(lambda line: line.strip() == b"END")
