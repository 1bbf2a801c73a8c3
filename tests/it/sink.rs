//! A sound card without hardware: a separate PulseAudio server with a null sink, and recordings of its monitor.
use std::fs::File;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Stdio};
use std::time::{Duration, Instant};

use crate::program;

/// The frames per second of the sink.
pub const RATE: u32 = 48_000;

/// A running PulseAudio server that only the test uses. Its process is killed when the `Sink` is dropped.
pub struct Sink {
    dir: tempfile::TempDir,
    pulse: Option<Child>,
}

/// A process that is killed when the `Process` is dropped.
pub struct Process(pub Child);

impl Drop for Process {
    fn drop(&mut self) {
        // The process may have ended already.
        let _ = self.0.kill();
        let _ = self.0.wait();
    }
}

impl Sink {
    pub fn start() -> Self {
        program::raise_priority();
        let dir = tempfile::Builder::new().prefix("loa").tempdir().unwrap();
        // The path of a socket has at most 107 bytes.
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

    /// Starts the stopped server again with the same socket.
    pub fn restart(&mut self) {
        assert!(self.pulse.is_none());
        let socket = self.dir.path().join("run/pulse.sock");
        let _ = std::fs::remove_file(&socket);
        let log = File::create(self.dir.path().join("pulse.log")).unwrap();
        let mut pulse = Command::new("pulseaudio");
        self.set_environment(&mut pulse);
        // A rewind would record some frames twice and shift the frames after them.
        let sink = format!("module-null-sink sink_name=out format=s16le rate={RATE} channels=2 norewinds=1");
        let protocol = format!("module-native-protocol-unix auth-anonymous=1 socket={}", socket.display());
        pulse.args(["-n", "--daemonize=no", "--use-pid-file=no", "--exit-idle-time=-1", "--log-target=stderr"]);
        pulse.args(["-L", &protocol, "-L", &sink]).stdin(Stdio::null()).stdout(Stdio::null()).stderr(log);
        let child = pulse.spawn().expect("pulseaudio is needed to test sound without a sound card");
        self.pulse = Some(child);
        let deadline = Instant::now() + Duration::from_secs(20);
        while !self.is_ready() {
            let log = std::fs::read_to_string(self.dir.path().join("pulse.log")).unwrap_or_default();
            assert!(Instant::now() < deadline, "pulseaudio is not ready; its log:\n{log}");
            std::thread::yield_now();
        }
    }

    fn is_ready(&self) -> bool {
        let mut pactl = Command::new("pactl");
        self.set_environment(&mut pactl);
        let output = pactl.args(["list", "short", "sinks"]).output().expect("pactl is needed to query pulseaudio");
        String::from_utf8_lossy(&output.stdout).contains("out")
    }

    /// Kills the server, as if the device were unplugged.
    pub fn stop(&mut self) {
        if let Some(mut pulse) = self.pulse.take() {
            let _ = pulse.kill();
            let _ = pulse.wait();
        }
    }

    /// Sets the environment of a command so that it finds only this server, even through ALSA's default device.
    pub fn set_environment(&self, command: &mut Command) {
        let (run, home) = (self.dir.path().join("run"), self.dir.path().join("home"));
        command.env("HOME", &home).env("XDG_CONFIG_HOME", home.join(".config"));
        command.env("XDG_RUNTIME_DIR", &run).env("PULSE_COOKIE", home.join("cookie"));
        command.env("PULSE_SERVER", format!("unix:{}", run.join("pulse.sock").display()));
    }

    /// A temporary folder for the test.
    pub fn folder(&self) -> &Path {
        self.dir.path()
    }

    /// Starts a recording of the sink's monitor.
    pub fn record(&self) -> Recording {
        self.record_monitor("out.monitor")
    }

    /// Starts a recording of another monitor.
    pub fn record_monitor(&self, monitor: &str) -> Recording {
        let path = self.dir.path().join("recording.raw");
        let mut parec = Command::new("parec");
        self.set_environment(&mut parec);
        parec.args(["--raw", "--device", monitor, "--format=s16le", "--channels=2", "--latency-msec=10"]);
        parec.arg(format!("--rate={RATE}")).stdin(Stdio::null()).stderr(Stdio::null());
        parec.stdout(File::create(&path).unwrap());
        let process = Process(parec.spawn().expect("parec is needed to record what was played"));
        let recording = Recording { path, process };
        // A null sink always delivers frames, at least silence. The first bytes show that the recording runs.
        recording.wait_for(1);
        recording
    }
}

impl Drop for Sink {
    fn drop(&mut self) {
        self.stop();
    }
}

/// A recording that runs until it is read.
pub struct Recording {
    path: PathBuf,
    process: Process,
}

impl Recording {
    fn frame_count(&self) -> u64 {
        std::fs::metadata(&self.path).unwrap().len() / 4
    }

    /// Waits until this number of further frames is recorded.
    fn wait_for(&self, frames: u64) {
        let (deadline, target) = (Instant::now() + Duration::from_secs(20), self.frame_count() + frames);
        while self.frame_count() < target {
            assert!(Instant::now() < deadline, "the recording does not grow");
            std::thread::yield_now();
        }
    }

    /// True if the last 100 ms of the recording are not silent.
    pub fn is_sounding(&self) -> bool {
        let bytes = std::fs::read(&self.path).unwrap();
        bytes[bytes.len().saturating_sub(4 * 4800)..].iter().any(|byte| *byte != 0)
    }

    /// Records one more second; returns all samples, interleaved.
    pub fn finish(self) -> Vec<f32> {
        self.wait_for(u64::from(RATE));
        self.into_samples()
    }

    /// Returns all samples so far, interleaved, even if the server has ended.
    pub fn into_samples(self) -> Vec<f32> {
        drop(self.process);
        let bytes = std::fs::read(&self.path).unwrap();
        let (samples, _) = bytes.as_chunks::<2>();
        samples.iter().map(|b| f32::from(i16::from_le_bytes(*b)) / 32768.0).collect()
    }
}
