//! Applies the entries of a log to the state of the check, each according to its type.
use super::entry_view::EntryView;
use super::finding::{Implausibility, PlausibilityRemark};
use super::header_offsets::HeaderOffsets;
use super::plan_rows::airing_ids;
use super::{ClockVoucher, FoldedEntry, PlanLookup, PlausibilityFold, is_plannable_date};
use crate::airlog::airing_id::is_unplanned;

/// Maximum total size of the plans that are read for one log, in bytes. [`PLAN_BUDGET_BYTES_PER_ENTRY`] is added for
/// each entry. The plans of a busy station stay far below this.
const PLAN_BUDGET_BASE_BYTES: u64 = 256 * 1024 * 1024;
/// Number of bytes that each entry adds to [`PLAN_BUDGET_BASE_BYTES`].
const PLAN_BUDGET_BYTES_PER_ENTRY: u64 = 8 * 1024;
/// Maximum number of outcomes with sound in one batch. An honest batch has fewer.
const MAX_BATCH_OUTCOMES: usize = 10_000;

impl PlausibilityFold {
    /// Checks the line of the next entry. `plan_lookup` returns the plans that entries name.
    pub fn add_line(&mut self, line: &[u8], plan_lookup: &mut PlanLookup<'_>) -> FoldedEntry {
        self.add_indexed_line(line, HeaderOffsets::of(line, self.next_seq), plan_lookup)
    }

    /// Like [`Self::add_line`], but with header offsets that the caller has computed. `offsets` is `None` for a line
    /// that is not written as a station writes it.
    pub fn add_indexed_line(
        &mut self,
        line: &[u8],
        offsets: Option<HeaderOffsets>,
        plan_lookup: &mut PlanLookup<'_>,
    ) -> FoldedEntry {
        let seq = self.next_seq;
        self.next_seq += 1;
        let Some(entry) = EntryView::with_offsets(line, seq, offsets) else {
            return FoldedEntry::Other;
        };
        if !entry.is_plain() {
            self.add_finding(
                seq,
                (entry.kind == "outcome").then(|| entry.id().unwrap_or_default()),
                Implausibility::NotAsWritten,
            );
        }
        self.check_clocks(seq, &entry);
        match entry.kind {
            "genesis" => {
                self.predecessor = entry.predecessor();
                self.remarks.extend(self.predecessor.clone().map(PlausibilityRemark::Follows));
            }
            "plan" => self.apply_plan(seq, &entry, plan_lookup),
            "start" => self.planned_dates.has_forgotten_airings |= self.line.apply_start(&entry),
            "gap" => self.line.has_lost_entries |= entry.number("lost").is_some_and(|lost| lost > 0),
            "interrupt" => self.line.apply_interrupt(&entry),
            "resume" => self.line.apply_resume(&entry),
            "relay" => {
                if let Some(id) = entry.id() {
                    // A relay slot plays no airing, so its entry proves nothing, and a finding about it is dropped.
                    let _ = self.planned_dates.end_airing(id);
                }
            }
            "outcome" => {
                let folded = self.apply_outcome(seq, &entry);
                self.report_bounds_exceeded(seq);
                return folded;
            }
            _ => {}
        }
        self.report_bounds_exceeded(seq);
        FoldedEntry::Other
    }

    /// Adds a finding, at most once per log, if the log has exceeded a bound. The bounds limit the memory that a
    /// hostile log uses.
    fn report_bounds_exceeded(&mut self, seq: u64) {
        if self.planned_dates.has_forgotten_airings && !std::mem::replace(&mut self.has_reported_too_much, true) {
            self.add_finding(seq, None, Implausibility::TooMuch);
        }
    }

    /// Applies an `outcome` entry.
    fn apply_outcome(&mut self, seq: u64, entry: &EntryView<'_>) -> FoldedEntry {
        let id = entry.id().unwrap_or_default();
        let is_planned = !id.is_empty() && !is_unplanned(id);
        let (planned_ms, played_ms) = (entry.number("planned_ms"), entry.number("played_ms").unwrap_or(0));
        let sounded = played_ms > 0;
        // An outcome that claims sound needs an id; without one it cannot be compared with a plan. In a line that is not
        // plain, another JSON reader might find an id, so this finding is not added.
        if sounded && id.is_empty() && entry.is_plain() {
            self.add_finding(seq, Some(id), Implausibility::NotAsWritten);
        }
        self.planned_dates.has_forgotten_airings |= sounded && id.is_empty();
        let voucher = entry.is_synchronised.map(|is_synchronised| match (is_synchronised, self.clocks.is_confirmed) {
            (true, _) => ClockVoucher::Synchronised,
            (false, true) => ClockVoucher::Confirmed,
            (false, false) => ClockVoucher::Nobody,
        });
        if sounded {
            self.sounded_counts.0 += 1;
            self.sounded_counts.1 += u64::from(voucher == Some(ClockVoucher::Nobody));
        }
        for finding in self.line.apply_outcome(entry, id, planned_ms.filter(|_| is_planned), played_ms) {
            self.add_finding(seq, Some(id), finding);
        }
        if is_planned && let Some(finding) = self.planned_dates.end_airing(id) {
            self.add_finding(seq, Some(id), finding);
        }
        match self.clocks.unexplained_step_us {
            Some(by_us) if sounded => self.add_finding(seq, Some(id), Implausibility::ClockMoved { by_us }),
            _ if sounded && self.clocks.batch.outcomes.len() >= MAX_BATCH_OUTCOMES => {
                self.planned_dates.has_forgotten_airings = true;
                self.add_finding(seq, Some(id), Implausibility::TooMuch);
            }
            _ if sounded => self.clocks.batch.outcomes.push((seq, id.to_owned())),
            _ => {}
        }
        FoldedEntry::Outcome { vouched: voucher, sounded }
    }

    /// Applies a `plan` entry.
    fn apply_plan(&mut self, seq: u64, entry: &EntryView<'_>, plan_lookup: &mut PlanLookup<'_>) {
        let Some((date, sha256)) = entry.plan() else {
            return;
        };
        if !is_plannable_date(date) {
            return self.add_finding(seq, None, Implausibility::NoSuchDate { date });
        }
        // A hostile log with huge plans would otherwise keep a department's machine busy for hours.
        let max_bytes = PLAN_BUDGET_BASE_BYTES + self.next_seq.saturating_mul(PLAN_BUDGET_BYTES_PER_ENTRY);
        let bytes = if self.plan_bytes_read <= max_bytes { plan_lookup(&sha256) } else { None };
        self.plan_bytes_read =
            self.plan_bytes_read.saturating_add(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64));
        let ids = bytes.as_deref().and_then(|bytes| airing_ids(bytes));
        self.planned_dates.has_forgotten_airings |=
            self.plan_bytes_read > max_bytes || bytes.is_some() && ids.is_none();
        if let Some(finding) = self.planned_dates.add_plan(date, ids) {
            self.add_finding(seq, None, finding);
        }
    }
}
