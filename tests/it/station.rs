//! A station in memory whose days run in virtual time: the real engine, log and recovery code over the three
//! scripted seams.
use std::cell::Cell;
use std::path::Path;
use std::rc::Rc;
use std::sync::Arc;
use std::sync::mpsc::{self, Sender};

use crate::record::{Reader, Record};
use chrono::{DateTime, FixedOffset};
use loa::airlog::entry::{Outcome, PeerUser, Reason};
use loa::airlog::storage::{MemoryStorage, Storage as _};
use loa::base::instant::{BootTime, SECOND_US, WallTime};
use loa::library::meter::AudioMeasurements;
use loa::library::{FileStatus, Length, Library, Scan};
use loa::playout::assembly::{RestoredStation, StationSetup, recover_log};
use loa::playout::clock::Clock;
use loa::playout::clock::scripted::{ClockChange, ScriptedClock};
use loa::playout::engine::{CommandReply, OperatorCommand, SwitchError, SwitchRequest, SwitchResult};
use loa::playout::output::scripted::ScriptedOutput;
use loa::playout::output::{Cue, CueKey, Output, OutputEvent, Progress, SinkInfo};
use loa::playout::{Effects, Playout, PlayoutCommand, adoption};
use loa::schedule::{Id, SourceFile, read};
use loa::station::suspect::SuspectFile;

/// A whole second's worth of segment, by its number in the file's name: `s-90.mp3` is 90 s long.
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

/// What happens to a station, at a boot instant of the present run.
#[derive(Debug, Clone)]
enum Happening {
    Change(ClockChange),
    Command(OperatorCommand),
    Stall(i64),
    Edit(Vec<SourceFile>),
    Gone(String, Vec<SourceFile>),
    Hand(Reach),
}

/// Does something to the disk and to the keys' folder.
type Act = dyn Fn(&MemoryStorage, &MemoryStorage);

/// The same while the station runs.
#[derive(Clone)]
struct Reach(Rc<Act>);

impl std::fmt::Debug for Reach {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str("Reach")
    }
}

/// A station to be run.
pub struct Station {
    files: Vec<SourceFile>,
    library: Library,
    /// Whether its log may be found damaged.
    in_hands: bool,
    /// What files are by the time they sound, where that is not what was scanned.
    on_disk: Library,
    disk: MemoryStorage,
    keys: MemoryStorage,
    wall: WallTime,
    synchronised: bool,
    boots: u32,
    /// The boot clock at the end of the last run, and at the next start if the machine runs on until then.
    stopped: BootTime,
    runs_on: Option<BootTime>,
    build: WallTime,
    happenings: Vec<(BootTime, Happening)>,
    losses: Vec<(BootTime, BootTime)>,
    odd: Option<Oddity>,
    nature: Nature,
    relay: Relay,
    answers: Vec<CommandReply>,
    /// How many times the output has said that something begins to sound.
    begun: Rc<Cell<u64>>,
    unheard: Rc<Cell<u64>>,
}

/// What its sound device is like.
#[derive(Debug, Clone, Default)]
struct Nature {
    sink: SinkInfo,
    opening_us: i64,
    slow_us: i64,
}

/// How the amplifier's relay behaves.
#[derive(Debug, Clone, Default)]
struct Relay {
    broken: Vec<(BootTime, BootTime)>,
    untried: bool,
}

/// Where a hand puts kept files.
const ASIDE: &str = "aside";

/// Moves the kept files of a storage away, as a file manager does.
pub fn put_kept_aside(storage: &MemoryStorage) {
    let mut storage = storage.clone();
    for name in storage.names().into_iter().filter(|name| name.starts_with("kept/") || name.contains("/kept/")) {
        let bytes = storage.bytes(&name);
        // While the folder is elsewhere there is nothing to move.
        if storage.replace(&name.replace("kept/", &format!("{ASIDE}/")), &bytes).is_ok() {
            storage.remove(&name).expect("memory");
        }
    }
}

/// An instant in Vietnam, as in `2023-03-20T05:15:00`.
pub fn at(text: &str) -> WallTime {
    let at: DateTime<FixedOffset> = format!("{text}+07:00").parse().expect("a test's own instant");
    WallTime(at.timestamp_micros())
}

impl Station {
    /// A new station with a believed clock at this instant.
    #[must_use]
    pub fn new(now: &str) -> Self {
        Self {
            files: vec![SourceFile::new("station.toml", b"")],
            library: Library::default(),
            in_hands: false,
            on_disk: Library::default(),
            disk: MemoryStorage::default(),
            keys: MemoryStorage::default(),
            wall: at(now),
            synchronised: true,
            boots: 0,
            stopped: BootTime(0),
            runs_on: None,
            build: at("2020-01-01T00:00:00"),
            happenings: Vec::new(),
            losses: Vec::new(),
            odd: None,
            nature: Nature::default(),
            relay: Relay::default(),
            answers: Vec::new(),
            begun: Rc::default(),
            unheard: Rc::default(),
        }
    }

    /// Adds or replaces `station.toml`.
    #[must_use]
    pub fn settings(mut self, text: &str) -> Self {
        self.files[0].text = text.to_owned();
        self
    }

    /// Sets the only playlist. Every `file = "s-N.mp3"` in it is a good file of N seconds.
    #[must_use]
    pub fn playlist(mut self, text: &str) -> Self {
        self.set_playlist(text);
        self
    }

    fn set_playlist(&mut self, text: &str) {
        self.files.truncate(1);
        self.files.push(SourceFile::new("playlists/test.toml", text.as_bytes()));
        for file in read(&self.files).schedule.segments.into_iter().map(|s| s.file) {
            let seconds = file.trim_start_matches("s-").trim_end_matches(".mp3").parse::<u64>();
            if let Ok(seconds) = seconds {
                self.library.files.entry(file).or_insert_with(|| FileStatus::Good(scan_of((seconds, 48_000))));
            }
        }
    }

    /// What is known of a file.
    #[must_use]
    pub fn file(mut self, name: &str, known: FileStatus) -> Self {
        self.library.files.insert(name.to_owned(), known);
        self
    }

    /// By the time it sounds a file is this, and nobody has looked since it was scanned.
    #[must_use]
    pub fn on_disk(mut self, name: &str, scan: Scan) -> Self {
        self.on_disk.files.insert(name.to_owned(), FileStatus::Good(scan));
        self
    }

    /// The clock at the start is not synchronised.
    #[must_use]
    pub fn unsynchronised(mut self) -> Self {
        self.synchronised = false;
        self
    }

    /// The clock steps by so many seconds, so many seconds into the present run.
    #[must_use]
    pub fn step(mut self, after_s: i64, by_s: i64) -> Self {
        self.happen(after_s, Happening::Change(ClockChange::Step(by_s * SECOND_US)));
        self
    }

    /// The system says that the clock is synchronised, or not.
    #[must_use]
    pub fn sync(mut self, after_s: i64, synchronised: bool) -> Self {
        self.happen(after_s, Happening::Change(ClockChange::SetSynchronised(synchronised)));
        self
    }

    /// The operator gives an order.
    #[must_use]
    pub fn order(mut self, after_s: i64, order: OperatorCommand) -> Self {
        self.happen(after_s, Happening::Command(order));
        self
    }

    /// The playlist is edited.
    #[must_use]
    pub fn edit(mut self, after_s: i64, text: &str) -> Self {
        let before = self.files.clone();
        self.set_playlist(text);
        let files = std::mem::replace(&mut self.files, before);
        self.happen(after_s, Happening::Edit(files));
        self
    }

    /// A file of the schedule goes from the folder; without it the playlist would be this.
    #[must_use]
    pub fn gone(mut self, after_s: i64, file: &str, without: &str) -> Self {
        let before = self.files.clone();
        self.set_playlist(without);
        let files = std::mem::replace(&mut self.files, before);
        self.happen(after_s, Happening::Gone(file.to_owned(), files));
        self
    }

    /// Another `station.toml` is saved.
    #[must_use]
    pub fn edit_settings(mut self, after_s: i64, text: &str) -> Self {
        let mut files = self.files.clone();
        files[0].text = text.to_owned();
        self.happen(after_s, Happening::Edit(files));
        self
    }

    /// The device is away.
    #[must_use]
    pub fn device_away(mut self, from_s: i64, until_s: i64) -> Self {
        self.losses.push((BootTime(from_s * SECOND_US), BootTime(until_s * SECOND_US)));
        self
    }

    /// The amplifier's relay fails.
    #[must_use]
    pub fn relay_broken(mut self, from_s: i64, until_s: i64) -> Self {
        self.relay.broken.push((BootTime(from_s * SECOND_US), BootTime(until_s * SECOND_US)));
        self
    }

    /// Nobody has tried the amplifier's commands.
    #[must_use]
    pub fn relay_untried(mut self) -> Self {
        self.relay.untried = true;
        self
    }

    /// The wall clock moves by so many milliseconds.
    #[must_use]
    pub fn step_ms(mut self, after_ms: i64, by_ms: i64) -> Self {
        self.happenings.push((BootTime(after_ms * 1000), Happening::Change(ClockChange::Step(by_ms * 1000))));
        self
    }

    /// The device is away; milliseconds.
    #[must_use]
    pub fn away_ms(mut self, from_ms: i64, until_ms: i64) -> Self {
        self.losses.push((BootTime(from_ms * 1000), BootTime(until_ms * 1000)));
        self
    }

    /// The daemon comes to nothing for so many milliseconds: a disk that hangs.
    #[must_use]
    pub fn stall_ms(mut self, after_ms: i64, ms: i64) -> Self {
        self.happenings.push((BootTime(after_ms * 1000), Happening::Stall(ms * 1000)));
        self
    }

    /// This stands behind the sound device.
    #[must_use]
    pub fn sink(mut self, name: &str, hardware: Option<bool>) -> Self {
        self.nature.sink = SinkInfo { name: Some(name.to_owned()), hardware };
        self
    }

    /// The sound device takes so many milliseconds to open.
    #[must_use]
    pub fn opens_in_ms(mut self, ms: i64) -> Self {
        self.nature.opening_us = ms * 1000;
        self
    }

    /// The sound device needs so many milliseconds more for each airing than it is long.
    #[must_use]
    pub fn slow_ms(mut self, ms: i64) -> Self {
        self.nature.slow_us = ms * 1000;
        self
    }

    /// The output misbehaves.
    #[must_use]
    pub fn odd_output(mut self, odd: Oddity) -> Self {
        self.odd = Some(odd);
        self
    }

    /// Somebody else has his hands in its folders: a log that cannot be gone on with is no fault of the test.
    #[must_use]
    pub fn in_hands(mut self) -> Self {
        self.in_hands = true;
        self
    }

    /// While it runs, something is done to its disk and to the folder of its keys.
    #[must_use]
    pub fn hand(mut self, after_s: i64, act: impl Fn(&MemoryStorage, &MemoryStorage) + 'static) -> Self {
        self.happen(after_s, Happening::Hand(Reach(Rc::new(act))));
        self
    }

    fn happen(&mut self, after_s: i64, what: Happening) {
        self.happenings.push((BootTime(after_s * SECOND_US), what));
    }

    /// Starts the daemon on a machine that was just started, runs for so many seconds of boot time, and cuts the
    /// power: nothing unsynced survives.
    #[must_use]
    pub fn run_and_cut(mut self, seconds: i64) -> Self {
        self.run(seconds, None);
        self.disk.power_cut(0);
        self.keys.power_cut(0);
        self
    }

    /// Runs for so many seconds of boot time, and is killed: the machine runs on, nothing is lost but what was never
    /// written.
    #[must_use]
    pub fn run_and_kill(mut self, seconds: i64) -> Self {
        self.run(seconds, None);
        self
    }

    /// The daemon is started again after so many seconds, on the machine that has run on meanwhile.
    #[must_use]
    pub fn restarted_after(mut self, seconds: i64) -> Self {
        self.runs_on = Some(self.stopped.plus(seconds * SECOND_US));
        self.off_for(seconds)
    }

    /// While the daemon is off, the clock is set by so many seconds.
    #[must_use]
    pub fn clock_set(mut self, by_s: i64) -> Self {
        self.wall = self.wall.plus(by_s * SECOND_US);
        self
    }

    /// The next start finds a clock that is kept, or not.
    #[must_use]
    pub fn kept_clock(mut self, synchronised: bool) -> Self {
        self.synchronised = synchronised;
        self
    }

    /// Runs until this wall time, then ends in order.
    #[must_use]
    pub fn run_until(mut self, wall: &str) -> Self {
        let seconds = at(wall).since(self.wall) / SECOND_US;
        self.run(seconds, Some("signal"));
        self
    }

    /// Runs for so many seconds of boot time, then ends in order.
    #[must_use]
    pub fn run_for(mut self, seconds: i64) -> Self {
        self.run(seconds, Some("signal"));
        self
    }

    /// Time passes while the machine is off.
    #[must_use]
    pub fn off_for(mut self, seconds: i64) -> Self {
        self.wall = self.wall.plus(seconds * SECOND_US);
        self
    }

    /// The next start finds the clock here.
    #[must_use]
    pub fn clock_says(mut self, wall: &str, synchronised: bool) -> Self {
        self.wall = at(wall);
        self.synchronised = synchronised;
        self
    }

    /// The next start finds the clock here.
    #[must_use]
    pub fn clock_is(mut self, wall: WallTime, synchronised: bool) -> Self {
        (self.wall, self.synchronised) = (wall, synchronised);
        self
    }

    fn run(&mut self, seconds: i64, end: Option<&str>) {
        let runs_on = self.runs_on.take();
        self.boots += u32::from(runs_on.is_none());
        let boot_id = format!("boot-{}", self.boots);
        let start = runs_on.unwrap_or(BootTime(0));
        let clock = ScriptedClock::new(self.wall, self.synchronised, &boot_id).with_boot(start);
        let end_boot = start.plus(seconds * SECOND_US);
        let mut happenings = std::mem::take(&mut self.happenings);
        happenings.iter_mut().for_each(|(at, _)| *at = at.plus(start.0));
        happenings.sort_by_key(|(at, _)| *at);
        let (now, later): (Vec<_>, Vec<_>) = happenings.into_iter().partition(|(at, _)| *at <= end_boot);
        assert!(later.is_empty(), "happens after the end of the run");
        for (at, what) in &now {
            if let Happening::Change(change) = what {
                clock.add_change(*at, *change);
            }
        }
        let mut playout = self.begin(&clock, &boot_id);
        for (at, what) in now {
            if let Happening::Change(_) = what {
                continue;
            }
            advance(&mut playout.0, &clock, at);
            if let Happening::Stall(us) = what {
                clock.stop_at(BootTime(i64::MAX));
                clock.clone().wait(at.plus(us));
                continue;
            }
            self.happens(&mut playout, what);
        }
        advance(&mut playout.0, &clock, end_boot);
        if let Some(cause) = end {
            playout.1.send(PlayoutCommand::Shutdown { cause: cause.to_owned() }).expect("the loop is there");
            clock.stop_at(BootTime(i64::MAX));
            while playout.0.step() {
                playout.0.wait();
            }
        }
        self.wall = clock.read().wall;
        self.stopped = clock.boot();
        self.synchronised = clock.read().sync.synchronised;
    }

    fn begin(
        &mut self,
        clock: &ScriptedClock,
        boot_id: &str,
    ) -> (Playout<ScriptedClock, MemoryStorage>, Sender<PlayoutCommand>) {
        let recovered = recover_log(&mut self.disk, &mut self.keys).expect("an honest log");
        assert!(self.in_hands || recovered.damaged.is_none(), "an honest log: {:?}", recovered.damaged);
        let settings = read(&self.files).schedule.station;
        let setup = StationSetup {
            id: settings.id.clone(),
            settings,
            audio_dir: Path::new("audio").to_owned(),
            built_at: self.build,
            boot_id: boot_id.to_owned(),
            rehearsal_until: None,
        };
        let restored = RestoredStation::open(self.disk.clone(), self.keys.clone(), recovered, setup).expect("memory");
        let found = &restored.found;
        let lossless = found.lost_files.is_empty() && found.lost_plan_dates.is_empty();
        assert!(self.in_hands || lossless || self.disk.names().iter().any(|n| n == "gone"), "kept files are there");
        let started = restored.start(clock.read());
        let (commands, receiver) = mpsc::channel();
        let (losses, mut library, output_clock) =
            (std::mem::take(&mut self.losses), self.library.clone(), clock.clone());
        library.files.extend(self.on_disk.files.clone());
        let (odd, nature, start) = (self.odd, self.nature.clone(), clock.boot().0);
        let (begun_count, unheard) = (self.begun.clone(), self.unheard.clone());
        let relay_clock = clock.clone();
        let maker = move |_: &_| {
            let mut output = ScriptedOutput::for_library(output_clock.clone(), "test", Path::new("audio"), &library);
            for (from, until) in &losses {
                output.add_outage(from.plus(start), until.plus(start));
            }
            output.set_sink(nature.sink.clone());
            output.set_opening_time(nature.opening_us);
            output.set_extra_time(nature.slow_us);
            match odd {
                Some(odd) => Box::new(OddOutput { inner: output, odd }) as Box<dyn Output>,
                None => {
                    let (begun, unheard) = (begun_count.clone(), unheard.clone());
                    Box::new(Witness {
                        inner: output,
                        begun,
                        unheard,
                        started: Default::default(),
                        cuts: Default::default(),
                    })
                }
            }
        };
        commands.send(PlayoutCommand::Adopt(self.adopted(&self.files.clone()))).expect("the receiver is here");
        let relay = self.relay.clone();
        let switcher = move |switch: SwitchRequest| {
            let broken =
                relay.broken.iter().any(|(from, until)| (*from..*until).contains(&relay_clock.boot().plus(-start)));
            let trouble = (relay.untried && !switch.by_operator)
                .then_some(SwitchError::Untried)
                .or(broken.then(|| SwitchError::Failed("no relay".to_owned())));
            Some(SwitchResult { serial: switch.serial, on: switch.on, took_ms: 5, error: trouble })
        };
        let hands =
            Effects { make_output: Box::new(maker), switch_amplifier: Box::new(switcher), notify: Box::new(|_| ()) };
        let playout = started.into_playout(clock.clone(), hands, receiver);
        (playout, commands)
    }

    fn adopted(&self, files: &[SourceFile]) -> Arc<loa::playout::engine::ScheduleRevision> {
        let reading = read(files);
        let broken: Vec<_> = reading.problems.iter().filter(|p| p.structural).collect();
        assert!(broken.is_empty(), "{broken:?}");
        Arc::new(adoption::prepare_adopted(files, reading.schedule, self.library.clone()))
    }

    fn happens(
        &mut self,
        playout: &mut (Playout<ScriptedClock, MemoryStorage>, Sender<PlayoutCommand>),
        what: Happening,
    ) {
        let (to, from) = mpsc::channel();
        let command = match what {
            Happening::Change(_) | Happening::Stall(_) => return,
            Happening::Hand(Reach(act)) => return act(&self.disk, &self.keys),
            Happening::Command(order) => {
                let who = PeerUser { uid: 1000, name: Some("truc-dai".to_owned()) };
                PlayoutCommand::Operator(order, who, to)
            }
            Happening::Edit(files) => {
                self.files = files;
                PlayoutCommand::Adopt(self.adopted(&self.files))
            }
            Happening::Gone(file, files) => {
                let away = vec![SuspectFile { file, why: loa::schedule::finding::SuspectReason::Gone }];
                PlayoutCommand::SuspectFiles { files: away, schedule_without: Some(self.adopted(&files)) }
            }
        };
        playout.1.send(command).expect("the loop is there");
        playout.0.step();
        self.answers.extend(from.try_iter());
    }

    /// All entries, read by the product's own reader.
    pub fn log(&self) -> Vec<Record> {
        let mut reader = Reader::new(&self.disk).expect("memory");
        let mut records = Vec::new();
        while let Some(record) = reader.next_record().expect("an honest log") {
            records.push(record);
        }
        records
    }

    /// `id result reason` of every outcome, in the log's order.
    pub fn outcomes(&self) -> Vec<String> {
        self.log().iter().filter(|r| r.kind == "outcome").map(outcome_line).collect()
    }

    /// Ids of all airings that any kept plan names and that log entries refer to.
    pub fn planned_ids(&self) -> std::collections::BTreeSet<String> {
        self.plans().map(|a| a.id).collect()
    }

    /// Of those, what is a relay slot in the latest plan that names it: an edit may put an item in its place.
    pub fn relay_ids(&self) -> std::collections::BTreeSet<String> {
        self.airings().into_values().filter(|a| a.is_relay()).map(|a| a.id).collect()
    }

    fn plans(&self) -> impl Iterator<Item = loa::plan::Airing> {
        let plans = self.log().into_iter().filter(|r| r.kind == "plan").filter_map(|r| r.body.sha256);
        plans.flat_map(|sha| {
            let bytes = self.kept_plan(&sha);
            let plan: loa::plan::Plan = serde_json::from_slice(&bytes).expect("a kept plan");
            plan.airings
        })
    }

    /// The bytes of a kept plan, wherever a hand has put it.
    pub fn kept_plan(&self, sha256: &str) -> Vec<u8> {
        let named = |folder: &str| self.disk.bytes(&format!("{folder}/{sha256}.json"));
        let kept = named("kept");
        if kept.is_empty() { named(ASIDE) } else { kept }
    }

    /// The latest that any plan says of each airing.
    pub fn airings(&self) -> std::collections::BTreeMap<String, loa::plan::Airing> {
        self.plans().map(|airing| (airing.id.clone(), airing)).collect()
    }

    /// How many times the output has said that something begins to sound.
    pub fn begun(&self) -> u64 {
        self.begun.get()
    }

    /// How many of those were cut in the very instant, and no frame of them was taken.
    pub fn unheard(&self) -> u64 {
        self.unheard.get()
    }

    /// What the operator's orders were answered, in order.
    pub fn answers(&self) -> &[CommandReply] {
        &self.answers
    }

    /// The same machine once more, disk, keys and all.
    #[must_use]
    pub fn twin(&self) -> Self {
        Self {
            files: self.files.clone(),
            library: self.library.clone(),
            in_hands: self.in_hands,
            on_disk: self.on_disk.clone(),
            disk: self.disk.copy(),
            keys: self.keys.copy(),
            wall: self.wall,
            synchronised: self.synchronised,
            boots: self.boots,
            stopped: self.stopped,
            runs_on: self.runs_on,
            build: self.build,
            happenings: Vec::new(),
            losses: Vec::new(),
            odd: self.odd,
            nature: self.nature.clone(),
            relay: self.relay.clone(),
            answers: Vec::new(),
            begun: Rc::new(Cell::new(self.begun.get())),
            unheard: Rc::new(Cell::new(self.unheard.get())),
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

    /// The clock's present time.
    pub fn wall(&self) -> WallTime {
        self.wall
    }
}

/// `id result reason played_ms`.
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

fn advance(playout: &mut Playout<ScriptedClock, MemoryStorage>, clock: &ScriptedClock, to: BootTime) {
    clock.stop_at(to);
    // A station that is awake and gets nowhere would hang the test, and heat a real machine.
    let (mut second, mut looks) = (clock.boot(), 0);
    while clock.boot() < to {
        playout.step();
        playout.wait();
        looks += 1;
        if clock.boot().since(second) > SECOND_US {
            (second, looks) = (clock.boot(), 0);
        }
        assert!(looks < 1000, "a thousand looks within a second, at {second:?}");
    }
    playout.step();
}

/// An id of a test.
pub fn id(text: &str) -> Id {
    Id::new(text).expect("a test's own id")
}

/// How an output misbehaves.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Oddity {
    /// It never comes back from opening.
    HangsOpening,
    /// It says that a cue has started, and then nothing more.
    Stalls,
    /// It is lost again whenever it is looked at.
    LostForEver,
    /// It tells of starts a day ago.
    LiesAboutTime,
}

/// Counts what begins to sound, whatever the engine makes of it.
struct Witness {
    inner: ScriptedOutput,
    begun: Rc<Cell<u64>>,
    unheard: Rc<Cell<u64>>,
    /// What has begun, and whether it had been cut before that was told.
    started: std::collections::BTreeMap<CueKey, bool>,
    cuts: std::collections::BTreeSet<CueKey>,
}

impl Output for Witness {
    fn open(&mut self) {
        self.inner.open();
    }
    fn close(&mut self) {
        self.inner.close();
    }
    fn cue(&mut self, cue: Cue) {
        self.inner.cue(cue);
    }
    fn cut(&mut self, key: CueKey) {
        self.cuts.insert(key);
        self.inner.cut(key);
    }
    fn take_events(&mut self) -> Vec<OutputEvent> {
        let events = self.inner.take_events();
        for event in &events {
            match event {
                OutputEvent::Started { key, .. } => {
                    self.begun.set(self.begun.get() + 1);
                    // Cut in the instant at which it began: it has not sounded unless its end says so.
                    let at_once = self.cuts.contains(key);
                    self.unheard.set(self.unheard.get() + u64::from(at_once));
                    self.started.insert(*key, at_once);
                }
                OutputEvent::Ended { key, frames, .. } => match self.started.get(key) {
                    Some(false) if *frames == 0 => self.unheard.set(self.unheard.get() + 1),
                    // The scripted output counts one frame of whatever has begun.
                    Some(true) if *frames > 1 => self.unheard.set(self.unheard.get() - 1),
                    _ => {}
                },
                _ => {}
            }
        }
        events
    }
    fn progress(&self) -> Option<Progress> {
        self.inner.progress()
    }
    fn proof_level(&self) -> u8 {
        self.inner.proof_level()
    }
    fn next_event_at(&self) -> Option<BootTime> {
        self.inner.next_event_at()
    }
}

struct OddOutput {
    inner: ScriptedOutput,
    odd: Oddity,
}

impl Output for OddOutput {
    fn open(&mut self) {
        if self.odd != Oddity::HangsOpening {
            self.inner.open();
        }
    }
    fn close(&mut self) {
        self.inner.close();
    }
    fn cue(&mut self, cue: Cue) {
        self.inner.cue(cue);
    }
    fn cut(&mut self, key: CueKey) {
        self.inner.cut(key);
    }
    fn take_events(&mut self) -> Vec<OutputEvent> {
        let events = self.inner.take_events();
        match self.odd {
            Oddity::Stalls => events.into_iter().filter(|e| !matches!(e, OutputEvent::Ended { .. })).collect(),
            Oddity::LostForEver => {
                let lost = |e: &OutputEvent| matches!(e, OutputEvent::Ready { .. } | OutputEvent::Refused { .. });
                let mut events: Vec<OutputEvent> = events.into_iter().filter(lost).collect();
                events.push(OutputEvent::Lost { detail: "and again".to_owned() });
                events
            }
            Oddity::LiesAboutTime => {
                let lie = |e| match e {
                    OutputEvent::Started { key, at, within_us } => {
                        OutputEvent::Started { key, at: at.plus(-86_400 * SECOND_US), within_us }
                    }
                    other => other,
                };
                events.into_iter().map(lie).collect()
            }
            Oddity::HangsOpening => events,
        }
    }
    fn progress(&self) -> Option<Progress> {
        self.inner.progress()
    }
    fn proof_level(&self) -> u8 {
        self.inner.proof_level()
    }
    fn next_event_at(&self) -> Option<BootTime> {
        self.inner.next_event_at()
    }
}
