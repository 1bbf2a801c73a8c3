use super::*;
use crate::airlog::entry::AiringLabels;
use crate::base::instant::SECOND_US;
use crate::plan::{Airing, Priority};
use crate::playout::engine::live_airing::{DeviceLoss, EarlierPart};
use crate::playout::output::CueKey;

/// The frames of the whole airing: ten seconds at 48 kHz.
const WHOLE: u64 = 480_000;
const HALF: u64 = WHOLE / 2;
const RATE: u32 = 48_000;

fn planned(policy: InterruptPolicy) -> LiveAiring {
    let json = r#"{"id":"a@2026-03-02T05:00:00#1","date":"2026-03-02","session":"a","segment":"s","title":"T",
        "start":"2026-03-02T05:00:00+07:00","duration_ms":10000,"priority":"normal","campaign":null,"topic":null,
        "language":"vi","source":"own","file":"s.mp3","length":{"frames":480000,"rate":48000},
        "session_start":"2026-03-02T05:00:00+07:00","late":"skip","valid_until":null}"#;
    let airing: Airing = serde_json::from_str(json).unwrap();
    LiveAiring::from_plan(Airing { interrupted: policy, ..airing })
}

fn unplanned(priority: Priority) -> LiveAiring {
    let labels = AiringLabels { session: None, planned_at: None, priority, ..planned(InterruptPolicy::Drop).labels };
    LiveAiring { length: Length { frames: WHOLE, rate: RATE }, ..LiveAiring::unplayed(labels) }
}

fn cued(mut airing: LiveAiring) -> LiveAiring {
    airing.set_cued(CueKey(1), BootTime(0), false, 0);
    airing
}

/// An airing that has sounded since second 0, on time if it is planned.
fn sounding(airing: LiveAiring) -> LiveAiring {
    let mut airing = cued(airing);
    let late_us = airing.planned.as_ref().map(|_| 0);
    let cue = airing.cue().cloned().unwrap();
    let played_length = Length { frames: 0, rate: RATE };
    airing.state = AiringState::Sounding { cue, late_us, started_at: BootTime(0), played_length };
    airing
}

/// An airing of which half sounded before an interruption.
fn interrupted(mut airing: LiveAiring, device_loss: Option<DeviceLoss>) -> LiveAiring {
    let playback = Playback { frames: HALF, rate: RATE, late_us: Some(0), ..Playback::default() };
    airing.state = AiringState::Interrupted(Box::new(EarlierPart {
        playback,
        first_skip_us: 0,
        resume_at_us: 5 * SECOND_US,
        ends_at: BootTime(0),
        device_loss,
    }));
    airing
}

fn cut(mut airing: LiveAiring, reason: Reason) -> LiveAiring {
    airing.cue_mut().unwrap().cut_reason = Some(reason);
    airing
}

/// The report of a cue that ended after `frames` of its `expected` frames, in the time that these last.
fn end(ending: Ending, frames: u64, expected: u64) -> CueEnd {
    let at = Some(BootTime(Length { frames, rate: RATE }.us()));
    CueEnd { frames, expected, rate: RATE, underrun_frames: 0, underruns: 0, ending, at }
}

/// A situation without an urgent airing.
fn calm() -> Situation {
    Situation::default()
}

/// A situation in which an urgent airing has the line.
fn urgent() -> Situation {
    Situation { is_urgent_active: true, ..calm() }
}

/// The kind of an aftermath as text, with the outcome or the frames that sounded.
fn brief(airing: &LiveAiring, end: CueEnd, situation: Situation) -> String {
    match aftermath(airing, &end, situation) {
        Aftermath::Closed(result, reason, playback) => {
            let reason = reason.map_or("none".to_owned(), |reason| format!("{reason:?}"));
            format!("{result:?} {reason} {}", playback.frames)
        }
        Aftermath::WaitsAgain => "waits again".to_owned(),
        Aftermath::Interrupted(playback) => format!("interrupted {}", playback.frames),
        Aftermath::DeviceLost(playback) => format!("device lost {}", playback.frames),
        Aftermath::UrgentAwaitsDevice => "awaits device".to_owned(),
    }
}

#[test]
fn every_end_of_a_cue_has_its_aftermath() {
    use Ending::{Altered, Cut, Lost, Short, Whole};
    use InterruptPolicy::{Drop, Restart, Resume};
    let short = || Short { detail: "broken".to_owned() };
    let may_be_late = || Situation { may_play_late: true, ..calm() };
    let joined = |airing: LiveAiring| LiveAiring { has_joined_late: true, joins_in_progress: true, ..airing };
    let resumed = |policy, loss| sounding(interrupted(planned(policy), loss));
    let table = [
        // The kind of the end decides.
        (sounding(planned(Drop)), end(Whole, WHOLE, WHOLE), calm(), "Aired none 480000"),
        (sounding(unplanned(Priority::Normal)), end(Whole, WHOLE, WHOLE), calm(), "Aired none 480000"),
        (sounding(joined(planned(Drop))), end(Whole, HALF, HALF), calm(), "Partial Joined 240000"),
        (cued(joined(planned(Drop))), end(Whole, 0, 0), calm(), "Missed Late 0"),
        (sounding(planned(Drop)), end(Whole, HALF, WHOLE), calm(), "Partial FileDamaged 240000"),
        (sounding(planned(Drop)), end(Whole, 0, 0), calm(), "Missed FileDamaged 0"),
        (sounding(planned(Drop)), end(short(), HALF, WHOLE), calm(), "Partial FileDamaged 240000"),
        (sounding(planned(Drop)), end(Altered, HALF, WHOLE), calm(), "Partial HashMismatch 240000"),
        (sounding(planned(Drop)), end(Cut, HALF, WHOLE), calm(), "Partial CutBy 240000"),
        (
            cut(sounding(planned(Drop)), Reason::OperatorStop),
            end(Cut, HALF, WHOLE),
            calm(),
            "Partial OperatorStop 240000",
        ),
        // An urgent airing takes the line: the policy decides.
        (sounding(planned(Drop)), end(Cut, HALF, WHOLE), urgent(), "Partial Urgent 240000"),
        (sounding(planned(Resume)), end(Cut, HALF, WHOLE), urgent(), "interrupted 240000"),
        (sounding(planned(Restart)), end(Cut, HALF, WHOLE), urgent(), "interrupted 240000"),
        (cut(sounding(planned(Resume)), Reason::Urgent), end(Cut, HALF, WHOLE), calm(), "interrupted 240000"),
        (cut(sounding(planned(Resume)), Reason::CutBy), end(Cut, HALF, WHOLE), urgent(), "Partial CutBy 240000"),
        (sounding(planned(Resume)), end(Cut, 0, WHOLE), urgent(), "waits again"),
        (cued(planned(Drop)), end(Cut, 0, WHOLE), urgent(), "waits again"),
        (cued(planned(Drop)), end(Cut, 0, WHOLE), calm(), "Missed CutBy 0"),
        (resumed(Resume, None), end(Cut, HALF / 2, HALF), urgent(), "interrupted 360000"),
        (resumed(Restart, None), end(Cut, HALF / 2, WHOLE), urgent(), "interrupted 240000"),
        (sounding(unplanned(Priority::Normal)), end(Cut, HALF, WHOLE), urgent(), "Partial Urgent 240000"),
        // The device is lost: while an airing sounds, or before it starts.
        (sounding(planned(Drop)), end(Lost, HALF, WHOLE), calm(), "Partial DeviceLost 240000"),
        (sounding(planned(Resume)), end(Lost, HALF, WHOLE), calm(), "device lost 240000"),
        (sounding(planned(Restart)), end(Lost, HALF, WHOLE), calm(), "device lost 240000"),
        (resumed(Restart, None), end(Lost, HALF / 2, WHOLE), calm(), "Partial DeviceLost 240000"),
        (cut(sounding(planned(Resume)), Reason::Shutdown), end(Lost, HALF, WHOLE), calm(), "Partial DeviceLost 240000"),
        (sounding(planned(Resume)), end(Lost, 0, WHOLE), calm(), "Missed DeviceLost 0"),
        (cued(planned(Drop)), end(Lost, 0, WHOLE), may_be_late(), "waits again"),
        (cued(planned(Drop)), end(Lost, 0, WHOLE), calm(), "Missed DeviceLost 0"),
        (cued(unplanned(Priority::Urgent)), end(Lost, 0, WHOLE), calm(), "awaits device"),
        (cued(unplanned(Priority::Normal)), end(Lost, 0, WHOLE), calm(), "Missed DeviceLost 0"),
        (sounding(unplanned(Priority::Urgent)), end(Lost, HALF, WHOLE), calm(), "Partial DeviceLost 240000"),
        // Both parts together are complete, unless the device was lost in between.
        (resumed(Resume, None), end(Whole, HALF, HALF), calm(), "Aired none 480000"),
        (resumed(Restart, None), end(Whole, WHOLE, WHOLE), calm(), "Aired none 480000"),
        (resumed(Resume, Some(DeviceLoss::Resumed)), end(Whole, HALF, HALF), calm(), "Partial DeviceLost 480000"),
    ];
    for (row, (airing, end, situation, expected)) in table.into_iter().enumerate() {
        assert_eq!(brief(&airing, end, situation), expected, "row {row}");
    }
}

#[test]
fn a_start_off_its_time_and_inserted_silence_make_an_airing_partial() {
    let mut late = sounding(planned(InterruptPolicy::Drop));
    if let AiringState::Sounding { late_us, .. } = &mut late.state {
        *late_us = Some(6 * SECOND_US);
    }
    assert_eq!(brief(&late, end(Ending::Whole, WHOLE, WHOLE), calm()), "Partial Late 480000");
    late.is_postponed = true;
    assert_eq!(brief(&late, end(Ending::Whole, WHOLE, WHOLE), calm()), "Aired none 480000");
    let end_with_underrun = CueEnd { underrun_frames: 48_000, underruns: 1, ..end(Ending::Whole, WHOLE, WHOLE) };
    let airing = sounding(planned(InterruptPolicy::Drop));
    assert_eq!(brief(&airing, end_with_underrun, calm()), "Partial Underrun 480000");
}

#[test]
fn the_drift_is_known_when_the_report_of_the_end_is_plausible() {
    let airing = sounding(planned(InterruptPolicy::Drop));
    let drift_us = |at| match aftermath(&airing, &CueEnd { at, ..end(Ending::Whole, WHOLE, WHOLE) }, calm()) {
        Aftermath::Closed(_, _, playback) => playback.drift_us,
        unexpected => panic!("{unexpected:?}"),
    };
    assert_eq!(drift_us(Some(BootTime(10 * SECOND_US + 1000))), Some(1000));
    assert_eq!(drift_us(None), None);
}
