//! Reads `[[holiday]]`: the operator's own named days.
use super::super::ParsedSchedule;
use super::super::days::{lunar, read_date_spans, yearly};
use super::super::fields::TableReader;
use super::common::{check_unique, required_id, required_title};
use crate::schedule::calendar::Holiday;
use crate::schedule::calendar::holiday::HolidayRule;
use crate::schedule::finding::Finding;
use crate::text::problem::Hint;

/// Reads a holiday. One with an error is left out, with the sessions that name it.
pub fn read(reading: &mut ParsedSchedule, mut fields: TableReader<'_, '_>) {
    let id = required_id(&mut fields, "id = \"quoc-tang\"");
    let title = required_title(&mut fields);
    let heading = fields.spans.get("").map_or(0..0, |place| place.range.clone());
    let on = HolidayRule {
        dates: read_date_spans(&mut fields, "dates"),
        yearly: yearly(&mut fields),
        lunar: lunar(&mut fields),
        new_year_eve: false,
    };
    let none = on == HolidayRule::default();
    if none && !fields.problems.iter().any(|p| p.structural) {
        let hint = Hint::AddKey { example: "dates = [2023-09-01]".to_owned() };
        fields.report_structural(heading, Finding::HolidayNever, hint);
    }
    let (problems, places) = fields.finish();
    let good = !problems.iter().any(|p| p.structural);
    reading.problems.extend(problems);
    let (true, Some(id), Some(title)) = (good, id, title) else { return };
    if check_unique(&mut reading.problems, &reading.spans.holidays, &id, &places) {
        reading.spans.holidays.insert(id.clone(), places);
        reading.schedule.holidays.push(Holiday { id, title, rule: on });
    }
}
