//! Plausibility findings in the output of `loa verify` and `loa collect`.
use serde_json::{Value, json};

use crate::airlog::plausibility::PlausibilityFinding;
use crate::airlog::plausibility::finding_text::{finding_text, implausible_text, remark_text};
use crate::cli::synchronised_clock::synchronised_now;
use crate::cli::table::strip_unprintable;
use crate::logstore::verify::Plausibility;
use crate::text::plausibility::PlausibilityText;
use crate::text::{Lang, Localize};

/// Most findings that the text lists.
const MAX_FINDINGS_SHOWN: usize = 20;
/// Most remarks that the text lists.
const MAX_REMARKS_SHOWN: usize = 5;

/// Returns the findings and their number. They include entries from the future, if this machine's clock is
/// synchronised.
pub fn all_findings(plausible: &Plausibility) -> (Vec<PlausibilityFinding>, u64) {
    let future = synchronised_now().and_then(|now| plausible.fold.future_finding(now));
    let count = plausible.fold.finding_count() + u64::from(future.is_some());
    (future.into_iter().chain(plausible.findings.iter().cloned()).collect(), count)
}

/// Returns the lines of `loa verify`: findings, and remarks.
pub fn text_lines(plausible: &Plausibility, lang: Lang) -> (Vec<String>, Vec<String>) {
    let (findings, count) = all_findings(plausible);
    let mut implausible = Vec::new();
    if count > 0 {
        implausible.push(PlausibilityText::Implausible { count }.localized(lang).to_string());
        implausible
            .extend(findings.iter().take(MAX_FINDINGS_SHOWN).map(|one| finding_text(one).localized(lang).to_string()));
        let more = count.saturating_sub(findings.len().min(MAX_FINDINGS_SHOWN) as u64);
        implausible.extend((more > 0).then(|| PlausibilityText::More { count: more }.localized(lang).to_string()));
    }
    let older = plausible.fold.older_than_witness();
    let told = plausible.remarks.iter().take(MAX_REMARKS_SHOWN).chain(&older);
    let mut remarks: Vec<String> = told.map(|one| remark_text(one).localized(lang).to_string()).collect();
    let (aired, alone) = plausible.fold.sounded();
    remarks.extend((alone > 0).then(|| PlausibilityText::Unvouched { aired, alone }.localized(lang).to_string()));
    let clean = |lines: Vec<String>| lines.iter().map(|line| strip_unprintable(line)).collect();
    (clean(implausible), clean(remarks))
}

/// Returns the findings and remarks as JSON.
pub fn findings_json(plausible: &Plausibility) -> Value {
    let (findings, count) = all_findings(plausible);
    let findings: Vec<Value> = findings
        .iter()
        .map(|one| {
            let mut value = json!(one);
            value["detail"] = implausible_text(&one.why).localized(Lang::En).to_string().into();
            value
        })
        .collect();
    let remarks: Vec<Value> =
        plausible.remarks.iter().chain(&plausible.fold.older_than_witness()).map(|r| json!(r)).collect();
    let (aired, alone) = plausible.fold.sounded();
    json!({
        "plausible": count == 0, "findings": findings, "findings_in_all": count, "remarks": remarks,
        "sounded": aired, "sounded_unvouched": alone, "follows": plausible.fold.follows(),
    })
}
