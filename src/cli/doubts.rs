//! What `loa verify` and `loa collect` say of how plausible a log is.
use serde_json::{Value, json};

use super::table::plain;
use crate::airlog::plausible::Finding;
use crate::archive::judge::Plausibility;
use crate::instant::{SECOND, Wall};
use crate::sys::{timex, wall_now};
use crate::text::doubt::{Plausible, doubt, finding, remark};
use crate::text::{Lang, Say};

/// So many findings are told one by one to people.
const SHOWN: usize = 20;
/// So many remarks.
const REMARKS: usize = 5;

/// What was found, that included which has not happened yet by this machine's clock, where the kernel says that it is
/// synchronised; and how many findings there are.
pub fn found(plausible: &Plausibility) -> (Vec<Finding>, u64) {
    let now = timex().filter(|timex| timex.synchronised).map(|_| Wall(i64::try_from(wall_now()).unwrap_or(0) * SECOND));
    let future = now.and_then(|now| plausible.fold.future(now));
    let count = plausible.fold.count() + u64::from(future.is_some());
    (future.into_iter().chain(plausible.findings.iter().cloned()).collect(), count)
}

/// The lines of `loa verify`: what is implausible, and what is worth knowing.
pub fn lines(plausible: &Plausibility, lang: Lang) -> (Vec<String>, Vec<String>) {
    let (findings, count) = found(plausible);
    let mut implausible = Vec::new();
    if count > 0 {
        implausible.push(Plausible::Implausible { count }.say(lang).to_string());
        implausible.extend(findings.iter().take(SHOWN).map(|one| finding(one).say(lang).to_string()));
        let more = count.saturating_sub(findings.len().min(SHOWN) as u64);
        implausible.extend((more > 0).then(|| Plausible::More { count: more }.say(lang).to_string()));
    }
    let older = plausible.fold.older_than_witness();
    let told = plausible.remarks.iter().take(REMARKS).chain(&older);
    let mut remarks: Vec<String> = told.map(|one| remark(one).say(lang).to_string()).collect();
    let (aired, alone) = plausible.fold.sounded();
    remarks.extend((alone > 0).then(|| Plausible::Unvouched { aired, alone }.say(lang).to_string()));
    let clean = |lines: Vec<String>| lines.iter().map(|line| plain(line)).collect();
    (clean(implausible), clean(remarks))
}

/// The same for machines.
pub fn json(plausible: &Plausibility) -> Value {
    let (findings, count) = found(plausible);
    let findings: Vec<Value> = findings
        .iter()
        .map(|one| {
            let mut value = json!(one);
            value["detail"] = doubt(&one.why).say(Lang::En).to_string().into();
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
