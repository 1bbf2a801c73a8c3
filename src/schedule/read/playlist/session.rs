//! `[[session]]`.
use chrono::{NaiveDate, NaiveTime};

use super::super::ParsedSchedule;
use super::super::days::read_day_rules;
use super::super::durations::duration;
use super::super::fields::TableReader;
use super::super::times::{check_date_order, date, late, time_value, times};
use super::super::values::{id, number, read_choice, title};
use super::campaign::FileCampaign;
use super::common::{check_unique, required_id};
use super::items::read_play;
use crate::schedule::calendar::Recurrence;
use crate::schedule::finding::Finding;
use crate::schedule::session::days_after_start;
use crate::schedule::session::{DEFAULT_RANK, DEFAULT_WINDOW_US, InterruptPolicy, Priority, StartRule};
use crate::schedule::{Campaign, Id, LateSetting, Session};
use crate::text::problem::Hint;

/// Starts of one session a day.
const MAX_TIMES: usize = 100;
/// The longest silence between two items, seconds.
const MAX_GAP: i64 = 600;
/// The longest wait of a soft start, seconds.
const MAX_WINDOW: i64 = 12 * 3600;
const STARTS: [(&str, bool); 2] = [("hard", false), ("soft", true)];
const PRIORITIES: [(&str, Priority); 3] =
    [("normal", Priority::Normal), ("priority", Priority::Priority), ("urgent", Priority::Urgent)];
const INTERRUPTED: [(&str, InterruptPolicy); 3] =
    [("resume", InterruptPolicy::Resume), ("restart", InterruptPolicy::Restart), ("drop", InterruptPolicy::Drop)];

/// Reads one `[[session]]`. One that has an error anywhere is left out: half of it could play the wrong things, or on
/// the wrong days.
pub fn read(reading: &mut ParsedSchedule, mut fields: TableReader<'_, '_>, belongs: &FileCampaign) {
    let campaign = belongs.campaign();
    let id = required_id(&mut fields, "id = \"sang\"");
    let title = title(&mut fields, "title");
    let at = fields.require("at", "at = \"05:15\"").map(|value| times(&mut fields, value, MAX_TIMES));
    let rules = read_day_rules(&mut fields);
    let own_from = date(&mut fields, "from");
    let own_until = date(&mut fields, "until");
    let opening = read_segment_id(&mut fields, "opening");
    let play = read_play(&mut fields, belongs);
    let closing = read_segment_id(&mut fields, "closing");
    let late = late(&mut fields);
    let end_by = end_by(&mut fields, at.as_deref().unwrap_or_default());
    let mut session = read_options(&mut fields);
    let (from, until) = bounds(&mut fields, own_from, own_until, campaign, id.as_ref());
    if let (Some((LateSetting::Until(limit), Some(span))), Some(at)) = (&late, &at)
        && let Some(finding) = unusual_late_limit(*limit, at)
    {
        fields.report_warning(span.clone(), finding, Hint::IfMeant);
    }
    let weeks_from = own_from.or_else(|| campaign.and_then(|c| c.from));
    if rules.every_weeks.is_some() && weeks_from.is_none() {
        let span = fields.spans["every-weeks"].range.clone();
        fields.report_structural(span, Finding::WeeksNoFrom, Hint::AddKey { example: "from = 2023-03-20".to_owned() });
    }
    let play_places = play.iter().flatten().map(|(_, span)| fields.span_in_file(span.clone())).collect();
    let excepts =
        rules.named_holidays.iter().map(|(id, span)| (id.clone(), fields.span_in_file(span.clone()))).collect();
    let (problems, places) = fields.finish();
    let usable = belongs.is_usable(&problems);
    reading.problems.extend(problems);
    let (true, Some(id), Some(at), Some(play), Some((late, _))) = (usable, id, at, play, late) else {
        return;
    };
    if !check_unique(&mut reading.problems, &reading.spans.sessions, &id, &places) {
        return;
    }
    reading.spans.sessions.insert(id.clone(), places);
    reading.spans.items.insert(id.clone(), play_places);
    reading.spans.excepts.insert(id.clone(), excepts);
    session.title = title.unwrap_or_else(|| id.to_string());
    session.recurrence = Recurrence {
        from,
        until,
        weekdays: rules.weekdays(),
        every_weeks: rules.every_weeks.zip(weeks_from),
        dates: rules.dates,
        monthly: rules.monthly,
        lunar: rules.lunar,
        except: rules.except,
        on_holiday: rules.on_holiday,
    };
    session.play = play.into_iter().map(|(item, _)| item).collect();
    session.campaign = campaign.map(|c| c.id.clone());
    reading.schedule.sessions.push(Session { id, at, opening, closing, late, end_by, ..session });
}

/// Keys that each stand for themselves, in a session that is filled in later.
fn read_options(fields: &mut TableReader<'_, '_>) -> Session {
    let soft = read_choice(fields, "start", &STARTS).unwrap_or_default();
    let window = duration(fields, "window", 1, MAX_WINDOW);
    if window.is_some() && !soft {
        let span = fields.spans["window"].range.clone();
        fields.report_warning(span, Finding::WindowNotSoft, Hint::Write { example: "start = \"soft\"".to_owned() });
    }
    let window_us = window.unwrap_or(DEFAULT_WINDOW_US);
    let priority = read_choice(fields, "priority", &PRIORITIES).unwrap_or_default();
    let rank = number(fields, "rank", 1, 999).and_then(|n| u16::try_from(n).ok());
    if rank.is_some() && priority != Priority::Priority {
        let span = fields.spans["rank"].range.clone();
        fields.report_warning(span, Finding::RankUnused, Hint::Write { example: "priority = \"priority\"".to_owned() });
    }
    Session {
        id: placeholder_id(),
        title: String::new(),
        at: Vec::new(),
        recurrence: Recurrence::default(),
        opening: None,
        play: Vec::new(),
        repeat: number(fields, "repeat", 1, 100).and_then(|n| u16::try_from(n).ok()).unwrap_or(1),
        closing: None,
        gap_us: duration(fields, "gap", 0, MAX_GAP).unwrap_or(0),
        end_by: None,
        start: if soft { StartRule::Soft { window_us } } else { StartRule::Hard },
        late: LateSetting::Skip,
        volume: number(fields, "volume", 0, 100).and_then(|n| u8::try_from(n).ok()),
        priority,
        rank: rank.unwrap_or(DEFAULT_RANK),
        interrupted: read_choice(fields, "interrupted", &INTERRUPTED).unwrap_or_default(),
        campaign: None,
    }
}

fn placeholder_id() -> Id {
    Id::new("session").unwrap_or_else(|| unreachable!("a constant that is an id"))
}

/// A key that names a segment.
fn read_segment_id(fields: &mut TableReader<'_, '_>, key: &'static str) -> Option<Id> {
    let (text, span) = fields.text(key, &format!("{key} = \"nhac-hieu\""))?;
    id(fields, key, &text, span)
}

/// `end-by`: a time that comes after every start.
fn end_by(fields: &mut TableReader<'_, '_>, at: &[NaiveTime]) -> Option<NaiveTime> {
    let value = fields.take("end-by")?;
    let time = time_value(fields, "end-by", value)?;
    if let Some(start) = at.iter().find(|start| days_after_start(time, **start).is_none()) {
        let (text, at) = (time.format("%H:%M").to_string(), start.format("%H:%M").to_string());
        fields.report_warning(value.span(), Finding::EndNever { text, at }, Hint::IfMeant);
    }
    Some(time)
}

/// What is odd about an `until`: it means the next day, or comes before every start.
fn unusual_late_limit(limit: NaiveTime, at: &[NaiveTime]) -> Option<Finding> {
    let text = limit.format("%H:%M").to_string();
    let days: Vec<_> = at.iter().filter_map(|start| days_after_start(limit, *start)).collect();
    if days.contains(&1) {
        Some(Finding::NextDay { text })
    } else if days.is_empty() && !at.is_empty() {
        Some(Finding::LateNever { text })
    } else {
        None
    }
}

/// The days of a session: its own within its campaign's.
fn bounds(
    fields: &mut TableReader<'_, '_>,
    from: Option<NaiveDate>,
    until: Option<NaiveDate>,
    campaign: Option<&Campaign>,
    id: Option<&Id>,
) -> (Option<NaiveDate>, Option<NaiveDate>) {
    if !check_date_order(fields, "from", from, until) {
        return (from, until);
    }
    let (outer_from, outer_until) = campaign.map_or((None, None), |c| (c.from, c.until));
    let both = (from.max(outer_from), [until, outer_until].into_iter().flatten().min());
    let good_outside = outer_from.zip(outer_until).is_none_or(|(first, last)| first <= last);
    if let (Some(first), Some(last)) = both
        && first > last
        && good_outside
    {
        let place = fields.spans.get("from").or(fields.spans.get("until")).or(fields.spans.get(""));
        let span = place.map_or(0..0, |p| p.range.clone());
        let finding = Finding::OutsideCampaign { id: id.map_or(String::new(), Id::to_string) };
        fields.report_structural(span, finding, Hint::CheckDays);
    }
    both
}
