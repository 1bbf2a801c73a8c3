//! The keys and values of a segment, as a playlist contains them.
use toml_edit::Value;

use crate::schedule::{Id, Segment, SegmentSource};

/// Returns the keys and values of a segment in the order in which people write them. Keys with a default value are
/// omitted.
pub fn segment_values(segment: &Segment) -> Vec<(&'static str, Value)> {
    // Without `..`, so that a new key must be considered here.
    let Segment {
        id,
        title,
        file,
        topic,
        language,
        source,
        approved_by,
        approved_on,
        pools,
        valid_from,
        valid_until,
        sha256,
        campaign: _,
    } = segment;
    let text = |value: &str| Value::from(value);
    let date = |date: chrono::NaiveDate| {
        date.to_string().parse::<toml_edit::Datetime>().map_or_else(|_| Value::from(date.to_string()), Value::from)
    };
    let mut values = vec![("id", text(id.as_str())), ("title", text(title)), ("file", text(file))];
    values.extend(topic.map(|topic| ("topic", Value::from(i64::from(topic)))));
    match &pools[..] {
        [] => {}
        [pool] => values.push(("pool", text(pool.as_str()))),
        pools => values.push(("pool", Value::from_iter(pools.iter().map(Id::as_str)))),
    }
    if language != "vi" {
        values.push(("language", text(language)));
    }
    let source = match source {
        SegmentSource::Own => None,
        SegmentSource::District => Some("district"),
        SegmentSource::Province => Some("province"),
        SegmentSource::National => Some("national"),
    };
    values.extend(source.map(|source| ("source", text(source))));
    values.extend(approved_by.as_deref().map(|name| ("approved-by", text(name))));
    values.extend(approved_on.map(|day| ("approved-on", date(day))));
    values.extend(valid_from.map(|day| ("valid-from", date(day))));
    values.extend(valid_until.map(|day| ("valid-until", date(day))));
    values.extend(sha256.as_deref().map(|hash| ("sha256", text(hash))));
    values
}
