//! Formats plausibility findings for the output of `loa verify` and `loa collect`.
use serde_json::{Value, json};

use crate::airlog::plausibility::PlausibilityFinding;
use crate::airlog::plausibility::finding_text::{finding_text, implausible_text, remark_text};
use crate::cli::synchronised_clock::synchronised_now;
use crate::cli::table::strip_unprintable;
use crate::logstore::verify::Plausibility;
use crate::text::plausibility::PlausibilityText;
use crate::text::{Lang, Localize};

/// The maximum number of findings that `loa verify` lists as text.
const MAX_FINDINGS_SHOWN: usize = 20;
/// The maximum number of remarks that `loa verify` lists as text.
const MAX_REMARKS_SHOWN: usize = 5;

/// Returns the stored findings and the total number of findings, which can be higher. If this machine's clock is
/// synchronised, both include any finding that an entry lies in the future.
pub fn all_findings(plausibility: &Plausibility) -> (Vec<PlausibilityFinding>, u64) {
    let future_entry_finding = synchronised_now().and_then(|now| plausibility.fold.future_entry_finding(now));
    let count = plausibility.fold.finding_count() + u64::from(future_entry_finding.is_some());
    (future_entry_finding.into_iter().chain(plausibility.findings.iter().cloned()).collect(), count)
}

/// Returns two lists of lines that `loa verify` prints: those of the findings, and those of the remarks.
pub fn text_lines(plausibility: &Plausibility, lang: Lang) -> (Vec<String>, Vec<String>) {
    let (findings, count) = all_findings(plausibility);
    let mut finding_lines = Vec::new();
    if count > 0 {
        finding_lines.push(PlausibilityText::Implausible { count }.localized(lang).to_string());
        finding_lines.extend(
            findings.iter().take(MAX_FINDINGS_SHOWN).map(|finding| finding_text(finding).localized(lang).to_string()),
        );
        let omitted_count = count.saturating_sub(findings.len().min(MAX_FINDINGS_SHOWN) as u64);
        finding_lines.extend(
            (omitted_count > 0).then(|| PlausibilityText::More { count: omitted_count }.localized(lang).to_string()),
        );
    }
    let age_remark = plausibility.fold.age_remark();
    let shown_remarks = plausibility.remarks.iter().take(MAX_REMARKS_SHOWN).chain(&age_remark);
    let mut remark_lines: Vec<String> =
        shown_remarks.map(|remark| remark_text(remark).localized(lang).to_string()).collect();
    let (sounded_count, unconfirmed_count) = plausibility.fold.sounded_counts();
    remark_lines.extend((unconfirmed_count > 0).then(|| {
        PlausibilityText::Unvouched { aired: sounded_count, alone: unconfirmed_count }.localized(lang).to_string()
    }));
    let clean = |lines: Vec<String>| lines.iter().map(|line| strip_unprintable(line)).collect();
    (clean(finding_lines), clean(remark_lines))
}

/// Returns the findings and remarks as JSON.
pub fn findings_json(plausibility: &Plausibility) -> Value {
    let (findings, count) = all_findings(plausibility);
    let findings: Vec<Value> = findings
        .iter()
        .map(|finding| {
            let mut value = json!(finding);
            value["detail"] = implausible_text(&finding.cause).localized(Lang::En).to_string().into();
            value
        })
        .collect();
    let remarks: Vec<Value> =
        plausibility.remarks.iter().chain(&plausibility.fold.age_remark()).map(|r| json!(r)).collect();
    let (sounded_count, unconfirmed_count) = plausibility.fold.sounded_counts();
    json!({
        "plausible": count == 0, "findings": findings, "findings_in_all": count, "remarks": remarks,
        "sounded": sounded_count, "sounded_unvouched": unconfirmed_count, "follows": plausibility.fold.follows(),
    })
}
