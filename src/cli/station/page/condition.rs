//! The state of the station for the page: one banner with what matters most, all else below it, and the way to the screen
//! that helps. The words are those of `loa status`, without its commands.
use super::daemon_answer::DaemonAnswer;
use crate::cli::station::status::{
    clock_wait_sentence, coming_sentence, completeness_sentence, line_sentence, severity_text, standing_sentences,
    urgent_sentences,
};
use crate::cli::station::when::format_instant;
use crate::concern::{ConcernSeverity, Condition, concern_advice};
use crate::playout::engine::{ConcernStatus, StationStatus};
use crate::text::page::PageText;
use crate::text::run::RunText;
use crate::text::{Lang, Localize};

/// The state of the station, in the words of the page.
#[derive(Debug, Default)]
pub(super) struct ShownCondition {
    /// What matters most.
    pub(super) banner: String,
    /// The class of the banner's style.
    pub(super) class: &'static str,
    /// Everything else, the more important first.
    pub(super) others: Vec<String>,
    /// The screens that help, with their names.
    pub(super) ways: Vec<(&'static str, PageText)>,
}

/// Returns the state of the station. If the daemon does not answer, that is all there is to say.
pub(super) fn shown_condition(answer: &DaemonAnswer, lang: Lang) -> ShownCondition {
    match answer {
        Ok(status) => condition_of(status, lang),
        Err(sentence) => {
            ShownCondition { banner: sentence.to_plain(lang), class: "banner critical", ..ShownCondition::default() }
        }
    }
}

fn condition_of(status: &StationStatus, lang: Lang) -> ShownCondition {
    // The banner of an urgent message says it already.
    let told = |concern: &&ConcernStatus| !matches!(concern.condition, Condition::UrgentOnAir { .. });
    let concerns = |severity: ConcernSeverity| {
        let of_severity = status.concerns.iter().filter(told).filter(move |concern| concern.severity == severity);
        of_severity.map(|concern| concern_line(concern, lang)).collect::<Vec<_>>()
    };
    let plain = |texts: Vec<RunText>| texts.iter().map(|text| text.to_plain(lang)).collect::<Vec<_>>();
    let urgent = plain(urgent_sentences(status));
    let (critical, warnings) = (concerns(ConcernSeverity::Critical), concerns(ConcernSeverity::Warning));
    let class = match () {
        () if !urgent.is_empty() || !critical.is_empty() => "banner critical",
        () if !warnings.is_empty() => "banner warning",
        () => "banner",
    };
    let mut line = plain(line_sentence(status, lang).into_iter().collect());
    let mut coming = plain(coming_sentence(status, lang).into_iter().collect());
    // When all is well and nothing sounds, the banner says what comes.
    if class == "banner" && status.on_air.is_none() && status.clock_trusted && status.between_items.is_none() {
        let all_well = PageText::AllWell { line: line.join(" "), coming: coming.join(" ") };
        (line, coming) = (vec![all_well.to_plain(lang).trim().to_owned()], Vec::new());
    }
    let notices = concerns(ConcernSeverity::Notice);
    let rest = [clock_wait_sentence(status, lang), completeness_sentence(status, lang)];
    let rest = plain(rest.into_iter().flatten().filter(|text| *text != RunText::StatusAllWell {}).collect());
    let standing = plain(standing_sentences(status, lang));
    let mut sentences = [urgent, critical, warnings, line, coming, rest, notices, standing].concat().into_iter();
    ShownCondition {
        banner: sentences.next().unwrap_or_default(),
        class,
        others: sentences.collect(),
        ways: ways_out(status),
    }
}

/// Returns the sentence about a concern. Advice that names a command is for a terminal.
fn concern_line(concern: &ConcernStatus, lang: Lang) -> String {
    let advice = concern_advice(&concern.condition);
    let advice = if advice.names_command() { String::new() } else { advice.localized(lang).to_string() };
    let text = RunText::StatusConcern {
        mark: severity_text(concern.severity),
        what: concern.condition.to_plain(lang),
        since: format_instant(&concern.since, lang),
        advice,
    };
    text.to_plain(lang).replace("  ", " ")
}

/// Returns the screens on which something can be done about what is wrong, each once.
fn ways_out(status: &StationStatus) -> Vec<(&'static str, PageText)> {
    let mut ways: Vec<(&'static str, PageText)> = Vec::new();
    for way in status.concerns.iter().filter_map(|concern| way_out(&concern.condition)) {
        if !ways.contains(&way) {
            ways.push(way);
        }
    }
    ways
}

fn way_out(condition: &Condition) -> Option<(&'static str, PageText)> {
    match condition {
        Condition::HandInOverdue { .. } => Some(("/nop-so", PageText::HandIn {})),
        Condition::MissedWhileOff { .. } => Some(("/nhat-ky", PageText::DayLog {})),
        Condition::FileMissing { .. }
        | Condition::FileUnreadable { .. }
        | Condition::FileDamaged { .. }
        | Condition::FileChanged { .. }
        | Condition::NotApproved { .. }
        | Condition::Expired { .. }
        | Condition::NothingEligible { .. }
        | Condition::Silent { .. }
        | Condition::SampleContent { .. } => Some(("/kho-tin", PageText::Library {})),
        Condition::ItemDropped { .. }
        | Condition::SessionCut { .. }
        | Condition::QuietHours { .. }
        | Condition::NothingToday {}
        | Condition::NothingThisWeek {}
        | Condition::CampaignOver { .. } => Some(("/lich-phat", PageText::Week {})),
        _ => None,
    }
}
