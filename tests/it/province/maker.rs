//! Invented logs of a province's stations, written by the real planner, log and export code.
//!
//! The communes are those of Đắk Nông before the mergers of 2025. Everything else is invented.
#[path = "communes.rs"]
pub mod communes;
#[path = "days.rs"]
mod days;

use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use loa::airlog::entry::{AiringLabels, Outcome, PeerUser, Reason, TrustReason};
use loa::airlog::entry::{
    Body, BootEntry, EditEntry, GenesisEntry, KeptFileRef, OperatorEntry, OutcomeEntry, PlanEntry, RemarkEntry,
    ScheduleEntry, StartEntry,
};
use loa::airlog::keys::os_seed;
use loa::airlog::recover::recover;
use loa::airlog::storage::{FolderStorage, MemoryStorage};
use loa::airlog::{AirLog, LogConfig};
use loa::base::hash::hex;
use loa::base::instant::{BootTime, ClockSnapshot, ClockSync, WallTime};
use loa::library::meter::AudioMeasurements;
use loa::library::{FileStatus, Length, Library, Scan};
use loa::logstore::export::export;
use loa::logstore::source::{LogForm, LogSource};
use loa::plan::airtime_change::AirtimeChange;
use loa::plan::{Airing, Planner, Priority};
use loa::proof::verify::VerifyPolicy;
use loa::schedule::{Id, Schedule, SourceFile, read};
use sha2::{Digest as _, Sha256};

pub use communes::communes;

/// An invented playlist with two sessions a day of eight items each.
const PLAYLIST: &str = r#"
[campaign]
id = "giam-ngheo-2023"
title = "Truyền thông giảm nghèo bền vững năm 2023 (mẫu)"
[campaign.topics]
1 = "Mục tiêu và nhiệm vụ giảm nghèo"
2 = "Phong trào thi đua vì người nghèo"
3 = "Trách nhiệm và kiến thức làm ăn"
4 = "Gương điển hình, phê phán tiêu cực"
5 = "Chính sách, pháp luật về giảm nghèo"
[[segment]]
id = "nhac-hieu"
title = "Nhạc hiệu"
file = "s-12.mp3"
[[segment]]
id = "loi-chao"
title = "Lời chào đầu buổi"
file = "s-25.mp3"
[[segment]]
id = "muc-tieu"
title = "Năm nay xã làm gì để giảm nghèo"
file = "s-410.mp3"
topic = 1
[[segment]]
id = "thi-dua"
title = "Cả thôn cùng giúp nhau thoát nghèo"
file = "s-395.mp3"
topic = 2
[[segment]]
id = "lam-an"
title = "Cách làm ăn của nhà ta"
file = "s-620.mp3"
topic = 3
language = "cmo"
[[segment]]
id = "guong-sang"
title = "Một nhà thoát nghèo"
file = "s-505.mp3"
topic = 4
language = "rad"
[[segment]]
id = "chinh-sach"
title = "Vay vốn, bảo hiểm y tế cho hộ nghèo"
file = "s-730.mp3"
topic = 5
source = "district"
[[segment]]
id = "ket-thuc"
title = "Lời kết"
file = "s-15.mp3"
[[session]]
id = "sang"
at = ["05:15"]
play = ["nhac-hieu", "loi-chao", "muc-tieu", "thi-dua", "lam-an", "guong-sang", "chinh-sach", "ket-thuc"]
[[session]]
id = "chieu"
at = ["17:00"]
play = ["nhac-hieu", "loi-chao", "chinh-sach", "guong-sang", "thi-dua", "lam-an", "muc-tieu", "ket-thuc"]
"#;

/// A random number generator (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

fn sha256_hex(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// A simulated station and its log, which grows day by day.
pub struct SimulatedStation {
    pub id: String,
    schedule: Schedule,
    library: Library,
    disk: MemoryStorage,
    keys: MemoryStorage,
    log: AirLog<MemoryStorage>,
    dice: Dice,
    /// The date of the next day to add.
    pub next_date: NaiveDate,
    boot_count: u32,
    /// The time of the last entry in microseconds since 1970.
    last_entry_us: i64,
    /// The airings of the evening, after [`SimulatedStation::morning`].
    evening_airings: Vec<Airing>,
    has_synchronised_clock: bool,
}

impl SimulatedStation {
    /// Returns a station that begins its log on this date.
    pub fn begin(id: &str, name: &str, first_date: NaiveDate, seed: u64) -> Self {
        let settings = format!("[station]\nid = \"{id}\"\nname = \"{name}\"\nagency = \"UBND xã (hư cấu)\"\n");
        let files = [
            SourceFile::new("station.toml", settings.as_bytes()),
            SourceFile::new("playlists/mau.toml", PLAYLIST.as_bytes()),
        ];
        let schedule = read(&files).schedule;
        let mut library = Library::default();
        for segment in &schedule.segments {
            let seconds =
                segment.file.trim_start_matches("s-").trim_end_matches(".mp3").parse().expect("parse s-N.mp3");
            library.files.insert(segment.file.clone(), FileStatus::Good(scan(seconds)));
        }
        let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
        let log = open(&disk, &keys, id, &schedule);
        let mut station = Self {
            id: id.to_owned(),
            schedule,
            library,
            disk,
            keys,
            log,
            dice: Dice(seed),
            next_date: first_date,
            boot_count: 1,
            last_entry_us: 0,
            evening_airings: Vec::new(),
            has_synchronised_clock: true,
        };
        let identity = station.log.identity();
        let at = station.at(first_date, "04:30:00");
        let file_refs: Vec<KeptFileRef> = files
            .iter()
            .map(|file| KeptFileRef { name: file.name.clone(), sha256: sha256_hex(file.text.as_bytes()) })
            .collect();
        for file in &files {
            station.keep(format!("kept/{}.toml", sha256_hex(file.text.as_bytes())), file.text.clone().into_bytes());
        }
        let library_bytes = serde_json::to_vec(&station.library).expect("serialise to JSON");
        let library_sha256 = sha256_hex(&library_bytes);
        station.keep(format!("kept/{library_sha256}.json"), library_bytes);
        let station_id = Id::new(id).expect("the id is valid");
        let genesis = GenesisEntry {
            origin: identity.origin,
            key: identity.key,
            epoch_key: identity.epoch_key,
            station: station_id,
            name: name.to_owned(),
            agency: "UBND xã (hư cấu)".to_owned(),
            timezone: "Asia/Ho_Chi_Minh".to_owned(),
            program: "loa (mẫu)".to_owned(),
            follows: None,
        };
        let schedule = ScheduleEntry { files: file_refs, library: library_sha256, sessions: 2, segments: 8 };
        station.append(at, vec![Body::Genesis(genesis), station.boot(None), Body::Schedule(schedule)]);
        station
    }

    fn keep(&mut self, name: String, bytes: Vec<u8>) {
        self.log.keep_file(name, bytes).expect("in-memory storage never fails");
    }

    fn boot(&self, off_s: Option<i64>) -> Body {
        Body::Boot(BootEntry {
            last_seen: None,
            alive_us: None,
            off_s,
            orderly: false,
            machine_restarted: true,
            trusted: true,
            trust: TrustReason::Synchronised,
            program: "loa (mẫu)".to_owned(),
        })
    }

    fn at(&self, date: NaiveDate, time: &str) -> DateTime<FixedOffset> {
        format!("{date}T{time}+07:00").parse().expect("the time is valid")
    }

    fn append(&mut self, at: DateTime<FixedOffset>, batch: Vec<Body>) {
        // An entry with an earlier time gets the time of the last entry, because the simulated clock never runs
        // backwards.
        self.last_entry_us = self.last_entry_us.max(at.timestamp_micros());
        let wall = WallTime(self.last_entry_us);
        let sync = match self.has_synchronised_clock {
            true => ClockSync { is_synchronised: true, max_error_us: Some(4_000), last_sync_s: Some(30) },
            false => ClockSync::default(),
        };
        self.log
            .append(ClockSnapshot { wall, boot: BootTime(wall.0), sync }, batch)
            .expect("in-memory storage never fails");
    }

    /// The station's disk.
    #[allow(dead_code)] // the benchmark does not use it
    pub fn disk(&self) -> &MemoryStorage {
        &self.disk
    }

    /// The station's secret keys.
    #[allow(dead_code)] // the benchmark does not use it
    pub fn keys(&self) -> &MemoryStorage {
        &self.keys
    }

    /// The log's verifier key.
    pub fn vkey(&self) -> String {
        self.log.identity().key
    }

    /// A copy of the station with all its keys.
    #[allow(dead_code)] // the benchmark does not use it
    pub fn twin(&self) -> Self {
        let (mut disk, mut keys) = (self.disk.copy(), self.keys.copy());
        let resumed = recover(&mut disk, &mut keys).expect("in-memory storage never fails").resumed;
        let config = log_config(&self.id, &self.schedule);
        let log = AirLog::open(disk.clone(), keys.clone(), resumed, &config).expect("in-memory storage never fails");
        let (schedule, library) = (self.schedule.clone(), self.library.clone());
        Self {
            id: self.id.clone(),
            schedule,
            library,
            disk,
            keys,
            log,
            dice: Dice(self.dice.0),
            next_date: self.next_date,
            boot_count: self.boot_count,
            last_entry_us: self.last_entry_us,
            evening_airings: self.evening_airings.clone(),
            has_synchronised_clock: self.has_synchronised_clock,
        }
    }

    /// Changes the seed, so that the following days differ from those of a twin.
    #[must_use]
    #[allow(dead_code)] // the benchmark does not use it
    pub fn with_other_seed(mut self) -> Self {
        self.dice.0 ^= 0xABCD;
        self
    }

    /// Exports the log to a folder.
    pub fn export(&self, folder: &Path) {
        let source = LogSource { storage: self.disk.clone(), form: LogForm::Airlog };
        let mut stick = FolderStorage::new(folder.to_owned());
        let result = export(&source, &mut stick, VerifyPolicy::default(), 1).expect("export the log");
        result.expect("export an honest log");
    }

    /// The number of entries in the log.
    #[allow(dead_code)] // only the benchmark and the tests of object stores use it
    pub fn entries(&self) -> u64 {
        self.log.entries()
    }
}

fn log_config<'a>(id: &'a str, schedule: &Schedule) -> LogConfig<'a> {
    LogConfig { kind: "loa", station: id, boot: "mau", zone: schedule.station.timezone, seed_source: os_seed }
}

fn open(disk: &MemoryStorage, keys: &MemoryStorage, id: &str, schedule: &Schedule) -> AirLog<MemoryStorage> {
    AirLog::open(disk.clone(), keys.clone(), None, &log_config(id, schedule)).expect("in-memory storage never fails")
}

fn scan(seconds: u64) -> Scan {
    Scan {
        length: Length { frames: seconds * 48_000, rate: 48_000 },
        channels: 1,
        codec: "mp3".to_owned(),
        sha256: format!("{:064x}", seconds * 1000),
        bytes: seconds * 4000,
        measure: AudioMeasurements::default(),
        flaws: Vec::new(),
    }
}

fn labels_of(airing: &Airing) -> AiringLabels {
    AiringLabels {
        id: airing.id.clone(),
        segment: airing.segment.clone(),
        session: Some(airing.session.clone()),
        planned_at: Some(airing.start),
        planned_ms: airing.duration_ms,
        priority: airing.priority,
        campaign: airing.campaign.clone(),
        topic: airing.topic,
        language: airing.language.to_string(),
        source: airing.source,
        title: airing.title.to_string(),
        file: airing.file.to_string(),
    }
}

fn start_of(labels: AiringLabels, late_us: Option<i64>) -> Body {
    Body::Start(StartEntry {
        late_us,
        within_us: 120,
        sha256: Some(format!("{:064x}", labels.planned_ms)),
        labels,
        device: "hw:0".to_owned(),
        sink: None,
        hardware: None,
        rate: 48_000,
        volume: 80,
        level: 1,
    })
}

fn outcome_of(
    labels: AiringLabels,
    result: Outcome,
    reason: Option<Reason>,
    played_ms: i64,
    late_us: Option<i64>,
) -> OutcomeEntry {
    OutcomeEntry {
        sha256: Some(format!("{:064x}", labels.planned_ms)),
        labels,
        result,
        reason,
        played_ms,
        frames: u64::try_from(played_ms).expect("the length is not negative") * 48,
        rate: 48_000,
        late_us,
        drift_us: Some(0).filter(|_| late_us.is_some()),
        underrun_ms: 0,
        underruns: 0,
        device: Some("hw:0".to_owned()),
        sink: None,
        hardware: None,
        volume: Some(80),
        level: 1,
        detail: None,
    }
}
