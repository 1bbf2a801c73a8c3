//! Checks that each type of entry is read as it was written.
use chrono::NaiveDate;

use super::*;
use crate::airlog::entry::{
    AiringLabels, AmplifierEntry, BootEntry, ClockStepEntry, ClockTrustEntry, ConcernEntry, ConcernTransition,
    DeviceEntry, EditEntry, EpochEntry, GapCause, GapEntry, InterruptEntry, KeptFileRef, LineChange, LostFileEntry,
    LostFileKind, OperatorAction, OperatorEntry, Outcome, PeerUser, PlanEntry, PredecessorFault, PredecessorLog,
    Reason, RelayEntry, RemarkEntry, ResumeEntry, ScheduleEntry, ShutdownCause, ShutdownEntry, SignedNoteEntry, Stamp,
    StartEntry, SwitchTarget, TrustReason, render_line,
};
use crate::base::instant::{BootTime, ClockSnapshot, to_local};
use crate::plan::Priority;
use crate::plan::airtime_change::AirtimeChange;
use crate::plan::diff::{ChangeKind, PlanChange};
use crate::schedule::{Id, InterruptPolicy, SegmentSource};

const ZONE: chrono_tz::Tz = chrono_tz::Asia::Ho_Chi_Minh;

fn id(text: &str) -> Id {
    Id::try_from(text.to_owned()).expect("parse the id")
}

fn some_text(text: &str) -> Option<String> {
    Some(text.to_owned())
}

fn at() -> DateTime<FixedOffset> {
    to_local(WallTime(1_679_260_500_000_000), ZONE)
}

fn labels() -> AiringLabels {
    AiringLabels {
        id: "sang@2023-03-20T05:15:00#1".to_owned(),
        segment: id("tin"),
        session: Some(id("sang")),
        planned_at: Some(at()),
        planned_ms: 61_000,
        priority: Priority::Urgent,
        campaign: Some(id("giam-ngheo")),
        topic: Some(7),
        language: "mnong".to_owned(),
        source: SegmentSource::Province,
        title: "Tin".to_owned(),
        file: "tin.mp3".to_owned(),
    }
}

fn operator() -> PeerUser {
    PeerUser { uid: 1000, name: some_text("loa"), via: None }
}

fn plan_change() -> PlanChange {
    let (session, at) = (id("sang"), chrono::NaiveTime::MIN);
    let dates = vec![date()];
    PlanChange {
        session,
        at,
        change: ChangeKind::Added,
        dates,
        gains: vec!["Tin".to_owned()],
        loses: vec![],
        length_ms: (1, 2),
    }
}

fn airtime_change() -> AirtimeChange {
    let (campaign, language) = (some_text("giam-ngheo-2023"), "cmo".to_owned());
    AirtimeChange { date: date(), campaign, topic: Some(5), language, airings: -1, planned_ms: -2 }
}

fn date() -> NaiveDate {
    at().date_naive()
}

fn hash() -> String {
    "ab".repeat(32)
}

fn predecessor() -> PredecessorLog {
    PredecessorLog {
        set_aside_as: "damaged/log-3-0".to_owned(),
        entries: 3,
        signed_head: some_text("a head"),
        why: PredecessorFault::Rewound,
        size: 5,
        newest_root: some_text("AA=="),
        newest_size: Some(6),
    }
}

/// Returns one entry of each type, with a value for every key.
fn samples() -> Vec<Body> {
    [log_samples(), station_samples(), operation_samples(), airing_samples(), interruption_samples()].concat()
}

/// Returns the entries about the log.
fn log_samples() -> Vec<Body> {
    vec![
        Body::Genesis(GenesisEntry {
            origin: "loa/thu/00".to_owned(),
            key: "a key".to_owned(),
            epoch_key: "a second key".to_owned(),
            station: id("thu"),
            name: "Đài thử".to_owned(),
            agency: "Xã".to_owned(),
            timezone: ZONE.to_string(),
            program: "loa 1".to_owned(),
            follows: Some(predecessor()),
        }),
        Body::Epoch(EpochEntry { epoch: 4, epoch_key: "a key".to_owned() }),
        Body::Anchor(SignedNoteEntry { note: "a note".to_owned() }),
        Body::Cosigned(SignedNoteEntry { note: "a note".to_owned() }),
        Body::Gap(GapEntry { cause: GapCause::ReadOnly, since: at(), waited: 3, lost: 4, detail: "x".to_owned() }),
        Body::Lost(LostFileEntry {
            what: LostFileKind::Plan,
            date: Some(date()),
            count: 1,
            rows: 2,
            lacking: 3,
            sha256: hash(),
        }),
    ]
}

/// Returns the entries about the station.
fn station_samples() -> Vec<Body> {
    vec![
        Body::Boot(BootEntry {
            last_seen: Some(at()),
            alive_us: Some(5),
            off_s: Some(6),
            orderly: true,
            machine_restarted: true,
            trusted: true,
            trust: TrustReason::Confirmed,
            program: "loa 1".to_owned(),
        }),
        Body::Schedule(ScheduleEntry {
            files: vec![KeptFileRef { name: "station.toml".to_owned(), sha256: hash() }],
            library: hash(),
            sessions: 2,
            segments: 3,
        }),
        Body::Plan(PlanEntry { date: date(), count: 2, rows: 3, sha256: hash() }),
        Body::Edit(EditEntry {
            date: date(),
            days: 7,
            changes: vec![plan_change()],
            more: 2,
            airtime: vec![airtime_change()],
            airtime_more: 3,
        }),
        Body::ClockStep(ClockStepEntry { from: at(), by_us: -9 }),
        Body::ClockTrust(ClockTrustEntry { trusted: false, trust: TrustReason::NoDoubt }),
        Body::Shutdown(ShutdownEntry { cause: ShutdownCause::Signal }),
    ]
}

/// Returns the entries about operators and devices.
fn operation_samples() -> Vec<Body> {
    vec![
        Body::Operator(OperatorEntry { action: OperatorAction::Play, id: some_text("tin"), who: operator() }),
        Body::Device(DeviceEntry {
            state: LineChange::Opened,
            device: some_text("loa"),
            sink: some_text("card"),
            hardware: Some(true),
            detail: some_text("x"),
        }),
        Body::Concern(ConcernEntry {
            news: ConcernTransition::Raised,
            code: "no-device".to_owned(),
            subject: "x".to_owned(),
            since: at(),
            severity: some_text("critical"),
        }),
        Body::Amplifier(AmplifierEntry { to: SwitchTarget::On, done: true, took_ms: 12, detail: some_text("x") }),
    ]
}

/// Returns the entries about airings.
fn airing_samples() -> Vec<Body> {
    vec![
        Body::Start(StartEntry {
            labels: labels(),
            late_us: Some(-3),
            within_us: 4,
            sha256: some_text(&hash()),
            device: "loa".to_owned(),
            sink: some_text("card"),
            hardware: Some(true),
            rate: 48_000,
            volume: 80,
            level: 1,
        }),
        Body::Outcome(OutcomeEntry {
            labels: labels(),
            result: Outcome::Partial,
            reason: Some(Reason::PowerOff),
            played_ms: 5,
            frames: 6,
            rate: 44_100,
            late_us: Some(7),
            drift_us: Some(-8),
            underrun_ms: 9,
            underruns: 10,
            sha256: some_text(&hash()),
            device: some_text("loa"),
            sink: some_text("card"),
            hardware: Some(false),
            volume: Some(50),
            level: 1,
            detail: some_text("an error from the system"),
        }),
        Body::Remark(RemarkEntry { id: "x".to_owned(), text: "mưa".to_owned(), who: operator() }),
    ]
}

/// Returns the entries about relays and interruptions.
fn interruption_samples() -> Vec<Body> {
    vec![
        Body::Relay(RelayEntry {
            id: "x".to_owned(),
            session: Some(id("sang")),
            title: "Tiếp âm".to_owned(),
            planned_at: Some(at()),
            planned_ms: 5,
            held_ms: 4,
            reason: Some(Reason::CutBy),
            level: 0,
        }),
        Body::Interrupt(InterruptEntry {
            id: "x".to_owned(),
            by: some_text("y"),
            reason: Reason::Urgent,
            then: InterruptPolicy::Restart,
            frames: 3,
            rate: 4,
            played_ms: 5,
        }),
        Body::Resume(ResumeEntry { id: "x".to_owned(), frames: 3, rate: 4, from_ms: 5 }),
    ]
}

#[test]
fn every_type_of_entry_has_one_sample() {
    let mut sample_kinds: Vec<&str> = samples().iter().map(Body::kind).collect();
    let mut kinds = Body::KINDS.to_vec();
    sample_kinds.sort_unstable();
    kinds.sort_unstable();
    assert_eq!(sample_kinds, kinds);
}

#[test]
fn every_entry_is_read_as_it_was_written() {
    let now = ClockSnapshot { wall: WallTime(1_679_260_500_000_000), boot: BootTime(9), sync: ClockSync::default() };
    for body in samples() {
        let line = render_line(&Stamp { seq: 3, now, boot: "boot", zone: ZONE }, &body);
        let record = parse_record(line.as_bytes(), 3).expect("parse the entry");
        assert_eq!((record.kind.as_str(), record.seq, record.wall()), (body.kind(), 3, now.wall));
        assert_eq!((record.at, record.boot.as_str(), record.boottime_us, record.clock), (at(), "boot", 9, now.sync));
        assert_eq!(record.body, Some(body));
    }
}

#[test]
fn unknown_types_and_keys_are_skipped_but_a_missing_key_is_an_error() {
    let header = concat!(
        r#"{"v":1,"seq":3,"type":"TYPE","at":"2023-03-20T05:15:00.000000+07:00","boot":"b","boottime_us":9,"#,
        r#""clock":{"synchronised":false},"#
    );
    let parse = |kind: &str, body: &str| parse_record((header.replace("TYPE", kind) + body).as_bytes(), 3);
    assert_eq!(parse("moonrise", "\"phase\":1}").expect("parse the entry").body, None);
    let shutdown = Body::Shutdown(ShutdownEntry { cause: ShutdownCause::Signal });
    assert_eq!(parse("shutdown", "\"cause\":\"signal\",\"mood\":7}").expect("parse the entry").body, Some(shutdown));
    assert!(parse("shutdown", "\"mood\":7}").is_err());
    assert!(
        parse("plan", "\"date\":\"2023-03-20\",\"count\":2,\"sha256\":\"ab\"}").is_ok(),
        "old logs do not have `rows`"
    );
}

#[test]
fn unknown_words_are_written_back_unchanged() {
    let now = ClockSnapshot { wall: WallTime(1_679_260_500_000_000), boot: BootTime(9), sync: ClockSync::default() };
    let mut change_count = 0;
    for body in samples() {
        let line = render_line(&Stamp { seq: 3, now, boot: "boot", zone: ZONE }, &body);
        for (key, word) in [
            ("action", "play"),
            ("state", "opened"),
            ("cause", "signal"),
            ("cause", "read-only"),
            ("to", "on"),
            ("what", "plan"),
            ("why", "rewound"),
        ] {
            let changed_line = line.replace(&format!("\"{key}\":\"{word}\""), &format!("\"{key}\":\"of 2040\""));
            if changed_line != line {
                let body =
                    parse_record(changed_line.as_bytes(), 3).expect("parse the entry").body.expect("read a known type");
                assert_eq!(render_line(&Stamp { seq: 3, now, boot: "boot", zone: ZONE }, &body), changed_line);
                change_count += 1;
            }
        }
    }
    assert_eq!(change_count, 7, "each word occurs in one sample");
}
