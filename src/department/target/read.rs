//! Reads `targets.toml` into targets, and collects every problem in it.
mod campaigns;
mod titles;

use std::collections::HashMap;
use std::ops::Range;

use toml::de::{DeTable, DeValue};

use self::campaigns::{MAX_CAMPAIGNS, read_campaign, undefined_topics};
use self::titles::read_required_title;
use super::campaign::{DefinedCampaign, ReadCampaigns};
use super::overlap::find_overlaps;
use super::{Target, TargetAmount, TargetPlace, TargetSelection, ValueSpans};
use crate::base::id::Id;
use crate::schedule::SourceFile;
use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::schedule::read::dates::{check_date_order, read_date};
use crate::schedule::read::fields::{SpannedValue, TableReader, closest_match};
use crate::schedule::read::times::{parse_time_range, range_fault};
use crate::schedule::read::values::{as_id, as_title, read_number};
use crate::schedule::read::{MAX_BYTES, syntax};
use crate::text::languages::{BROADCAST_LANGUAGES, broadcast_language};
use crate::text::problem::{Hint, ProblemText};

/// The maximum number of targets of a department.
pub const MAX_TARGETS: usize = 200;
/// The maximum number of minutes that a target can ask: a whole week.
const MAX_MINUTES_PER_WEEK: i64 = 7 * 24 * 60;
/// The maximum number of airings that a target can ask.
const MAX_AIRINGS: i64 = 1_000;
/// The maximum length of a code of a district or commune, in bytes.
const MAX_CODE_BYTES: usize = 20;
const HEADING: &str = "[[target]]";
const HEADINGS: &str = "[[target]], [[campaign]]";

/// The targets of a file as they were read.
#[derive(Debug, Clone, Default)]
pub struct ParsedTargets {
    /// The valid targets, each with the spans of its values.
    pub targets: Vec<(Target, ValueSpans)>,
    /// The valid campaigns, in the same way.
    pub campaigns: ReadCampaigns,
    /// The problems, in the order of the file.
    pub problems: Vec<Problem>,
}

/// Reads a file of targets. The problems include those of targets that contradict each other.
#[must_use]
pub fn read_targets(source: &SourceFile) -> ParsedTargets {
    let mut parsed = ParsedTargets::default();
    if let Some(problem) = unreadable_problem(source) {
        parsed.problems.push(problem);
        return parsed;
    }
    let (tree, has_syntax_errors) = syntax::parse(0, source, &mut parsed.problems);
    if has_syntax_errors {
        return parsed;
    }
    read_tables(&mut parsed, tree.get_ref());
    if parsed.targets.is_empty() && parsed.campaigns.is_empty() && parsed.problems.is_empty() {
        let problem = Problem::structural_error(SourceSpan::start_of(0), Finding::NoTargets, Hint::WriteTarget);
        parsed.problems.push(problem);
    }
    parsed.problems.extend(find_overlaps(&parsed.targets));
    parsed.problems.extend(undefined_topics(&parsed.targets, &parsed.campaigns));
    parsed.problems.sort_by_key(|problem| problem.span.range.start);
    parsed
}

/// Returns the problem of a file that cannot be parsed.
fn unreadable_problem(source: &SourceFile) -> Option<Problem> {
    let (finding, hint) = if let Some(detail) = source.read_error.clone() {
        (Finding::Unreadable { detail }, Hint::CheckFile)
    } else if source.text.len() as u64 > MAX_BYTES {
        (Finding::TooLarge { limit: MAX_BYTES }, Hint::RemoveSome)
    } else {
        return None;
    };
    Some(Problem::structural_error(SourceSpan::start_of(0), finding, hint))
}

fn read_tables(parsed: &mut ParsedTargets, table: &DeTable<'_>) {
    let (mut first_uses, mut first_campaigns) = (HashMap::new(), HashMap::new());
    for (key, value) in table.iter() {
        let name = key.get_ref().to_string();
        let mut report = |finding, hint| {
            let span = SourceSpan { file_index: 0, range: key.span() };
            parsed.problems.push(Problem::structural_error(span, finding, hint));
        };
        match (name.as_str(), value.get_ref()) {
            ("target", DeValue::Array(items)) => {
                if items.len() > MAX_TARGETS {
                    let finding = Finding::TooMany { what: ProblemText::Targets, limit: MAX_TARGETS };
                    report(finding, Hint::RemoveSome);
                }
                for item in items.iter().take(MAX_TARGETS) {
                    let read = read_item(&mut parsed.problems, item, "target", read_target, &mut first_uses);
                    parsed.targets.extend(read);
                }
            }
            ("campaign", DeValue::Array(items)) => {
                if items.len() > MAX_CAMPAIGNS {
                    let finding = Finding::TooMany { what: ProblemText::Campaigns, limit: MAX_CAMPAIGNS };
                    report(finding, Hint::RemoveSome);
                }
                for item in items.iter().take(MAX_CAMPAIGNS) {
                    let read: Option<(DefinedCampaign, _)> =
                        read_item(&mut parsed.problems, item, "campaign", read_campaign, &mut first_campaigns);
                    parsed.campaigns.extend(read);
                }
            }
            ("target" | "campaign", DeValue::Table(_)) => {
                report(Finding::NeedsDoubleBrackets { key: name.clone() }, Hint::UseDoubleBrackets { key: name });
            }
            (_, DeValue::Table(_) | DeValue::Array(_)) => {
                let hint = match closest_match(&name, ["target", "campaign"].into_iter()) {
                    Some(close) => Hint::DidYouMean { name: format!("[[{close}]]") },
                    None => Hint::TablesHere { tables: HEADINGS.to_owned() },
                };
                report(Finding::UnknownTable { key: name }, hint);
            }
            _ => report(Finding::KeyOutside { key: name }, Hint::TablesHere { tables: HEADINGS.to_owned() }),
        }
    }
}

/// What has an id, under which a file may have it only once.
trait HasId {
    /// Returns the id.
    fn id(&self) -> &Id;
}

impl HasId for Target {
    fn id(&self) -> &Id {
        &self.id
    }
}

impl HasId for DefinedCampaign {
    fn id(&self) -> &Id {
        &self.id
    }
}

/// Reads one `[[key]]` with `read`. `first_uses` are the ids of those before it. Returns `None` if it has an error.
fn read_item<'t, 's, T: HasId>(
    problems: &mut Vec<Problem>,
    item: SpannedValue<'t, 's>,
    key: &str,
    read: impl FnOnce(&mut TableReader<'t, 's>) -> Option<T>,
    first_uses: &mut HashMap<Id, SourceSpan>,
) -> Option<(T, ValueSpans)> {
    let span = item.span();
    let DeValue::Table(table) = item.get_ref() else {
        let finding = Finding::WrongType { key: key.to_owned(), wants: ProblemText::Table };
        let hint = Hint::UseDoubleBrackets { key: key.to_owned() };
        problems.push(Problem::structural_error(SourceSpan { file_index: 0, range: span }, finding, hint));
        return None;
    };
    let heading = span.start..span.end.min(span.start + HEADING.len());
    let mut fields = TableReader::new(table, 0, heading);
    let value = read(&mut fields);
    let (found, spans) = fields.finish();
    let is_valid = !found.iter().any(|problem| problem.is_structural);
    problems.extend(found);
    let value = value.filter(|_| is_valid)?;
    let id_span = spans.get("id").cloned().unwrap_or_else(|| SourceSpan::start_of(0));
    if let Some(first_use) = first_uses.get(value.id()) {
        let finding = Finding::DuplicateId { id: value.id().to_string() };
        problems
            .push(Problem::structural_error(id_span, finding, Hint::RenameOne).with_related(Some(first_use.clone())));
        return None;
    }
    first_uses.insert(value.id().clone(), id_span);
    Some((value, spans))
}

fn read_target(fields: &mut TableReader<'_, '_>) -> Option<Target> {
    let id = {
        let example = "id = \"chinh-sach\"";
        let value = fields.require("id", example);
        let text = value.and_then(|value| fields.as_text("id", value, example));
        text.and_then(|(text, span)| as_id(fields, "id", &text, span))
    };
    let title = read_required_title(fields, "title", "title = \"Chính sách giảm nghèo\"");
    let selection = read_selection(fields);
    let place = read_place(fields);
    let amount = read_amount(fields);
    fields.require("from", "from = 2023-03-20");
    let from = read_date(fields, "from");
    let until = read_date(fields, "until");
    check_date_order(fields, "from", from, until);
    let document = read_required_title(fields, "document", "document = \"Công văn 123/UBND-VX\"");
    fields.require("dated", "dated = 2023-03-15");
    let dated = read_date(fields, "dated");
    Some(Target {
        id: id?,
        title: title?,
        selection,
        place: place?,
        amount: amount?,
        from: from?,
        until,
        document: document?,
        dated: dated?,
    })
}

fn read_selection(fields: &mut TableReader<'_, '_>) -> TargetSelection {
    let campaign = fields.take_text("campaign", "campaign = \"giam-ngheo-2023\"");
    let has_campaign = fields.spans.contains_key("campaign");
    let campaign = campaign.and_then(|(text, span)| as_id(fields, "campaign", &text, span));
    let topic = read_number(fields, "topic", 1, 999).and_then(|number| u16::try_from(number).ok());
    if topic.is_some() && !has_campaign {
        let span = fields.spans["topic"].range.clone();
        fields.report_structural_problem(span, Finding::TargetTopicAlone, Hint::NameCampaign);
    }
    TargetSelection { campaign, topic, language: read_language(fields), hours: read_hours(fields) }
}

fn read_language(fields: &mut TableReader<'_, '_>) -> Option<String> {
    let (text, span) = fields.take_text("language", "language = \"cmo\"")?;
    let known_codes = BROADCAST_LANGUAGES.map(|language| language.code).join(", ");
    let hint = Hint::OneOf { values: known_codes };
    if !(2..=3).contains(&text.len()) || !text.bytes().all(|b| b.is_ascii_lowercase()) {
        fields.report_structural_problem(span, Finding::BadLanguage { text }, hint);
        return None;
    }
    if broadcast_language(&text).is_none() {
        fields.report_warning(span, Finding::RareLanguage { text: text.clone() }, hint);
    }
    Some(text)
}

fn read_hours(fields: &mut TableReader<'_, '_>) -> Option<(chrono::NaiveTime, chrono::NaiveTime)> {
    let example = "hours = \"05:00..07:00\"";
    let (text, span) = fields.take_text("hours", example)?;
    let hours = parse_time_range(&text);
    if hours.is_none() {
        let (finding, hint) = range_fault(text, example);
        fields.report_structural_problem(span, finding, hint);
    }
    hours
}

/// Reads the place. `None` if it has an error.
fn read_place(fields: &mut TableReader<'_, '_>) -> Option<TargetPlace> {
    let district = read_code(fields, "district", "district = \"663\"");
    let commune = read_code(fields, "commune", "commune = \"24691\"");
    let station = fields.take_text("station", "station = \"thuan-an\"");
    let station = station.and_then(|(text, span)| as_id(fields, "station", &text, span));
    let given_keys: Vec<&'static str> =
        ["district", "commune", "station"].into_iter().filter(|key| fields.spans.contains_key(key)).collect();
    if let [first, second, ..] = given_keys[..] {
        let span: Range<usize> = fields.spans[second].range.clone();
        let finding = Finding::TargetPlaces { first: first.to_owned(), second: second.to_owned() };
        fields.report_structural_problem(span, finding, Hint::KeepOnePlace);
        return None;
    }
    match given_keys.first() {
        None => Some(TargetPlace::AllStations),
        Some(&"district") => district.map(TargetPlace::District),
        Some(&"commune") => commune.map(TargetPlace::Commune),
        Some(_) => station.map(TargetPlace::Station),
    }
}

fn read_code(fields: &mut TableReader<'_, '_>, key: &'static str, example: &str) -> Option<String> {
    let (text, span) = fields.take_text(key, example)?;
    let code = as_title(fields, key, &text, span.clone())?;
    if code.len() > MAX_CODE_BYTES && code.is_ascii() {
        let finding = Finding::LongText { key: key.to_owned(), limit: MAX_CODE_BYTES };
        fields.report_structural_problem(span, finding, Hint::Write { example: example.to_owned() });
        return None;
    }
    Some(code)
}

/// Reads the amount. `None` if it has an error.
fn read_amount(fields: &mut TableReader<'_, '_>) -> Option<TargetAmount> {
    let mut read = |key, max| read_number(fields, key, 1, max).and_then(|number| u32::try_from(number).ok());
    let minutes_per_week = read("minutes-per-week", MAX_MINUTES_PER_WEEK).map(TargetAmount::MinutesPerWeek);
    let airings_per_week = read("airings-per-week", MAX_AIRINGS).map(TargetAmount::AiringsPerWeek);
    let airings_per_day = read("airings-per-day", MAX_AIRINGS).map(TargetAmount::AiringsPerDay);
    let keys = ["minutes-per-week", "airings-per-week", "airings-per-day"];
    let spans: Vec<Range<usize>> =
        keys.iter().filter_map(|key| fields.spans.get(key)).map(|span| span.range.clone()).collect();
    if spans.len() != 1 {
        let span = spans.get(1).cloned().unwrap_or_else(|| fields.spans[""].range.clone());
        fields.report_structural_problem(span, Finding::TargetAmount, Hint::AskOneAmount);
        return None;
    }
    minutes_per_week.or(airings_per_week).or(airings_per_day)
}
