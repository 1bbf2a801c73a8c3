//! Finds what a station said about an airing, and what the department answered.
use crate::cli::department::indexed_store::IndexedStore;
use crate::department::index::IndexError;
use crate::department::index::query::{IndexedAiring, StationNotes};
use crate::department::journal::answer_list::AiringAnswers;
use crate::department::report::explanation_list::Explanation;
use crate::department::report::fact::FactState;

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

    /// Returns the explanation of an airing; `None` if it needs none or has none. `origin` and `outcome` name its entry,
    /// and `station` and `name` the station.
    pub(super) fn explanation(
        &self,
        airing: &IndexedAiring<'_>,
        (origin, outcome): (&str, u64),
        (station, name): (&str, &str),
        title: &str,
    ) -> Option<Explanation> {
        let is_explainable = matches!(
            airing.fact.state,
            FactState::Missed(_) | FactState::Partial(_) | FactState::Level0 | FactState::Implausible
        );
        let (log, _) = airing.entry.filter(|_| is_explainable)?;
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
