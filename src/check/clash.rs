//! Describes clashes: two runs of sessions that are due at the same time.
use chrono::NaiveDate;

use crate::base::instant::{SECOND_US, WallTime};
use crate::plan::{Precedence, precedence};
use crate::schedule::finding::Finding;
use crate::schedule::{Priority, Session, StartRule};
use crate::text::problem::Hint;

/// One run of a session, from its start to the end of its last item.
#[derive(Clone)]
pub(super) struct SessionRun<'a> {
    pub(super) session: &'a Session,
    pub(super) date: NaiveDate,
    pub(super) start: WallTime,
    pub(super) end: WallTime,
}

/// Describes a clash: the second run begins while the first plays. `overlap_s` is the length of the overlap, and
/// `has_same_start` is true when both begin at the same instant. Returns the finding, the hint, and true for an error,
/// false for a warning; `None` when the rules of the sessions resolve the clash.
pub(super) fn describe_clash(
    first: &SessionRun<'_>,
    second: &SessionRun<'_>,
    has_same_start: bool,
    overlap_s: i64,
) -> Option<(Finding, Hint, bool)> {
    let (first_precedence, second_precedence) = (precedence_of(first), precedence_of(second));
    let date = second.date;
    let title_of = |run: &SessionRun<'_>| run.session.title.clone();
    let (first_title, second_title) = (title_of(first), title_of(second));
    if first.session.priority == Priority::Urgent || second.session.priority == Priority::Urgent {
        return None;
    }
    if let StartRule::Soft { window_us } = second.session.start_rule {
        let window_s = window_us / SECOND_US;
        if overlap_s <= window_s {
            return None;
        }
        let finding = Finding::WaitsTooLong {
            first: first_title,
            second: second_title,
            date,
            seconds: overlap_s,
            window: window_s,
        };
        return Some((finding, Hint::WidenWindow, true));
    }
    if first_precedence != second_precedence {
        let (loser, winner) = if first_precedence > second_precedence {
            (second_title, first_title)
        } else {
            (first_title, second_title)
        };
        let finding = Finding::GivesWay { loser, winner, date, seconds: overlap_s };
        return Some((finding, Hint::LeaveIfIntended, false));
    }
    let hint = if first.session.priority == Priority::Priority { Hint::GiveRank } else { Hint::MoveSession };
    let finding = if has_same_start {
        Finding::SameInstant { first: first_title, second: second_title, date }
    } else {
        Finding::RunsInto { first: first_title, second: second_title, date, seconds: overlap_s }
    };
    Some((finding, hint, true))
}

fn precedence_of(run: &SessionRun<'_>) -> Precedence {
    precedence(run.session.priority, run.session.rank)
}

/// Converts microseconds to seconds, rounded up, so that an overlap of a millisecond is not reported as 0 s.
pub(super) fn seconds_rounded_up(us: i64) -> i64 {
    us.saturating_add(SECOND_US - 1).div_euclid(SECOND_US)
}
