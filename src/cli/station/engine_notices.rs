//! Maps the engine's notices to messages.
use super::device_names::device_names;
use crate::airlog::entry::{LostFileEntry, Outcome, OutcomeEntry, Reason};
use crate::cli::table::{format_date, format_in_words, format_seconds};
use crate::cli::words::{outcome_text, reason_text, switch_error_text, trust_text};
use crate::concern::{Concern, ConcernChange, Condition, concern_advice};
use crate::playout::engine::{AiringTitles, Notice, Power};
use crate::text::cause::DeviceText;
use crate::text::run::{AiringText, RunText};
use crate::text::{Lang, Localize};

/// Returns the message for a notice; `None` if the notice is not printed.
pub(super) fn engine_notice_text(notice: &Notice, lang: Lang) -> Option<String> {
    let sentence = match notice {
        Notice::ClockUntrusted(reason) => {
            RunText::ClockUntrusted { why: trust_text(*reason).localized(lang).to_string() }
        }
        Notice::ClockTrusted(reason) => {
            RunText::ClockNowTrusted { why: trust_text(*reason).localized(lang).to_string() }
        }
        Notice::LineLost(detail) => RunText::LineLost { why: DeviceText::of(detail.clone()) },
        Notice::OutputChanged(output) => RunText::OutputChosen { device: device_names(output) },
        Notice::PreferredDevice(device) => RunText::OutputChanged { device: device.clone() },
        Notice::LineRestored(device) => RunText::LineBack { device: device.clone() },
        Notice::FallbackDevice { device, detail } => {
            RunText::FallbackLineOpened { device: device.clone(), why: DeviceText::of(detail.clone()) }
        }
        Notice::AmplifierFails { on, error } => {
            return Some(switch_error_text(Power::from_on(*on), error).localized(lang).to_string());
        }
        Notice::Concern(notice) => return raised_concern_text(&notice.change, lang),
        Notice::AmplifierRecovered => RunText::AmplifierWorks {},
        Notice::ScheduleAdopted { sessions, segments } => {
            RunText::Adopted { sessions: (*sessions).into(), segments: (*segments).into() }
        }
        Notice::StationIdChanged { log, file } => {
            RunText::StationChanged { log: log.to_string(), file: file.to_string() }
        }
        Notice::RemovalAccepted(files) => {
            let sentences =
                files.iter().map(|file| RunText::RemovedOnPurpose { file: file.clone() }.localized(lang).to_string());
            return Some(sentences.collect::<Vec<_>>().join(" "));
        }
        // A restart within a minute is not reported.
        Notice::WasOff { seconds, .. } if *seconds < 60 => return None,
        Notice::WasOff { seconds, max_clock_wait_s } => {
            let time = format_in_words(*seconds, lang);
            match max_clock_wait_s {
                None => RunText::WasOff { time },
                Some(wait_s) => RunText::WasOffClockAlone { time, wait: format_in_words(*wait_s, lang) },
            }
        }
        Notice::ProgressMarksRejected(name) => RunText::MarksNotTrusted { title: name.title.clone() },
        Notice::KeptFileLost(LostFileEntry { date: Some(date), lacking, .. }) => {
            RunText::PlanLost { date: format_date(*date, lang), count: (*lacking).into() }
        }
        Notice::KeptFileLost(_) => RunText::ScheduleLost {},
        Notice::AiringStarted(name) => RunText::AiringStarted { airing: airing_text(name) },
        Notice::AiringEnded { name, entry } => {
            let mut result = outcome_text(entry.result).localized(lang).to_string();
            if let Some(reason) = entry.reason {
                result.push_str(&format!(" ({})", reason_text(reason).localized(lang)));
            }
            let played = format_seconds(entry.played_ms, lang);
            RunText::AiringEnded { airing: ended_airing_text(name, entry, lang), result, played }
        }
    };
    Some(sentence.localized(lang).to_string())
}

/// Returns the name of an airing that ended. If the airing was missed, or a power cut ended it, the outcome can be
/// written long after the planned time, even while the same item is on the air again. So the name then includes the
/// planned time.
fn ended_airing_text(name: &AiringTitles, entry: &OutcomeEntry, lang: Lang) -> AiringText {
    let may_be_late = entry.result == Outcome::Missed || entry.reason == Some(Reason::PowerOff);
    match (&name.session, entry.labels.planned_at.filter(|_| may_be_late)) {
        (Some(session), Some(planned_at)) => AiringText::ItemOf {
            session: session.clone(),
            position: name.position,
            title: name.title.clone(),
            time: planned_at.format("%H:%M:%S").to_string(),
            day: format_date(planned_at.date_naive(), lang),
        },
        _ => airing_text(name),
    }
}

fn airing_text(name: &AiringTitles) -> AiringText {
    let title = name.title.clone();
    match name.session.clone() {
        Some(session) => AiringText::Item { session, position: name.position, title },
        None => AiringText::Unplanned { title },
    }
}

/// Returns the message about a concern that was raised; `None` if another notice reports it.
fn raised_concern_text(change: &ConcernChange, lang: Lang) -> Option<String> {
    let ConcernChange::Raised(Concern { condition, .. }) = change else { return None };
    let has_own_notice = matches!(
        condition,
        Condition::UrgentOnAir { .. }
            | Condition::NoDevice { .. }
            | Condition::DeviceLost { .. }
            | Condition::FallbackDevice { .. }
            | Condition::ClockUntrusted { .. }
            | Condition::LogNotWritten { .. }
            | Condition::LogMoved { .. }
            | Condition::KeysFail { .. }
            | Condition::AmplifierFails { .. }
            | Condition::AmplifierUntried { .. }
            | Condition::ControlUnavailable { .. }
            | Condition::ScheduleRefused { .. }
            | Condition::FolderUnreadable { .. }
            | Condition::StationIdChanged { .. }
            | Condition::PlaylistMissing { .. }
            | Condition::AudioFolderGone { .. }
            | Condition::MissedWhileOff { .. }
    );
    let what = condition.to_plain(lang);
    let advice = concern_advice(condition).localized(lang).to_string();
    (!has_own_notice).then(|| RunText::ConcernRaised { what, advice }.localized(lang).to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_notice_after_a_restart_claims_nothing_that_is_not_logged_yet() {
        let text = |max_clock_wait_s, lang| {
            engine_notice_text(&Notice::WasOff { seconds: 600, max_clock_wait_s }, lang).expect("print the notice")
        };
        assert!(text(None, Lang::Vi).ends_with("thì được ghi vào nhật ký."));
        assert!(!text(None, Lang::Vi).contains("đã được ghi"));
        assert!(text(Some(300), Lang::Vi).contains("chưa ghi vào nhật ký"));
        assert!(text(Some(300), Lang::En).contains("or after 5 min at the latest."));
        for wait in [None, Some(300)] {
            // Perhaps no airing was due while the station was off.
            assert!(!text(wait, Lang::Vi).contains("Những lượt"), "{}", text(wait, Lang::Vi));
            assert!(text(wait, Lang::En).contains("Any airings that it missed"), "{}", text(wait, Lang::En));
        }
    }

    #[test]
    fn the_end_of_an_earlier_airing_names_its_time() {
        let text = |result: Outcome, reason: Option<Reason>, lang| {
            let entry = serde_json::json!({
                "id": "thu@2026-11-30T19:36:00#2", "segment": "bai-dai", "session": "thu",
                "planned_at": "2026-11-30T19:36:30+07:00", "planned_ms": 90_000, "priority": "normal",
                "language": "vi", "source": "own", "title": "Bài dài", "file": "bai-dai.mp3",
                "result": result, "reason": reason, "played_ms": 0, "frames": 0, "rate": 0, "underrun_ms": 0, "level": 0
            });
            let entry: OutcomeEntry = serde_json::from_value(entry).expect("parse the entry");
            let name = AiringTitles { title: "Bài dài".into(), session: Some("Buổi thử".into()), position: 2 };
            engine_notice_text(&Notice::AiringEnded { name, entry: Box::new(entry) }, lang).expect("print the notice")
        };
        let missed = text(Outcome::Missed, Some(Reason::Shutdown), Lang::Vi);
        assert!(missed.starts_with("Kết thúc Buổi thử, mục 2 lúc 19:36:30 ngày 30/11/2026: “Bài dài”: "), "{missed}");
        assert!(text(Outcome::Partial, Some(Reason::PowerOff), Lang::En).contains("item 2 of 19:36:30 on "));
        assert!(!text(Outcome::Aired, None, Lang::Vi).contains("19:36"));
    }
}
