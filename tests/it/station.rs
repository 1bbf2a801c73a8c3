//! A station in memory whose days pass in virtual time: the real engine, log and recovery code run on a scripted clock,
//! a scripted output and storage in memory.
mod builder;
mod outputs;
mod run;

use std::cell::{Cell, RefCell};
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};

use chrono::{DateTime, FixedOffset};
use loa::airlog::entry::{Outcome, PeerUser, Reason};
use loa::airlog::storage::{MemoryStorage, Storage as _};
use loa::base::instant::{BootTime, SECOND_US, WallTime};
use loa::library::meter::AudioMeasurements;
use loa::library::{FileStatus, Length, Library, Scan};
use loa::playout::assembly::{RestoredStation, StationSetup, recover_log};
use loa::playout::clock::Clock;
use loa::playout::clock::scripted::{ClockChange, ScriptedClock};
use loa::playout::engine::{
    CommandReply, ConcernNotice, ExternalFacts, Notice, OperatorCommand, SwitchError, SwitchRequest, SwitchResult,
};
use loa::playout::notice::PlayoutNotice;
use loa::playout::output::scripted::ScriptedOutput;
use loa::playout::output::{Cue, CueKey, Output, OutputEvent, Progress, SinkInfo};
use loa::playout::{Effects, Playout, PlayoutCommand, adoption};
use loa::schedule::{Id, SourceFile, read};
use loa::station::suspect::SuspectFile;

use crate::record::{Reader, Record};

pub use outputs::OutputFault;
use outputs::{CountingOutput, FaultyOutput};

/// The scan of a file with this length in seconds and this rate.
pub fn scan_of(seconds_and_rate: (u64, u32)) -> Scan {
    let (seconds, rate) = seconds_and_rate;
    Scan {
        length: Length { frames: seconds * u64::from(rate), rate },
        channels: 1,
        codec: "mp3".to_owned(),
        sha256: format!("{seconds:064x}"),
        bytes: seconds * 4000,
        measure: AudioMeasurements::default(),
        flaws: Vec::new(),
    }
}

/// Something that happens to a station during a run.
#[derive(Debug, Clone)]
enum StationEvent {
    ClockChange(ClockChange),
    Command(OperatorCommand),
    /// The loop hangs for this number of microseconds.
    Stall(i64),
    /// The files of the schedule are replaced by these.
    Edit(Vec<SourceFile>),
    /// The file with this name vanishes. The remaining files are given.
    FileVanished(String, Vec<SourceFile>),
    DiskChange(DiskActionRef),
    /// The output finds this audio file in this state from now on.
    FileChange(String, FileStatus),
    /// The computer's disk has this many free bytes from now on.
    FreeBytes(u64),
    /// The computer has other sound cards from now on; the hash of their list is given.
    SoundCards(u64),
    /// Another part of the program reports facts.
    ExternalFacts(ExternalFacts),
}

/// A change of the disk and of the folder of the keys.
type DiskAction = dyn Fn(&MemoryStorage, &MemoryStorage);

/// A [`DiskAction`] in an event.
#[derive(Clone)]
struct DiskActionRef(Rc<DiskAction>);

impl std::fmt::Debug for DiskActionRef {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("DiskAction")
    }
}

/// A simulated station. Each call of a method such as [`Station::run_for`] is one run of its daemon.
pub struct Station {
    files: Vec<SourceFile>,
    library: Library,
    /// True if recovery may find the log damaged.
    allows_damage: bool,
    /// The audio files that differ from their scans at air time.
    changed_files: Library,
    /// The audio files as the output finds them.
    disk_files: Rc<RefCell<Library>>,
    /// The notices about concerns that were shown.
    concern_notices: Rc<RefCell<Vec<ConcernNotice>>>,
    /// The other notices that were shown, without those about airings.
    notices: Rc<RefCell<Vec<Notice>>>,
    disk: MemoryStorage,
    keys: MemoryStorage,
    wall: WallTime,
    is_synchronised: bool,
    /// The number of starts of the machine.
    boot_count: u32,
    /// The boot clock at the end of the last run.
    stopped_at: BootTime,
    /// The boot clock at the next start of the daemon if the machine runs on; `None` if the machine restarts.
    next_start: Option<BootTime>,
    /// The boot clock at the start of the daemon after a start of the machine.
    machine_start_duration: BootTime,
    built_at: WallTime,
    /// The events of the next run, with the boot time after its start.
    events: Vec<(BootTime, StationEvent)>,
    /// The periods without a device in the next run.
    outages: Vec<(BootTime, BootTime)>,
    output_fault: Option<OutputFault>,
    device: DeviceTraits,
    relay: Relay,
    /// The free space on the computer's disk, in bytes; `None` if there is no computer to check.
    free_bytes: Rc<Cell<Option<u64>>>,
    /// The hash of the computer's list of sound cards.
    sound_cards_hash: Rc<Cell<u64>>,
    replies: Vec<CommandReply>,
    /// The number of start events from the output.
    start_count: Rc<Cell<u64>>,
    /// The number of starts after which no frame sounded.
    silent_start_count: Rc<Cell<u64>>,
}

/// The properties of the sound device.
#[derive(Debug, Clone, Default)]
struct DeviceTraits {
    sink: SinkInfo,
    /// The time that the device takes to open.
    opening_us: i64,
    /// The reason why the chosen device is not used.
    fallback_reason: Option<String>,
    /// The time that each airing takes in addition to its length.
    extra_us: i64,
}

/// The behaviour of the amplifier's relay.
#[derive(Debug, Clone, Default)]
struct Relay {
    outages: Vec<(BootTime, BootTime)>,
    /// Whether it can never be switched on.
    cannot_switch_on: bool,
    /// Whether no command for it has been tried yet.
    is_untried: bool,
}

/// The folder into which [`move_kept_files_aside`] moves kept files.
const ASIDE: &str = "aside";

/// Moves the kept files of a storage to another folder, as a file manager does.
pub fn move_kept_files_aside(storage: &MemoryStorage) {
    let mut storage = storage.clone();
    for name in storage.names().into_iter().filter(|name| name.starts_with("kept/") || name.contains("/kept/")) {
        let bytes = storage.bytes(&name);
        // While the storage is moved away, the write fails.
        if storage.replace(&name.replace("kept/", &format!("{ASIDE}/")), &bytes).is_ok() {
            storage.remove(&name).expect("in-memory storage never fails");
        }
    }
}

/// An instant in Vietnam, as in `2023-03-20T05:15:00`.
pub fn at(text: &str) -> WallTime {
    let at: DateTime<FixedOffset> = format!("{text}+07:00").parse().expect("the time is valid");
    WallTime(at.timestamp_micros())
}

impl Station {
    /// A new station with a trusted clock at this instant.
    #[must_use]
    pub fn new(now: &str) -> Self {
        Self {
            files: vec![SourceFile::new("station.toml", b"")],
            library: Library::default(),
            allows_damage: false,
            changed_files: Library::default(),
            disk_files: Rc::default(),
            concern_notices: Rc::default(),
            notices: Rc::default(),
            disk: MemoryStorage::default(),
            keys: MemoryStorage::default(),
            wall: at(now),
            is_synchronised: true,
            boot_count: 0,
            stopped_at: BootTime(0),
            next_start: None,
            machine_start_duration: BootTime(0),
            built_at: at("2020-01-01T00:00:00"),
            events: Vec::new(),
            outages: Vec::new(),
            output_fault: None,
            device: DeviceTraits::default(),
            relay: Relay::default(),
            free_bytes: Rc::default(),
            sound_cards_hash: Rc::default(),
            replies: Vec::new(),
            start_count: Rc::default(),
            silent_start_count: Rc::default(),
        }
    }

    /// Starts the machine and the daemon, runs for some seconds of boot time, and cuts the power. No unsynced bytes
    /// survive.
    #[must_use]
    pub fn run_and_cut(mut self, seconds: i64) -> Self {
        self.run(seconds, None);
        self.disk.cut_power(0);
        self.keys.cut_power(0);
        self
    }

    /// Runs for some seconds of boot time and kills the daemon. The machine runs on, so everything written survives.
    #[must_use]
    pub fn run_and_kill(mut self, seconds: i64) -> Self {
        self.run(seconds, None);
        self
    }

    /// Lets the machine run on without the daemon, which starts again after some seconds.
    #[must_use]
    pub fn restarted_after(mut self, seconds: i64) -> Self {
        self.next_start = Some(self.stopped_at.plus(seconds * SECOND_US));
        self.off_for(seconds)
    }

    /// Sets the time from the start of the machine to the start of the daemon, from the next start of the machine on.
    #[must_use]
    pub fn machine_starts_in(mut self, seconds: i64) -> Self {
        self.machine_start_duration = BootTime(seconds * SECOND_US);
        self
    }

    /// Moves the clock by some seconds while the daemon is off.
    #[must_use]
    pub fn clock_set(mut self, by_s: i64) -> Self {
        self.wall = self.wall.plus(by_s * SECOND_US);
        self
    }

    /// Sets whether the clock is synchronised at the next start.
    #[must_use]
    pub fn clock_synchronised(mut self, is_synchronised: bool) -> Self {
        self.is_synchronised = is_synchronised;
        self
    }

    /// Runs until this wall time and ends cleanly.
    #[must_use]
    pub fn run_until(mut self, wall: &str) -> Self {
        let seconds = at(wall).since(self.wall) / SECOND_US;
        self.run(seconds, Some("signal"));
        self
    }

    /// Runs for some seconds of boot time and ends cleanly.
    #[must_use]
    pub fn run_for(mut self, seconds: i64) -> Self {
        self.run(seconds, Some("signal"));
        self
    }

    /// Lets time pass while the machine is off.
    #[must_use]
    pub fn off_for(mut self, seconds: i64) -> Self {
        self.wall = self.wall.plus(seconds * SECOND_US);
        self
    }

    /// Sets the clock at the next start.
    #[must_use]
    pub fn start_clock_at_str(mut self, wall: &str, is_synchronised: bool) -> Self {
        self.wall = at(wall);
        self.is_synchronised = is_synchronised;
        self
    }

    /// Sets the clock at the next start, to a given instant.
    #[must_use]
    pub fn start_clock_at(mut self, wall: WallTime, is_synchronised: bool) -> Self {
        (self.wall, self.is_synchronised) = (wall, is_synchronised);
        self
    }

    /// All entries of the log.
    pub fn log(&self) -> Vec<Record> {
        let mut reader = Reader::new(&self.disk).expect("in-memory storage never fails");
        let mut records = Vec::new();
        while let Some(record) = reader.next_record().expect("read an honest log") {
            records.push(record);
        }
        records
    }

    /// The line `id result reason` of each outcome, in the order of the log.
    pub fn outcomes(&self) -> Vec<String> {
        self.log().iter().filter(|r| r.kind == "outcome").map(outcome_line).collect()
    }

    /// The ids of all airings in the plans that the log names.
    pub fn planned_ids(&self) -> std::collections::BTreeSet<String> {
        self.planned_airings().map(|a| a.id).collect()
    }

    /// The ids of the relay slots, according to the latest plan that names each id. An edit can replace a relay slot
    /// with an item.
    pub fn relay_ids(&self) -> std::collections::BTreeSet<String> {
        self.airings().into_values().filter(|a| a.is_relay()).map(|a| a.id).collect()
    }

    fn planned_airings(&self) -> impl Iterator<Item = loa::plan::Airing> {
        let plans = self.log().into_iter().filter(|r| r.kind == "plan").filter_map(|r| r.body.sha256);
        plans.flat_map(|sha256| {
            let bytes = self.kept_plan(&sha256);
            let plan: loa::plan::Plan = serde_json::from_slice(&bytes).expect("parse the JSON");
            plan.airings
        })
    }

    /// The bytes of a kept plan, even after [`move_kept_files_aside`].
    pub fn kept_plan(&self, sha256: &str) -> Vec<u8> {
        let bytes_in = |folder: &str| self.disk.bytes(&format!("{folder}/{sha256}.json"));
        let bytes = bytes_in("kept");
        if bytes.is_empty() { bytes_in(ASIDE) } else { bytes }
    }

    /// Each planned airing by id, from the latest plan that names it.
    pub fn airings(&self) -> std::collections::BTreeMap<String, loa::plan::Airing> {
        self.planned_airings().map(|airing| (airing.id.clone(), airing)).collect()
    }

    /// The number of start events from the output.
    pub fn start_count(&self) -> u64 {
        self.start_count.get()
    }

    /// The number of starts after which no frame sounded.
    pub fn silent_start_count(&self) -> u64 {
        self.silent_start_count.get()
    }

    /// The notices about concerns that were shown, in order.
    pub fn concern_notices(&self) -> Vec<ConcernNotice> {
        self.concern_notices.borrow().clone()
    }

    /// The other notices that were shown, in order, without those about airings.
    pub fn notices(&self) -> Vec<Notice> {
        self.notices.borrow().clone()
    }

    /// The replies to the operator's commands, in order.
    pub fn replies(&self) -> &[CommandReply] {
        &self.replies
    }

    /// A copy of the station with its disk and keys.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self {
            files: self.files.clone(),
            library: self.library.clone(),
            allows_damage: self.allows_damage,
            changed_files: self.changed_files.clone(),
            disk_files: Rc::default(),
            concern_notices: Rc::new(RefCell::new(self.concern_notices.borrow().clone())),
            notices: Rc::new(RefCell::new(self.notices.borrow().clone())),
            disk: self.disk.copy(),
            keys: self.keys.copy(),
            wall: self.wall,
            is_synchronised: self.is_synchronised,
            boot_count: self.boot_count,
            stopped_at: self.stopped_at,
            next_start: self.next_start,
            machine_start_duration: self.machine_start_duration,
            built_at: self.built_at,
            events: Vec::new(),
            outages: Vec::new(),
            output_fault: self.output_fault,
            device: self.device.clone(),
            relay: self.relay.clone(),
            free_bytes: Rc::new(Cell::new(self.free_bytes.get())),
            sound_cards_hash: Rc::new(Cell::new(self.sound_cards_hash.get())),
            replies: Vec::new(),
            start_count: Rc::new(Cell::new(self.start_count.get())),
            silent_start_count: Rc::new(Cell::new(self.silent_start_count.get())),
        }
    }

    /// The secret keys.
    pub fn keys(&self) -> &MemoryStorage {
        &self.keys
    }

    /// The disk.
    pub fn disk(&self) -> &MemoryStorage {
        &self.disk
    }

    /// The clock's current time.
    pub fn wall(&self) -> WallTime {
        self.wall
    }
}

/// The line `id result reason` of an outcome entry. A line without a reason ends after the result.
pub fn outcome_line(record: &Record) -> String {
    let body = &record.body;
    let result = match body.result {
        Some(Outcome::Aired) => "aired",
        Some(Outcome::Partial) => "partial",
        Some(Outcome::Missed) => "missed",
        None => "?",
    };
    let id = body.id.clone().unwrap_or_default();
    match body.reason {
        Some(reason) => format!("{id} {result} {}", reason_code(reason)),
        None => format!("{id} {result}"),
    }
}

fn reason_code(reason: Reason) -> String {
    serde_json::to_value(reason).ok().and_then(|v| v.as_str().map(str::to_owned)).unwrap_or_default()
}

/// Parses an id.
pub fn id(text: &str) -> Id {
    Id::new(text).expect("the id is valid")
}
