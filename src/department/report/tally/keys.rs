//! Converts the keys of groups to the cells of a table.
use chrono::NaiveDate;

use super::Tally;
use super::group_totals::{GroupKey, SortKey};
use crate::department::registry::{AdminArea, RegisteredStation};
use crate::department::report::group_by::GroupBy;

impl Tally<'_> {
    /// Returns the sort key of a row, and the cells of its key.
    pub(super) fn row_key(&self, by: GroupBy, key: GroupKey) -> (SortKey, Vec<String>) {
        let text = |symbol| self.context.symbols.text(symbol).to_owned();
        let sort_key = |text: &str, number: u32| (text.to_owned(), number);
        match by {
            GroupBy::Station => self.station_key(&text(key.0)),
            GroupBy::Topic => self.topic_key(key),
            GroupBy::Language => (sort_key(&text(key.0), 0), vec![text(key.0)]),
            GroupBy::District | GroupBy::Commune => {
                let station = self.stations.get(&key.0).copied().flatten();
                let area =
                    station.zip(key.1.checked_sub(1)).and_then(|(station, index)| station.areas.get(index as usize));
                self.area_key(by, area)
            }
            GroupBy::Segment => {
                let title = self.titles.get(&key.0).map(|(_, title)| text(*title)).unwrap_or_default();
                (sort_key(&text(key.0), 0), vec![text(key.0), title])
            }
            GroupBy::Day => {
                let date = i32::try_from(key.0).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
                (sort_key("", key.0), vec![date.unwrap_or_default().to_string()])
            }
            GroupBy::Period => {
                let period = self.periods.get(key.0 as usize).copied().unwrap_or(self.query.range);
                (sort_key("", key.0), vec![period.from.to_string(), period.until.to_string()])
            }
        }
    }

    /// Returns the key of the row to which days of a station belong. The meaning of `number` depends on the grouping, as
    /// in a [`GroupKey`].
    pub(super) fn registered_row_key(
        &self,
        by: GroupBy,
        station: &RegisteredStation,
        number: u32,
    ) -> (SortKey, Vec<String>) {
        match by {
            GroupBy::District | GroupBy::Commune => {
                self.area_key(by, number.checked_sub(1).and_then(|index| station.areas.get(index as usize)))
            }
            GroupBy::Day | GroupBy::Period => self.row_key(by, (number, 0)),
            GroupBy::Station | GroupBy::Topic | GroupBy::Language | GroupBy::Segment => {
                self.station_key(station.id.as_str())
            }
        }
    }

    fn station_key(&self, id: &str) -> (SortKey, Vec<String>) {
        ((id.to_owned(), 0), vec![id.to_owned(), self.context.station_name(self.registry, id)])
    }

    fn area_key(&self, by: GroupBy, area: Option<&AdminArea>) -> (SortKey, Vec<String>) {
        let unit = area.map(|area| if by == GroupBy::District { &area.district } else { &area.commune });
        let (code, name) = unit.map_or_else(Default::default, |unit| (unit.code.clone(), unit.name.clone()));
        let name = self.unit_name(by, &code).unwrap_or(name);
        ((code.clone(), 0), vec![code, name])
    }

    /// Returns the sort key and the cells of a topic: campaign id, topic number and title.
    pub(super) fn topic_key(&self, (campaign, topic): GroupKey) -> (SortKey, Vec<String>) {
        let id = self.context.symbols.text(campaign).to_owned();
        let number = u16::try_from(topic).ok();
        let title =
            number.and_then(|number| self.context.topic_titles.get(&(campaign, number))).cloned().unwrap_or_default();
        let cells = vec![id.clone(), number.map(|number| number.to_string()).unwrap_or_default(), title];
        // `NO_TOPIC` wraps to 0, so that airings without a topic come first.
        ((id, topic.wrapping_add(1)), cells)
    }

    /// Returns the first name in the registry for the code of a district or commune. Groups are distinguished by code,
    /// so each code needs exactly one name.
    fn unit_name(&self, by: GroupBy, code: &str) -> Option<String> {
        let areas = self.registry.stations.values().flat_map(|station| &station.areas);
        let mut units = areas.map(|area| if by == GroupBy::District { &area.district } else { &area.commune });
        units.find(|unit| unit.code == code).map(|unit| unit.name.clone())
    }
}
