//! Reads `[[session]]` of a playlist file.
mod bounds;
mod options;

use chrono::NaiveDate;

use super::super::ParsedSchedule;
use super::super::dates::read_date;
use super::super::days::read_day_rules;
use super::super::fields::TableReader;
use super::super::times::{read_late, read_start_times};
use super::super::values::{as_id, read_title};
use super::campaign::FileCampaign;
use super::common::{check_unique, read_required_id};
use super::items::read_play;
use crate::schedule::calendar::Recurrence;
use crate::schedule::finding::Finding;
use crate::schedule::parsed::BrokenSession;
use crate::schedule::{Id, Session};
use crate::text::problem::Hint;
use bounds::{bounds_within_campaign, read_end_by, warn_unusual_late_limit};
use options::read_options;

/// The maximum number of starts of one session per day.
const MAX_STARTS_PER_DAY: usize = 100;

/// Reads one `[[session]]`. A session with any error is rejected, because half a session could play the wrong things,
/// or play on the wrong days.
pub fn read(parsed: &mut ParsedSchedule, mut fields: TableReader<'_, '_>, file_campaign: &FileCampaign) {
    let campaign = file_campaign.campaign();
    let id = read_required_id(&mut fields, "id = \"sang\"");
    let title = read_title(&mut fields, "title");
    let start_times =
        fields.require("at", "at = \"05:15\"").map(|value| read_start_times(&mut fields, value, MAX_STARTS_PER_DAY));
    let rules = read_day_rules(&mut fields);
    let session_from = read_date(&mut fields, "from");
    let session_until = read_date(&mut fields, "until");
    let opening = read_segment_id(&mut fields, "opening");
    let play = read_play(&mut fields, file_campaign);
    let closing = read_segment_id(&mut fields, "closing");
    let late = read_late(&mut fields);
    let end_by = read_end_by(&mut fields, start_times.as_deref().unwrap_or_default());
    let mut session = read_options(&mut fields);
    let (from, until) = bounds_within_campaign(&mut fields, session_from, session_until, campaign, id.as_ref());
    warn_unusual_late_limit(&mut fields, late.as_ref(), start_times.as_deref());
    let weeks_from = weeks_from(&mut fields, rules.every_weeks, session_from.or_else(|| campaign.and_then(|c| c.from)));
    let play_spans = play.iter().flatten().map(|(_, span)| fields.span_in_file(span.clone())).collect();
    let excepted_holidays =
        rules.named_holidays.iter().map(|(id, span)| (id.clone(), fields.span_in_file(span.clone()))).collect();
    let (problems, spans) = fields.finish();
    let is_usable = file_campaign.is_usable(&problems);
    let first_error = problems.iter().find(|problem| problem.is_structural).map(|problem| problem.span.clone());
    parsed.problems.extend(problems);
    let (true, Some(id), Some(start_times), Some(play), Some((late_setting, _))) =
        (is_usable, id.clone(), start_times, play, late)
    else {
        if let (Some(id), Some(span)) = (id, first_error.or_else(|| spans.get("id").cloned())) {
            let title = title.unwrap_or_else(|| id.to_string());
            parsed.spans.broken_sessions.push(BrokenSession { id, title, span });
        }
        return;
    };
    if !check_unique(&mut parsed.problems, &parsed.spans.sessions, &id, &spans) {
        return;
    }
    parsed.spans.sessions.insert(id.clone(), spans);
    parsed.spans.items.insert(id.clone(), play_spans);
    parsed.spans.excepted_holidays.insert(id.clone(), excepted_holidays);
    session.title = title.unwrap_or_else(|| id.to_string());
    session.recurrence = Recurrence { from, until, ..rules.into_recurrence(weeks_from) };
    session.play = play.into_iter().map(|(item, _)| item).collect();
    session.campaign = campaign.map(|c| c.id.clone());
    parsed.schedule.sessions.push(Session { id, start_times, opening, closing, late_setting, end_by, ..session });
}

/// Returns the date from which the weeks of `every-weeks` are counted; reports a missing date.
fn weeks_from(
    fields: &mut TableReader<'_, '_>,
    every_weeks: Option<u16>,
    first_day: Option<NaiveDate>,
) -> Option<NaiveDate> {
    if every_weeks.is_some() && first_day.is_none() {
        let span = fields.spans["every-weeks"].range.clone();
        fields.report_structural_problem(
            span,
            Finding::EveryWeeksWithoutFrom,
            Hint::AddKey { example: "from = 2023-03-20".to_owned() },
        );
    }
    first_day
}

/// Reads a key that holds the id of a segment.
fn read_segment_id(fields: &mut TableReader<'_, '_>, key: &'static str) -> Option<Id> {
    let (text, span) = fields.take_text(key, &format!("{key} = \"nhac-hieu\""))?;
    as_id(fields, key, &text, span)
}
