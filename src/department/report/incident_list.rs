//! The incidents in a report: refused and contradictory logs, from the department's journal.
use super::labels::station_label;
use super::period::DateRange;
use super::text_table::TextTable;
use crate::department::journal::comparison::JournalComparison;
use crate::department::journal::entry::JournalBody;
use crate::department::journal::fault::JournalFault;
use crate::department::journal::history::{IncidentHistory, incident_histories};
use crate::department::journal::incident::IncidentCode;
use crate::department::journal::sentence::{format_day, format_minute, incident_text, journal_fault_text};
use crate::department::journal::verdict_text::incident_answer_text;
use crate::department::registry::Registry;
use crate::proof::origin::station_in_origin;
use crate::text::journal::{IncidentSectionText, IncidentText, JournalText};
use crate::text::{Lang, Localize, strip_unprintable};

/// The number of hex digits of a hash that a table shows. The spreadsheet has them all.
const SHOWN_HASH_DIGITS: usize = 12;
/// The maximum number of incidents in the table of a text or a document.
const MAX_SHOWN_INCIDENTS: usize = 100;

/// An incident in a report.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ListedIncident {
    /// The incident.
    pub history: IncidentHistory,
    /// The name of its station in the registry; empty if the registry does not have it.
    pub station_name: String,
    /// The station that the log claims to be from, if it is not known who made it.
    pub claimed_station: Option<String>,
}

/// The incidents of a report, and the state of the journal from which they come.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct IncidentList {
    /// False for a store without a journal.
    pub has_journal: bool,
    /// The faults of the journal in the store.
    pub faults: Vec<JournalFault>,
    /// The incidents of the range, and the unsettled ones of other times, in the order of their entries.
    pub incidents: Vec<ListedIncident>,
}

impl IncidentList {
    /// Selects the incidents of a report.
    #[must_use]
    pub fn select(comparison: &JournalComparison, range: DateRange, registry: &Registry) -> Self {
        Self::filtered(comparison, registry, |history| history.concerns(range.from, range.until))
    }

    /// Selects the incidents that are not settled.
    #[must_use]
    pub fn unsettled(comparison: &JournalComparison, registry: &Registry) -> Self {
        Self::filtered(comparison, registry, |history| !history.is_settled())
    }

    fn filtered(
        comparison: &JournalComparison,
        registry: &Registry,
        is_selected: impl Fn(&IncidentHistory) -> bool,
    ) -> Self {
        let journals = std::iter::once(&comparison.journal).chain(&comparison.foreign);
        let incidents = journals
            .flat_map(incident_histories)
            .filter(|history| is_selected(history))
            .map(|history| listed_incident(history, registry));
        // Accepted targets begin a journal too, but what was refused before the first collection is not known.
        let is_collection = |body: &JournalBody| matches!(body, JournalBody::Collection(_));
        let has_collections = comparison.journal.entries().iter().any(|entry| is_collection(&entry.body));
        Self {
            has_journal: has_collections || comparison.foreign.is_some(),
            faults: comparison.faults.clone(),
            incidents: incidents.collect(),
        }
    }
}

fn listed_incident(history: IncidentHistory, registry: &Registry) -> ListedIncident {
    let incident = &history.incident;
    let claimed = station_in_origin(&incident.origin).filter(|_| incident.station.is_empty());
    let name = |station: &str| registry.station_name(station).unwrap_or_default().to_owned();
    ListedIncident {
        station_name: name(&incident.station),
        claimed_station: claimed.map(|station| station_label(station, &name(station))),
        history,
    }
}

/// Returns the cell that names the station.
#[must_use]
pub fn station_cell(listed: &ListedIncident, lang: Lang) -> String {
    let incident = &listed.history.incident;
    let text = match &listed.claimed_station {
        Some(station) => IncidentText::Claimed { station: station.clone() },
        None if incident.code == IncidentCode::Journal => IncidentText::Department {},
        None if incident.station.is_empty() => IncidentText::Nameless {},
        None => return strip_unprintable(&station_label(&incident.station, &listed.station_name)),
    };
    text.to_plain(lang)
}

/// Returns the sentence about what happened, and what later collections say.
#[must_use]
pub fn what_cell(history: &IncidentHistory, lang: Lang) -> String {
    let mut parts = vec![incident_text(&history.incident).to_plain(lang)];
    if let Some(at) = &history.last_seen_at {
        parts.push(IncidentText::SeenAgain { count: history.seen_again.into(), at: format_day(at) }.to_plain(lang));
    }
    if let Some(at) = &history.whole_since {
        parts.push(IncidentText::WholeSince { at: format_day(at) }.to_plain(lang));
    }
    parts.extend(history.answer.as_ref().map(|answer| incident_answer_text(answer, lang)));
    parts.join("; ")
}

/// Returns the cell with the path of the evidence, and the beginnings of the hashes of what was refused.
fn evidence_cell(history: &IncidentHistory, lang: Lang) -> String {
    let incident = &history.incident;
    let short = |hash: &str| hash.chars().take(SHOWN_HASH_DIGITS).collect::<String>();
    let hashes = incident.refused.as_ref().map(|refused| {
        IncidentText::Hashes { head: short(&refused.head_sha256), log: short(&refused.log_sha256) }.to_plain(lang)
    });
    let path = incident.evidence.as_ref().map(|path| strip_unprintable(path));
    path.into_iter().chain(hashes).collect::<Vec<_>>().join("; ")
}

/// The section about incidents, for a text or a document.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IncidentSection {
    /// The heading.
    pub heading: String,
    /// The sentences about the journal, and that there are no incidents.
    pub lines: Vec<String>,
    /// The incidents; `None` if there are none.
    pub table: Option<TextTable>,
}

/// Returns the sentences about the journal and the number of incidents. `limit` is the number that are shown.
pub(super) fn section_lines(list: &IncidentList, limit: usize, lang: Lang) -> Vec<String> {
    let mut lines: Vec<String> = list
        .faults
        .iter()
        .map(|fault| JournalText::Fault { fault: journal_fault_text(fault) }.to_plain(lang))
        .collect();
    let is_other = list.faults.iter().any(|fault| matches!(fault, JournalFault::OtherKey { .. }));
    let mut add = |text: IncidentSectionText| lines.push(text.to_plain(lang));
    if is_other {
        add(IncidentSectionText::FromOther {});
    } else if !list.faults.is_empty() && list.has_journal {
        add(IncidentSectionText::FromCopy {});
    }
    if !list.has_journal {
        add(IncidentSectionText::NoneYet {});
    } else if list.incidents.is_empty() {
        add(IncidentSectionText::Nothing {});
    }
    let omitted = list.incidents.len().saturating_sub(limit);
    if omitted > 0 {
        add(IncidentSectionText::Omitted { count: omitted.into() });
    }
    lines
}

/// Returns the section for a text or a document.
#[must_use]
pub fn incident_section(list: &IncidentList, lang: Lang) -> IncidentSection {
    let headings = [
        IncidentSectionText::Seq {},
        IncidentSectionText::Station {},
        IncidentSectionText::What {},
        IncidentSectionText::CollectedAt {},
        IncidentSectionText::Source {},
        IncidentSectionText::EvidenceColumn {},
    ];
    let mut table = TextTable::new(headings.map(|text| text.localized(lang).to_string()).to_vec(), vec![0]);
    for listed in list.incidents.iter().take(MAX_SHOWN_INCIDENTS) {
        let history = &listed.history;
        table.rows.push(vec![
            history.seq.to_string(),
            station_cell(listed, lang),
            what_cell(history, lang),
            format_minute(&history.at),
            strip_unprintable(&history.incident.source),
            evidence_cell(history, lang),
        ]);
    }
    IncidentSection {
        heading: IncidentSectionText::Heading {}.localized(lang).to_string(),
        lines: section_lines(list, MAX_SHOWN_INCIDENTS, lang),
        table: Some(table).filter(|table| !table.rows.is_empty()),
    }
}
