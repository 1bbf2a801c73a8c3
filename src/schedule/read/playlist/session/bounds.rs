//! Reads the bounds of a session: first and last day, `end-by`, and the time limit in `late`.
use std::ops::Range;

use chrono::{NaiveDate, NaiveTime};

use super::super::super::dates::check_date_order;
use super::super::super::fields::TableReader;
use super::super::super::times::as_limit;
use crate::schedule::finding::Finding;
use crate::schedule::session::{TimeLimit, days_after_start};
use crate::schedule::{Campaign, Id, LateSetting};
use crate::text::problem::Hint;

/// Reads `end-by`; warns when the time has no effect on one of the starts.
pub fn read_end_by(fields: &mut TableReader<'_, '_>, start_times: &[NaiveTime]) -> Option<TimeLimit> {
    let value = fields.take("end-by")?;
    let limit = as_limit(fields, "end-by", value)?;
    if let Some(start) = start_times.iter().find(|start| days_after_start(limit, **start).is_none()) {
        let (text, at) = (limit.time_of_day().format("%H:%M").to_string(), start.format("%H:%M").to_string());
        fields.report_warning(value.span(), Finding::EndByWithoutEffect { text, at }, Hint::LeaveIfIntended);
    }
    Some(limit)
}

/// Warns when the time of `late = "until …"` means the next day or is before every start.
pub fn warn_unusual_late_limit(
    fields: &mut TableReader<'_, '_>,
    late: Option<&(LateSetting, Option<Range<usize>>)>,
    start_times: Option<&[NaiveTime]>,
) {
    if let (Some((LateSetting::Until(limit), Some(span))), Some(start_times)) = (late, start_times)
        && let Some(finding) = unusual_late_limit(*limit, start_times)
    {
        fields.report_warning(span.clone(), finding, Hint::LeaveIfIntended);
    }
}

/// Returns the finding about an unusual time of `late = "until …"`: the time means the next day, or is before every
/// start.
fn unusual_late_limit(limit: TimeLimit, start_times: &[NaiveTime]) -> Option<Finding> {
    // `24:00` is never unusual: it is the end of the session's day.
    let TimeLimit::Time(time) = limit else { return None };
    let text = time.format("%H:%M").to_string();
    let days_later: Vec<_> = start_times.iter().filter_map(|start| days_after_start(limit, *start)).collect();
    if days_later.contains(&1) {
        Some(Finding::NextDay { text })
    } else if days_later.is_empty() && !start_times.is_empty() {
        Some(Finding::LateWithoutEffect { text })
    } else {
        None
    }
}

/// Returns the first and last day of a session: its own days, limited to its campaign's. Reports a session that
/// has no day within its campaign.
pub fn bounds_within_campaign(
    fields: &mut TableReader<'_, '_>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    campaign: Option<&Campaign>,
    id: Option<&Id>,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    if !check_date_order(fields, "from", from, until) {
        return (from, until);
    }
    let (campaign_from, campaign_until) = campaign.map_or((None, None), |c| (c.from, c.until));
    let session_bounds = (from.max(campaign_from), [until, campaign_until].into_iter().flatten().min());
    let are_campaign_dates_in_order = campaign_from.zip(campaign_until).is_none_or(|(first, last)| first <= last);
    if let (Some(first), Some(last)) = session_bounds
        && first > last
        && are_campaign_dates_in_order
    {
        let source_span = fields.spans.get("from").or(fields.spans.get("until")).or(fields.spans.get(""));
        let span = source_span.map_or(0..0, |span| span.range.clone());
        let finding = Finding::OutsideCampaign { id: id.map_or(String::new(), Id::to_string) };
        fields.report_structural_problem(span, finding, Hint::CheckDays);
    }
    session_bounds
}
