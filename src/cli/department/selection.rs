//! Selects airings of a store: by station, dates, campaign, topic, title or id.
use std::collections::BTreeMap;

use chrono::NaiveDate;

use super::indexed_store::IndexedStore;
use crate::airlog::airing_id::date_in_id;
use crate::base::fold::fold;
use crate::cli::synchronised_clock::synchronised_now;
use crate::department::bundle::content::Claims;
use crate::department::index::IndexError;
use crate::department::registry::{Registry, is_same_name};
use crate::department::report::period::DateRange;
use crate::logstore::find_airing::AiringName;
use crate::text::selection::SelectionText;

/// The maximum number of airings or stations that are listed when a name fits several.
pub const MAX_LISTED: usize = 12;

/// The conditions that a selected airing meets. A condition that is `None` or empty selects all airings.
#[derive(Debug, Clone, Default)]
pub struct AiringFilter {
    /// The ids of the stations.
    pub stations: Vec<String>,
    /// The id of the campaign.
    pub campaign: Option<String>,
    /// The number of the topic in the campaign.
    pub topic: Option<u16>,
    /// The airing's id, or the number of its outcome.
    pub airing: Option<AiringName>,
    /// A part of the title. Case and marks make no difference.
    pub title: Option<String>,
}

/// An airing with an outcome.
#[derive(Debug, Clone)]
pub struct SelectedAiring {
    /// The station's id.
    pub station: String,
    /// The origin of its log.
    pub origin: String,
    /// The row id of the log in the index.
    pub log: i64,
    /// The number of the outcome in the log.
    pub seq: u64,
    /// The airing's id.
    pub id: String,
    /// The title.
    pub title: String,
    /// The date.
    pub date: NaiveDate,
    /// The department's statements about it.
    pub claims: Claims,
}

/// The selected airings.
#[derive(Debug, Clone, Default)]
pub struct Selection {
    /// The airings with an outcome, by date, station, log and entry.
    pub airings: Vec<SelectedAiring>,
    /// The number of planned airings without one.
    pub without_outcome: u64,
}

/// Returns the ids of the stations that are named by their ids or their names. An error says which name fits none or
/// several.
pub fn station_ids(registry: &Registry, names: &[String]) -> Result<Vec<String>, SelectionText> {
    names.iter().map(|name| station_id(registry, name)).collect()
}

/// Decides by a station's id and name whether it is meant.
type StationRule<'a> = &'a dyn Fn(&str, &str) -> bool;

fn station_id(registry: &Registry, name: &str) -> Result<String, SelectionText> {
    let fits = |rule: StationRule<'_>| {
        let stations = registry.stations.values();
        let fitting = stations.filter(|station| rule(station.id.as_str(), &station.name));
        fitting.map(|station| station.id.to_string()).collect::<Vec<_>>()
    };
    let wanted = fold(name);
    let rules: [StationRule<'_>; 3] =
        [&|id, _| id == name, &|_, full_name| is_same_name(full_name, name), &|_, full_name| {
            !wanted.is_empty() && fold(full_name).contains(&wanted)
        }];
    let mut fitting = rules.iter().map(|rule| fits(*rule)).find(|ids| !ids.is_empty()).unwrap_or_default();
    match (fitting.pop(), fitting.is_empty()) {
        (None, _) => Err(SelectionText::NoSuchStation { name: name.to_owned() }),
        (Some(id), true) => Ok(id),
        (Some(id), false) => {
            fitting.push(id);
            fitting.truncate(MAX_LISTED);
            Err(SelectionText::SeveralStations { name: name.to_owned(), ids: fitting.join(", ") })
        }
    }
}

/// Returns the dates in which to look for an airing that is named without a date: that in its id, or all dates with a plan.
///
/// # Errors
/// If the index cannot be read.
pub fn dates_of_airing(store: &IndexedStore, airing: Option<&AiringName>) -> Result<Option<DateRange>, IndexError> {
    match airing {
        Some(AiringName::Id(id)) if date_in_id(id).is_some() => {
            Ok(date_in_id(id).map(|date| DateRange { from: date, until: date }))
        }
        _ => store.index.planned_dates(None),
    }
}

/// Selects the airings of these dates.
///
/// # Errors
/// If the index cannot be read.
pub fn select_airings(store: &IndexedStore, range: DateRange, filter: &AiringFilter) -> Result<Selection, IndexError> {
    let mut context = store.index.query_context(&[range], &store.registry, synchronised_now())?;
    // The index borrows the context mutably, so the visitor reads copies.
    let (symbols, origins) = (context.report_context.symbols.clone(), context.origins.clone());
    let station_names = context.report_context.station_names.clone();
    let wanted_title = filter.title.as_deref().map(fold);
    let (mut selection, mut titles) = (Selection::default(), BTreeMap::new());
    store.index.for_each_airing::<IndexError>(&mut context, range, |airing| {
        let fact = &airing.fact;
        let station = symbols.text(fact.station);
        let fits_title = |wanted: &String| {
            *titles.entry(fact.title).or_insert_with(|| fold(symbols.text(fact.title)).contains(wanted.as_str()))
        };
        let is_selected = (filter.stations.is_empty() || filter.stations.iter().any(|id| id == station))
            && filter.campaign.as_ref().is_none_or(|campaign| symbols.text(fact.campaign) == campaign)
            && filter.topic.is_none_or(|topic| fact.topic == Some(topic))
            && filter.airing.as_ref().is_none_or(|name| is_named(name, airing.id, airing.entry.map(|(_, seq)| seq)))
            && wanted_title.as_ref().is_none_or(fits_title);
        if !is_selected {
            return Ok(());
        }
        let Some((log, seq)) = airing.entry else {
            selection.without_outcome += 1;
            return Ok(());
        };
        let Some(origin) = origins.get(&log) else { return Ok(()) };
        let logged_name = station_names.get(station).map_or("", String::as_str);
        selection.airings.push(SelectedAiring {
            station: station.to_owned(),
            origin: origin.clone(),
            log,
            seq,
            id: airing.id.to_owned(),
            title: symbols.text(fact.title).to_owned(),
            date: fact.date,
            claims: Claims {
                name: store.registry.station_name(station).unwrap_or(logged_name).to_owned(),
                place: place_on(&store.registry, station, fact.date),
                is_clock_confirmed: fact.is_clock_confirmed,
                doubt: airing.implausibility_code.clone(),
            },
        });
        Ok(())
    })?;
    // The index numbers logs in the order in which it met them, and a rebuilt index in another.
    selection
        .airings
        .sort_by(|a, b| (a.date, &a.station, &a.origin, a.seq).cmp(&(b.date, &b.station, &b.origin, b.seq)));
    Ok(selection)
}

fn is_named(name: &AiringName, id: &str, seq: Option<u64>) -> bool {
    match name {
        AiringName::Id(wanted) => wanted == id,
        AiringName::Number(number) => seq == Some(*number),
        AiringName::HugeNumber(_) => false,
    }
}

/// Returns the names of a station's place on a date: commune, district, province; without their codes.
fn place_on(registry: &Registry, station: &str, date: NaiveDate) -> String {
    let station = registry.stations.values().find(|registered| registered.id.as_str() == station);
    let Some(area) = station.and_then(|station| station.area_on(date)) else { return String::new() };
    let names = [&area.commune.name, &area.district.name, &area.province.name];
    names.into_iter().filter(|name| !name.is_empty()).cloned().collect::<Vec<_>>().join(", ")
}
