//! The concerns of a station over time. Each is raised once and cleared once.
//!
//! Only observations count. While the source of a concern is not observed, the concern stays as it was last seen;
//! otherwise one lasting problem would be reported twice. For example, sessions are not observed while the clock is not
//! trusted.
use std::collections::BTreeSet;

use super::{Assessment, CheckedArea, ConcernSeverity, Condition, FactSource};
use crate::base::instant::{BootTime, ClockSnapshot, SECOND_US, WallTime};

/// How long a condition must last before it is raised. A device that fails for a moment is not worth reporting.
const RAISE_AFTER_US: i64 = 20 * SECOND_US;
/// How long the clock must be untrusted before a concern is raised. The network usually corrects it soon after the
/// start. `CLOCK_GRACE_US` in `airlog/absences.rs` limits how long outcomes wait for the same correction.
const RAISE_CLOCK_AFTER_US: i64 = 180 * SECOND_US;
/// How long after the machine's boot a missing device is only shown, and not raised. On a slow machine the sound card
/// appears some seconds after loa starts, so an ordinary boot would otherwise send an alarm.
const DEVICE_BOOT_GRACE_US: i64 = 120 * SECOND_US;
/// How long messages must fail to be delivered before a concern is raised. A line that is down for an hour is ordinary:
/// the messages wait, and are then delivered.
const RAISE_FAILING_ALARM_AFTER_US: i64 = 3600 * SECOND_US;
/// A condition that returns within this time counts as uninterrupted.
const CLEAR_AFTER_US: i64 = 60 * SECOND_US;

/// The identity of a concern. Two conditions with the same key are the same concern, even if their details differ.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ConcernKey {
    /// The condition's code.
    pub code: String,
    /// The session, file or campaign that it is about; empty if the code identifies the concern.
    pub subject: String,
}

impl From<&Condition> for ConcernKey {
    fn from(condition: &Condition) -> Self {
        Self { code: condition.code().to_owned(), subject: condition.subject() }
    }
}

/// A condition, and when it began.
#[derive(Debug, Clone, PartialEq)]
pub struct Concern {
    /// What is or will be wrong.
    pub condition: Condition,
    /// When it began, by the wall clock at that time.
    pub since: WallTime,
}

impl Concern {
    /// Returns the severity of the condition.
    #[must_use]
    pub fn severity(&self) -> ConcernSeverity {
        self.condition.severity()
    }
}

/// A concern that is raised or cleared.
#[derive(Debug, Clone, PartialEq)]
pub enum ConcernChange {
    /// It has held long enough to be reported.
    Raised(Concern),
    /// It was raised earlier, and is over.
    Cleared {
        /// Its identity.
        key: ConcernKey,
        /// The condition as it was last seen; `None` if it was not seen in this run.
        condition: Option<Condition>,
        /// When it began.
        since: WallTime,
    },
}

#[derive(Debug, Clone)]
struct TrackedConcern {
    key: ConcernKey,
    /// `None` for a concern that an earlier run raised, until it is seen in this run.
    condition: Option<Condition>,
    since: WallTime,
    first_seen: BootTime,
    last_seen: BootTime,
    is_raised: bool,
    holds: bool,
    /// True while the source of the concern is not observed.
    is_unobserved: bool,
}

impl TrackedConcern {
    /// Returns the time at which the concern is raised if it still holds then.
    fn raise_at(&self) -> BootTime {
        let raise_at = self.first_seen.plus(self.raise_after_us());
        match self.condition {
            Some(Condition::NoDevice { .. } | Condition::DeviceLost { .. } | Condition::FallbackDevice { .. }) => {
                raise_at.max(BootTime(DEVICE_BOOT_GRACE_US))
            }
            _ => raise_at,
        }
    }

    fn raise_after_us(&self) -> i64 {
        match self.condition {
            Some(Condition::AlarmFails { .. }) => RAISE_FAILING_ALARM_AFTER_US,
            Some(Condition::ClockUntrusted { .. }) => RAISE_CLOCK_AFTER_US,
            // Soon the log can no longer record the full disk.
            Some(Condition::DiskFull { .. }) => 0,
            _ => RAISE_AFTER_US,
        }
    }

    /// Returns the code of the concern that implies this one: a full disk is nearly full too, and without the folder
    /// `audio/` every session lacks its files. While that concern holds, this one is neither shown nor raised.
    fn implying_code(&self) -> Option<&'static str> {
        match self.key.code.as_str() {
            "disk-nearly-full" => Some("disk-full"),
            "file-missing" => Some("audio-folder-gone"),
            _ => None,
        }
    }
}

/// The concerns that hold, and those that were raised and are not over yet.
#[derive(Debug, Clone, Default)]
pub struct ConcernBook {
    tracked_concerns: Vec<TrackedConcern>,
}

impl ConcernBook {
    /// Returns a book in which these concerns are already raised, because they are open in the log.
    #[must_use]
    pub fn resume(open_concerns: impl IntoIterator<Item = (ConcernKey, WallTime)>, now: BootTime) -> Self {
        let to_tracked = |(key, since)| TrackedConcern {
            key,
            condition: None,
            since,
            first_seen: now,
            last_seen: now,
            is_raised: true,
            holds: false,
            is_unobserved: true,
        };
        Self { tracked_concerns: open_concerns.into_iter().map(to_tracked).collect() }
    }

    /// Updates the concerns with an assessment, and returns the changes.
    pub fn update(&mut self, now: &ClockSnapshot, assessment: Assessment) -> Vec<ConcernChange> {
        for tracked in &mut self.tracked_concerns {
            tracked.is_unobserved = assessment.unobserved.contains(&FactSource::of_code(&tracked.key.code));
            tracked.holds &= tracked.is_unobserved;
        }
        for condition in assessment.conditions {
            self.record_seen(now, condition);
        }
        // Time without an observation does not count.
        for tracked in self.tracked_concerns.iter_mut().filter(|tracked| tracked.is_unobserved) {
            (tracked.first_seen, tracked.last_seen) = (now.boot, now.boot);
        }
        let mut changes = Vec::new();
        let open_codes = self.open_codes();
        let may_be_raised = |tracked: &&mut TrackedConcern| {
            let is_implied = tracked.implying_code().is_some_and(|code| open_codes.contains(code));
            tracked.holds && !tracked.is_raised && !tracked.is_unobserved && !is_implied
        };
        for tracked in self.tracked_concerns.iter_mut().filter(may_be_raised) {
            if now.boot >= tracked.raise_at()
                && let Some(condition) = tracked.condition.clone()
            {
                tracked.is_raised = true;
                changes.push(ConcernChange::Raised(Concern { condition, since: tracked.since }));
            }
        }
        self.tracked_concerns.retain(|tracked| {
            if tracked.holds || tracked.is_unobserved {
                return true;
            }
            let is_over = now.boot.since(tracked.last_seen) >= CLEAR_AFTER_US;
            if is_over && tracked.is_raised {
                let (key, condition) = (tracked.key.clone(), tracked.condition.clone());
                changes.push(ConcernChange::Cleared { key, condition, since: tracked.since });
            }
            // A concern that was never raised is dropped at once.
            tracked.is_raised && !is_over
        });
        changes
    }

    /// Returns the concerns that hold now, worst first; those of the same severity, oldest first. Leaves out those
    /// that another concern implies.
    #[must_use]
    pub fn current(&self) -> Vec<Concern> {
        let holds = |code: &str| self.tracked_concerns.iter().any(|other| other.holds && other.key.code == code);
        let is_implied = |tracked: &&TrackedConcern| tracked.implying_code().is_some_and(holds);
        let holding = self.tracked_concerns.iter().filter(|tracked| tracked.holds && !is_implied(tracked));
        let mut concerns: Vec<Concern> = holding
            .filter_map(|tracked| Some(Concern { condition: tracked.condition.clone()?, since: tracked.since }))
            .collect();
        concerns.sort_by_key(|concern| (concern.severity(), concern.since));
        concerns
    }

    /// Returns true while a concern with this code holds, or was raised and is not over yet.
    #[must_use]
    pub fn is_open(&self, code: &str) -> bool {
        self.tracked_concerns.iter().any(|tracked| tracked.key.code == code)
    }

    fn open_codes(&self) -> BTreeSet<String> {
        self.tracked_concerns.iter().map(|tracked| tracked.key.code.clone()).collect()
    }

    /// Returns the areas of open concerns whose source is not observed now.
    pub fn unobserved_areas(&self) -> impl Iterator<Item = CheckedArea> + '_ {
        let unobserved = self.tracked_concerns.iter().filter(|tracked| tracked.is_unobserved);
        unobserved.filter_map(|tracked| FactSource::of_code(&tracked.key.code).area())
    }

    /// Returns the next time at which a concern may be raised or cleared although no fact changes; `None` if there is
    /// none.
    #[must_use]
    pub fn next_change_at(&self) -> Option<BootTime> {
        let is_implied = |tracked: &TrackedConcern| tracked.implying_code().is_some_and(|code| self.is_open(code));
        let due = |tracked: &TrackedConcern| match (tracked.holds, tracked.is_raised) {
            (true, false) if is_implied(tracked) => None,
            (true, false) => Some(tracked.raise_at()),
            (false, true) => Some(tracked.last_seen.plus(CLEAR_AFTER_US)),
            _ => None,
        };
        self.tracked_concerns.iter().filter(|tracked| !tracked.is_unobserved).filter_map(due).min()
    }

    fn record_seen(&mut self, now: &ClockSnapshot, condition: Condition) {
        let (code, subject) = (condition.code(), condition.subject());
        let is_same = |tracked: &&mut TrackedConcern| tracked.key.code == code && tracked.key.subject == subject;
        if let Some(tracked) = self.tracked_concerns.iter_mut().find(is_same) {
            (tracked.condition, tracked.last_seen, tracked.holds) = (Some(condition), now.boot, true);
            tracked.is_unobserved = false;
            return;
        }
        self.tracked_concerns.push(TrackedConcern {
            key: ConcernKey { code: code.to_owned(), subject },
            condition: Some(condition),
            since: now.wall,
            first_seen: now.boot,
            last_seen: now.boot,
            is_raised: false,
            holds: true,
            is_unobserved: false,
        });
    }
}

#[cfg(test)]
mod tests {
    use proptest::collection::vec;
    use proptest::prelude::*;

    use super::super::DeviceCause;
    use super::*;
    use crate::base::instant::ClockSync;

    /// A time on a machine that has been up for a day.
    fn at(seconds: i64) -> ClockSnapshot {
        after_boot(86_400 + seconds)
    }

    fn after_boot(seconds: i64) -> ClockSnapshot {
        let us = seconds * SECOND_US;
        ClockSnapshot { wall: WallTime(1_000_000 * SECOND_US + us), boot: BootTime(us), sync: ClockSync::default() }
    }

    fn assessment_of(conditions: Vec<Condition>) -> Assessment {
        Assessment { conditions, ..Assessment::default() }
    }

    fn device_lost() -> Vec<Condition> {
        vec![Condition::DeviceLost { detail: DeviceCause("gone".to_owned()) }]
    }

    #[test]
    fn a_concern_is_raised_once_and_cleared_once() {
        let mut book = ConcernBook::default();
        assert_eq!(book.update(&at(0), assessment_of(device_lost())), []);
        assert_eq!(book.next_change_at(), Some(at(20).boot));
        let since = at(0).wall;
        let concern = Concern { condition: device_lost().remove(0), since };
        assert_eq!(book.update(&at(20), assessment_of(device_lost())), [ConcernChange::Raised(concern)]);
        assert_eq!(book.update(&at(300), assessment_of(device_lost())), []);
        assert_eq!(book.update(&at(310), assessment_of(Vec::new())), []);
        assert_eq!(book.update(&at(330), assessment_of(device_lost())), [], "it was never over");
        assert_eq!(book.update(&at(340), assessment_of(Vec::new())), []);
        let key = ConcernKey { code: "device-lost".to_owned(), subject: String::new() };
        let condition = Some(device_lost().remove(0));
        assert_eq!(
            book.update(&at(390), assessment_of(Vec::new())),
            [ConcernChange::Cleared { key, condition, since }]
        );
        assert_eq!(book.update(&at(500), assessment_of(Vec::new())), []);
    }

    #[test]
    fn a_missing_device_is_not_raised_in_the_first_two_minutes_after_boot() {
        let mut book = ConcernBook::default();
        assert_eq!(book.update(&after_boot(4), assessment_of(device_lost())), []);
        assert_eq!(book.next_change_at(), Some(after_boot(120).boot));
        assert_eq!(book.update(&after_boot(119), assessment_of(device_lost())), []);
        assert_eq!(book.update(&after_boot(120), assessment_of(device_lost())).len(), 1);
        let mut book = ConcernBook::default();
        assert_eq!(book.update(&after_boot(4), assessment_of(vec![Condition::NoSchedule {}])), []);
        assert_eq!(book.next_change_at(), Some(after_boot(24).boot), "other concerns do not wait");
    }

    #[test]
    fn a_short_problem_is_shown_but_not_raised() {
        let mut book = ConcernBook::default();
        assert_eq!(book.update(&at(0), assessment_of(device_lost())), []);
        assert_eq!(book.current().len(), 1);
        assert_eq!(book.update(&at(10), assessment_of(Vec::new())), []);
        assert_eq!((book.current().len(), book.next_change_at()), (0, None));
    }

    #[test]
    fn an_open_concern_of_an_earlier_run_is_not_raised_again() {
        let key = ConcernKey { code: "device-lost".to_owned(), subject: String::new() };
        let mut book = ConcernBook::resume([(key.clone(), WallTime(5))], at(0).boot);
        assert_eq!(book.update(&at(30), assessment_of(device_lost())), []);
        assert_eq!(book.current()[0].since, WallTime(5));
        let (condition, since) = (Some(device_lost().remove(0)), WallTime(5));
        assert_eq!(book.update(&at(90), assessment_of(Vec::new())), [ConcernChange::Cleared { key, condition, since }]);
    }

    #[test]
    fn the_worst_concern_comes_first() {
        let mut book = ConcernBook::default();
        let conditions = vec![Condition::NothingToday {}, Condition::NotSupervised {}, Condition::NoSchedule {}];
        book.update(&at(0), assessment_of(conditions));
        let codes: Vec<&str> = book.current().iter().map(|concern| concern.condition.code()).collect();
        assert_eq!(codes, ["no-schedule", "nothing-today", "not-supervised"]);
    }

    #[test]
    fn an_unobserved_concern_stays_as_it_was_last_seen() {
        let unobserved = || Assessment { unobserved: vec![FactSource::Device], ..Assessment::default() };
        let mut book = ConcernBook::default();
        book.update(&at(0), assessment_of(device_lost()));
        assert_eq!(book.update(&at(300), unobserved()), [], "it was seen only once");
        assert_eq!((book.current().len(), book.next_change_at()), (1, None));
        assert_eq!(book.unobserved_areas().collect::<Vec<_>>(), [CheckedArea::Device]);
        assert_eq!(book.update(&at(310), assessment_of(device_lost())), []);
        assert_eq!(book.update(&at(330), assessment_of(device_lost())).len(), 1);
        assert_eq!(book.update(&at(9000), unobserved()), []);
        assert_eq!(book.update(&at(9010), assessment_of(device_lost())), [], "it was never over");
        assert_eq!(book.update(&at(9020), assessment_of(Vec::new())), []);
        assert_eq!(book.update(&at(9900), unobserved()), [], "the unobserved time does not count");
        assert_eq!(book.update(&at(9910), assessment_of(device_lost())), []);
    }

    proptest! {
        /// A problem that does not change is reported at most once, whatever is observed and when, even across
        /// restarts. It is reported exactly once if it is seen for long enough at the end.
        #[test]
        fn an_unchanged_problem_is_reported_at_most_once(
            mut observations in vec((1_i64..200, any::<bool>(), any::<bool>(), 0_u8..30), 1..200),
            is_seen_at_end in any::<bool>(),
        ) {
            if is_seen_at_end {
                observations.extend([(10, true, true, 1), (RAISE_AFTER_US / SECOND_US, true, true, 1)]);
            }
            let problems = || vec![Condition::NoSchedule {}, Condition::NothingThisWeek {}];
            let (mut book, mut seconds, mut changes) = (ConcernBook::default(), 0, Vec::new());
            for (elapsed_s, sees_folder, sees_plan, restart_draw) in observations {
                seconds += elapsed_s;
                // One observation in 30 follows a restart.
                if restart_draw == 0 {
                    let open = problems().into_iter().map(|condition| ConcernKey::from(&condition));
                    let open = open.filter(|key| changes.contains(&(key.code.clone(), true)));
                    book = ConcernBook::resume(open.map(|key| (key, at(0).wall)), at(seconds).boot);
                }
                let observed = [(sees_folder, FactSource::Folder), (sees_plan, FactSource::Plan)];
                let unobserved: Vec<FactSource> =
                    observed.into_iter().filter(|(sees, _)| !sees).map(|(_, source)| source).collect();
                let is_seen = |condition: &Condition| !unobserved.contains(&FactSource::of_code(condition.code()));
                let conditions: Vec<Condition> = problems().into_iter().filter(is_seen).collect();
                for change in book.update(&at(seconds), Assessment { conditions, unobserved, ..Assessment::default() }) {
                    changes.push(match change {
                        ConcernChange::Raised(concern) => (concern.condition.code().to_owned(), true),
                        ConcernChange::Cleared { key, .. } => (key.code, false),
                    });
                }
            }
            let reports = |code: &str| changes.iter().filter(|(other, _)| other == code).collect::<Vec<_>>();
            for code in ["no-schedule", "nothing-this-week"] {
                prop_assert!(reports(code).len() <= 1, "{changes:?}");
                prop_assert!(reports(code).iter().all(|(_, is_raised)| *is_raised), "{changes:?}");
                prop_assert!(!is_seen_at_end || reports(code).len() == 1, "{changes:?}");
            }
        }
    }
}
