//! The airings of the index as facts for a report.
use std::collections::{BTreeMap, BTreeSet, HashMap};

use chrono::{DateTime, NaiveDate, SecondsFormat};
use rusqlite::{Row, params};

use super::rows::{MAX_PLANNED, day_number};
use super::{AiringIndex, IndexError};
use crate::airlog::airing_id::is_unplanned;
use crate::airlog::outcome::Reason;
use crate::airlog::plausibility::{PlausibilityFinding, is_future};
use crate::base::hash::hex;
use crate::base::id::Id;
use crate::base::instant::WallTime;
use crate::department::registry::Registry;
use crate::department::report::LogEvidence;
use crate::department::report::fact::{Fact, FactState, Symbol, SymbolTable};
use crate::department::report::period::DateRange;
use crate::department::report::tally::ReportContext;
use crate::proof::signed_head::SignedHead;

/// An airing with what the sheets of airings show of it beside.
#[derive(Debug)]
pub struct IndexedAiring<'a> {
    /// The airing.
    pub fact: Fact,
    /// Its id.
    pub id: &'a str,
    /// When it was to start; RFC 3339, none for an unplanned play.
    pub planned_at: Option<&'a str>,
    /// Its log, by its place in [`Asked::origins`], and its entry; none for one without an outcome.
    pub entry: Option<(i64, u64)>,
    /// Why it cannot have been as its log says: a code, and nothing when it can.
    pub doubt: Option<String>,
}

/// What comes before the airings themselves.
#[derive(Debug, Default)]
pub struct QueryContext {
    /// For the report.
    pub report_context: ReportContext,
    /// The origin of each log.
    pub origins: HashMap<i64, String>,
    /// This machine's clock, when something keeps it: what is later by more than a day has not happened yet.
    now: Option<WallTime>,
    stations: HashMap<i64, Symbol>,
    /// When each log was enrolled, microseconds since 1970.
    enrolled_us: HashMap<i64, i64>,
    /// Of each log, sizes and when the department had seen so much, in both orders: the earliest time for each.
    seen_sizes: HashMap<i64, Vec<(i64, i64)>>,
    /// Of stations with more than one log, the entry that stands for each id, and how the logs come.
    counted_entries: HashMap<(Symbol, String), (i64, i64)>,
    multi_log: BTreeSet<i64>,
}

impl QueryContext {
    /// By when the department had seen an entry, microseconds since 1970.
    fn seen_by_us(&self, log: i64, seq: i64) -> Option<i64> {
        let seen = self.seen_sizes.get(&log)?;
        let at = seen.partition_point(|(size, _)| *size <= seq);
        seen.get(at).map(|(_, at)| at.saturating_mul(1_000_000))
    }
}

impl AiringIndex {
    /// Words, names, days, evidence: everything but the airings, for these dates. `now` is this machine's clock, when
    /// something keeps it.
    ///
    /// # Errors
    /// See [`IndexError`].
    pub fn query_context(
        &self,
        ranges: &[DateRange],
        registry: &Registry,
        now: Option<WallTime>,
    ) -> Result<QueryContext, IndexError> {
        let mut asked = QueryContext { now, ..QueryContext::default() };
        self.load_symbols(&mut asked)?;
        self.load_logs(&mut asked, registry)?;
        self.load_topics(&mut asked)?;
        self.load_logged_days(&mut asked, ranges)?;
        self.load_plans(&mut asked, ranges)?;
        self.load_seen_sizes(&mut asked)?;
        self.load_counted_entries(&mut asked, ranges, registry)?;
        Ok(asked)
    }

    fn load_symbols(&self, asked: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare("SELECT text FROM word ORDER BY id")?;
        let words = query.query_map([], |row| row.get(0))?.collect::<rusqlite::Result<_>>()?;
        asked.report_context.symbols = SymbolTable(words);
        Ok(())
    }

    fn load_logs(&self, asked: &mut QueryContext, registry: &Registry) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT id, origin, station, size, newest, name, head, cosigned, before_entries,
                 (SELECT size FROM log AS old WHERE old.origin = log.before_origin), findings FROM log ORDER BY origin",
        )?;
        let mut findings = self.load_findings()?;
        let missing = self.count_missing_plans()?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (id, origin, station): (i64, String, String) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let (newest, name, head): (Option<String>, String, String) = (row.get(4)?, row.get(5)?, row.get(6)?);
            let cosigned: Option<i64> = row.get(7)?;
            let root = SignedHead::parse(head.as_bytes()).map(|head| hex(&head.checkpoint.root));
            let registered = Id::new(&station).and_then(|id| registry.stations.get(&id)).map(|s| s.name.clone());
            let shown = registered.filter(|name| !name.is_empty()).unwrap_or_else(|| name.clone());
            let time = cosigned.and_then(|at| DateTime::from_timestamp(at, 0));
            asked.report_context.evidence.push(LogEvidence {
                station: station.clone(),
                name: shown,
                exposed_since: registry.log(&origin).and_then(|log| log.exposed_since.clone()),
                origin: origin.clone(),
                entries: row.get::<_, i64>(3)?.cast_unsigned(),
                root: root.unwrap_or_default(),
                newest_at: newest,
                cosigned_at: time.map(|time| time.to_rfc3339_opts(SecondsFormat::Secs, true)),
                head,
                fault: None,
                preceding_entries: row.get::<_, Option<i64>>(8)?.map(|entries| {
                    let collected = row.get::<_, Option<i64>>(9).ok().flatten().unwrap_or(0);
                    (entries.cast_unsigned(), collected.min(entries).cast_unsigned())
                }),
                missing_plans: missing.get(&id).copied().unwrap_or(0),
                finding_count: row.get::<_, i64>(10)?.cast_unsigned(),
                findings: findings.remove(&id).unwrap_or_default(),
            });
            asked.report_context.station_names.insert(station.clone(), name);
            let words = &mut asked.report_context.symbols.0;
            let word = words.iter().position(|one| *one == station).unwrap_or_else(|| {
                words.push(station);
                words.len() - 1
            });
            asked.stations.insert(id, Symbol::try_from(word).unwrap_or(0));
            let since = registry.log(&origin).and_then(|log| DateTime::parse_from_rfc3339(&log.enrolled_at).ok());
            asked.enrolled_us.extend(since.map(|since| (id, since.timestamp_micros())));
            asked.origins.insert(id, origin);
        }
        Ok(())
    }

    /// Of each log that has such, how many plans have no kept file in the store.
    fn count_missing_plans(&self) -> Result<HashMap<i64, u64>, IndexError> {
        let mut query = self.db.prepare("SELECT log, COUNT(*) FROM plan WHERE lacks GROUP BY log")?;
        let rows = query.query_map([], |row| Ok((row.get(0)?, row.get::<_, i64>(1)?.cast_unsigned())))?;
        Ok(rows.collect::<rusqlite::Result<_>>()?)
    }

    /// Of each log, what cannot have been so and is no single airing's affair: the first of it.
    fn load_findings(&self) -> Result<HashMap<i64, Vec<PlausibilityFinding>>, IndexError> {
        let mut query = self.db.prepare("SELECT log, seq, why FROM finding ORDER BY log, seq, why")?;
        let mut rows = query.query([])?;
        let mut findings: HashMap<i64, Vec<PlausibilityFinding>> = HashMap::new();
        while let Some(row) = rows.next()? {
            let (seq, why): (i64, String) = (row.get(1)?, row.get(2)?);
            if let Ok(why) = serde_json::from_str(&why) {
                let finding = PlausibilityFinding { seq: seq.cast_unsigned(), airing: None, why };
                findings.entry(row.get(0)?).or_default().push(finding);
            }
        }
        Ok(findings)
    }

    fn load_topics(&self, asked: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare("SELECT campaign, topic, title FROM topic")?;
        let rows = query.query_map([], |row| Ok(((row.get(0)?, row.get(1)?), row.get(2)?)))?;
        asked.report_context.topic_titles = rows.collect::<rusqlite::Result<_>>()?;
        Ok(())
    }

    fn load_logged_days(&self, asked: &mut QueryContext, ranges: &[DateRange]) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT log.station, plan.date FROM plan JOIN log ON log.id = plan.log WHERE plan.date BETWEEN ?1 AND ?2",
        )?;
        for range in ranges {
            let mut rows = query.query(params![day_number(range.from), day_number(range.until)])?;
            while let Some(row) = rows.next()? {
                if let Some(date) = NaiveDate::from_num_days_from_ce_opt(row.get(1)?) {
                    asked.report_context.logged_days.entry(row.get(0)?).or_default().insert(date);
                }
            }
        }
        Ok(())
    }

    /// What was planned on each day, and on the last week that is known before each range.
    fn load_plans(&self, asked: &mut QueryContext, ranges: &[DateRange]) -> Result<(), IndexError> {
        let mut last = self.db.prepare("SELECT max(date) FROM plan WHERE log = ?1 AND date < ?2")?;
        let mut query = self.db.prepare(
            "SELECT date, count, planned_ms FROM plan WHERE log = ?1 AND date BETWEEN ?2 AND ?3 ORDER BY date, seq",
        )?;
        for range in ranges {
            for (log, station) in &asked.stations {
                let from = day_number(range.from);
                let before: Option<i32> = last.query_row(params![log, from], |row| row.get(0))?;
                let first = before.map_or(from, |day| day.saturating_sub(6));
                let mut rows = query.query(params![log, first, day_number(range.until)])?;
                let station = asked.report_context.symbols.text(*station).to_owned();
                let mut plans = BTreeMap::new();
                while let Some(row) = rows.next()? {
                    let Some(date) = NaiveDate::from_num_days_from_ce_opt(row.get(0)?) else { continue };
                    let (count, ms): (i64, Option<i64>) = (row.get(1)?, row.get(2)?);
                    // The last plan of the day stands.
                    plans.insert(date, (u64::try_from(count).unwrap_or(0).min(MAX_PLANNED), ms.unwrap_or(0)));
                }
                // Of two logs of a station, the one that planned more.
                let there = asked.report_context.planned.entry(station).or_default();
                for (date, plan) in plans {
                    let known = there.entry(date).or_insert(plan);
                    *known = plan.max(*known);
                }
            }
        }
        Ok(())
    }

    /// By when the department had seen how much of each log.
    fn load_seen_sizes(&self, asked: &mut QueryContext) -> Result<(), IndexError> {
        let mut query = self.db.prepare(
            "SELECT log, size, at FROM seen UNION ALL SELECT id, size, cosigned FROM log WHERE cosigned IS NOT NULL
             ORDER BY 1, 2 DESC, 3",
        )?;
        let mut rows = query.query([])?;
        while let Some(row) = rows.next()? {
            let (log, size, at): (i64, i64, i64) = (row.get(0)?, row.get(1)?, row.get(2)?);
            let seen = asked.seen_sizes.entry(log).or_default();
            let earliest = seen.last().map_or(at, |(_, later)| at.min(*later));
            seen.push((size, earliest));
        }
        asked.seen_sizes.values_mut().for_each(|seen| seen.reverse());
        Ok(())
    }

    /// Which entry stands for an id that may have outcomes in several logs of a station.
    fn load_counted_entries(
        &self,
        asked: &mut QueryContext,
        ranges: &[DateRange],
        registry: &Registry,
    ) -> Result<(), IndexError> {
        let ids: HashMap<&str, i64> = asked.origins.iter().map(|(id, origin)| (origin.as_str(), *id)).collect();
        for station in registry.stations.values() {
            let logs: Vec<i64> =
                registry.logs_of_station(&station.id).filter_map(|l| ids.get(l.key.name.as_str()).copied()).collect();
            if logs.len() < 2 {
                continue;
            }
            let mut query = self.db.prepare_cached(
                "SELECT id, seq FROM airing WHERE date BETWEEN ?1 AND ?2 AND log = ?3 AND NOT repeat",
            )?;
            for log in logs {
                asked.multi_log.insert(log);
                let word = asked.stations.get(&log).copied().unwrap_or(0);
                for range in ranges {
                    let mut rows = query.query(params![day_number(range.from), day_number(range.until), log])?;
                    while let Some(row) = rows.next()? {
                        // The log that was enrolled first comes first.
                        asked.counted_entries.entry((word, row.get(0)?)).or_insert((log, row.get(1)?));
                    }
                }
            }
        }
        Ok(())
    }

    /// The airings of these dates, those without an outcome among them. Counts repeats of outcomes, which are not given.
    ///
    /// # Errors
    /// See [`IndexError`]; also what `each` says.
    pub fn for_each_airing<E: From<IndexError>>(
        &self,
        asked: &mut QueryContext,
        range: DateRange,
        mut each: impl FnMut(&IndexedAiring<'_>) -> Result<(), E>,
    ) -> Result<(), E> {
        let dates = params![day_number(range.from), day_number(range.until)];
        // Day by day and log by log, as they are shown. Without its LIMIT a query inside of another loses its order.
        let all = "WITH RECURSIVE
                 day (date) AS (SELECT ?1 WHERE ?1 <= ?2 UNION ALL SELECT date + 1 FROM day WHERE date < ?2),
                 one (id) AS MATERIALIZED (SELECT id FROM log ORDER BY id LIMIT -1)
             SELECT log, seq, airing.id, airing.date, at_us, planned_at, segment, title, campaign, topic, language,
                 planned_ms, played_ms, result, reason, late_us, level, repeat, vouched, sha256, volume, doubt
             FROM day CROSS JOIN one CROSS JOIN airing ON airing.log = one.id AND airing.date = day.date";
        let failed = |e: rusqlite::Error| E::from(IndexError::from(e));
        let mut query = self.db.prepare(all).map_err(failed)?;
        let mut rows = query.query(dates).map_err(failed)?;
        let mut repeats = 0;
        while let Some(row) = rows.next().map_err(failed)? {
            match airing_from_outcome(row, asked).map_err(failed)? {
                Some(airing) => each(&airing)?,
                None => repeats += 1,
            }
        }
        asked.report_context.repeated_outcomes += repeats;
        let all = "SELECT log, id, date, planned_at, segment, title, campaign, topic, language, planned_ms FROM pending
             WHERE date BETWEEN ?1 AND ?2 ORDER BY log, id";
        let mut query = self.db.prepare(all).map_err(failed)?;
        let mut rows = query.query(dates).map_err(failed)?;
        let mut seen = BTreeSet::new();
        while let Some(row) = rows.next().map_err(failed)? {
            let airing = airing_from_pending(row, asked).map_err(failed)?;
            let key = (airing.fact.station, airing.id.to_owned());
            // What another log of the station has an outcome of, or plans as well, is not unknown twice.
            if !asked.counted_entries.contains_key(&key) && seen.insert(key) {
                each(&airing)?;
            }
        }
        Ok(())
    }
}

fn date_column(row: &Row<'_>, at: usize) -> rusqlite::Result<NaiveDate> {
    Ok(NaiveDate::from_num_days_from_ce_opt(row.get(at)?).unwrap_or_default())
}

/// None for a repeat.
fn airing_from_outcome<'a>(row: &'a Row<'_>, asked: &QueryContext) -> rusqlite::Result<Option<IndexedAiring<'a>>> {
    let (log, seq, id): (i64, i64, &str) = (row.get(0)?, row.get(1)?, row.get_ref(2)?.as_str()?);
    let station = asked.stations.get(&log).copied().unwrap_or(0);
    let elsewhere = asked.multi_log.contains(&log)
        && asked.counted_entries.get(&(station, id.to_owned())).is_some_and(|winner| *winner != (log, seq));
    if row.get(17)? || elsewhere {
        return Ok(None);
    }
    let reason: Option<i64> = row.get(14)?;
    let reason = reason.and_then(|at| Reason::ALL.get(usize::try_from(at).ok()?).copied());
    let (result, level): (i64, i64) = (row.get(13)?, row.get(16)?);
    let volume: Option<i64> = row.get(20)?;
    // What was played at volume 0 nobody could hear.
    let state = match (result, level > 0 && volume != Some(0), is_unplanned(id)) {
        (2, _, true) | (_, false, true) => FactState::UnplannedSilent,
        (_, true, true) => FactState::Unplanned,
        (2, _, false) => FactState::Missed(reason),
        (_, false, false) => FactState::Level0,
        (0, true, false) => FactState::Aired,
        (_, true, false) => FactState::Partial(reason),
    };
    let at_us: i64 = row.get(4)?;
    let ahead = asked.now.is_some_and(|now| is_future(WallTime(at_us), now)).then(|| String::from("in-future"));
    let doubt =
        row.get::<_, Option<Symbol>>(21)?.map(|word| asked.report_context.symbols.text(word).to_owned()).or(ahead);
    let state = match (state, &doubt) {
        (FactState::Aired | FactState::Partial(_), Some(_)) => FactState::Implausible,
        (FactState::Unplanned, Some(_)) => FactState::UnplannedSilent,
        (state, _) => state,
    };
    let fact = Fact {
        station,
        date: date_column(row, 3)?,
        at_us,
        state,
        segment: row.get(6)?,
        title: row.get(7)?,
        campaign: row.get(8)?,
        topic: row.get(9)?,
        language: row.get(10)?,
        planned_ms: row.get(11)?,
        played_ms: row.get(12)?,
        late_us: row.get(15)?,
        clock_vouched: row.get::<_, Option<bool>>(18)?.unwrap_or(true),
        recording: row.get(19)?,
        seen_by_us: asked.seen_by_us(log, seq),
        enrolled_us: asked.enrolled_us.get(&log).copied(),
    };
    let planned_at = row.get_ref(5)?.as_str_or_null()?;
    Ok(Some(IndexedAiring { fact, id, planned_at, entry: Some((log, seq.cast_unsigned())), doubt }))
}

fn airing_from_pending<'a>(row: &'a Row<'_>, asked: &QueryContext) -> rusqlite::Result<IndexedAiring<'a>> {
    let log: i64 = row.get(0)?;
    let fact = Fact {
        station: asked.stations.get(&log).copied().unwrap_or(0),
        date: date_column(row, 2)?,
        at_us: i64::MIN,
        state: FactState::Unknown,
        segment: row.get(4)?,
        title: row.get(5)?,
        campaign: row.get(6)?,
        topic: row.get(7)?,
        language: row.get(8)?,
        planned_ms: row.get(9)?,
        played_ms: 0,
        late_us: None,
        clock_vouched: true,
        recording: None,
        seen_by_us: None,
        enrolled_us: None,
    };
    let (id, planned_at) = (row.get_ref(1)?.as_str()?, row.get_ref(3)?.as_str_or_null()?);
    Ok(IndexedAiring { fact, id, planned_at, entry: None, doubt: None })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn airings_come_day_by_day_and_log_by_log() {
        let dir = tempfile::tempdir().expect("a folder");
        let index = AiringIndex::open(&dir.path().join("index")).expect("an index");
        let mut expected = Vec::new();
        for log in 1..=40_i64 {
            // Their names run against their numbers.
            let row = params![log, format!("{:03}", 100 - log)];
            let sql = "INSERT INTO log VALUES (?1, ?2, 's', 0, x'', NULL, '', '', NULL, 0, NULL, NULL, '', 0, 0)";
            index.db.execute(sql, row).expect("a row");
            for date in [7_i64, 5, 6, 9] {
                for seq in [2, 1] {
                    let sql = "INSERT INTO airing VALUES (?1, ?2, 'a@2023-01-01', ?3, 0, NULL, 0, 0, 0, 0, NULL, 0, 0, 0, 0, NULL,
                         NULL, 1, 0, NULL, NULL, NULL, NULL, NULL)";
                    index.db.execute(sql, params![log, date * 10 + seq, date]).expect("a row");
                    expected.extend((date < 9).then_some((date, log, (date * 10 + seq).cast_unsigned())));
                }
            }
        }
        expected.sort_unstable();
        let day = |date: i32| NaiveDate::from_num_days_from_ce_opt(date).expect("a date");
        let mut given = Vec::new();
        let taken = index.for_each_airing::<IndexError>(
            &mut QueryContext::default(),
            DateRange { from: day(5), until: day(8) },
            |airing| {
                let (log, seq) = airing.entry.expect("an outcome");
                given.push((i64::from(day_number(airing.fact.date)), log, seq));
                Ok(())
            },
        );
        taken.expect("facts");
        assert_eq!(given, expected);
    }
}
