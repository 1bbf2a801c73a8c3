use super::*;
use crate::airlog::entry::AiringLabels;
use crate::base::instant::SECOND_US;
use crate::plan::{Airing, Priority};
use crate::playout::engine::live_airing::{DeviceLoss, EarlierPart};
use crate::playout::output::CueKey;
use crate::schedule::InterruptPolicy;

/// The number of frames of a complete airing: ten seconds at 48 kHz.
const FULL: u64 = 480_000;
const HALF: u64 = FULL / 2;
/// Frames per second.
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
    LiveAiring { length: Length { frames: FULL, rate: RATE }, ..LiveAiring::unplayed(labels) }
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

/// An airing that was interrupted after half of it had sounded.
fn interrupted(mut airing: LiveAiring, device_loss: Option<DeviceLoss>) -> LiveAiring {
    let playback = Playback { frames: HALF, rate: RATE, late_us: Some(0), ..Playback::default() };
    airing.state = AiringState::Interrupted(Box::new(EarlierPart {
        playback,
        first_skip_us: 0,
        resume_position_us: 5 * SECOND_US,
        ends_at: BootTime(0),
        device_loss,
    }));
    airing
}

fn cut(mut airing: LiveAiring, reason: Reason) -> LiveAiring {
    airing.cue_mut().unwrap().cut_reason = Some(reason);
    airing
}

/// The report of a cue that ended after `frames` of its `expected_frames` and took exactly as long as `frames` last.
fn end(ending: Ending, frames: u64, expected_frames: u64) -> CueEnd {
    let ended_at = Some(BootTime(Length { frames, rate: RATE }.us()));
    CueEnd { frames, expected_frames, rate: RATE, underrun_frames: 0, underruns: 0, ending, ended_at }
}

/// A situation without an urgent airing.
fn calm() -> Situation {
    Situation::default()
}

/// A situation in which an urgent airing has the line.
fn urgent() -> Situation {
    Situation { is_urgent_active: true, ..calm() }
}

/// A consequence as text, with the outcome or the frames that sounded.
fn describe_consequence(airing: &LiveAiring, end: CueEnd, situation: Situation) -> String {
    match consequence_of(airing, &end, situation) {
        Consequence::Closed(result, reason, playback) => {
            let reason = reason.map_or("none".to_owned(), |reason| format!("{reason:?}"));
            format!("{result:?} {reason} {}", playback.frames)
        }
        Consequence::WaitsAgain => "waits again".to_owned(),
        Consequence::Interrupted(_, playback) => format!("interrupted {}", playback.frames),
        Consequence::DeviceLost(playback) => format!("device lost {}", playback.frames),
        Consequence::UrgentAwaitsDevice => "awaits device".to_owned(),
    }
}

#[test]
fn each_end_of_a_cue_leads_to_the_consequence_in_the_table() {
    use Ending::{Altered, Cut, Lost, Short, Whole};
    use InterruptPolicy::{Drop, Restart, Resume};
    let short = || Short { detail: "broken".to_owned() };
    let late_start_allowed = || Situation { may_play_late: true, ..calm() };
    let joined = |airing: LiveAiring| LiveAiring { is_joined: true, has_fixed_end: true, ..airing };
    let resumed = |policy, loss| sounding(interrupted(planned(policy), loss));
    let table = [
        // The way in which the cue ended determines the outcome.
        (sounding(planned(Drop)), end(Whole, FULL, FULL), calm(), "Aired none 480000"),
        (sounding(unplanned(Priority::Normal)), end(Whole, FULL, FULL), calm(), "Aired none 480000"),
        (sounding(joined(planned(Drop))), end(Whole, HALF, HALF), calm(), "Partial Joined 240000"),
        (cued(joined(planned(Drop))), end(Whole, 0, 0), calm(), "Missed Late 0"),
        (sounding(planned(Drop)), end(Whole, HALF, FULL), calm(), "Partial FileDamaged 240000"),
        (sounding(planned(Drop)), end(Whole, 0, 0), calm(), "Missed FileDamaged 0"),
        (sounding(planned(Drop)), end(short(), HALF, FULL), calm(), "Partial FileDamaged 240000"),
        (sounding(planned(Drop)), end(Altered, HALF, FULL), calm(), "Partial HashMismatch 240000"),
        (sounding(planned(Drop)), end(Cut, HALF, FULL), calm(), "Partial CutBy 240000"),
        (
            cut(sounding(planned(Drop)), Reason::OperatorStop),
            end(Cut, HALF, FULL),
            calm(),
            "Partial OperatorStop 240000",
        ),
        // When an urgent airing takes the line, the policy determines the consequence.
        (sounding(planned(Drop)), end(Cut, HALF, FULL), urgent(), "Partial Urgent 240000"),
        (sounding(planned(Resume)), end(Cut, HALF, FULL), urgent(), "interrupted 240000"),
        (sounding(planned(Restart)), end(Cut, HALF, FULL), urgent(), "interrupted 240000"),
        (cut(sounding(planned(Resume)), Reason::Urgent), end(Cut, HALF, FULL), calm(), "interrupted 240000"),
        (cut(sounding(planned(Resume)), Reason::CutBy), end(Cut, HALF, FULL), urgent(), "Partial CutBy 240000"),
        (sounding(planned(Resume)), end(Cut, 0, FULL), urgent(), "waits again"),
        (cued(planned(Drop)), end(Cut, 0, FULL), urgent(), "waits again"),
        (cued(planned(Drop)), end(Cut, 0, FULL), calm(), "Missed CutBy 0"),
        (resumed(Resume, None), end(Cut, HALF / 2, HALF), urgent(), "interrupted 360000"),
        (resumed(Restart, None), end(Cut, HALF / 2, FULL), urgent(), "interrupted 240000"),
        (sounding(unplanned(Priority::Normal)), end(Cut, HALF, FULL), urgent(), "Partial Urgent 240000"),
        // The device is lost while an airing sounds, or before it starts.
        (sounding(planned(Drop)), end(Lost, HALF, FULL), calm(), "Partial DeviceLost 240000"),
        (sounding(planned(Resume)), end(Lost, HALF, FULL), calm(), "device lost 240000"),
        (sounding(planned(Restart)), end(Lost, HALF, FULL), calm(), "device lost 240000"),
        (resumed(Restart, None), end(Lost, HALF / 2, FULL), calm(), "Partial DeviceLost 240000"),
        (cut(sounding(planned(Resume)), Reason::Shutdown), end(Lost, HALF, FULL), calm(), "Partial DeviceLost 240000"),
        (sounding(planned(Resume)), end(Lost, 0, FULL), calm(), "Missed DeviceLost 0"),
        (cued(planned(Drop)), end(Lost, 0, FULL), late_start_allowed(), "waits again"),
        (cued(planned(Drop)), end(Lost, 0, FULL), calm(), "Missed DeviceLost 0"),
        (cued(unplanned(Priority::Urgent)), end(Lost, 0, FULL), calm(), "awaits device"),
        (cued(unplanned(Priority::Normal)), end(Lost, 0, FULL), calm(), "Missed DeviceLost 0"),
        (sounding(unplanned(Priority::Urgent)), end(Lost, HALF, FULL), calm(), "Partial DeviceLost 240000"),
        // Both parts together are complete, unless the device was lost in between.
        (resumed(Resume, None), end(Whole, HALF, HALF), calm(), "Aired none 480000"),
        (resumed(Restart, None), end(Whole, FULL, FULL), calm(), "Aired none 480000"),
        (resumed(Resume, Some(DeviceLoss::Resumed)), end(Whole, HALF, HALF), calm(), "Partial DeviceLost 480000"),
    ];
    for (row, (airing, end, situation, expected)) in table.into_iter().enumerate() {
        assert_eq!(describe_consequence(&airing, end, situation), expected, "row {row}");
    }
}

#[test]
fn a_late_start_or_inserted_silence_makes_an_airing_partial() {
    let mut late_airing = sounding(planned(InterruptPolicy::Drop));
    if let AiringState::Sounding { late_us, .. } = &mut late_airing.state {
        *late_us = Some(6 * SECOND_US);
    }
    assert_eq!(describe_consequence(&late_airing, end(Ending::Whole, FULL, FULL), calm()), "Partial Late 480000");
    late_airing.is_postponed = true;
    assert_eq!(describe_consequence(&late_airing, end(Ending::Whole, FULL, FULL), calm()), "Aired none 480000");
    let end_with_underrun = CueEnd { underrun_frames: 48_000, underruns: 1, ..end(Ending::Whole, FULL, FULL) };
    let airing = sounding(planned(InterruptPolicy::Drop));
    assert_eq!(describe_consequence(&airing, end_with_underrun, calm()), "Partial Underrun 480000");
}

#[test]
fn the_drift_is_known_only_if_the_reported_end_time_is_plausible() {
    let airing = sounding(planned(InterruptPolicy::Drop));
    let drift_us =
        |ended_at| match consequence_of(&airing, &CueEnd { ended_at, ..end(Ending::Whole, FULL, FULL) }, calm()) {
            Consequence::Closed(_, _, playback) => playback.drift_us,
            unexpected => panic!("{unexpected:?}"),
        };
    assert_eq!(drift_us(Some(BootTime(10 * SECOND_US + 1000))), Some(1000));
    assert_eq!(drift_us(None), None);
}
