//! Two runs of sessions that want the line at the same time.
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

/// Describes the clash of a run that begins while another plays, and says whether it is an error. Returns none when the
/// rules of both sessions settle it.
pub(super) fn describe_clash(
    first: &SessionRun<'_>,
    second: &SessionRun<'_>,
    together: bool,
    seconds: i64,
) -> Option<(Finding, Hint, bool)> {
    let (one, two) = (precedence_of(first), precedence_of(second));
    let date = second.date;
    let names = |a: &SessionRun<'_>, b: &SessionRun<'_>| (a.session.id.to_string(), b.session.id.to_string());
    let (first_id, second_id) = names(first, second);
    if one.0 == Priority::Urgent || two.0 == Priority::Urgent {
        return None;
    }
    if let StartRule::Soft { window_us } = second.session.start {
        if seconds <= window_us / 1_000_000 {
            return None;
        }
        let window = window_us / 1_000_000;
        let finding = Finding::WaitsTooLong { first: first_id, second: second_id, date, seconds, window };
        return Some((finding, Hint::WidenWindow, true));
    }
    if one != two {
        let (loser, winner) = if one > two { names(second, first) } else { names(first, second) };
        let finding = Finding::GivesWay { loser, winner, date, seconds };
        return Some((finding, Hint::IfMeant, false));
    }
    let hint = if one.0 == Priority::Priority { Hint::GiveRank } else { Hint::MoveSession };
    let finding = if together {
        Finding::SameInstant { first: first_id, second: second_id, date }
    } else {
        Finding::RunsInto { first: first_id, second: second_id, date, seconds }
    };
    Some((finding, hint, true))
}

fn precedence_of(run: &SessionRun<'_>) -> Precedence {
    precedence(run.session.priority, run.session.rank)
}

/// Returns microseconds as seconds, rounded up, so that a clash of a millisecond is not one of 0 s.
pub(super) fn whole_seconds(us: i64) -> i64 {
    us.saturating_add(SECOND_US - 1).div_euclid(SECOND_US)
}
