//! Lists the open points of a period that is about to be closed.
use crate::department::report::Report;
use crate::department::report::figures::format_count;
use crate::department::report::labels::station_label;
use crate::text::closing::ClosingText;
use crate::text::{Lang, strip_unprintable};

/// The maximum number of stations that the sentence names.
const MAX_NAMED_STATIONS: usize = 10;

/// Returns a sentence for each kind of thing that is open.
pub(super) fn open_points(report: &Report, lang: Lang) -> Vec<ClosingText> {
    let mut points = Vec::new();
    let silent = &report.unlogged_stations;
    if !silent.is_empty() {
        let labels = silent.iter().map(|station| strip_unprintable(&station_label(&station.station, &station.name)));
        let mut names: Vec<String> = labels.take(MAX_NAMED_STATIONS).collect();
        names.extend((silent.len() > MAX_NAMED_STATIONS).then(|| "…".to_owned()));
        let stations = crate::text::count::Grouped(silent.len().into());
        points.push(ClosingText::OpenStations { stations, names: names.join(", ") });
    }
    let waiting = report.explanations.iter().filter(|explanation| explanation.answer.is_none()).count() as u64;
    if waiting > 0 {
        points.push(ClosingText::OpenExplanations { count: format_count(waiting, lang) });
    }
    let incidents = &report.incidents.incidents;
    let unsettled = incidents.iter().filter(|listed| !listed.history.is_settled()).count() as u64;
    if unsettled > 0 {
        points.push(ClosingText::OpenIncidents { count: format_count(unsettled, lang) });
    }
    if points.is_empty() {
        points.push(ClosingText::NothingOpen {});
    }
    points
}
