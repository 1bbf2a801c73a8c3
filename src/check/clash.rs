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

/// Describes the clash of a run that begins while another one plays. `seconds` is the time for which they overlap, and
/// `start_together` is true when both begin at the same instant. Returns the finding, the hint, and true for an error;
/// `None` when the rules of both sessions settle the clash.
pub(super) fn describe_clash(
    first: &SessionRun<'_>,
    second: &SessionRun<'_>,
    start_together: bool,
    seconds: i64,
) -> Option<(Finding, Hint, bool)> {
    let (first_precedence, second_precedence) = (precedence_of(first), precedence_of(second));
    let date = second.date;
    let ids = |a: &SessionRun<'_>, b: &SessionRun<'_>| (a.session.id.to_string(), b.session.id.to_string());
    let (first_id, second_id) = ids(first, second);
    if first_precedence.0 == Priority::Urgent || second_precedence.0 == Priority::Urgent {
        return None;
    }
    if let StartRule::Soft { window_us } = second.session.start {
        let window = window_us / SECOND_US;
        if seconds <= window {
            return None;
        }
        let finding = Finding::WaitsTooLong { first: first_id, second: second_id, date, seconds, window };
        return Some((finding, Hint::WidenWindow, true));
    }
    if first_precedence != second_precedence {
        let (loser, winner) =
            if first_precedence > second_precedence { ids(second, first) } else { ids(first, second) };
        let finding = Finding::GivesWay { loser, winner, date, seconds };
        return Some((finding, Hint::IfMeant, false));
    }
    let hint = if first_precedence.0 == Priority::Priority { Hint::GiveRank } else { Hint::MoveSession };
    let finding = if start_together {
        Finding::SameInstant { first: first_id, second: second_id, date }
    } else {
        Finding::RunsInto { first: first_id, second: second_id, date, seconds }
    };
    Some((finding, hint, true))
}

fn precedence_of(run: &SessionRun<'_>) -> Precedence {
    precedence(run.session.priority, run.session.rank)
}

/// Returns microseconds as seconds, rounded up, so that a clash of a millisecond is not reported as 0 s.
pub(super) fn whole_seconds(us: i64) -> i64 {
    us.saturating_add(SECOND_US - 1).div_euclid(SECOND_US)
}
