//! Converts `outcome` entries to rows.
use std::borrow::Cow;

use serde::Deserialize;

use super::interner::Interner;
use super::rows::{AiringRow, AiringTexts, MAX_ID, are_valid_lengths, day_number, micros_since_epoch};
use crate::airlog::airing_id::date_in_id;
use crate::airlog::outcome::Reason;

/// The fields of an `outcome` entry that its row needs.
#[derive(Deserialize)]
struct OutcomeLine<'a> {
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
    clock: Option<ClockLine>,
    #[serde(borrow, default)]
    sha256: Option<Cow<'a, str>>,
    #[serde(borrow, default)]
    device: Option<Cow<'a, str>>,
    #[serde(default)]
    volume: Option<i64>,
}

#[derive(Deserialize)]
struct ClockLine {
    #[serde(default)]
    synchronised: Option<bool>,
}

/// Converts the `outcome` entry with this sequence number to a row. `clock_confirmed` is true while an operator's
/// confirmation of the clock holds. `None` if the entry is malformed, or its id or lengths are out of range.
pub fn parse_outcome(seq: u64, line: &[u8], clock_confirmed: bool, words: &mut Interner) -> Option<AiringRow> {
    let line: OutcomeLine<'_> = serde_json::from_slice(line).ok()?;
    if line.id.len() > MAX_ID || !are_valid_lengths(&[line.planned_ms, line.played_ms]) {
        return None;
    }
    let date = day_number(date_in_id(&line.id)?);
    let result = match &*line.result {
        "aired" => 0,
        "partial" => 1,
        "missed" => 2,
        _ => return None,
    };
    let texts = AiringTexts {
        id: line.id,
        planned_at: line.planned_at,
        session: line.session,
        segment: line.segment,
        title: line.title,
        campaign: line.campaign,
        language: line.language,
    };
    let columns = texts.into_columns(date, line.topic, line.planned_ms, words);
    let reason = line.reason.map(|code| reason_number(&code));
    let (at_us, played_ms) = (micros_since_epoch(&line.at), line.played_ms);
    let synchronised = line.clock.and_then(|clock| clock.synchronised);
    let is_sha256 = |text: &Cow<'_, str>| text.len() == 64 && text.bytes().all(|b| b.is_ascii_hexdigit());
    Some(AiringRow {
        columns,
        seq,
        at_us,
        played_ms,
        result,
        reason,
        late_us: line.late_us,
        level: line.level,
        clock_vouched: synchronised.map(|synchronised| synchronised || clock_confirmed),
        sha256: line.sha256.filter(is_sha256).map(|sha256| words.intern(&sha256)),
        device: line.device.map(|device| words.intern(&device)),
        volume: line.volume,
    })
}

/// Returns the number that stands for a reason in the index; -1 if this version does not know the code.
fn reason_number(code: &str) -> i64 {
    Reason::from_code(code).and_then(|reason| i64::try_from(reason.index()).ok()).unwrap_or(-1)
}
