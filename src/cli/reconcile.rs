//! `loa reconcile`: one day of one station, airing by airing.
use std::io::{self, Write};
use std::path::Path;

use chrono::NaiveDate;
use serde_json::json;

use super::index::{desktop, kept_now};
use super::store::failed;
use super::table::{clock_length, columns, plain, seconds_length};
use super::{Format, OK, PROBLEMS, help_language};
use crate::report::fact::State;
use crate::report::number;
use crate::report::period::Range;
use crate::report::reconcile::{Day, Deed, Item};
use crate::report::words::state;
use crate::text::department::Desk;
use crate::text::log::Table as Book;
use crate::text::report::Paper;
use crate::text::{Lang, Say, complain};

/// `loa reconcile`.
///
/// # Errors
/// When standard output or the witness's memory fails.
pub fn run(store: &Path, station: &str, date: NaiveDate, format: Format, lang: Option<Lang>) -> io::Result<u8> {
    let lang = lang.unwrap_or_else(|| help_language(&[]));
    let desk = match desktop(store, false, lang)? {
        Ok(desk) => desk,
        Err(code) => return Ok(code),
    };
    if !desk.registry.stations.keys().any(|id| id.as_str() == station) {
        complain!("{}", plain(&Desk::NoSuchStation { station: station.to_owned() }.say(lang).to_string()));
        return Ok(PROBLEMS);
    }
    let range = Range { from: date, until: date };
    let read = desk
        .index
        .ask(&[range], &desk.registry, kept_now())
        .and_then(|mut asked| desk.index.day(&mut asked, station, range));
    let (items, deeds) = match read {
        Ok(read) => read,
        Err(e) => return Ok(failed(&store.display().to_string(), &io::Error::other(e.to_string()), lang)),
    };
    let day = Day::new(items, deeds);
    match format {
        Format::Json => writeln!(io::stdout(), "{}", as_json(&day))?,
        Format::Text => io::stdout().write_all(as_text(&day, station, date, lang).as_bytes())?,
    }
    // An argument is settled: whether all went out as planned is the exit code.
    let whole = day.planned.iter().all(|item| item.fact.state == State::Aired);
    Ok(if whole && desk.is_good() { OK } else { PROBLEMS })
}

fn time(at: Option<&str>) -> String {
    at.and_then(|at| at.get(11..19)).unwrap_or("–").to_owned()
}

fn row(item: &Item, who: String, lang: Lang) -> Vec<String> {
    let fact = &item.fact;
    let (result, reason) = state(fact.state, lang);
    let ms = |ms: i64| if ms < 60_000 { seconds_length(ms, lang) } else { clock_length(ms) };
    let at = item.planned_at.as_deref().or_else(|| item.id.split_once('@').map(|(_, at)| at));
    let cells = [
        time(at),
        item.title.clone(),
        result,
        reason,
        ms(fact.planned_ms),
        ms(fact.played_ms),
        fact.late_us.map_or_else(|| "–".to_owned(), |late| late.div_euclid(1000).to_string()),
        who,
        item.entry.map_or_else(|| "–".to_owned(), |entry| entry.to_string()),
        item.id.clone(),
    ];
    cells.iter().map(|cell| plain(cell)).collect()
}

fn as_text(day: &Day, station: &str, date: NaiveDate, lang: Lang) -> String {
    let say = |word: Desk| word.say(lang).to_string();
    let paper = |word: Paper| word.say(lang).to_string();
    let mut said = format!("{}\n", say(Desk::DayOf { station: station.to_owned(), date: number::date(date) }));
    let head = |who: String| {
        vec![
            paper(Paper::PlannedAt {}),
            paper(Paper::Segment {}),
            paper(Paper::Result {}),
            paper(Paper::Reason {}),
            paper(Paper::Planned {}),
            paper(Paper::Aired {}),
            paper(Paper::LateMs {}),
            who,
            paper(Paper::Entry {}),
            "id".to_owned(),
        ]
    };
    said.push_str(&format!("\n{}\n", say(Desk::PlannedAgainst {})));
    if day.planned.is_empty() {
        said.push_str(&format!("{}\n", Book::NothingPlanned {}.say(lang)));
    } else {
        let mut rows = vec![head(String::new())];
        rows.extend(day.planned.iter().map(|item| row(item, String::new(), lang)));
        said.push_str(&columns(&rows, &[4, 5, 6, 8]));
    }
    said.push_str(&format!("\n{}\n", say(Desk::AiredAgainst {})));
    if day.unplanned.is_empty() {
        said.push_str(&format!("{}\n", say(Desk::NothingUnplanned {})));
    } else {
        let mut rows = vec![head(say(Desk::Who {}))];
        let who = |deed: &Option<Deed>| deed.as_ref().map_or_else(|| "–".to_owned(), |deed| deed.who.clone());
        rows.extend(day.unplanned.iter().map(|(item, deed)| row(item, who(deed), lang)));
        said.push_str(&columns(&rows, &[4, 5, 6, 8]));
    }
    if !day.deeds.is_empty() {
        said.push_str(&format!("\n{}\n", say(Desk::Deeds {})));
        let rows: Vec<Vec<String>> = day
            .deeds
            .iter()
            .map(|deed| {
                let cells = [
                    time(Some(&deed.at)),
                    deed.action.clone(),
                    deed.subject.clone(),
                    deed.text.clone(),
                    deed.who.clone(),
                ];
                cells.iter().map(|cell| plain(cell)).collect()
            })
            .collect();
        said.push_str(&columns(&rows, &[]));
    }
    said.push_str(&format!("\n{}\n", Paper::Limits {}.say(lang)));
    said
}

fn as_json(day: &Day) -> serde_json::Value {
    let item = |item: &Item| {
        let (result, reason) = match item.fact.state {
            State::Aired => ("aired", None),
            State::Partial(reason) => ("partial", Some(reason)),
            State::Missed(reason) => ("missed", Some(reason)),
            State::Level0 => ("level0", None),
            State::Implausible => ("implausible", None),
            State::Unknown => ("unknown", None),
            State::Unplanned => ("unplanned", None),
            State::UnplannedSilent => ("unplanned-silent", None),
        };
        let reason = reason.map(|reason| reason.map_or_else(|| "other".to_owned(), crate::report::csv::code));
        json!({
            "id": item.id, "planned_at": item.planned_at, "segment": item.segment, "title": item.title,
            "result": result, "reason": reason, "planned_ms": item.fact.planned_ms, "played_ms": item.fact.played_ms,
            "late_us": item.fact.late_us, "doubt": item.doubt, "log": item.log, "entry": item.entry,
        })
    };
    let deed = |deed: &Deed| {
        json!({
            "at": deed.at, "action": deed.action, "subject": deed.subject, "who": deed.who, "text": deed.text,
            "entry": deed.entry,
        })
    };
    let unplanned =
        day.unplanned.iter().map(|(one, begun)| json!({ "airing": item(one), "order": begun.as_ref().map(deed) }));
    json!({
        "planned": day.planned.iter().map(item).collect::<Vec<_>>(),
        "unplanned": unplanned.collect::<Vec<_>>(),
        "events": day.deeds.iter().map(deed).collect::<Vec<_>>(),
    })
}
