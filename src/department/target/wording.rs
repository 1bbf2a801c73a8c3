//! Targets in words.
use super::{Target, TargetAmount, TargetPlace};
use crate::department::registry::Registry;
use crate::department::report::figures::{format_count, format_date, format_minutes, format_whole_number};
use crate::department::report::labels::{language_name, station_label};
use crate::text::target::TargetText;
use crate::text::{Lang, Localize};

fn localize(text: &TargetText, lang: Lang) -> String {
    text.localized(lang).to_string()
}

/// Returns what a target asks of each station: `30 phút mỗi tuần`.
#[must_use]
pub fn amount_text(amount: TargetAmount, lang: Lang) -> String {
    let text = match amount {
        TargetAmount::MinutesPerWeek(minutes) => {
            TargetText::MinutesWeekly { minutes: format_count(minutes.into(), lang) }
        }
        TargetAmount::AiringsPerWeek(airings) => {
            TargetText::AiringsWeekly { airings: format_count(airings.into(), lang) }
        }
        TargetAmount::AiringsPerDay(airings) => {
            TargetText::AiringsDaily { airings: format_count(airings.into(), lang) }
        }
    };
    localize(&text, lang)
}

/// Returns a number in the unit of an amount: milliseconds as minutes, or a number of airings.
#[must_use]
pub fn amount_cell(number: i64, amount: TargetAmount, lang: Lang) -> String {
    let text = if amount.is_airtime() {
        TargetText::MinutesCell { minutes: format_minutes(number, lang) }
    } else {
        TargetText::AiringsCell { airings: format_whole_number(number, lang) }
    };
    localize(&text, lang)
}

/// Returns the airings that count towards a target.
#[must_use]
pub fn selection_text(target: &Target, lang: Lang) -> String {
    let selection = &target.selection;
    let mut parts = Vec::new();
    if let Some(campaign) = selection.campaign.as_ref().map(ToString::to_string) {
        parts.push(match selection.topic {
            Some(topic) => localize(&TargetText::OfTopic { topic: topic.to_string(), campaign }, lang),
            None => localize(&TargetText::OfCampaign { campaign }, lang),
        });
    }
    parts.extend(selection.language.as_ref().map(|language| language_name(language, lang)));
    parts.extend(selection.hours.map(|(from, until)| {
        let time = |time: chrono::NaiveTime| time.format("%H:%M").to_string();
        localize(&TargetText::BetweenHours { from: time(from), until: time(until) }, lang)
    }));
    if parts.is_empty() { localize(&TargetText::EveryAiring {}, lang) } else { parts.join("; ") }
}

/// Returns the stations that a target asks. The name of a place is the first one in the registry for its code.
#[must_use]
pub fn place_text(target: &Target, registry: &Registry, lang: Lang) -> String {
    let areas = || registry.stations.values().flat_map(|station| &station.areas);
    let name_of = |name: Option<&String>, code: &str| station_label(code, name.map_or("", String::as_str));
    let text = match &target.place {
        TargetPlace::AllStations => TargetText::AllStations {},
        TargetPlace::District(code) => {
            let district = areas().map(|area| &area.district).find(|district| district.code == *code);
            TargetText::InDistrict { name: name_of(district.map(|district| &district.name), code) }
        }
        TargetPlace::Commune(code) => {
            let commune = areas().map(|area| &area.commune).find(|commune| commune.code == *code);
            TargetText::InCommune { name: name_of(commune.map(|commune| &commune.name), code) }
        }
        TargetPlace::Station(id) => {
            let name = registry.station_name(id.as_str()).unwrap_or_default();
            TargetText::OneStation { name: station_label(id.as_str(), name) }
        }
    };
    localize(&text, lang)
}

/// Returns the days of a target.
#[must_use]
pub fn days_text(target: &Target, lang: Lang) -> String {
    match target.until {
        Some(until) => format!("{}–{}", format_date(target.from), format_date(until)),
        None => localize(&TargetText::FromDay { from: format_date(target.from) }, lang),
    }
}

/// Returns the document that sets a target, with its date.
#[must_use]
pub fn document_text(target: &Target, lang: Lang) -> String {
    let (document, date) = (target.document.clone(), format_date(target.dated));
    localize(&TargetText::OfDate { document, date }, lang)
}
