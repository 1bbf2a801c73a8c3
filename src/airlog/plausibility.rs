//! Could it have been so? One fold over the entries of a log, for `loa verify`, `loa collect`, the index and the report
//! (pure).
//!
//! A signature says who wrote a line and that nobody has changed it since. It does not say that the line is true: the
//! owner of a station can shape with a clock, a file manager or an old copy what reaches the signer. The fold compares
//! the entries with each other and with physics: time, the boot clock, the one line, the plans. A [`Finding`] names an
//! entry that cannot have been so; an airing that it names is no proof. A [`Remark`] is worth knowing and takes nothing
//! away. A key that an older entry does not have is never a reason.
mod entry_view;
pub mod finding_text;
mod occupancy;
mod planned_dates;
mod station_json;

use std::collections::BTreeMap;
use std::sync::Arc;

use chrono::{DateTime, Datelike, NaiveDate};
use serde::{Deserialize, Serialize};

use super::airing_id::is_unplanned;
use crate::base::instant::{SECOND_US, WallTime};
pub use entry_view::{EntryView, HeaderOffsets};
use occupancy::LineOccupancy;
use planned_dates::{AnswerTime, PlannedDates};

/// The wall clock may move against the boot clock by so much without a word of the log: [`STEADY_US`] at once, and this
/// share of the time that passed for slewing (500 ppm) and for corrections below the half second that is logged.
const SLEW_PER_MILLE: i64 = 1;
/// See [`SLEW_PER_MILLE`].
const MAX_STEP_US: i64 = SECOND_US;
/// A believed clock may go back by so much from one start of the machine to the next: it was put right.
const MAX_BACKWARD_US: i64 = 5 * SECOND_US;
/// An entry that is later than the reader's clock by more than this has not happened yet.
pub const FUTURE_US: i64 = 86_400 * SECOND_US;
/// A station that was started needs so long to say what became of dates that are over; a step of the clock by more than
/// that is a leap.
const SETTLING_US: i64 = 3600 * SECOND_US;
/// What sounds when the clock leaps by days, and the rest of its session, has its end within a day. A station that runs and
/// writes nothing for so long was asleep: that is a leap, too.
const LEAP_WINDOW_US: i64 = 86_400 * SECOND_US;
/// Bytes of plans that are read of one log, and so many more for each of its entries: several times what a busy station has.
const PLAN_BYTES: u64 = 256 * 1024 * 1024;
/// See [`PLAN_BYTES`].
const PLAN_BYTES_PER_ENTRY: u64 = 8 * 1024;
/// So many of the latest leaps are remembered.
const MAX_LEAPS: usize = 32;
/// No honest batch has the ends of more airings that sounded.
const MAX_BATCH: usize = 10_000;
/// So many of the latest days are remembered, to compare them with the clock of the next reader.
const DAYS_AHEAD: usize = 400;

/// Why an entry cannot have been so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum Implausibility {
    /// The wall clock moved against the boot clock, and no `clock-step` says so. An airing after it, up to the next start
    /// of the program, has no time that could be believed.
    ClockMoved {
        /// How far, microseconds; negative when back.
        by_us: i64,
    },
    /// The boot clock, which only runs forward, ran back.
    BootClockBack {
        /// How far, microseconds.
        by_us: i64,
    },
    /// The station believed a clock that had gone back since the start of the machine before, and that nobody kept.
    WentBack {
        /// How far, microseconds.
        by_us: i64,
    },
    /// Another airing sounded at the same time on the one line.
    Overlaps {
        /// Its id.
        other: String,
    },
    /// It lasted longer than the time that passed on the boot clock.
    TooLong {
        /// What it says that was played, milliseconds.
        played_ms: i64,
        /// What passed, milliseconds.
        passed_ms: i64,
    },
    /// It lasted longer than was planned.
    OverPlan {
        /// What it says that was played, milliseconds.
        played_ms: i64,
        /// What was planned, milliseconds.
        planned_ms: i64,
    },
    /// It is later than the clock of who reads it by more than a day. Judged anew at each reading.
    InFuture {
        /// By how much, microseconds.
        by_us: i64,
    },
    /// It is not written as a station writes entries: readers could find different values in it.
    NotAsWritten,
    /// Something sounded, and nothing tells of its start.
    NeverStarted,
    /// This airing had its outcome before.
    Again,
    /// No plan of its date names it.
    NeverPlanned,
    /// A later plan of the date leaves out airings that have no outcome: an edit would have withdrawn them.
    PlanShrunk {
        /// The date.
        date: NaiveDate,
        /// How many.
        count: u64,
        /// One of them.
        example: String,
    },
    /// It plans a date that no calendar of a station has.
    NoSuchDate {
        /// The date.
        date: NaiveDate,
    },
    /// The log names more dates or airings than any station has. What goes beyond is not remembered, and cannot be judged.
    TooMuch,
    /// Airings of a date that is long over have no outcome.
    NoOutcome {
        /// The date.
        date: NaiveDate,
        /// How many.
        count: u64,
        /// One of them.
        example: String,
    },
}

/// An entry that cannot have been so.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PlausibilityFinding {
    /// Which entry.
    pub seq: u64,
    /// The airing whose outcome that entry is: it is no proof. None where the finding concerns no single airing.
    pub airing: Option<String>,
    /// Why.
    #[serde(flatten)]
    pub why: Implausibility,
}

/// What is worth knowing of a log, and takes nothing away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(tag = "code", rename_all = "kebab-case")]
pub enum PlausibilityRemark {
    /// While the program was off, and the machine on, the wall clock was moved against the boot clock.
    MovedWhileOff {
        /// The entry of the next start.
        seq: u64,
        /// How far, microseconds; negative when back.
        by_us: i64,
    },
    /// The log begins before a department first countersigned it.
    OlderThanWitness {
        /// By how many days.
        days: i64,
    },
    /// Another log went before it.
    Follows(PredecessorRef),
}

/// The log that went before, as `genesis` names it.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct PredecessorRef {
    /// Where the station keeps it, in `airlog/`.
    pub kept_as: String,
    /// Its whole entries.
    pub entries: u64,
    /// Its newest signed head, if one was there.
    #[serde(default)]
    pub head: Option<String>,
}

/// Who stood for the clock when an outcome was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ClockVoucher {
    /// The kernel called it synchronised.
    Synchronised,
    /// A person did, with `loa clock confirm`.
    Confirmed,
    /// Nobody.
    Nobody,
}

/// What one entry is, to who folds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FoldedEntry {
    /// The outcome of an airing.
    Outcome {
        /// Who stood for the clock; none where the entry does not tell.
        vouched: Option<ClockVoucher>,
        /// Whether something of it sounded.
        sounded: bool,
    },
    /// Anything else.
    Other,
}

/// Gives the bytes of a kept plan by its SHA-256, when they are there and have that hash.
pub type PlanLookup<'a> = dyn FnMut(&str) -> Option<Arc<Vec<u8>>> + 'a;

/// Whether a station can plan this date. Only a hostile log has others; the judge does not calculate with them.
#[must_use]
pub fn is_plannable_date(date: NaiveDate) -> bool {
    (1..=9999).contains(&date.year())
}

/// Whether an entry of this time has not happened yet by the reader's clock. Ask only when that clock is synchronised.
#[must_use]
pub fn is_future(at: WallTime, now: WallTime) -> bool {
    at.since(now) > FUTURE_US
}

/// The remark on a log that begins before a department first countersigned it; both in seconds since 1970.
#[must_use]
pub fn older_than_witness(first_entry: i64, first_cosigned: i64) -> Option<PlausibilityRemark> {
    let days = first_cosigned.saturating_sub(first_entry) / 86_400;
    (days > 0).then_some(PlausibilityRemark::OlderThanWitness { days })
}

/// The fold. Kept by a program that knew other fields, it is not read: the log is judged again. It takes every entry once, in order, and needs memory for a few days of plans. It can be kept as JSON and
/// gone on with: findings that were taken out of it are not in it any more.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct PlausibilityFold {
    /// The number of the next entry.
    next: u64,
    /// Whether entries before the first that it took are unknown.
    /// When the first entry was written.
    begins: Option<WallTime>,
    time: ClockHistory,
    line: LineOccupancy,
    days: PlannedDates,
    /// Of the latest days on which entries were written under a believed clock: the first entry.
    ahead: BTreeMap<i64, (u64, i64)>,
    /// Outcomes so far of which something sounded, and of these, those by a clock that nobody vouched for.
    sounded: (u64, u64),
    /// The log before it.
    follows: Option<PredecessorRef>,
    /// When a department first countersigned it, seconds since 1970, as far as who folds has said so.
    cosigned: Option<i64>,
    /// Findings so far.
    count: u64,
    /// Bytes of plans that were read.
    plan_bytes: u64,
    /// The finding [`Why::TooMuch`] has been reported.
    told_beyond: bool,
    #[serde(skip)]
    findings: Vec<PlausibilityFinding>,
    #[serde(skip)]
    remarks: Vec<PlausibilityRemark>,
}

/// The clocks, as the entries tell them.
#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct ClockHistory {
    boot: String,
    /// Wall and boot clock of the last entry.
    wall: i64,
    boottime: i64,
    /// The latest time under a believed clock.
    believed: Option<i64>,
    trusted: bool,
    confirmed: bool,
    /// Boot clock at the last start of the program.
    began: i64,
    /// Since then: leaps over which what sounded may have gone on, the boot clock behind each, and the latest date that was
    /// planned before it.
    leaps: Vec<(i64, Option<NaiveDate>)>,
    /// How long the program has run in all under a believed clock, microseconds.
    ran: i64,
    /// Entries of one batch have one time, and a step of the clock may stand behind what it explains.
    batch: EntryBatch,
    /// The clock moved and nobody knows why: nothing after it has a time, up to the next start.
    lost: Option<i64>,
}

#[derive(Debug, Clone, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
struct EntryBatch {
    first: u64,
    /// How far the wall clock moved against the boot clock before it, less what `clock-step` entries of it explain.
    moved: i64,
    allowed: i64,
    /// It begins with a start, or with what is read first: a step that its entries tell was made before it.
    begins: bool,
    outcomes: Vec<(u64, String)>,
}

impl PlausibilityFold {
    /// The number of the entry that it takes next.
    #[must_use]
    pub fn next_seq(&self) -> u64 {
        self.next
    }

    /// When the first entry was written, as the station's clock said.
    #[must_use]
    pub fn first_entry_at(&self) -> Option<WallTime> {
        self.begins
    }

    /// How many outcomes there are of which something sounded, and how many of these by a clock that nobody vouched for.
    #[must_use]
    pub fn sounded(&self) -> (u64, u64) {
        self.sounded
    }

    /// How many findings there were in all, those included that were taken out.
    #[must_use]
    pub fn finding_count(&self) -> u64 {
        self.count
    }

    /// The log that went before, if `genesis` names one.
    #[must_use]
    pub fn follows(&self) -> Option<&PredecessorRef> {
        self.follows.as_ref()
    }

    /// A department has countersigned the log at this time (seconds since 1970); the first time counts.
    pub fn add_cosigned_time(&mut self, time: i64) {
        self.cosigned = Some(self.cosigned.map_or(time, |first| first.min(time)));
    }

    /// When that was first, as far as it is known.
    #[must_use]
    pub fn first_cosigned(&self) -> Option<i64> {
        self.cosigned
    }

    /// The remark on how long the log is older than its first countersignature, as far as that is known.
    #[must_use]
    pub fn older_than_witness(&self) -> Option<PlausibilityRemark> {
        older_than_witness(self.begins?.0.div_euclid(SECOND_US), self.cosigned?)
    }

    /// The findings since the last call, in the order in which they were made. At the end of the log call
    /// [`Self::end`] before.
    pub fn take_findings(&mut self) -> Vec<PlausibilityFinding> {
        std::mem::take(&mut self.findings)
    }

    /// The remarks since the last call.
    pub fn take_remarks(&mut self) -> Vec<PlausibilityRemark> {
        std::mem::take(&mut self.remarks)
    }

    /// The first entry that has not happened yet by the reader's clock, if there is one. Ask only when that clock is
    /// synchronised.
    #[must_use]
    pub fn future_finding(&self, now: WallTime) -> Option<PlausibilityFinding> {
        let first = self.ahead.values().filter(|(_, at)| is_future(WallTime(*at), now)).min()?;
        let latest = self.ahead.values().map(|(_, at)| *at).max()?;
        let why = Implausibility::InFuture { by_us: latest.saturating_sub(now.0) };
        Some(PlausibilityFinding { seq: first.0, airing: None, why })
    }

    fn add_finding(&mut self, seq: u64, airing: Option<&str>, why: Implausibility) {
        self.count += 1;
        self.findings.push(PlausibilityFinding { seq, airing: airing.map(str::to_owned), why });
    }

    /// Takes the entry with the next number. `plan` is asked for the plans that entries name.
    pub fn add_line(&mut self, line: &[u8], plan: &mut PlanLookup<'_>) -> FoldedEntry {
        self.add_indexed_line(line, HeaderOffsets::of(line, self.next), plan)
    }

    /// The same with a sketch made beforehand. A line that is not in the station's form has none.
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
                    // A relay slot sounds nothing, and its end proves nothing.
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

    /// Bounds on what is remembered keep the judge from being drowned, and are never passed in silence.
    fn report_bounds_exceeded(&mut self, seq: u64) {
        if self.days.beyond && !std::mem::replace(&mut self.told_beyond, true) {
            self.add_finding(seq, None, Implausibility::TooMuch);
        }
    }

    /// The log ends here, at a signed head. It may go on later.
    pub fn finish(&mut self) {
        self.close_batch();
    }

    fn outcome(&mut self, seq: u64, glance: &EntryView<'_>) -> FoldedEntry {
        let id = glance.id().unwrap_or_default();
        let planned = !id.is_empty() && !is_unplanned(id);
        let (planned_ms, played_ms) = (glance.number("planned_ms"), glance.number("played_ms").unwrap_or(0));
        let sounded = played_ms > 0;
        // An outcome that claims sound needs an id: without one the judge cannot match it to a plan. Others may read one.
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
        // Endless plans would keep a department reading for hours.
        let allowed = PLAN_BYTES + self.next.saturating_mul(PLAN_BYTES_PER_ENTRY);
        let bytes = if self.plan_bytes <= allowed { kept(&sha256) } else { None };
        self.plan_bytes = self.plan_bytes.saturating_add(bytes.as_ref().map_or(0, |bytes| bytes.len() as u64));
        let ids = bytes.as_deref().and_then(|bytes| planned_dates::ids_of(bytes));
        self.days.beyond |= self.plan_bytes > allowed || bytes.is_some() && ids.is_none();
        if let Some(why) = self.days.plan(date, ids) {
            self.add_finding(seq, None, why);
        }
    }

    /// Airings of dates that are over, once the station has had the time to say what became of them: told behind a batch,
    /// because what ends in it may stand in it behind the plan of the next date.
    fn report_missing_outcomes(&mut self) {
        let believed = self.time.believed.and_then(DateTime::from_timestamp_micros);
        // No zone is a day ahead of UTC.
        let Some(today) = believed.and_then(|at| at.date_naive().succ_opt()) else { return };
        let ClockHistory { trusted, boottime, began, ref leaps, ran, .. } = self.time;
        let lately = |then: i64, us: i64| boottime.saturating_sub(then) <= us;
        let latest = leaps.iter().filter(|(then, _)| lately(*then, LEAP_WINDOW_US)).map(|(_, latest)| *latest).min();
        let patience = match latest {
            _ if !trusted || lately(began, SETTLING_US) => AnswerTime::Running,
            Some(None) => AnswerTime::Running,
            Some(Some(latest)) => AnswerTime::PassedUpTo(latest),
            None => AnswerTime::Passed,
        };
        for why in self.days.dates_without_outcome(ran, patience, today) {
            self.add_finding(self.next.saturating_sub(1), None, why);
        }
    }

    /// The next dates may be planned at once, while what sounded before goes on.
    fn remember_leap(&mut self, boottime: i64) {
        let leaps = &mut self.time.leaps;
        leaps.retain(|(then, _)| boottime.saturating_sub(*then) <= LEAP_WINDOW_US);
        if leaps.len() >= MAX_LEAPS {
            leaps.remove(0);
        }
        leaps.push((boottime, self.days.latest()));
    }

    fn check_clocks(&mut self, seq: u64, glance: &EntryView<'_>) {
        let Some(wall) = glance.at else { return };
        self.begins.get_or_insert(wall);
        if let (Some(boot), Some(boottime)) = (glance.boot, glance.boottime)
            // These are written beside the loop, with a time of their own, maybe before a step was looked at.
            && !matches!(glance.kind, "epoch" | "gap")
        {
            self.check_time_step(seq, wall.0, boot, boottime, glance);
        }
        if glance.kind == "clock-step" && !self.time.batch.begins {
            let told = glance.number("by_us").unwrap_or(0);
            self.time.batch.moved = self.time.batch.moved.saturating_sub(told);
            if let Some(boottime) = glance.boottime.filter(|_| told.saturating_abs() > SETTLING_US) {
                self.remember_leap(boottime);
            }
        }
        if let Some((trusted, confirmed)) = glance.trust() {
            (self.time.trusted, self.time.confirmed) = (trusted, confirmed);
        }
        if self.time.trusted {
            self.time.believed = Some(wall.0);
            let day = wall.0.div_euclid(86_400 * SECOND_US);
            self.ahead.entry(day).or_insert((seq, wall.0));
            if self.ahead.len() > DAYS_AHEAD {
                self.ahead.pop_first();
            }
        }
    }

    fn check_time_step(&mut self, seq: u64, wall: i64, boot: &str, boottime: i64, glance: &EntryView<'_>) {
        let starts = glance.kind == "boot";
        let same_boot = self.time.boot == boot;
        let (passed, moved) = (boottime - self.time.boottime, wall - self.time.wall - (boottime - self.time.boottime));
        if same_boot && passed == 0 && moved == 0 && !starts {
            return;
        }
        self.close_batch();
        if same_boot && !starts {
            if self.time.trusted {
                self.time.ran = self.time.ran.saturating_add(passed.max(0));
            }
            if passed > LEAP_WINDOW_US {
                self.remember_leap(boottime);
            }
        }
        let mut batch =
            EntryBatch { first: seq, allowed: MAX_STEP_US, begins: starts || !same_boot, ..EntryBatch::default() };
        if same_boot && passed < 0 {
            self.add_finding(seq, None, Implausibility::BootClockBack { by_us: -passed });
        } else if same_boot && starts {
            let allowed = MAX_STEP_US + passed / 1000 * SLEW_PER_MILLE;
            if moved.abs() > allowed {
                self.remarks.push(PlausibilityRemark::MovedWhileOff { seq, by_us: moved });
            }
        } else if same_boot {
            (batch.moved, batch.allowed) = (moved, MAX_STEP_US + passed / 1000 * SLEW_PER_MILLE);
        } else if starts
            && glance.trust().is_some_and(|(trusted, _)| trusted)
            && glance.synchronised == Some(false)
            && let Some(back) =
                self.time.believed.map(|believed| believed - wall).filter(|back| *back > MAX_BACKWARD_US)
        {
            self.add_finding(seq, None, Implausibility::WentBack { by_us: back });
        }
        if starts {
            self.line.begin();
            (self.time.began, self.time.lost) = (boottime, None);
            self.time.leaps.clear();
        }
        if !same_boot {
            boot.clone_into(&mut self.time.boot);
        }
        (self.time.wall, self.time.boottime, self.time.batch) = (wall, boottime, batch);
    }

    /// All of a batch was taken: has the wall clock moved by what it says?
    fn close_batch(&mut self) {
        self.report_missing_outcomes();
        let EntryBatch { first, moved, allowed, outcomes, .. } = std::mem::take(&mut self.time.batch);
        if moved.saturating_abs() <= allowed.max(MAX_STEP_US) {
            return;
        }
        self.add_finding(first, None, Implausibility::ClockMoved { by_us: moved });
        for (seq, id) in outcomes {
            self.add_finding(seq, Some(&id), Implausibility::ClockMoved { by_us: moved });
        }
        self.time.lost = Some(moved);
    }
}
