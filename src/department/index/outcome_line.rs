//! Converts `outcome` entries to rows.
use std::borrow::Cow;

use serde::Deserialize;

use super::interner::Interner;
use super::rows::{AiringRow, AiringTexts, MAX_ID_BYTES, are_valid_lengths, day_number, micros_since_epoch};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::outcome::Reason;

/// The fields of an `outcome` entry that its row needs.
#[derive(Deserialize)]
struct OutcomeFields<'a> {
    #[serde(borrow)]
    at: Cow<'a, str>,
    #[serde(borrow)]
    id: Cow<'a, str>,
    #[serde(borrow)]
    segment: Cow<'a, str>,
    #[serde(borrow, default)]
    session: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    planned_at: Option<Cow<'a, str>>,
    #[serde(default)]
    planned_ms: i64,
    #[serde(borrow, default)]
    campaign: Option<Cow<'a, str>>,
    #[serde(default)]
    topic: Option<u16>,
    #[serde(borrow, default)]
    language: Cow<'a, str>,
    #[serde(borrow, default)]
    title: Cow<'a, str>,
    #[serde(borrow)]
    result: Cow<'a, str>,
    #[serde(borrow, default)]
    reason: Option<Cow<'a, str>>,
    #[serde(default)]
    played_ms: i64,
    #[serde(default)]
    late_us: Option<i64>,
    #[serde(default)]
    level: u8,
    #[serde(default)]
    clock: Option<ClockFields>,
    #[serde(borrow, default)]
    sha256: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    device: Option<Cow<'a, str>>,
    #[serde(default)]
    volume: Option<i64>,
}

#[derive(Deserialize)]
struct ClockFields {
    #[serde(default)]
    synchronised: Option<bool>,
}

/// Converts the `outcome` entry with this sequence number to a row. `clock_confirmed_by_operator` is true while an
/// operator's confirmation of the clock is in effect. Returns `None` if the entry is malformed, its id is too long, or
/// one of its lengths is out of range.
pub fn parse_outcome(
    seq: u64,
    line: &[u8],
    clock_confirmed_by_operator: bool,
    interner: &mut Interner,
) -> Option<AiringRow> {
    let fields: OutcomeFields<'_> = serde_json::from_slice(line).ok()?;
    if fields.id.len() > MAX_ID_BYTES || !are_valid_lengths(&[fields.planned_ms, fields.played_ms]) {
        return None;
    }
    let date = day_number(date_in_id(&fields.id)?);
    let result = match &*fields.result {
        "aired" => 0,
        "partial" => 1,
        "missed" => 2,
        _ => return None,
    };
    let texts = AiringTexts {
        id: fields.id,
        planned_at: fields.planned_at,
        session: fields.session,
        segment: fields.segment,
        title: fields.title,
        campaign: fields.campaign,
        language: fields.language,
    };
    let columns = texts.into_columns(date, fields.topic, fields.planned_ms, interner);
    let reason = fields.reason.map(|code| reason_number(&code));
    let (at_us, played_ms) = (micros_since_epoch(&fields.at), fields.played_ms);
    let synchronised = fields.clock.and_then(|clock| clock.synchronised);
    let is_sha256 = |text: &Cow<'_, str>| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    Some(AiringRow {
        columns,
        seq,
        at_us,
        played_ms,
        result,
        reason,
        late_us: fields.late_us,
        level: fields.level,
        is_clock_confirmed: synchronised.map(|synchronised| synchronised || clock_confirmed_by_operator),
        sha256: fields.sha256.filter(is_sha256).map(|sha256| interner.intern(&sha256)),
        device: fields.device.map(|device| interner.intern(&device)),
        volume: fields.volume,
    })
}

/// Returns the number of a reason in the index; -1 if this version does not know the code.
fn reason_number(code: &str) -> i64 {
    Reason::from_code(code).and_then(|reason| i64::try_from(reason.index()).ok()).unwrap_or(-1)
}
