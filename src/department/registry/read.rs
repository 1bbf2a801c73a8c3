//! Reads `registry.toml` table by table, and reports every fault with its place in the file.
mod logs;
mod parsed;
mod stations;
mod tables;

use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use self::logs::{read_exposure, read_log};
use self::stations::read_station;
use self::tables::{table_of, text_or_empty};
use super::faults::{FileFaults, MAX_FAULTS};
use super::file::DepartmentProfile;
use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::read::fields::{SpannedValue, TableReader, closest_match};
use crate::schedule::read::syntax;
use crate::schedule::read::values::read_number;
use crate::text::problem::{Hint, ProblemText};

pub(super) use self::parsed::{ParsedPlace, ParsedRegistry, ParsedStation};

/// The tables of the file that can be repeated.
const REPEATED_TABLES: [&str; 3] = ["station", "log", "exposed"];
const TABLE_HEADINGS: &str = "[department], [[station]], [[station.place]], [[log]], [[exposed]]";
/// The maximum number of days after the end of a month within which its log is due.
const MAX_DUE_DAYS: i64 = 27;
/// The maximum number of keys of one table. Each unknown one is a fault, and a store that others can write may hold
/// millions.
const MAX_KEYS: usize = 100;

/// Reads the file.
///
/// # Errors
/// All faults that it has.
pub(super) fn read(source: SourceFile) -> Result<(ParsedRegistry, String), Box<FileFaults>> {
    let (mut parsed, mut problems) = (ParsedRegistry::default(), Vec::new());
    let (tree, has_syntax_errors) = syntax::parse(0, &source, &mut problems);
    if !has_syntax_errors {
        read_tables(tree.get_ref(), &mut parsed, &mut problems);
    }
    drop(tree);
    if problems.is_empty() { Ok((parsed, source.text)) } else { Err(FileFaults::new(source, problems)) }
}

fn read_tables(root: &DeTable<'_>, parsed: &mut ParsedRegistry, problems: &mut Vec<Problem>) {
    for (key, value) in root.iter() {
        if problems.len() > MAX_FAULTS {
            return;
        }
        let name = key.get_ref().to_string();
        match (name.as_str(), value.get_ref()) {
            (_, DeValue::Table(table)) if table.len() > MAX_KEYS => problems.push(too_many_keys(key.span())),
            ("department", DeValue::Table(table)) => {
                let fields = TableReader::new(table, 0, key.span());
                parsed.department = read_department(fields, problems);
            }
            (repeated, DeValue::Array(items)) if REPEATED_TABLES.contains(&repeated) => {
                for item in items {
                    if problems.len() > MAX_FAULTS {
                        return;
                    }
                    match (repeated, repeated_table(item, repeated, problems)) {
                        ("station", Some(fields)) => read_station(item, fields, parsed, problems),
                        ("log", Some(fields)) => read_log(fields, parsed, problems),
                        // They refer to logs, which may follow in the file.
                        _ => {}
                    }
                }
            }
            _ => problems.push(misplaced_key(&name, key.span(), value.get_ref())),
        }
    }
    if let Some(DeValue::Array(items)) = root.get("exposed").map(Spanned::get_ref) {
        for fields in items.iter().filter_map(table_of) {
            read_exposure(fields, parsed, problems);
        }
    }
}

fn read_department(mut fields: TableReader<'_, '_>, problems: &mut Vec<Problem>) -> DepartmentProfile {
    let profile = DepartmentProfile {
        parent: text_or_empty(&mut fields, "parent"),
        agency: text_or_empty(&mut fields, "agency"),
        place: text_or_empty(&mut fields, "place"),
        recipients: read_recipients(&mut fields),
        due_days: read_due_days(&mut fields),
        symbol: text_or_empty(&mut fields, "symbol"),
        signer: text_or_empty(&mut fields, "signer"),
    };
    problems.extend(fields.finish().0);
    profile
}

/// Reads how many days after the end of a month its log is due.
fn read_due_days(fields: &mut TableReader<'_, '_>) -> Option<u32> {
    // A log that is due in the next month or later would never be overdue.
    read_number(fields, "due-days", 0, MAX_DUE_DAYS).and_then(|days| u32::try_from(days).ok())
}

fn read_recipients(fields: &mut TableReader<'_, '_>) -> Vec<String> {
    const EXAMPLE: &str = "recipients = [\"Như trên\", \"Lưu: VT\"]";
    let Some(value) = fields.take("recipients") else { return Vec::new() };
    let DeValue::Array(items) = value.get_ref() else {
        fields.report_wrong_type("recipients", value.span(), ProblemText::ListOfText, EXAMPLE);
        return Vec::new();
    };
    let texts: Vec<_> = items.iter().filter_map(|item| fields.as_text("recipients", item, EXAMPLE)).collect();
    texts.into_iter().map(|(text, _)| text).collect()
}

/// Returns the table in an item of a repeated table; reports an item of another type.
fn repeated_table<'t, 's>(
    item: SpannedValue<'t, 's>,
    name: &str,
    problems: &mut Vec<Problem>,
) -> Option<TableReader<'t, 's>> {
    let fields = table_of(item);
    let key_count = item.get_ref().as_table().map_or(0, DeTable::len);
    if key_count > MAX_KEYS {
        problems.push(too_many_keys(item.span().start..item.span().start + 1));
        return None;
    }
    if fields.is_none() {
        let finding = Finding::WrongType { key: name.to_owned(), wants: ProblemText::Table };
        problems.push(fault(item.span(), finding, Hint::UseDoubleBrackets { key: name.to_owned() }));
    }
    fields
}

/// Returns the fault of a key that is not one of the file's tables, or of a table with the wrong brackets.
fn misplaced_key(name: &str, span: Range<usize>, value: &DeValue<'_>) -> Problem {
    let key = name.to_owned();
    match (name, value) {
        ("department", DeValue::Array(_)) => {
            fault(span, Finding::NeedsSingleBrackets { key: key.clone() }, Hint::UseSingleBrackets { key })
        }
        ("department", _) => {
            let finding = Finding::WrongType { key: key.clone(), wants: ProblemText::Table };
            fault(span, finding, Hint::UseSingleBrackets { key })
        }
        ("station" | "log" | "exposed", _) => {
            fault(span, Finding::NeedsDoubleBrackets { key: key.clone() }, Hint::UseDoubleBrackets { key })
        }
        (_, DeValue::Table(_) | DeValue::Array(_)) => {
            let hint = match closest_match(name, ["department", "station", "log", "exposed"].into_iter()) {
                Some(closest) if closest == "department" => Hint::DidYouMean { name: "[department]".to_owned() },
                Some(closest) => Hint::DidYouMean { name: format!("[[{closest}]]") },
                None => Hint::TablesHere { tables: TABLE_HEADINGS.to_owned() },
            };
            fault(span, Finding::UnknownTable { key }, hint)
        }
        _ => fault(span, Finding::KeyOutside { key }, Hint::TablesHere { tables: TABLE_HEADINGS.to_owned() }),
    }
}

fn too_many_keys(span: Range<usize>) -> Problem {
    fault(span, Finding::TooMany { what: ProblemText::Keys, limit: MAX_KEYS }, Hint::RemoveSome)
}

fn fault(span: Range<usize>, finding: Finding, hint: Hint) -> Problem {
    Problem::structural_error(SourceSpan { file_index: 0, range: span }, finding, hint)
}
