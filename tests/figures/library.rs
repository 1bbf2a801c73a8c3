//! Compares the processor time of `loa scan` with that of other programs that measure loudness and true peak. Each time
//! is that of a complete process.
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

/// The length of each file in minutes.
const MINUTES: u32 = 30;
const RUN_COUNT: usize = 3;

/// The times and the memory that one process used.
#[derive(Clone, Copy, Default)]
struct Usage {
    processor: Duration,
    wall: Duration,
    peak_kb: u64,
}

/// Makes the files and prints the table.
pub fn measure_scanning() {
    if Command::new("ffmpeg").arg("-version").stdout(Stdio::null()).status().is_err() {
        println!("scan: ffmpeg is not here, no comparison");
        return;
    }
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let wav = encode(dir.path(), "a.wav", &["-c:a", "pcm_s16le"], None);
    let mp3 = encode(dir.path(), "a.mp3", &["-c:a", "libmp3lame", "-b:a", "128k"], Some(&wav));
    let flac = encode(dir.path(), "a.flac", &["-c:a", "flac"], Some(&wav));
    println!("{MINUTES} min of stereo at 44.1 kHz; processor time of the whole process, median of {RUN_COUNT}");
    for file in [&mp3, &flac, &wav] {
        let name = file.extension().unwrap_or_default().to_string_lossy().into_owned();
        let loa = median(|| run(&mut loa(&[file], 1)));
        row(&format!("{name}: loa scan"), loa, loa);
        let mut others = vec![("ffmpeg ebur128=peak=true", ffmpeg(file))];
        if Command::new("loudgain").arg("-h").stdout(Stdio::null()).stderr(Stdio::null()).status().is_ok() {
            let mut loudgain = Command::new("loudgain");
            loudgain.args(["-q", "-s", "s"]).arg(file);
            others.push(("loudgain (true peak, no range)", loudgain));
        }
        for (tool, mut command) in others {
            row(&format!("{name}: {tool}"), median(|| run(&mut command)), loa);
        }
    }
    measure_scaling(&mp3);
}

/// Scans eight files with one worker and with one worker for each core.
fn measure_scaling(file: &Path) {
    let cores = std::thread::available_parallelism().map_or(1, usize::from);
    let files = [file; 8];
    let mut ratios: Vec<f64> = (0..RUN_COUNT)
        .map(|_| {
            let one_worker = run(&mut loa(&files, 1));
            let all_workers = run(&mut loa(&files, cores));
            println!(
                "  8 files: 1 worker {:.2?}, {cores} workers {:.2?}, {} KB",
                one_worker.wall, all_workers.wall, all_workers.peak_kb
            );
            one_worker.wall.as_secs_f64() / all_workers.wall.as_secs_f64()
        })
        .collect();
    ratios.sort_by(f64::total_cmp);
    println!("{:<56} x{:.2}", format!("scan: {cores} workers against one, median"), ratios[RUN_COUNT / 2]);
}

fn loa(files: &[&Path], jobs: usize) -> Command {
    let mut loa = Command::new(env!("CARGO_BIN_EXE_loa"));
    loa.args(["scan", "--format", "json", "--jobs", &jobs.to_string()]).args(files);
    loa
}

fn ffmpeg(file: &Path) -> Command {
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostats", "-nostdin", "-threads", "1", "-i"]).arg(file);
    ffmpeg.args(["-af", "ebur128=peak=true", "-f", "null", "-"]);
    ffmpeg
}

/// Encodes a file, or makes speech-like sound where there is no source file: tones with the rhythm of syllables, pauses
/// and a little noise, and a different voice in each channel.
fn encode(dir: &Path, name: &str, args: &[&str], source_file: Option<&Path>) -> PathBuf {
    let path = dir.join(name);
    let voice = |pitch: u32, rhythm: f64, seed: u32| {
        format!(
            "(0.3*sin(2*PI*{pitch}*t+4*sin(2*PI*0.7*t))+0.15*sin(2*PI*{}*t)+0.05*(random({seed})-0.5))\
             *(0.55+0.45*sin(2*PI*{rhythm}*t))*lt(mod(t,7),6.2)",
            pitch * 7
        )
    };
    let mut ffmpeg = Command::new("ffmpeg");
    ffmpeg.args(["-v", "error", "-nostdin", "-y"]);
    match source_file {
        Some(source_file) => ffmpeg.arg("-i").arg(source_file),
        None => {
            let source = format!("aevalsrc='{}|{}':s=44100:d={}", voice(140, 4.3, 0), voice(210, 3.7, 1), MINUTES * 60);
            ffmpeg.args(["-f", "lavfi", "-i", &source])
        }
    };
    let status = ffmpeg.args(args).arg(&path).status().expect("run ffmpeg");
    assert!(status.success());
    path
}

/// Runs a command. When a child ends, the system adds its processor time to this process's `cutime` and `cstime`.
fn run(command: &mut Command) -> Usage {
    let before = children_time();
    let begin = Instant::now();
    let mut child = command.stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("start the program");
    let status = format!("/proc/{}/status", child.id());
    let mut peak_kb = 0;
    while child.try_wait().expect("poll the process").is_none() {
        let text = std::fs::read_to_string(&status).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        peak_kb = line.and_then(|l| l.trim().trim_end_matches(" kB").parse().ok()).unwrap_or(peak_kb);
        std::thread::park_timeout(Duration::from_millis(10));
    }
    Usage { processor: children_time().saturating_sub(before), wall: begin.elapsed(), peak_kb }
}

/// The processor time, user and system, of this process's ended children (`cutime` and `cstime` in proc(5)).
fn children_time() -> Duration {
    let stat = std::fs::read_to_string("/proc/self/stat").unwrap_or_default();
    let fields: Vec<&str> = stat.rsplit(") ").next().unwrap_or_default().split(' ').collect();
    let ticks: u64 = [13, 14].iter().filter_map(|i| fields.get(*i)?.parse::<u64>().ok()).sum();
    Duration::from_millis(ticks * 10)
}

fn median(mut work: impl FnMut() -> Usage) -> Usage {
    let mut usages: Vec<_> = (0..RUN_COUNT).map(|_| work()).collect();
    usages.sort_by_key(|usage| usage.processor);
    usages[RUN_COUNT / 2]
}

fn row(name: &str, usage: Usage, loa: Usage) {
    let ratio = usage.processor.as_secs_f64() / loa.processor.as_secs_f64();
    println!("{name:<56} {:>8.2?}  {:>7} KB  x{ratio:.2}", usage.processor, usage.peak_kb);
}
