//! Loads the logs of a query, and the evidence that each gives.
use std::collections::HashMap;

use chrono::{DateTime, SecondsFormat};
use rusqlite::Row;

use super::context::QueryContext;
use crate::airlog::plausibility::PlausibilityFinding;
use crate::base::hash::hex;
use crate::department::index::{AiringIndex, IndexError};
use crate::department::registry::Registry;
use crate::department::report::evidence::LogEvidence;
use crate::department::report::fact::Symbol;
use crate::proof::checkpoint::Checkpoint;
use crate::proof::note::Note;

/// Selects the columns that [`evidence_from_row`] reads by position.
const LOG_QUERY: &str = "SELECT id, origin, station, size, newest, name, head, cosigned, before_entries,
                 (SELECT size FROM log AS old WHERE old.origin = log.before_origin), findings, program FROM log ORDER BY origin";

impl AiringIndex {
    /// Loads all logs into the context: their origins, stations, times of enrolment and evidence.
    pub(super) fn load_logs(&self, context: &mut QueryContext, registry: &Registry) -> Result<(), IndexError> {
        let mut query = self.db.prepare(LOG_QUERY)?;
        let mut findings = self.load_findings()?;
        let missing_plan_counts = self.count_missing_plans()?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, logged_name): (i64, String) = (row.get(0)?, row.get(5)?);
            let mut evidence = evidence_from_row(row, &logged_name, registry)?;
            evidence.missing_plans = missing_plan_counts.get(&id).copied().unwrap_or(0);
            evidence.findings = findings.remove(&id).unwrap_or_default();
            let (origin, station) = (evidence.origin.clone(), evidence.station.clone());
            context.report_context.evidence.push(evidence);
            context.report_context.station_names.insert(station.clone(), logged_name);
            // The strings in the index do not always include the station's id.
            let texts = &mut context.report_context.symbols.0;
            let symbol = texts.iter().position(|text| *text == station).unwrap_or_else(|| {
                texts.push(station);
                texts.len() - 1
            });
            context.stations.insert(id, Symbol::try_from(symbol).unwrap_or(0));
            let enrolled_at = registry.log(&origin).and_then(|log| DateTime::parse_from_rfc3339(&log.enrolled_at).ok());
            context.enrolled_at_us.extend(enrolled_at.map(|time| (id, time.timestamp_micros())));
            context.origins.insert(id, origin);
        }
        Ok(())
    }

    /// Counts, for each log, the plans whose kept files are missing from the store.
    fn count_missing_plans(&self) -> Result<HashMap<i64, u64>, IndexError> {
        let mut query = self.db.prepare("SELECT log, COUNT(*) FROM plan WHERE lacks GROUP BY log")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Loads the indexed findings of each log, ordered by entry.
    fn load_findings(&self) -> Result<HashMap<i64, Vec<PlausibilityFinding>>, IndexError> {
        let mut query = self.db.prepare("SELECT log, seq, why FROM finding ORDER BY log, seq, why")?;
        let mut rows = query.query([])?;
        let mut findings: HashMap<i64, Vec<PlausibilityFinding>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (seq, cause_json): (i64, String) = (row.get(1)?, row.get(2)?);
            if let Ok(cause) = serde_json::from_str(&cause_json) {
                let finding = PlausibilityFinding { seq: seq.cast_unsigned(), airing: None, cause };
                findings.entry(row.get(0)?).or_default().push(finding);
            }
        }
        Ok(findings)
    }
}

/// Reads a log's evidence from its row, except its missing plans and its findings. `logged_name` is the station's name
/// in the log, which is used if the registry has none.
fn evidence_from_row(row: &Row<'_>, logged_name: &str, registry: &Registry) -> rusqlite::Result<LogEvidence> {
    let (origin, station): (String, String) = (row.get(1)?, row.get(2)?);
    let (newest_at, head, cosigned_s): (Option<String>, String, Option<i64>) = (row.get(4)?, row.get(6)?, row.get(7)?);
    let note = Note::parse(head.as_bytes());
    let root = note.and_then(|note| Checkpoint::parse(&note.text)).map(|head| hex(&head.root));
    let cosigned_at = cosigned_s.and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    let preceding_entries = row.get::<_, Option<i64>>(8)?.map(|entries| {
        let collected_entries = row.get::<_, Option<i64>>(9).ok().flatten().unwrap_or(0);
        (entries.cast_unsigned(), collected_entries.min(entries).cast_unsigned())
    });
    Ok(LogEvidence {
        name: registry.station_name(&station).unwrap_or(logged_name).to_owned(),
        station,
        exposed_since: registry.log(&origin).and_then(|log| log.exposed_since.clone()),
        origin,
        entries: row.get::<_, i64>(3)?.cast_unsigned(),
        root: root.unwrap_or_default(),
        newest_at,
        cosigned_at: cosigned_at.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)),
        head,
        fault: None,
        preceding_entries,
        unsettled_evidence: Vec::new(),
        missing_plans: 0,
        finding_count: row.get::<_, i64>(10)?.cast_unsigned(),
        findings: Vec::new(),
        program: row.get(11)?,
    })
}
