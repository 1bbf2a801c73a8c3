//! Keys of groups as the cells of a table.
use chrono::NaiveDate;

use super::Tally;
use super::group_totals::{GroupKey, SortKey};
use crate::department::report::group_by::GroupBy;

impl Tally<'_> {
    /// Returns the cells of a row's key, and the key that orders the rows.
    pub(super) fn row_key(&self, by: GroupBy, key: GroupKey) -> (SortKey, Vec<String>) {
        let word = |word| self.context.symbols.text(word).to_owned();
        let order = |first: &str, second: u32| (first.to_owned(), second);
        match by {
            GroupBy::Station => {
                let id = word(key.0);
                (order(&id, 0), vec![id.clone(), self.context.station_name(self.registry, &id)])
            }
            GroupBy::Topic => self.topic_key(key),
            GroupBy::Language => (order(&word(key.0), 0), vec![word(key.0)]),
            GroupBy::District | GroupBy::Commune => {
                let station = self.stations.get(&key.0).copied().flatten();
                let place = station.zip(key.1.checked_sub(1)).and_then(|(s, at)| s.areas.get(at as usize));
                let unit = place.map(|p| if by == GroupBy::District { &p.district } else { &p.commune });
                let (code, name) = unit.map_or_else(Default::default, |u| (u.code.clone(), u.name.clone()));
                let cells = vec![code.clone(), self.unit_name(by, &code).unwrap_or(name)];
                (order(&code, 0), cells)
            }
            GroupBy::Segment => {
                let title = self.titles.get(&key.0).map(|(_, title)| word(*title)).unwrap_or_default();
                (order(&word(key.0), 0), vec![word(key.0), title])
            }
            GroupBy::Day => {
                let date = i32::try_from(key.0).ok().and_then(NaiveDate::from_num_days_from_ce_opt);
                (order("", key.0), vec![date.unwrap_or_default().to_string()])
            }
            GroupBy::Period => {
                let piece = self.periods.get(key.0 as usize).copied().unwrap_or(self.query.range);
                (order("", key.0), vec![piece.from.to_string(), piece.until.to_string()])
            }
        }
    }

    pub(super) fn topic_key(&self, (campaign, topic): GroupKey) -> (SortKey, Vec<String>) {
        let id = self.context.symbols.text(campaign).to_owned();
        let number = u16::try_from(topic).ok();
        let title = number.and_then(|n| self.context.topic_titles.get(&(campaign, n))).cloned().unwrap_or_default();
        let cells = vec![id.clone(), number.map(|n| n.to_string()).unwrap_or_default(), title];
        // Wraps to 0, so that airings without a topic come first.
        ((id, topic.wrapping_add(1)), cells)
    }

    /// Returns one name for a code. Groups are told apart by codes, never by names.
    fn unit_name(&self, by: GroupBy, code: &str) -> Option<String> {
        let places = self.registry.stations.values().flat_map(|station| &station.areas);
        let mut units = places.map(|place| if by == GroupBy::District { &place.district } else { &place.commune });
        units.find(|unit| unit.code == code).map(|unit| unit.name.clone())
    }
}
