//! `cargo bench --bench figures -- province [STATIONS...]`: a year of a province, collected, indexed, reported.
#[path = "../it/province/maker.rs"]
mod maker;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use loa::airlog::storage::FolderStorage;
use loa::department::registry::{Registry, StationDetails, parse_area};
use loa::proof::note::VerifierKey;

use maker::{Life, communes};

const DAYS: i64 = 365;

/// Wall time, processor time, and the most memory that a command had.
struct Took {
    wall: Duration,
    cpu: f64,
    mib: f64,
}

fn run(dir: &Path, words: &[&str]) -> Took {
    let begin = Instant::now();
    let script = "import resource,subprocess,sys\n\
        code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.PIPE)\n\
        used=resource.getrusage(resource.RUSAGE_CHILDREN)\n\
        print(used.ru_utime+used.ru_stime,used.ru_maxrss/1024,code.returncode)\n\
        sys.stderr.write(code.stderr.decode()) if code.returncode>1 else None";
    let mut command = Command::new("python3");
    command.args(["-c", script, env!("CARGO_BIN_EXE_loa")]).args(words).current_dir(dir);
    let output = command.env("XDG_STATE_HOME", dir.join("state")).output().expect("python starts");
    let wall = begin.elapsed();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = said.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    assert!(numbers.len() == 3 && numbers[2] < 2.0, "{words:?}: {said}{}", String::from_utf8_lossy(&output.stderr));
    Took { wall, cpu: numbers[0], mib: numbers[1] }
}

fn tell(name: &str, took: &Took) {
    println!("  {name:<44} {:>8.2} s  cpu {:>7.2} s  {:>6.0} MiB", took.wall.as_secs_f64(), took.cpu, took.mib);
}

/// The whole province, so many stations large.
pub fn province(stations: usize) {
    let dir = tempfile::tempdir().expect("a folder");
    let first = NaiveDate::from_ymd_opt(2023, 1, 1).expect("a date");
    let mut store = FolderStorage::new(dir.path().join("store"));
    let mut registry = Registry::default();
    let begin = Instant::now();
    let mut entries = 0;
    for (number, commune) in communes(stations).iter().enumerate() {
        let life = Life::begin(&commune.id, &commune.name, first, number as u64 * 7919);
        let key = VerifierKey::parse(&life.vkey()).expect("its own");
        let about = StationDetails { name: Some(commune.name.clone()), area: parse_area(&commune.place) };
        registry.enrol(key, "2023-01-01T00:00:00Z".to_owned(), &about).expect("a station's key");
        let life = life.days(DAYS);
        life.export(&dir.path().join("sticks").join(&commune.id));
        let life = life.days(1);
        life.export(&dir.path().join("next-day").join(&commune.id));
        entries += life.entries();
    }
    registry.write(&mut store).expect("a folder");
    let made = begin.elapsed().as_secs_f64();
    println!("{stations} stations, {DAYS} days, {entries} entries (made in {made:.0} s)");
    let collect = |source: &str| run(dir.path(), &["collect", source, "--into", "store", "--silent-days", "60000"]);
    let scratch = collect("sticks");
    tell("collect from scratch", &scratch);
    tell("index from scratch", &run(dir.path(), &["index", "store"]));
    let year = ["report", "store", "--from", "2023-01-01", "--until", "2023-12-31"];
    tell("report of the year, text", &run(dir.path(), &year));
    tell("the same again, nothing to do: collect", &collect("sticks"));
    tell("collect one new day", &collect("next-day"));
    tell("index one new day", &run(dir.path(), &["index", "store"]));
    for format in ["csv", "html", "pdf", "xlsx"] {
        let output = format!("report.{format}");
        let more = ["--compare", "year", "--format", format, "--output", &output];
        let words: Vec<&str> = year.iter().chain(&more).copied().collect();
        let took = run(dir.path(), &words);
        let bytes = std::fs::metadata(dir.path().join(&output)).map_or(0, |file| file.len());
        tell(&format!("report of the year, {format} ({} KiB)", bytes / 1024), &took);
    }
    let each = entries as f64 / scratch.cpu;
    println!(
        "  collected: {each:.0} entries a second and core, {:.1} s of processor for a station's year",
        scratch.cpu / stations as f64
    );
}
