//! Applies the entries of a log, each by its type.
use super::entry_view::EntryView;
use super::finding::{Implausibility, PlausibilityRemark};
use super::header_offsets::HeaderOffsets;
use super::plan_rows::airing_ids;
use super::{ClockVoucher, FoldedEntry, PlanLookup, PlausibilityFold, is_plannable_date};
use crate::airlog::airing_id::is_unplanned;

/// Bytes of plans that are read of one log, plus [`PLAN_BYTES_PER_ENTRY`]: several times what a busy station has.
const PLAN_BYTES: u64 = 256 * 1024 * 1024;
/// See [`PLAN_BYTES`].
const PLAN_BYTES_PER_ENTRY: u64 = 8 * 1024;
/// Outcomes of airings that sounded in one batch; an honest batch has fewer.
const MAX_BATCH: usize = 10_000;

impl PlausibilityFold {
    /// Takes the line of the next entry. `plan` returns the plans that entries name.
    pub fn add_line(&mut self, line: &[u8], plan: &mut PlanLookup<'_>) -> FoldedEntry {
        self.add_indexed_line(line, HeaderOffsets::of(line, self.next), plan)
    }

    /// Like [`Self::add_line`], with offsets computed beforehand; none for a line that is not in the station's form.
    pub fn add_indexed_line(
        &mut self,
        line: &[u8],
        sketch: Option<HeaderOffsets>,
        plan: &mut PlanLookup<'_>,
    ) -> FoldedEntry {
        let seq = self.next;
        self.next += 1;
        let Some(glance) = EntryView::with_offsets(line, seq, sketch) else {
            return FoldedEntry::Other;
        };
        if !glance.is_plain() {
            self.add_finding(
                seq,
                (glance.kind == "outcome").then(|| glance.id().unwrap_or_default()),
                Implausibility::NotAsWritten,
            );
        }
        self.check_clocks(seq, &glance);
        match glance.kind {
            "genesis" => {
                self.follows = glance.follows();
                self.remarks.extend(self.follows.clone().map(PlausibilityRemark::Follows));
            }
            "plan" => self.plan(seq, &glance, plan),
            "start" => self.days.beyond |= self.line.start(&glance),
            "gap" => self.line.lost |= glance.number("lost").is_some_and(|lost| lost > 0),
            "interrupt" => self.line.interrupt(&glance),
            "resume" => self.line.resume(&glance),
            "relay" => {
                if let Some(id) = glance.id() {
                    // A relay slot plays no airing, so its end proves nothing and cannot be wrong.
                    let _ = self.days.airing_ended(id);
                }
            }
            "outcome" => {
                let seen = self.outcome(seq, &glance);
                self.report_bounds_exceeded(seq);
                return seen;
            }
            _ => {}
        }
        self.report_bounds_exceeded(seq);
        FoldedEntry::Other
    }

    /// Reports once that the log exceeded a bound. The bounds protect the memory of the reader.
    fn report_bounds_exceeded(&mut self, seq: u64) {
        if self.days.beyond && !std::mem::replace(&mut self.told_beyond, true) {
            self.add_finding(seq, None, Implausibility::TooMuch);
        }
    }

    fn outcome(&mut self, seq: u64, glance: &EntryView<'_>) -> FoldedEntry {
        let id = glance.id().unwrap_or_default();
        let planned = !id.is_empty() && !is_unplanned(id);
        let (planned_ms, played_ms) = (glance.number("planned_ms"), glance.number("played_ms").unwrap_or(0));
        let sounded = played_ms > 0;
        // An outcome that claims sound needs an id, or it cannot be matched to a plan. Other readers may find one in
        // it.
        if sounded && id.is_empty() && glance.is_plain() {
            self.add_finding(seq, Some(id), Implausibility::NotAsWritten);
        }
        self.days.beyond |= sounded && id.is_empty();
        let vouched = glance.synchronised.map(|good| match (good, self.time.confirmed) {
            (true, _) => ClockVoucher::Synchronised,
            (false, true) => ClockVoucher::Confirmed,
            (false, false) => ClockVoucher::Nobody,
        });
        if sounded {
            self.sounded.0 += 1;
            self.sounded.1 += u64::from(vouched == Some(ClockVoucher::Nobody));
        }
        for why in self.line.outcome(glance, id, planned_ms.filter(|_| planned), played_ms) {
            self.add_finding(seq, Some(id), why);
        }
        if planned && let Some(why) = self.days.airing_ended(id) {
            self.add_finding(seq, Some(id), why);
        }
        match self.time.lost {
            Some(by_us) if sounded => self.add_finding(seq, Some(id), Implausibility::ClockMoved { by_us }),
            _ if sounded && self.time.batch.outcomes.len() >= MAX_BATCH => {
                self.days.beyond = true;
                self.add_finding(seq, Some(id), Implausibility::TooMuch);
            }
            _ if sounded => self.time.batch.outcomes.push((seq, id.to_owned())),
            _ => {}
        }
        FoldedEntry::Outcome { vouched, sounded }
    }

    fn plan(&mut self, seq: u64, glance: &EntryView<'_>, kept: &mut PlanLookup<'_>) {
        let Some((date, sha256)) = glance.plan() else {
            return;
        };
        if !is_plannable_date(date) {
            return self.add_finding(seq, None, Implausibility::NoSuchDate { date });
        }
        // Endless plans would keep a department busy for hours.
        let allowed = PLAN_BYTES + self.next.saturating_mul(PLAN_BYTES_PER_ENTRY);
        let bytes = if self.plan_bytes <= allowed { kept(&sha256) } else { None };
        self.plan_bytes = self.plan_bytes.saturating_add(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64));
        let ids = bytes.as_deref().and_then(|bytes| airing_ids(bytes));
        self.days.beyond |= self.plan_bytes > allowed || bytes.is_some() && ids.is_none();
        if let Some(why) = self.days.plan(date, ids) {
            self.add_finding(seq, None, why);
        }
    }
}
