//! Reads `[[station]]` with its places, former names and contact.
use std::ops::Range;

use toml::de::DeValue;

use super::parsed::{ParsedPlace, ParsedRegistry, ParsedStation};
use super::tables::{table_of, text_or_empty};
use crate::department::registry::station::{AdminArea, AdminUnit, Contact, FormerName, RegisteredStation};
use crate::schedule::finding::Finding;
use crate::schedule::problem::Problem;
use crate::schedule::read::dates::{check_date_order, read_date};
use crate::schedule::read::fields::{SpannedValue, TableReader};
use crate::schedule::read::values::as_id;
use crate::text::problem::{Hint, ProblemText};

/// The maximum number of places, or of former names, of a station.
const MAX_TABLES: usize = 100;
const PLACE_KEYS: [&str; 8] =
    ["commune", "commune-code", "district", "district-code", "province", "province-code", "from", "until"];

/// Reads a station.
pub(super) fn read_station(
    item: SpannedValue<'_, '_>,
    mut fields: TableReader<'_, '_>,
    parsed: &mut ParsedRegistry,
    problems: &mut Vec<Problem>,
) {
    const EXAMPLE: &str = "id = \"thuan-an\"";
    let id = fields.require("id", EXAMPLE).and_then(|value| fields.as_text("id", value, EXAMPLE));
    let id = id.and_then(|(text, span)| Some((as_id(&mut fields, "id", &text, span.clone())?, span)));
    let name = text_or_empty(&mut fields, "name");
    let language = Some(text_or_empty(&mut fields, "language")).filter(|language| !language.is_empty());
    let (areas, places) = read_places(&mut fields, problems);
    let (former_names, names_end) = read_former_names(&mut fields, problems);
    let (contact, contact_end) = read_contact(&mut fields, problems);
    if let Some((id, id_span)) = id {
        if let Some(first) = parsed.positions.get(&id).and_then(|index| parsed.stations.get(*index)) {
            let related_span = fields.span_in_file(first.id_span.clone());
            let finding = Finding::DuplicateId { id: id.to_string() };
            fields.report_structural_problem(id_span, finding, Hint::RemoveOne);
            if let Some(problem) = fields.problems.pop() {
                fields.problems.push(problem.with_related(Some(related_span)));
            }
        } else {
            let span_of = |key: &str| fields.spans.get(key).map(|span| span.range.clone());
            let own_ends = ["id", "name", "language"].into_iter().filter_map(|key| Some(span_of(key)?.end));
            let end = own_ends.chain(places.iter().map(|place| place.end)).chain([names_end, contact_end]).max();
            parsed.positions.insert(id.clone(), parsed.stations.len());
            parsed.stations.push(ParsedStation {
                id_span,
                name_span: span_of("name"),
                contact_span: span_of("contact"),
                end: end.unwrap_or(item.span().end),
                places,
                station: RegisteredStation { id, name, former_names, language, areas, contact },
            });
        }
    }
    problems.extend(fields.finish().0);
}

/// Takes the tables of a repeated table inside a station; reports a value of another type.
fn take_tables<'t, 's>(fields: &mut TableReader<'t, 's>, key: &'static str) -> Vec<TableReader<'t, 's>> {
    let Some(value) = fields.take(key) else { return Vec::new() };
    let heading = format!("station.{key}");
    let DeValue::Array(items) = value.get_ref() else {
        let finding = Finding::NeedsDoubleBrackets { key: heading.clone() };
        fields.report_structural_problem(value.span(), finding, Hint::UseDoubleBrackets { key: heading });
        return Vec::new();
    };
    if items.len() > MAX_TABLES {
        let finding = Finding::TooMany { what: ProblemText::Keys, limit: MAX_TABLES };
        fields.report_structural_problem(value.span().start..value.span().start + 1, finding, Hint::RemoveSome);
    }
    let mut tables = Vec::new();
    for item in items.iter().take(MAX_TABLES) {
        match table_of(item) {
            Some(table) => tables.push(table),
            None => {
                let finding = Finding::WrongType { key: key.to_owned(), wants: ProblemText::Table };
                fields.report_structural_problem(
                    item.span(),
                    finding,
                    Hint::UseDoubleBrackets { key: heading.clone() },
                );
            }
        }
    }
    tables
}

fn read_places(fields: &mut TableReader<'_, '_>, problems: &mut Vec<Problem>) -> (Vec<AdminArea>, Vec<ParsedPlace>) {
    let (mut areas, mut places) = (Vec::new(), Vec::new());
    for mut table in take_tables(fields, "place") {
        let mut unit = |code: &'static str, name: &'static str| AdminUnit {
            code: text_or_empty(&mut table, code),
            name: text_or_empty(&mut table, name),
        };
        let commune = unit("commune-code", "commune");
        let district = unit("district-code", "district");
        let province = unit("province-code", "province");
        let (from, until) = (read_date(&mut table, "from"), read_date(&mut table, "until"));
        check_date_order(&mut table, "from", from, until);
        let value_of = |key: &'static str| Some((key, table.spans.get(key)?.range.clone()));
        let values: Vec<(&'static str, Range<usize>)> = PLACE_KEYS.into_iter().filter_map(value_of).collect();
        let end = last_value_end(&table);
        places.push(ParsedPlace { values, end });
        areas.push(AdminArea { commune, district, province, from, until });
        problems.extend(table.finish().0);
    }
    (areas, places)
}

/// Reads the former names. Also returns the end of the last value.
fn read_former_names(fields: &mut TableReader<'_, '_>, problems: &mut Vec<Problem>) -> (Vec<FormerName>, usize) {
    let (mut names, mut end) = (Vec::new(), 0);
    for mut table in take_tables(fields, "former-name") {
        let name = text_or_empty(&mut table, "name");
        let until = read_date(&mut table, "until");
        names.push(FormerName { name, until });
        end = end.max(last_value_end(&table));
        problems.extend(table.finish().0);
    }
    (names, end)
}

/// Returns the end of the last value that was taken from a table.
fn last_value_end(table: &TableReader<'_, '_>) -> usize {
    table.spans.values().map(|span| span.range.end).max().unwrap_or(0)
}

/// Reads the contact. Also returns the end of its last value.
fn read_contact(fields: &mut TableReader<'_, '_>, problems: &mut Vec<Problem>) -> (Contact, usize) {
    let Some(value) = fields.take("contact") else { return (Contact::default(), 0) };
    let Some(mut table) = table_of(value) else {
        fields.report_wrong_type("contact", value.span(), ProblemText::Table, "contact = { phone = \"0261 ...\" }");
        return (Contact::default(), 0);
    };
    let contact = Contact {
        post: text_or_empty(&mut table, "post"),
        phone: text_or_empty(&mut table, "phone"),
        mail: text_or_empty(&mut table, "mail"),
    };
    let end = last_value_end(&table);
    problems.extend(table.finish().0);
    (contact, end)
}
