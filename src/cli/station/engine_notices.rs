//! The engine's notices as sentences.
use crate::airlog::entry::LostFileEntry;
use crate::cli::table::{format_date, format_seconds, format_spoken};
use crate::cli::words::{outcome_text, reason_text, switch_error_text, trust_text};
use crate::playout::engine::Notice;
use crate::text::run::RunText;
use crate::text::{Lang, Localize};

pub(super) fn engine_notice_text(notice: &Notice, lang: Lang) -> Option<String> {
    let run = match notice {
        Notice::ClockUntrusted(why) => RunText::ClockDoubted { why: trust_text(*why).localized(lang).to_string() },
        Notice::ClockTrusted(why) => RunText::ClockBelieved { why: trust_text(*why).localized(lang).to_string() },
        Notice::LineLost(detail) => RunText::LineLost { detail: detail.clone() },
        Notice::LineRestored(device) => RunText::LineBack { device: device.clone() },
        Notice::FallbackDevice { device, detail } => {
            RunText::LineInstead { device: device.clone(), detail: detail.clone() }
        }
        Notice::AmplifierFails { on, error: trouble } => {
            return Some(switch_error_text(*on, trouble).localized(lang).to_string());
        }
        Notice::AmplifierRecovered => RunText::AmplifierWorks {},
        Notice::ScheduleAdopted { sessions, segments } => RunText::Adopted { sessions: *sessions, segments: *segments },
        Notice::StationIdChanged { log, file } => {
            RunText::StationChanged { log: log.to_string(), file: file.to_string() }
        }
        Notice::RemovalAccepted(files) => {
            let words =
                files.iter().map(|file| RunText::RemovalMeant { file: file.clone() }.localized(lang).to_string());
            return Some(words.collect::<Vec<_>>().join(" "));
        }
        // A restart within a minute is not worth a line.
        Notice::WasOff { seconds } if *seconds < 60 => return None,
        Notice::WasOff { seconds } => RunText::WasOff { time: format_spoken(*seconds, lang) },
        Notice::ProgressMarksRejected(id) => RunText::MarksDoubted { id: id.clone() },
        Notice::KeptFileLost(LostFileEntry { date: Some(date), lacking, .. }) => {
            RunText::PlanLost { date: format_date(*date, lang), count: *lacking }
        }
        Notice::KeptFileLost(_) => RunText::ScheduleLost {},
        Notice::AiringStarted(id) => RunText::AiringStarted { id: id.clone() },
        Notice::AiringEnded(note) => {
            let mut result = outcome_text(note.result).localized(lang).to_string();
            if let Some(reason) = note.reason {
                result.push_str(&format!(" ({})", reason_text(reason).localized(lang)));
            }
            let played = format_seconds(note.played_ms, lang);
            RunText::AiringEnded { id: note.labels.id.clone(), result, played }
        }
    };
    Some(run.localized(lang).to_string())
}
