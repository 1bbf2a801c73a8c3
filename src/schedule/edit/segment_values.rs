//! The keys and values of a segment, as a playlist contains them.
use toml_edit::Value;

use crate::schedule::{Id, Segment, SegmentSource};

/// Returns the keys and values of a segment in the order in which people write them. Keys with a default value are
/// omitted.
pub fn segment_values(segment: &Segment) -> Vec<(&'static str, Value)> {
    let text = |value: &str| Value::from(value);
    let date = |date: chrono::NaiveDate| {
        date.to_string().parse::<toml_edit::Datetime>().map_or_else(|_| Value::from(date.to_string()), Value::from)
    };
    let mut values =
        vec![("id", text(segment.id.as_str())), ("title", text(&segment.title)), ("file", text(&segment.file))];
    values.extend(segment.topic.map(|topic| ("topic", Value::from(i64::from(topic)))));
    match &segment.pools[..] {
        [] => {}
        [pool] => values.push(("pool", text(pool.as_str()))),
        pools => values.push(("pool", Value::from_iter(pools.iter().map(Id::as_str)))),
    }
    if segment.language != "vi" {
        values.push(("language", text(&segment.language)));
    }
    let source = match segment.source {
        SegmentSource::Own => None,
        SegmentSource::District => Some("district"),
        SegmentSource::Province => Some("province"),
        SegmentSource::National => Some("national"),
    };
    values.extend(source.map(|source| ("source", text(source))));
    values.extend(segment.approved_by.as_deref().map(|name| ("approved-by", text(name))));
    values.extend(segment.approved_on.map(|day| ("approved-on", date(day))));
    values.extend(segment.valid_from.map(|day| ("valid-from", date(day))));
    values.extend(segment.valid_until.map(|day| ("valid-until", date(day))));
    values.extend(segment.sha256.as_deref().map(|hash| ("sha256", text(hash))));
    values
}
