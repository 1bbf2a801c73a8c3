//! What is written of each type of entry is read back.
use chrono::NaiveDate;

use super::*;
use crate::airlog::entry::{
    AiringLabels, AmplifierEntry, BootEntry, ClockStepEntry, ClockTrustEntry, DeviceEntry, EditEntry, EpochEntry,
    GapEntry, InterruptEntry, KeptFileRef, LostFileEntry, OperatorEntry, Outcome, PeerUser, PlanEntry, PredecessorLog,
    Reason, RelayEntry, RemarkEntry, ResumeEntry, ScheduleEntry, ShutdownEntry, SignedNoteEntry, Stamp, StartEntry,
    TrustReason, render_line,
};
use crate::base::instant::{BootTime, ClockSnapshot, to_local};
use crate::plan::Priority;
use crate::plan::diff::{ChangeKind, PlanChange};
use crate::schedule::{Id, InterruptPolicy, SegmentSource};

const ZONE: chrono_tz::Tz = chrono_tz::Asia::Ho_Chi_Minh;

fn id(text: &str) -> Id {
    Id::try_from(text.to_owned()).expect("an id")
}

fn text(text: &str) -> Option<String> {
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

fn who() -> PeerUser {
    PeerUser { uid: 1000, name: text("loa") }
}

fn change() -> PlanChange {
    let (session, at) = (id("sang"), chrono::NaiveTime::MIN);
    let dates = vec![at_date()];
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

fn at_date() -> NaiveDate {
    at().date_naive()
}

/// One of each type, no key of it empty.
fn samples() -> Vec<Body> {
    let hash = || "ab".repeat(32);
    let follows = PredecessorLog {
        kept_as: "damaged/log-3-0".to_owned(),
        entries: 3,
        head: text("a head"),
        why: "rewound".to_owned(),
        size: 5,
        newest_root: text("AA=="),
        newest_size: Some(6),
    };
    let kept = || SignedNoteEntry { note: "a note".to_owned() };
    vec![
        Body::Genesis(GenesisEntry {
            origin: "loa/thu/00".to_owned(),
            key: "a key".to_owned(),
            epoch_key: "another".to_owned(),
            station: id("thu"),
            name: "Đài thử".to_owned(),
            agency: "Xã".to_owned(),
            timezone: ZONE.to_string(),
            program: "loa 1".to_owned(),
            follows: Some(follows),
        }),
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
        Body::Plan(PlanEntry { date: at_date(), count: 2, rows: 3, sha256: hash() }),
        Body::Start(StartEntry {
            labels: labels(),
            late_us: Some(-3),
            within_us: 4,
            sha256: text(&hash()),
            device: "loa".to_owned(),
            sink: text("card"),
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
            sha256: text(&hash()),
            device: text("loa"),
            sink: text("card"),
            hardware: Some(false),
            volume: Some(50),
            level: 1,
            detail: text("what the system said"),
        }),
        Body::Operator(OperatorEntry { action: "play".to_owned(), id: text("tin"), who: who() }),
        Body::Remark(RemarkEntry { id: "x".to_owned(), text: "mưa".to_owned(), who: who() }),
        Body::ClockStep(ClockStepEntry { from: at(), by_us: -9 }),
        Body::ClockTrust(ClockTrustEntry { trusted: false, trust: TrustReason::NoDoubt }),
        Body::Device(DeviceEntry {
            state: "opened".to_owned(),
            device: text("loa"),
            sink: text("card"),
            hardware: Some(true),
            detail: text("x"),
        }),
        Body::Shutdown(ShutdownEntry { cause: "signal".to_owned() }),
        Body::Epoch(EpochEntry { epoch: 4, epoch_key: "a key".to_owned() }),
        Body::Anchor(kept()),
        Body::Cosigned(kept()),
        Body::Gap(GapEntry { cause: "read-only".to_owned(), since: at(), waited: 3, lost: 4, detail: "x".to_owned() }),
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
            by: text("y"),
            reason: Reason::Urgent,
            then: InterruptPolicy::Restart,
            frames: 3,
            rate: 4,
            played_ms: 5,
        }),
        Body::Resume(ResumeEntry { id: "x".to_owned(), frames: 3, rate: 4, from_ms: 5 }),
        Body::Edit(EditEntry { date: at_date(), days: 7, changes: vec![change()], more: 2 }),
        Body::Amplifier(AmplifierEntry { to: "on".to_owned(), done: true, took_ms: 12, detail: text("x") }),
        Body::Lost(LostFileEntry {
            what: "plan".to_owned(),
            date: Some(at_date()),
            count: 1,
            rows: 2,
            lacking: 3,
            sha256: hash(),
        }),
    ]
}

/// A new type does not compile until it is counted here, and fails below until it has a sample.
fn number(body: &Body) -> usize {
    match body {
        Body::Genesis(_) => 0,
        Body::Boot(_) => 1,
        Body::Schedule(_) => 2,
        Body::Plan(_) => 3,
        Body::Start(_) => 4,
        Body::Outcome(_) => 5,
        Body::Operator(_) => 6,
        Body::Remark(_) => 7,
        Body::ClockStep(_) => 8,
        Body::ClockTrust(_) => 9,
        Body::Device(_) => 10,
        Body::Shutdown(_) => 11,
        Body::Epoch(_) => 12,
        Body::Anchor(_) => 13,
        Body::Cosigned(_) => 14,
        Body::Gap(_) => 15,
        Body::Relay(_) => 16,
        Body::Interrupt(_) => 17,
        Body::Resume(_) => 18,
        Body::Edit(_) => 19,
        Body::Amplifier(_) => 20,
        Body::Lost(_) => 21,
    }
}

#[test]
fn what_is_written_is_read() {
    let now = ClockSnapshot { wall: WallTime(1_679_260_500_000_000), boot: BootTime(9), sync: ClockSync::default() };
    for (n, body) in samples().into_iter().enumerate() {
        assert_eq!(number(&body), n);
        let written = render_line(&Stamp { seq: 3, now, boot: "boot", zone: ZONE }, &body);
        let read = parse_record(written.as_bytes(), 3).expect("an entry");
        assert_eq!((read.kind.as_str(), read.seq, read.wall()), (body.kind(), 3, now.wall));
        assert_eq!((read.at, read.boot.as_str(), read.boottime_us, read.clock), (at(), "boot", 9, now.sync));
        assert_eq!(read.body, Some(body));
    }
}

#[test]
fn types_and_keys_of_a_later_version_are_passed_over_and_bodies_that_lack_theirs_are_not() {
    let head = r#"{"v":1,"seq":3,"type":"TYPE","at":"2023-03-20T05:15:00.000000+07:00","boot":"b","boottime_us":9,"clock":{"synchronised":false},"#;
    let read = |kind: &str, rest: &str| parse_record((head.replace("TYPE", kind) + rest).as_bytes(), 3);
    assert_eq!(read("moonrise", "\"phase\":1}").expect("an entry").body, None);
    let shutdown = Body::Shutdown(ShutdownEntry { cause: "signal".to_owned() });
    assert_eq!(read("shutdown", "\"cause\":\"signal\",\"mood\":7}").expect("an entry").body, Some(shutdown));
    assert!(read("shutdown", "\"mood\":7}").is_err());
    assert!(read("plan", "\"date\":\"2023-03-20\",\"count\":2,\"sha256\":\"ab\"}").is_ok(), "logs before `rows`");
}
