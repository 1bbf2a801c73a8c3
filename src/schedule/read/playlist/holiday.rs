//! `[[holiday]]`: named days of the operator's own.
use super::super::Reading;
use super::super::days::{lunar, spans, yearly};
use super::super::fields::Fields;
use super::{required_id, required_title, unique};
use crate::schedule::calendar::Holiday;
use crate::schedule::calendar::holiday::HolidayRule;
use crate::text::problem::{Finding, Hint};

/// Reads one. One with an error is left out, and with it the sessions that name it.
pub fn read(reading: &mut Reading, mut fields: Fields<'_, '_>) {
    let id = required_id(&mut fields, "id = \"quoc-tang\"");
    let title = required_title(&mut fields);
    let heading = fields.places.get("").map_or(0..0, |place| place.span.clone());
    let on = HolidayRule {
        dates: spans(&mut fields, "dates"),
        yearly: yearly(&mut fields),
        lunar: lunar(&mut fields),
        eve: false,
    };
    let none = on == HolidayRule::default();
    if none && !fields.problems.iter().any(|p| p.structural) {
        let hint = Hint::AddKey { example: "dates = [2023-09-01]".to_owned() };
        fields.structural(heading, Finding::HolidayNever, hint);
    }
    let (problems, places) = fields.finish();
    let good = !problems.iter().any(|p| p.structural);
    reading.problems.extend(problems);
    let (true, Some(id), Some(title)) = (good, id, title) else { return };
    if unique(&mut reading.problems, &reading.places.holidays, &id, &places) {
        reading.places.holidays.insert(id.clone(), places);
        reading.schedule.holidays.push(Holiday { id, title, on });
    }
}
