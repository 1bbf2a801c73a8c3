//! Says in one sentence which facts a receipt proves.
use chrono::{DateTime, FixedOffset};

use super::content::Claims;
use super::proved::ProvedAiring;
use crate::airlog::outcome::Outcome;
use crate::airlog::outcome_text::reason_text;
use crate::department::report::figures::{format_date, format_late_ms};
use crate::text::bundle::ProvedText;
use crate::text::{Lang, Localize, strip_unprintable};

/// Formats a moment as its date and time of day.
#[must_use]
pub fn moment(at: DateTime<FixedOffset>, lang: Lang) -> String {
    let (date, time) = (format_date(at.date_naive()), at.format("%H:%M:%S").to_string());
    ProvedText::At { date, time }.localized(lang).to_string()
}

/// Formats seconds since 1970 as a date and time of day in the zone of the station.
#[must_use]
pub fn seen_moment(seconds: u64, zone: FixedOffset, lang: Lang) -> String {
    let at = i64::try_from(seconds).ok().and_then(|seconds| DateTime::from_timestamp(seconds, 0));
    at.map_or_else(|| seconds.to_string(), |at| moment(at.with_timezone(&zone), lang))
}

/// Returns a station's name and place; its id where the department states no name.
#[must_use]
pub fn station_label(airing: &ProvedAiring, claims: &Claims, lang: Lang) -> String {
    let name = if claims.name.is_empty() { airing.station() } else { &claims.name };
    let name = strip_unprintable(name);
    match claims.place.as_str() {
        "" => name,
        place => ProvedText::PlacedStation { name, place: strip_unprintable(place) }.to_plain(lang),
    }
}

/// Says in one sentence what the receipt of an airing proves, and what not.
#[must_use]
pub fn proved_sentence(number: usize, airing: &ProvedAiring, claims: &Claims, lang: Lang) -> String {
    let Some(outcome) = airing.outcome() else { return String::new() };
    let record = airing.record();
    let seconds = |ms: i64| format_late_ms(ms, lang);
    let is_on_line = outcome.level > 0 && outcome.volume != Some(0);
    let proved = match outcome.result {
        Outcome::Missed => outcome.reason.map_or(ProvedText::MissedPlain {}, |reason| ProvedText::Missed {
            reason: reason_text(reason).localized(lang).to_string(),
        }),
        _ if !is_on_line => ProvedText::NotOnLine {},
        _ if outcome.labels.planned_at.is_none() => ProvedText::TakenUnplanned { played: seconds(outcome.played_ms) },
        _ => ProvedText::Taken { played: seconds(outcome.played_ms), planned: seconds(outcome.labels.planned_ms) },
    };
    let clock = match (record.clock.is_synchronised, claims.is_clock_confirmed) {
        (true, _) => ProvedText::Synchronised {},
        (false, true) => ProvedText::Confirmed {},
        (false, false) => ProvedText::Unvouched {},
    };
    let seen = match airing.countersigned_s {
        Some(seconds) => ProvedText::SeenBy { at: seen_moment(seconds, *record.at.offset(), lang) },
        None => ProvedText::NotSeen {},
    };
    let text = |text: ProvedText| text.to_plain(lang);
    let at = moment(outcome.labels.planned_at.unwrap_or(record.at), lang);
    let airing_text = ProvedText::Airing {
        station: station_label(airing, claims, lang),
        at,
        title: strip_unprintable(&outcome.labels.title),
    };
    let sentence = text(ProvedText::Sentence {
        number,
        airing: text(airing_text),
        proved: text(proved),
        clock: text(clock),
        seen: text(seen),
    });
    match &claims.doubt {
        None => sentence,
        Some(code) => {
            let doubt = text(ProvedText::Doubted { code: strip_unprintable(code) });
            text(ProvedText::WithDoubt { sentence, doubt })
        }
    }
}
