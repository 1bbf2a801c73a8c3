//! Finds when the logs that were due were received.
use std::io;

use chrono::{DateTime, NaiveDate};

use crate::airlog::storage::{FolderStorage, Storage};
use crate::cli::department::indexed_store::IndexedStore;
use crate::cli::department::report::build::ReportError;
use crate::cli::record::key::open_witness;
use crate::department::collect::collected_head_path;
use crate::department::index::query::FirstPlans;
use crate::department::journal::history::vietnam_time;
use crate::department::report::Report;
use crate::department::report::hand_in_list::DueLog;
use crate::department::report::period::{DateRange, Period};
use crate::department::stations::due::{DEFAULT_DUE_DAYS, HandIn};
use crate::department::witness::Witness;
use crate::proof::cosign::cosigned_at;
use crate::proof::note::{MAX_NOTE_BYTES, Note};

/// Returns the logs of all stations that were due for the months that ended in the range of a report, before its date.
pub(super) fn due_logs(store: &IndexedStore, report: &Report) -> Result<Vec<DueLog>, ReportError> {
    let months = ended_months(report.range, report.made_on);
    if months.is_empty() {
        return Ok(Vec::new());
    }
    let witness = open_witness()?;
    let due_days = store.registry.department.due_days.unwrap_or(DEFAULT_DUE_DAYS);
    let mut logs = Vec::new();
    for station in store.registry.stations.values() {
        let id = station.id.as_str();
        let enrolled =
            store.registry.logs_of_station(&station.id).next().and_then(|log| vietnam_time(&log.enrolled_at));
        let mut heads = Vec::new();
        for (origin, plans) in store.index.first_plans(id)? {
            heads.push(CollectedHeads::list(store, &witness, origin, plans)?);
        }
        for month in &months {
            let received: Result<Vec<_>, _> = heads.iter().map(|heads| heads.received_on(month.until)).collect();
            let (explained, unanswered) = explanations_of(report, id, *month);
            logs.push(DueLog {
                station: id.to_owned(),
                name: station_name(store, report, id),
                month: *month,
                due: HandIn::due_of(*month, due_days).unwrap_or(month.until),
                enrolled_on: enrolled.map(|at| at.date_naive()),
                received_on: received?.into_iter().flatten().min(),
                explained,
                unanswered,
            });
        }
    }
    Ok(logs)
}

/// Returns the administrative months whose last day is in the range and before `today`.
fn ended_months(range: DateRange, today: NaiveDate) -> Vec<DateRange> {
    let parts = Period::Month.split(range);
    let months = parts.into_iter().filter_map(|part| Period::Month.containing(part.from));
    months.filter(|month| range.contains(month.until) && month.until < today).collect()
}

fn station_name(store: &IndexedStore, report: &Report, id: &str) -> String {
    let logged = || report.evidence.iter().find(|log| log.station == id).map(|log| log.name.as_str());
    store.registry.station_name(id).or_else(logged).unwrap_or_default().to_owned()
}

/// Returns the number of the explained airings of a month, and of those whose explanation waits for an answer.
fn explanations_of(report: &Report, station: &str, month: DateRange) -> (u64, u64) {
    let is_of_month = |planned_at: &str| {
        planned_at.get(..10).and_then(|date| date.parse().ok()).is_some_and(|date| month.contains(date))
    };
    let of_month = || {
        let of_station = report.explanations.iter().filter(|explanation| explanation.station == station);
        of_station.filter(|explanation| is_of_month(&explanation.planned_at))
    };
    (of_month().count() as u64, of_month().filter(|explanation| explanation.answer.is_none()).count() as u64)
}

/// The collected heads of a log.
struct CollectedHeads<'a> {
    store: &'a IndexedStore,
    witness: &'a Witness<FolderStorage>,
    origin: String,
    plans: FirstPlans,
    /// The sizes of the heads, ascending.
    sizes: Vec<u64>,
}

impl<'a> CollectedHeads<'a> {
    fn list(
        store: &'a IndexedStore,
        witness: &'a Witness<FolderStorage>,
        origin: String,
        plans: FirstPlans,
    ) -> Result<Self, ReportError> {
        let names = store.store.child_storage(&origin).list("heads")?;
        let mut sizes: Vec<u64> = names.iter().filter_map(|name| name.parse().ok()).collect();
        sizes.extend(store.index.countersigned_sizes(&origin)?);
        sizes.sort_unstable();
        sizes.dedup();
        Ok(Self { store, witness, origin, plans, sizes })
    }

    /// Returns the day, in Vietnam, on which the department countersigned the first head that covers a plan of a day
    /// after `last_day`. `None` if it has countersigned none.
    fn received_on(&self, last_day: NaiveDate) -> io::Result<Option<NaiveDate>> {
        let Some(seq) = self.plans.first_after(last_day) else { return Ok(None) };
        let storage = self.store.store.child_storage(&self.origin);
        for size in &self.sizes[self.sizes.partition_point(|size| *size <= seq)..] {
            let bytes = storage.read_all(&collected_head_path(*size), MAX_NOTE_BYTES as u64);
            // Others can write to the store: a head that is damaged, or that this machine has not signed, says nothing.
            let note = bytes.ok().flatten().and_then(|bytes| Note::parse(&bytes));
            let time = note.and_then(|note| cosigned_at(&note, self.witness.key().public()).ok());
            if let Some(at) = time.and_then(|time| DateTime::from_timestamp(i64::try_from(time).ok()?, 0)) {
                return Ok(vietnam_time(&at.to_rfc3339()).map(|at| at.date_naive()));
            }
        }
        Ok(None)
    }
}
