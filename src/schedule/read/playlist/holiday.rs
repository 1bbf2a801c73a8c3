//! Reads `[[holiday]]`: the named days that the operator defines.
use super::super::ParsedSchedule;
use super::super::days::{read_date_spans, read_lunar, read_yearly};
use super::super::fields::TableReader;
use super::common::{check_unique, read_required_id, read_required_title};
use crate::schedule::calendar::Holiday;
use crate::schedule::calendar::holiday::HolidayRule;
use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

/// Reads a holiday. A holiday with an error is rejected, and so are the sessions that name it.
pub fn read(parsed: &mut ParsedSchedule, mut fields: TableReader<'_, '_>) {
    let id = read_required_id(&mut fields, "id = \"quoc-tang\"");
    let title = read_required_title(&mut fields);
    let heading = fields.spans.get("").map_or(0..0, |span| span.range.clone());
    let rule = HolidayRule {
        dates: read_date_spans(&mut fields, "dates"),
        yearly: read_yearly(&mut fields),
        lunar: read_lunar(&mut fields),
        includes_new_year_eve: false,
    };
    let is_empty = rule == HolidayRule::default();
    if is_empty && !fields.problems.iter().any(|p| p.is_structural) {
        let hint = Hint::AddKey { example: "dates = [2023-09-01]".to_owned() };
        fields.report_structural_problem(heading, Finding::HolidayWithoutDate, hint);
    }
    let (problems, spans) = fields.finish();
    let is_valid = !problems.iter().any(|p| p.is_structural);
    parsed.problems.extend(problems);
    let (true, Some(id), Some(title)) = (is_valid, id, title) else { return };
    if check_unique(&mut parsed.problems, &parsed.spans.holidays, &id, &spans) {
        parsed.spans.holidays.insert(id.clone(), spans);
        parsed.schedule.holidays.push(Holiday { id, title, rule });
    }
}
