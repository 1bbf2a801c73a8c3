//! A sound card without hardware: a PulseAudio of our own with a null sink, and a recording of what it got.
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program;

/// Frames a second of the sink.
pub const RATE: u32 = 48_000;

/// A running PulseAudio that nobody else plays to; only this process is ended when it is dropped.
pub struct Sink {
    dir: tempfile::TempDir,
    pulse: Option<Child>,
}

/// A process that ends when it is dropped.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        // It may have ended by itself, which is as good.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Sink {
    pub fn start() -> Self {
        program::in_real_time();
        let dir = tempfile::Builder::new().prefix("loa").tempdir().unwrap();
        // A socket's name holds 107 bytes.
        let socket = dir.path().join("run/pulse.sock");
        assert!(socket.as_os_str().len() < 100, "TMPDIR is too long for a socket: {}", socket.display());
        for folder in ["run", "home/.config/pulse"] {
            std::fs::create_dir_all(dir.path().join(folder)).unwrap();
        }
        let asoundrc = "pcm.!default { type pulse }\nctl.!default { type pulse }\n";
        std::fs::write(dir.path().join("home/.asoundrc"), asoundrc).unwrap();
        let mut sink = Self { dir, pulse: None };
        sink.restart();
        sink
    }

    /// Starts the server, when it was stopped, with the same socket.
    pub fn restart(&mut self) {
        assert!(self.pulse.is_none());
        let socket = self.dir.path().join("run/pulse.sock");
        let _ = std::fs::remove_file(&socket);
        let log = File::create(self.dir.path().join("pulse.log")).unwrap();
        let mut pulse = Command::new("pulseaudio");
        self.environment(&mut pulse);
        // Rewinds would record frames twice, and move what follows them.
        let sink = format!("module-null-sink sink_name=out format=s16le rate={RATE} channels=2 norewinds=1");
        let protocol = format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display());
        pulse.args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-target=stderr"]);
        pulse.args(["-L", &protocol, "-L", &sink]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = pulse.spawn().expect("pulseaudio is needed to test sound without a sound card");
        self.pulse = Some(child);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.answers() {
            let log = std::fs::read_to_string(self.dir.path().join("pulse.log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "pulseaudio does not answer; it says:\n{log}");
            std::thread::yield_now();
        }
    }

    fn answers(&self) -> bool {
        let mut pactl = Command::new("pactl");
        self.environment(&mut pactl);
        let output = pactl.args(["list", "short", "sinks"]).output().expect("pactl is needed beside pulseaudio");
        String::from_utf8_lossy(&output.stdout).contains("out")
    }

    /// Ends the server, as when a device is pulled out.
    pub fn stop(&mut self) {
        if let Some(mut pulse) = self.pulse.take() {
            let _ = pulse.kill();
            let _ = pulse.wait();
        }
    }

    /// Makes a process find this server, by ALSA's default device too, and no other.
    pub fn environment(&self, command: &mut Command) {
        let (run, home) = (self.dir.path().join("run"), self.dir.path().join("home"));
        command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join(".config"));
        command.env("XDG_RUNTIME_DIR", &run).env("PULSE_COOKIE", home.join("cookie"));
        command.env("PULSE_SERVER", format!("unix:{}", run.join("pulse.sock").display()));
    }

    /// A folder for what a test needs beside.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Records what the sink gets from now on.
    pub fn record(&self) -> Recording {
        self.record_of("out.monitor")
    }

    /// Records what another sink's monitor gets.
    pub fn record_of(&self, monitor: &str) -> Recording {
        let path = self.dir.path().join("recording.raw");
        let mut parec = Command::new("parec");
        self.environment(&mut parec);
        parec.args(["--raw", "--device", monitor, "--format=s16le", "--channels=2", "--latency-msec=10"]);
        parec.arg(format!("--rate={RATE}")).stdin(Stdio::null()).stderr(Stdio::null());
        parec.stdout(File::create(&path).unwrap());
        let process = Process(parec.spawn().expect("parec is needed to record what was played"));
        let recording = Recording { path, process };
        // A null sink sounds always, if only silence: the first bytes say that it is being recorded.
        recording.wait_for(1);
        recording
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A recording that goes on until it is read.
pub struct Recording {
    path: PathBuf,
    process: Process,
}

impl Recording {
    fn frames(&self) -> u64 {
        std::fs::metadata(&self.path).unwrap().len() / 4
    }

    /// Waits until there are so many more frames.
    fn wait_for(&self, frames: u64) {
        let (deadline, wanted) = (Instant::now() + Duration::from_secs(20), self.frames() + frames);
        while self.frames() < wanted {
            assert!(Instant::now() < deadline, "the recording stands still");
            std::thread::yield_now();
        }
    }

    /// Whether anything but silence has been recorded lately.
    pub fn sounds(&self) -> bool {
        let bytes = std::fs::read(&self.path).unwrap();
        bytes[bytes.len().saturating_sub(4 * 4800)..].iter().any(|byte| *byte != 0)
    }

    /// Everything recorded, and a second after now: interleaved frames.
    pub fn finish(self) -> Vec<f32> {
        self.wait_for(u64::from(RATE));
        self.broken_off()
    }

    /// Everything recorded so far, by a server that is gone.
    pub fn broken_off(self) -> Vec<f32> {
        drop(self.process);
        let bytes = std::fs::read(&self.path).unwrap();
        let (samples, _) = bytes.as_chunks::<2>();
        samples.iter().map(|b| f32::from(i16::from_le_bytes(*b)) / 32768.0).collect()
    }
}
