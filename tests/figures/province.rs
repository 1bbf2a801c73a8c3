//! `cargo bench --bench figures -- province [STATIONS...]`: collects, indexes and reports a year of a province.
#[path = "../it/province/maker.rs"]
mod maker;

use std::path::Path;
use std::process::Command;
use std::time::{Duration, Instant};

use chrono::NaiveDate;
use loa::airlog::storage::FolderStorage;
use loa::department::registry::{Registry, StationDetails, parse_area};
use loa::proof::note::VerifierKey;

use maker::{SimulatedStation, communes};

const DAYS: i64 = 365;

/// The wall time, the processor time in seconds and the peak memory of a command.
struct Usage {
    wall: Duration,
    cpu_s: f64,
    peak_mib: f64,
}

fn run(dir: &Path, arguments: &[&str]) -> Usage {
    let begin = Instant::now();
    let script = "import resource,subprocess,sys\n\
        code=subprocess.run(sys.argv[1:],stdout=subprocess.DEVNULL,stderr=subprocess.PIPE)\n\
        used=resource.getrusage(resource.RUSAGE_CHILDREN)\n\
        print(used.ru_utime+used.ru_stime,used.ru_maxrss/1024,code.returncode)\n\
        sys.stderr.write(code.stderr.decode()) if code.returncode>1 else None";
    let mut command = Command::new("python3");
    command.args(["-c", script, env!("CARGO_BIN_EXE_loa")]).args(arguments).current_dir(dir);
    let output = command.env("XDG_STATE_HOME", dir.join("state")).output().expect("python starts");
    let wall = begin.elapsed();
    let output_text = String::from_utf8_lossy(&output.stdout).into_owned();
    let numbers: Vec<f64> = output_text.split_whitespace().filter_map(|n| n.parse().ok()).collect();
    assert!(
        numbers.len() == 3 && numbers[2] < 2.0,
        "{arguments:?}: {output_text}{}",
        String::from_utf8_lossy(&output.stderr)
    );
    Usage { wall, cpu_s: numbers[0], peak_mib: numbers[1] }
}

fn print_row(name: &str, usage: &Usage) {
    println!(
        "  {name:<44} {:>8.2} s  cpu {:>7.2} s  {:>6.0} MiB",
        usage.wall.as_secs_f64(),
        usage.cpu_s,
        usage.peak_mib
    );
}

/// Measures a province with the given number of stations.
pub fn measure_province(stations: usize) {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let first_date = NaiveDate::from_ymd_opt(2023, 1, 1).expect("the date is valid");
    let mut store = FolderStorage::new(dir.path().join("store"));
    let mut registry = Registry::default();
    let begin = Instant::now();
    let mut entries = 0;
    for (number, commune) in communes(stations).iter().enumerate() {
        let station = SimulatedStation::begin(&commune.id, &commune.name, first_date, number as u64 * 7919);
        let key = VerifierKey::parse(&station.vkey()).expect("parse the key");
        let details = StationDetails {
            name: Some(commune.name.clone()),
            areas: parse_area(&commune.place).into_iter().collect(),
            contact: None,
        };
        registry.enrol(key, "2023-01-01T00:00:00Z".to_owned(), &details).expect("enrol the station's key");
        let station = station.days(DAYS);
        station.export(&dir.path().join("sticks").join(&commune.id));
        let station = station.days(1);
        station.export(&dir.path().join("next-day").join(&commune.id));
        entries += station.entries();
    }
    registry.write(&mut store).expect("write the file");
    let make_seconds = begin.elapsed().as_secs_f64();
    println!("{stations} stations, {DAYS} days, {entries} entries (made in {make_seconds:.0} s)");
    let collect = |source: &str| run(dir.path(), &["collect", source, "--into", "store", "--silent-days", "60000"]);
    let first_collection = collect("sticks");
    print_row("collect from scratch", &first_collection);
    print_row("index from scratch", &run(dir.path(), &["index", "store"]));
    let year = ["report", "store", "--from", "2023-01-01", "--until", "2023-12-31"];
    print_row("report of the year, text", &run(dir.path(), &year));
    print_row("the same again, nothing to do: collect", &collect("sticks"));
    print_row("collect one new day", &collect("next-day"));
    print_row("index one new day", &run(dir.path(), &["index", "store"]));
    for format in ["csv", "html", "pdf", "xlsx"] {
        let file_name = format!("report.{format}");
        let options = ["--compare", "year", "--format", format, "--output", &file_name];
        let arguments: Vec<&str> = year.iter().chain(&options).copied().collect();
        let usage = run(dir.path(), &arguments);
        let bytes = std::fs::metadata(dir.path().join(&file_name)).map_or(0, |file| file.len());
        print_row(&format!("report of the year, {format} ({} KiB)", bytes / 1024), &usage);
    }
    let entries_per_second = entries as f64 / first_collection.cpu_s;
    println!(
        "  collected: {entries_per_second:.0} entries a second and core, {:.1} s of processor for a station's year",
        first_collection.cpu_s / stations as f64
    );
}
