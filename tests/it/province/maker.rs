//! Invented logs of a province's stations, written by the real planner, log and export; only what happened is made up.
//!
//! The communes are those of Đắk Nông before the mergers of 2025. Everything else is invented.
use std::path::Path;

use chrono::{DateTime, FixedOffset, NaiveDate, TimeDelta};
use loa::airlog::entry::{AiringLabels, Outcome, PeerUser, Reason, TrustReason};
use loa::airlog::entry::{
    Body, BootEntry, GenesisEntry, KeptFileRef, OperatorEntry, OutcomeEntry, PlanEntry, ScheduleEntry, StartEntry,
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
use loa::plan::{Airing, Planner, Priority};
use loa::proof::verify::VerifyPolicy;
use loa::schedule::{Id, Schedule, SourceFile, read};
use sha2::{Digest as _, Sha256};

/// The 71 communes, wards and towns, by district: district code, district, names.
pub const PROVINCE: [(&str, &str, &[&str]); 8] = [
    (
        "660",
        "Gia Nghĩa",
        &["Nghĩa Đức", "Nghĩa Phú", "Nghĩa Tân", "Nghĩa Thành", "Nghĩa Trung", "Quảng Thành", "Đắk Nia", "Đắk R'Moan"],
    ),
    ("661", "Đắk Glong", &["Đắk Ha", "Đắk Plao", "Đắk R'Măng", "Đắk Som", "Quảng Hòa", "Quảng Khê", "Quảng Sơn"]),
    (
        "662",
        "Cư Jút",
        &["Ea T'Ling", "Cư K'nia", "Đắk D'rông", "Đắk Wil", "Ea Pô", "Nam Dong", "Tâm Thắng", "Trúc Sơn"],
    ),
    (
        "663",
        "Đắk Mil",
        &[
            "Đắk Mil",
            "Đắk Gằn",
            "Đắk Lao",
            "Đắk N'Drót",
            "Đắk R'La",
            "Đắk Sắk",
            "Đức Mạnh",
            "Đức Minh",
            "Long Sơn",
            "Thuận An",
        ],
    ),
    (
        "664",
        "Krông Nô",
        &[
            "Đắk Mâm",
            "Buôn Choáh",
            "Đắk Drô",
            "Đắk Nang",
            "Đắk Sôr",
            "Đức Xuyên",
            "Nam Đà",
            "Nam Xuân",
            "Nâm N'Đir",
            "Nâm Nung",
            "Quảng Phú",
            "Tân Thành",
        ],
    ),
    (
        "665",
        "Đắk Song",
        &[
            "Đức An",
            "Đắk Hòa",
            "Đắk Môl",
            "Đắk N'Drung",
            "Nam Bình",
            "Nâm N'Jang",
            "Thuận Hà",
            "Thuận Hạnh",
            "Trường Xuân",
        ],
    ),
    (
        "666",
        "Đắk R'lấp",
        &[
            "Kiến Đức",
            "Đạo Nghĩa",
            "Đắk Ru",
            "Đắk Sin",
            "Đắk Wer",
            "Hưng Bình",
            "Kiến Thành",
            "Nghĩa Thắng",
            "Nhân Cơ",
            "Nhân Đạo",
            "Quảng Tín",
        ],
    ),
    ("667", "Tuy Đức", &["Đắk Búk So", "Đắk Ngo", "Đắk R'Tíh", "Quảng Tâm", "Quảng Tân", "Quảng Trực"]),
];

/// A commune of the province.
#[derive(Debug, Clone)]
pub struct Commune {
    pub id: String,
    pub name: String,
    pub place: String,
}

/// So many stations; past the province's 71 they are numbered anew.
pub fn communes(count: usize) -> Vec<Commune> {
    let all = PROVINCE.iter().flat_map(|(code, district, names)| names.iter().map(move |name| (code, district, name)));
    let all: Vec<_> = all.collect();
    (0..count)
        .map(|n| {
            let (code, district, name) = all[n % all.len()];
            let round = n / all.len();
            let number = n % all.len();
            let id = if round == 0 { format!("xa-{number:02}") } else { format!("xa-{number:02}-{round}") };
            let place = format!("{} {name} / {code} {district} / 67 Đắk Nông", 24_600 + n);
            Commune { id, name: format!("Đài Truyền thanh {name} (hư cấu)"), place }
        })
        .collect()
}

/// The invented playlist: two sessions of eight items a day.
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

/// A small generator (splitmix64).
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

fn sha(bytes: &[u8]) -> String {
    hex(&Sha256::digest(bytes))
}

/// The life of a station, as far as its log tells it.
pub struct Life {
    pub id: String,
    schedule: Schedule,
    library: Library,
    disk: MemoryStorage,
    keys: MemoryStorage,
    log: AirLog<MemoryStorage>,
    dice: Dice,
    pub next: NaiveDate,
    boots: u32,
    /// When the last entry was written.
    last: i64,
    /// Airings of a day that is not over.
    owed: Vec<Airing>,
    /// Whether something keeps its clock.
    kept_clock: bool,
}

impl Life {
    /// A station that begins its log on this day.
    pub fn begin(id: &str, name: &str, first: NaiveDate, seed: u64) -> Self {
        let settings = format!("[station]\nid = \"{id}\"\nname = \"{name}\"\nagency = \"UBND xã (hư cấu)\"\n");
        let files = [
            SourceFile::new("station.toml", settings.as_bytes()),
            SourceFile::new("playlists/mau.toml", PLAYLIST.as_bytes()),
        ];
        let schedule = read(&files).schedule;
        let mut library = Library::default();
        for segment in &schedule.segments {
            let seconds = segment.file.trim_start_matches("s-").trim_end_matches(".mp3").parse().expect("s-N.mp3");
            library.files.insert(segment.file.clone(), FileStatus::Good(scan(seconds)));
        }
        let (disk, keys) = (MemoryStorage::default(), MemoryStorage::default());
        let log = open(&disk, &keys, id, &schedule);
        let mut life = Self {
            id: id.to_owned(),
            schedule,
            library,
            disk,
            keys,
            log,
            dice: Dice(seed),
            next: first,
            boots: 1,
            last: 0,
            owed: Vec::new(),
            kept_clock: true,
        };
        let identity = life.log.identity();
        let at = life.at(first, "04:30:00");
        let kept: Vec<KeptFileRef> = files
            .iter()
            .map(|file| KeptFileRef { name: file.name.clone(), sha256: sha(file.text.as_bytes()) })
            .collect();
        for file in &files {
            life.keep(format!("kept/{}.toml", sha(file.text.as_bytes())), file.text.clone().into_bytes());
        }
        let known = serde_json::to_vec(&life.library).expect("plain values");
        let library = sha(&known);
        life.keep(format!("kept/{library}.json"), known);
        let station = Id::new(id).expect("a test's own id");
        let genesis = GenesisEntry {
            origin: identity.origin,
            key: identity.key,
            epoch_key: identity.epoch_key,
            station,
            name: name.to_owned(),
            agency: "UBND xã (hư cấu)".to_owned(),
            timezone: "Asia/Ho_Chi_Minh".to_owned(),
            program: "loa (mẫu)".to_owned(),
            follows: None,
        };
        let schedule = ScheduleEntry { files: kept, library, sessions: 2, segments: 8 };
        life.append(at, vec![Body::Genesis(genesis), life.boot(None), Body::Schedule(schedule)]);
        life
    }

    fn keep(&mut self, name: String, bytes: Vec<u8>) {
        self.log.keep_file(name, bytes).expect("memory");
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
        format!("{date}T{time}+07:00").parse().expect("a test's own instant")
    }

    fn append(&mut self, at: DateTime<FixedOffset>, batch: Vec<Body>) {
        // What is told of later than it was is written later: no clock runs back.
        self.last = self.last.max(at.timestamp_micros());
        let wall = WallTime(self.last);
        let sync = match self.kept_clock {
            true => ClockSync { synchronised: true, max_error_us: Some(4_000), last_sync_s: Some(30) },
            false => ClockSync::default(),
        };
        self.log.append(ClockSnapshot { wall, boot: BootTime(wall.0), sync }, batch).expect("memory");
    }

    /// Its disk.
    #[allow(dead_code)] // the tests want it
    pub fn disk(&self) -> &MemoryStorage {
        &self.disk
    }

    /// Its secret keys.
    #[allow(dead_code)] // the tests want them
    pub fn keys(&self) -> &MemoryStorage {
        &self.keys
    }

    /// The log's verifier key.
    pub fn vkey(&self) -> String {
        self.log.identity().key
    }

    /// The same station once more, keys and all.
    #[allow(dead_code)] // the tests want one
    pub fn twin(&self) -> Self {
        let (mut disk, mut keys) = (self.disk.copy(), self.keys.copy());
        let resumed = recover(&mut disk, &mut keys).expect("memory").resumed;
        let opening = opening(&self.id, &self.schedule);
        let log = AirLog::open(disk.clone(), keys.clone(), resumed, &opening).expect("memory");
        let (schedule, library) = (self.schedule.clone(), self.library.clone());
        Self {
            id: self.id.clone(),
            schedule,
            library,
            disk,
            keys,
            log,
            dice: Dice(self.dice.0),
            next: self.next,
            boots: self.boots,
            last: self.last,
            owed: self.owed.clone(),
            kept_clock: self.kept_clock,
        }
    }

    /// Lives through so many days.
    #[must_use]
    pub fn days(mut self, count: i64) -> Self {
        for _ in 0..count {
            self.day();
        }
        self
    }

    /// Changes its luck: what follows differs from what a twin does.
    #[must_use]
    #[allow(dead_code)] // the tests want it
    pub fn other_luck(mut self) -> Self {
        self.dice.0 ^= 0xABCD;
        self
    }

    fn day(&mut self) {
        let evening = self.begin_day();
        self.end_day(evening);
    }

    /// Lives through a morning; the evening is planned.
    #[must_use]
    #[allow(dead_code)] // the tests want it
    pub fn morning(mut self) -> Self {
        self.owed = self.begin_day();
        self
    }

    /// Lives through the evening of such a day.
    #[must_use]
    #[allow(dead_code)] // the tests want it
    pub fn evening(mut self) -> Self {
        let evening = std::mem::take(&mut self.owed);
        self.end_day(evening);
        self
    }

    /// Lives through a day of which each outcome that sounded is changed.
    #[must_use]
    #[allow(dead_code)] // the tests want it
    pub fn day_with(mut self, change: impl Fn(&mut OutcomeEntry)) -> Self {
        let date = self.next;
        let plan = self.plan(date, |_| true);
        let end = self.at(date, "17:55:00");
        for airing in &plan {
            let mut note = outcome_of(labels_of(airing), Outcome::Aired, None, airing.duration_ms, Some(700));
            change(&mut note);
            self.append(end, vec![self.start(airing, 700), Body::Outcome(note)]);
        }
        self.next = date + TimeDelta::days(1);
        self
    }

    /// Lives through a morning; then the day is planned once more without its evening, of which nothing becomes known.
    #[must_use]
    #[allow(dead_code)] // the tests want it
    pub fn day_planned_away(mut self) -> Self {
        let date = self.next;
        self.begin_day();
        self.plan(date, |airing| airing.session.as_str() == "sang");
        self.next = date + TimeDelta::days(1);
        self
    }

    /// Nothing keeps its clock from now on, or something does again.
    #[must_use]
    #[allow(dead_code)] // the tests want it
    pub fn clock_kept(mut self, kept: bool) -> Self {
        self.kept_clock = kept;
        self
    }

    /// The operator vouches for the clock.
    #[must_use]
    #[allow(dead_code)] // the tests want it
    pub fn clock_confirmed(mut self) -> Self {
        let who = PeerUser { uid: 1000, name: Some("truc-dai".to_owned()) };
        let order = OperatorEntry { action: "clock-confirm".into(), id: None, who };
        self.append(self.at(self.next, "00:00:00"), vec![Body::Operator(order)]);
        self
    }

    /// Is off for so many days: they are not even planned.
    #[must_use]
    #[allow(dead_code)] // the tests want it
    pub fn away(mut self, days: i64) -> Self {
        self.next += TimeDelta::days(days);
        self
    }

    /// Plans a day, or what of it is to be planned.
    fn plan(&mut self, date: NaiveDate, which: impl Fn(&Airing) -> bool) -> Vec<Airing> {
        let mut plan = Planner::new(&self.schedule, &self.library).plan_for(date);
        plan.airings.retain(which);
        let bytes = plan.to_json_bytes();
        let note =
            PlanEntry { date, count: plan.expected_airings(), rows: plan.airings.len() as u64, sha256: sha(&bytes) };
        self.keep(format!("kept/{}.json", note.sha256), bytes);
        self.append(self.at(date, "00:00:00"), vec![Body::Plan(note)]);
        plan.airings
    }

    fn begin_day(&mut self) -> Vec<Airing> {
        let date = self.next;
        let airings = self.plan(date, |_| true);
        let (morning, evening): (Vec<_>, Vec<_>) = airings.into_iter().partition(|a| a.session.as_str() == "sang");
        self.session(&morning, self.at(date, "06:10:00"));
        evening
    }

    fn end_day(&mut self, evening: Vec<Airing>) {
        let date = self.next;
        self.session(&evening, self.at(date, "17:55:00"));
        if self.dice.below(20) == 0 {
            self.by_hand(date);
        }
        self.next = date + TimeDelta::days(1);
    }

    fn session(&mut self, session: &[Airing], end: DateTime<FixedOffset>) {
        // One session in forty falls into a power cut, at some item.
        let cut = (self.dice.below(40) == 0).then(|| self.dice.below(session.len() as u64));
        let mut batch = Vec::new();
        for (airing, number) in session.iter().zip(0_u64..) {
            match cut {
                Some(cut) if number == cut => batch.extend(self.cut_off(airing)),
                Some(cut) if number > cut => batch.push(self.missed(airing, Reason::PowerOff)),
                _ => batch.extend(self.airing(airing)),
            }
        }
        if cut.is_some() {
            self.boots += 1;
            batch.push(self.boot(Some(3600)));
        }
        self.append(end, batch);
    }

    fn airing(&mut self, airing: &Airing) -> Vec<Body> {
        match self.dice.below(200) {
            0 => vec![self.missed(airing, Reason::FileMissing)],
            1 => vec![self.missed(airing, Reason::DeviceLost)],
            2 => {
                let ms = airing.duration_ms / 2;
                vec![
                    self.start(airing, 1500),
                    self.outcome(airing, Outcome::Partial, Some(Reason::OperatorStop), ms, 1500),
                ]
            }
            3 => vec![
                self.start(airing, 4_200_000),
                self.outcome(airing, Outcome::Aired, None, airing.duration_ms, 4_200_000),
            ],
            _ => {
                let late = i64::try_from(self.dice.below(2400)).expect("small") - 200;
                vec![self.start(airing, late), self.outcome(airing, Outcome::Aired, None, airing.duration_ms, late)]
            }
        }
    }

    fn cut_off(&mut self, airing: &Airing) -> Vec<Body> {
        let ms = airing.duration_ms * i64::try_from(self.dice.below(100)).expect("small") / 100;
        let reason = Some(Reason::PowerOff);
        vec![self.start(airing, 700), self.outcome(airing, Outcome::Partial, reason, ms.max(1), 700)]
    }

    /// The operator plays something that nobody had planned.
    fn by_hand(&mut self, date: NaiveDate) {
        let at = self.at(date, "09:30:00");
        let segment = self.schedule.segments[5].clone();
        let id = format!("operator@{}", at.format("%Y-%m-%dT%H:%M:%S%.6f%:z"));
        let labels = AiringLabels {
            id: id.clone(),
            segment: segment.id.clone(),
            session: None,
            planned_at: None,
            planned_ms: 505_000,
            priority: Priority::Normal,
            campaign: Id::new("giam-ngheo-2023"),
            topic: Some(4),
            language: "rad".to_owned(),
            source: segment.source,
            title: segment.title.clone(),
            file: segment.file.clone(),
        };
        let who = PeerUser { uid: 1000, name: Some("truc-dai".to_owned()) };
        let order = Body::Operator(OperatorEntry { action: "play".into(), id: Some(id), who });
        let outcome = outcome_of(labels.clone(), Outcome::Aired, None, 505_000, None);
        // The evening stands in the log already.
        let begins = self.at(date, "18:30:00");
        self.append(begins, vec![order, start_of(labels, None)]);
        self.append(begins + TimeDelta::seconds(510), vec![Body::Outcome(outcome)]);
    }

    fn start(&self, airing: &Airing, late_us: i64) -> Body {
        start_of(labels_of(airing), Some(late_us))
    }

    fn outcome(&self, airing: &Airing, result: Outcome, reason: Option<Reason>, ms: i64, late: i64) -> Body {
        Body::Outcome(outcome_of(labels_of(airing), result, reason, ms, Some(late)))
    }

    fn missed(&self, airing: &Airing, reason: Reason) -> Body {
        let mut note = outcome_of(labels_of(airing), Outcome::Missed, Some(reason), 0, None);
        (note.level, note.device, note.rate, note.volume, note.sha256) = (0, None, 0, None, None);
        Body::Outcome(note)
    }

    /// Exports the log to a stick.
    pub fn export(&self, to: &Path) {
        let source = LogSource { storage: self.disk.clone(), form: LogForm::Airlog };
        let mut stick = FolderStorage::new(to.to_owned());
        let done = export(&source, &mut stick, VerifyPolicy::default(), 1).expect("a folder");
        done.expect("an honest log");
    }

    /// Entries so far.
    #[allow(dead_code)] // the benchmark wants to know
    pub fn entries(&self) -> u64 {
        self.log.entries()
    }
}

fn opening<'a>(id: &'a str, schedule: &Schedule) -> LogConfig<'a> {
    LogConfig { kind: "loa", station: id, boot: "mau", zone: schedule.station.timezone, seed_source: os_seed }
}

fn open(disk: &MemoryStorage, keys: &MemoryStorage, id: &str, schedule: &Schedule) -> AirLog<MemoryStorage> {
    AirLog::open(disk.clone(), keys.clone(), None, &opening(id, schedule)).expect("memory")
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
    ms: i64,
    late_us: Option<i64>,
) -> OutcomeEntry {
    OutcomeEntry {
        sha256: Some(format!("{:064x}", labels.planned_ms)),
        labels,
        result,
        reason,
        played_ms: ms,
        frames: u64::try_from(ms).expect("a length") * 48,
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
