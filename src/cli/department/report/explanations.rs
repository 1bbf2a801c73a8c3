//! Finds what a station said about an airing, and what the department answered.
use crate::cli::department::indexed_store::IndexedStore;
use crate::department::index::IndexError;
use crate::department::index::query::{IndexedAiring, StationNotes};
use crate::department::journal::answer_list::AiringAnswers;
use crate::department::report::explanation_list::Explanation;
use crate::department::report::fact::{FactState, SymbolTable};
use crate::department::report::miss_list::Miss;

/// Returns whether a planned airing with this outcome was not aired completely.
fn is_miss(state: FactState) -> bool {
    matches!(state, FactState::Missed(_) | FactState::Partial(_) | FactState::Level0 | FactState::Implausible)
}

/// The notes of the stations and the answers of the department.
pub(super) struct Explainer {
    notes: StationNotes,
    answers: AiringAnswers,
}

impl Explainer {
    /// Reads the notes and the answers of a store.
    pub(super) fn of(store: &IndexedStore) -> Result<Self, IndexError> {
        Ok(Self { notes: store.index.station_notes()?, answers: AiringAnswers::of(&store.journal.journal) })
    }

    /// Returns an airing as a miss; `None` if it was aired completely or has no outcome. `origin` and `outcome` name its
    /// entry, and `station` and `name` the station.
    pub(super) fn miss(
        &self,
        airing: &IndexedAiring<'_>,
        (origin, outcome): (&str, u64),
        (station, name): (&str, &str),
        symbols: &SymbolTable,
    ) -> Option<Miss> {
        let (fact, text) = (&airing.fact, |symbol| symbols.text(symbol).to_owned());
        let (log, _) = airing.entry.filter(|_| is_miss(fact.state))?;
        let note = self.notes.about(log, airing.id);
        Some(Miss {
            station: station.to_owned(),
            name: name.to_owned(),
            origin: origin.to_owned(),
            outcome,
            airing: airing.id.to_owned(),
            date: fact.date,
            planned_at: airing.planned_at.map_or_else(|| fact.date.to_string(), str::to_owned),
            segment: text(fact.segment),
            title: text(fact.title),
            campaign: text(fact.campaign),
            topic: fact.topic,
            language: text(fact.language),
            state: fact.state,
            planned_ms: fact.planned_ms,
            played_ms: fact.played_ms,
            note: note.map(|note| note.text.clone()),
            answer: note.and_then(|note| self.answers.to_note(origin, outcome, note.seq)).cloned(),
        })
    }

    /// Returns the explanation of an airing; `None` if it needs none or has none. `origin` and `outcome` name its entry,
    /// and `station` and `name` the station.
    pub(super) fn explanation(
        &self,
        airing: &IndexedAiring<'_>,
        (origin, outcome): (&str, u64),
        (station, name): (&str, &str),
        title: &str,
    ) -> Option<Explanation> {
        let (log, _) = airing.entry.filter(|_| is_miss(airing.fact.state))?;
        let note = self.notes.about(log, airing.id)?;
        Some(Explanation {
            station: station.to_owned(),
            name: name.to_owned(),
            planned_at: airing.planned_at.map_or_else(|| airing.fact.date.to_string(), str::to_owned),
            title: title.to_owned(),
            state: airing.fact.state,
            outcome,
            note: note.text.clone(),
            answer: self.answers.to_note(origin, outcome, note.seq).cloned(),
        })
    }
}
