//! Converts the keys of groups to the cells of a table.
use chrono::NaiveDate;

use super::Tally;
use super::group_totals::{CellKey, GroupKey, RowKey, TopicKey};
use crate::department::registry::{AdminArea, RegisteredStation};
use crate::department::report::fact::Symbol;
use crate::department::report::group_by::GroupBy;

impl Tally<'_> {
    /// Returns the key of the row to which a group by segment, day or period belongs.
    pub(super) fn row_key(&self, by: GroupBy, key: GroupKey) -> RowKey {
        let text = |symbol| self.context.symbols.text(symbol).to_owned();
        match by {
            GroupBy::Segment => {
                let title = self.titles.get(&key).map(|(_, title)| text(*title)).unwrap_or_default();
                (vec![(text(key), 0)], vec![text(key), title])
            }
            GroupBy::Day => {
                let date = i32::try_from(key).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
                (vec![(String::new(), key)], vec![date.unwrap_or_default().to_string()])
            }
            _ => {
                let period = self.periods.get(key as usize).copied().unwrap_or(self.query.range);
                let is_whole = self.query.period.and_then(|kind| kind.containing(period.from)) == Some(period);
                let cut = u8::from(!is_whole).to_string();
                (vec![(String::new(), key)], vec![period.from.to_string(), period.until.to_string(), cut])
            }
        }
    }

    /// Returns the key of the row to which a group by place, topic and language belongs.
    pub(super) fn cell_row_key(&self, by: GroupBy, cell: &CellKey) -> RowKey {
        let area = || {
            let station = self.stations.get(&cell.station).copied().flatten()?;
            station.areas.get(cell.area.checked_sub(1)? as usize)
        };
        match by {
            GroupBy::Topic => self.topic_key(cell.topic),
            GroupBy::Language => self.language_key(Some(cell.language)),
            GroupBy::District | GroupBy::Commune => self.area_key(by, area()),
            GroupBy::CommuneTopic => joined(self.area_key(GroupBy::Commune, area()), self.topic_key(cell.topic)),
            GroupBy::CommuneTopicLanguage => {
                let commune_topic = joined(self.area_key(GroupBy::Commune, area()), self.topic_key(cell.topic));
                joined(commune_topic, self.language_key(Some(cell.language)))
            }
            _ => self.station_key(self.context.symbols.text(cell.station)),
        }
    }

    /// Returns the key of a language; `None` stands for no language.
    pub(super) fn language_key(&self, language: Option<Symbol>) -> RowKey {
        let code = language.map_or("", |language| self.context.symbols.text(language)).to_owned();
        (vec![(code.clone(), 0)], vec![code])
    }

    /// Returns the key of the row to which days of a station belong. The meaning of `number` depends on the grouping, as
    /// in a [`GroupKey`].
    pub(super) fn registered_row_key(&self, by: GroupBy, station: &RegisteredStation, number: u32) -> RowKey {
        match by {
            GroupBy::District | GroupBy::Commune => {
                self.area_key(by, number.checked_sub(1).and_then(|index| station.areas.get(index as usize)))
            }
            GroupBy::Day | GroupBy::Period => self.row_key(by, number),
            _ => self.station_key(station.id.as_str()),
        }
    }

    fn station_key(&self, id: &str) -> RowKey {
        (vec![(id.to_owned(), 0)], vec![id.to_owned(), self.context.station_name(self.registry, id)])
    }

    fn area_key(&self, by: GroupBy, area: Option<&AdminArea>) -> RowKey {
        let unit = area.map(|area| if by == GroupBy::District { &area.district } else { &area.commune });
        let (code, name) = unit.map_or_else(Default::default, |unit| (unit.code.clone(), unit.name.clone()));
        let name = self.unit_name(by, &code).unwrap_or(name);
        (vec![(code.clone(), 0)], vec![code, name])
    }

    /// Returns the sort key and the cells of a topic: campaign id, topic number and title.
    pub(super) fn topic_key(&self, (campaign, topic): TopicKey) -> RowKey {
        let id = self.context.symbols.text(campaign).to_owned();
        let number = u16::try_from(topic).ok();
        let title =
            number.and_then(|number| self.context.topic_titles.get(&(campaign, number))).cloned().unwrap_or_default();
        let cells = vec![id.clone(), number.map(|number| number.to_string()).unwrap_or_default(), title];
        // `NO_TOPIC` wraps to 0, so that airings without a topic come first.
        (vec![(id, topic.wrapping_add(1))], cells)
    }

    /// Returns the first name in the registry for the code of a district or commune. Groups are distinguished by code,
    /// so each code needs exactly one name.
    fn unit_name(&self, by: GroupBy, code: &str) -> Option<String> {
        let areas = self.registry.stations.values().flat_map(|station| &station.areas);
        let mut units = areas.map(|area| if by == GroupBy::District { &area.district } else { &area.commune });
        units.find(|unit| unit.code == code).map(|unit| unit.name.clone())
    }
}

/// Joins the keys of a row that has both.
pub(super) fn joined(mut first: RowKey, second: RowKey) -> RowKey {
    first.0.extend(second.0);
    first.1.extend(second.1);
    first
}
