//! Writes the airings of a spreadsheet on a thread of its own, while this one reads the index and adds up.
use std::collections::HashMap;
use std::sync::mpsc::{Receiver, SyncSender, sync_channel};
use std::thread::{Scope, ScopedJoinHandle};

use rust_xlsxwriter::XlsxError;

use crate::department::index::query::IndexedAiring;
use crate::department::report::explanation_list::Explanation;
use crate::department::report::fact::{Fact, SymbolTable};
use crate::department::report::xlsx::{ReportWorkbook, SheetAiring};

/// The number of airings that are handed over at once.
const BATCH_SIZE: usize = 1_000;
/// The number of batches that can wait, so that a slow writer does not fill the memory.
const QUEUE_DEPTH: usize = 4;

/// The texts to which the rows refer.
#[derive(Clone, Copy)]
pub(super) struct RowTexts<'a> {
    pub(super) symbols: &'a SymbolTable,
    /// The names of the stations, by id.
    pub(super) station_names: &'a HashMap<&'a str, &'a str>,
    /// The origins of the logs, by row id.
    pub(super) origins: &'a HashMap<i64, String>,
}

/// An airing on its way to the writer.
struct QueuedAiring {
    fact: Fact,
    planned_at: Option<String>,
    entry: Option<(i64, u64)>,
    explanation: Option<Box<Explanation>>,
}

/// The airings that wait for the writer.
pub(super) struct AiringRows<'scope> {
    batch: Vec<QueuedAiring>,
    sender: SyncSender<Vec<QueuedAiring>>,
    writer: ScopedJoinHandle<'scope, Result<(), XlsxError>>,
}

impl<'scope> AiringRows<'scope> {
    /// Starts the writer.
    pub(super) fn begin<'env: 'scope>(
        scope: &'scope Scope<'scope, 'env>,
        workbook: &'env mut ReportWorkbook,
        texts: RowTexts<'env>,
    ) -> Self {
        let (sender, receiver) = sync_channel(QUEUE_DEPTH);
        let writer = scope.spawn(move || write_all(&receiver, workbook, texts));
        Self { batch: Vec::with_capacity(BATCH_SIZE), sender, writer }
    }

    /// Hands an airing over.
    pub(super) fn push(&mut self, airing: &IndexedAiring<'_>, explanation: Option<&Explanation>) {
        self.batch.push(QueuedAiring {
            fact: airing.fact.clone(),
            planned_at: airing.planned_at.map(str::to_owned),
            entry: airing.entry,
            explanation: explanation.cloned().map(Box::new),
        });
        if self.batch.len() == BATCH_SIZE {
            self.send_batch();
        }
    }

    /// Sends the batch. If the writer has failed, nobody takes it; [`Self::finish`] returns the reason.
    fn send_batch(&mut self) {
        let batch = std::mem::replace(&mut self.batch, Vec::with_capacity(BATCH_SIZE));
        let _ = self.sender.send(batch);
    }

    /// Waits until all airings are written.
    ///
    /// # Errors
    /// If the spreadsheet library has failed.
    pub(super) fn finish(mut self) -> Result<(), XlsxError> {
        self.send_batch();
        drop(self.sender);
        self.writer.join().unwrap_or_else(|panic| std::panic::resume_unwind(panic))
    }
}

fn write_all(
    receiver: &Receiver<Vec<QueuedAiring>>,
    workbook: &mut ReportWorkbook,
    texts: RowTexts<'_>,
) -> Result<(), XlsxError> {
    receiver.iter().flatten().try_for_each(|airing| workbook.write_airing(&sheet_airing(&airing, texts)))
}

fn sheet_airing<'a>(airing: &'a QueuedAiring, texts: RowTexts<'a>) -> SheetAiring<'a> {
    let fact = &airing.fact;
    let station = texts.symbols.text(fact.station);
    SheetAiring {
        fact,
        planned_at: airing.planned_at.as_deref(),
        station: (station, texts.station_names.get(station).copied().unwrap_or_default()),
        title: texts.symbols.text(fact.title),
        campaign: texts.symbols.text(fact.campaign),
        language: texts.symbols.text(fact.language),
        entry: airing.entry.and_then(|(log, seq)| Some((texts.origins.get(&log)?.as_str(), seq))),
        explanation: airing.explanation.as_deref(),
    }
}
