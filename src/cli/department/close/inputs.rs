//! The inputs of a closed period: read from the store when the period is closed, and from the closing later.
use std::collections::BTreeMap;
use std::io;

use clap::ValueEnum;

use crate::base::instant::WallTime;
use crate::cli::department::indexed_store::FrozenInputs;
use crate::cli::department::report::args::RowsBy;
use crate::cli::department::stated::kept::{kept_files, rows_of};
use crate::cli::department::target::documents::parsed_targets;
use crate::department::closing::RecordedClosing;
use crate::department::closing::manifest::{
    ClosingManifest, MANIFEST_FILE, REGISTRY_COPY, STATED_COPY, StatedCopy, TARGETS_COPY, stated_from_bytes,
};
use crate::department::registry::Registry;
use crate::department::report::GroupBy;
use crate::department::report::period::{DateRange, Period};
use crate::department::report::tally::ReportQuery;
use crate::logstore::location::StorageLocation;

/// The inputs of a closing.
pub(super) struct ClosedInputs {
    pub(super) manifest: ClosingManifest,
    pub(super) registry: Registry,
    pub(super) targets: Option<Vec<u8>>,
    pub(super) stated: Vec<StatedCopy>,
}

impl ClosedInputs {
    /// Parses the inputs; `None` if one of them is missing or changed, or this version cannot read it.
    pub(super) fn parse(closing: &RecordedClosing, files: &BTreeMap<String, Vec<u8>>) -> Option<Self> {
        let is_kept = |name: &str| closing.closing.files.iter().any(|file| file.name == name);
        let targets = files.get(TARGETS_COPY).cloned();
        let stated = files.get(STATED_COPY).map(|bytes| stated_from_bytes(bytes));
        if is_kept(TARGETS_COPY) != targets.is_some() || is_kept(STATED_COPY) != stated.is_some() {
            return None;
        }
        Some(Self {
            manifest: ClosingManifest::parse(files.get(MANIFEST_FILE)?)?,
            registry: Registry::parse(std::str::from_utf8(files.get(REGISTRY_COPY)?).ok()?).ok()?,
            targets,
            stated: stated.unwrap_or_else(|| Some(Vec::new()))?,
        })
    }

    /// Returns what a report uses in place of what the store holds now.
    pub(super) fn frozen(&self) -> FrozenInputs {
        let now = self.manifest.clock_us.map(WallTime);
        let frozen = frozen_inputs(self.targets.as_deref(), &self.stated, now, self.manifest.closed_on);
        FrozenInputs { campaigns: self.manifest.campaigns.clone(), ..frozen }
    }

    /// Returns the query of the closed tables, and the tables; `None` if this version does not know one of them.
    pub(super) fn query(&self) -> Option<(ReportQuery, Vec<RowsBy>)> {
        let tables = self.manifest.tables.iter().map(|name| RowsBy::from_str(name, false).ok());
        let tables = tables.collect::<Option<Vec<RowsBy>>>()?;
        let range = DateRange { from: self.manifest.from, until: self.manifest.until };
        let period = Period::from_str(&self.manifest.period, false).ok()?;
        Some((tables_query(range, period, self.manifest.closed_on, &tables), tables))
    }
}

/// Returns the inputs of a report.
pub(super) fn frozen_inputs(
    targets: Option<&[u8]>,
    stated: &[StatedCopy],
    now: Option<WallTime>,
    made_on: chrono::NaiveDate,
) -> FrozenInputs {
    let stated_rows = stated.iter().flat_map(|file| rows_of(&file.name, file.text.as_bytes(), made_on)).collect();
    FrozenInputs { targets: parsed_targets(targets), stated_rows, now, campaigns: None }
}

/// Returns the query of a report that has all these tables.
pub(super) fn tables_query(
    range: DateRange,
    period: Period,
    made_on: chrono::NaiveDate,
    tables: &[RowsBy],
) -> ReportQuery {
    let groupings = tables.iter().filter_map(|by| if let RowsBy::Group(by) = by { Some(*by) } else { None });
    let groupings: Vec<GroupBy> = groupings.filter(|by| *by != GroupBy::Period).collect();
    ReportQuery {
        range,
        earlier_range: None,
        groupings,
        period: Some(period),
        campaign: None,
        question: None,
        lists_days: false,
        made_on,
    }
}

/// Returns the tables that a closing keeps: those that follow from the entries of the logs, the targets and the stated
/// rows. Answers to questions depend on the present, or are sums of these tables.
pub(super) fn kept_tables() -> Vec<RowsBy> {
    RowsBy::value_variants().iter().filter(|by| !matches!(by, RowsBy::Question(_))).copied().collect()
}

/// Returns the name of a table, as `--by` takes it.
pub(super) fn table_name(by: RowsBy) -> String {
    by.to_possible_value().map(|value| value.get_name().to_owned()).unwrap_or_default()
}

/// Returns the name of the file of a table.
pub(super) fn table_file(name: &str) -> String {
    format!("{name}.csv")
}

/// Reads the files of stated rows that have a row in the range.
///
/// # Errors
/// If the store, or the witness's stored state, cannot be read.
pub(super) fn stated_copies(
    store: &StorageLocation,
    range: DateRange,
    today: chrono::NaiveDate,
) -> io::Result<Vec<StatedCopy>> {
    let (files, _) = kept_files(store)?;
    let has_rows =
        |(name, bytes): &(String, Vec<u8>)| rows_of(name, bytes, today).iter().any(|row| range.contains(row.date));
    let copy =
        |(name, bytes): (String, Vec<u8>)| StatedCopy { name, text: String::from_utf8_lossy(&bytes).into_owned() };
    Ok(files.into_iter().filter(has_rows).map(copy).collect())
}
