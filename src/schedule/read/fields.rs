//! Reads a table key by key, and reports every key that no reader took.
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::{Hint, ProblemText};

/// A value of the document with its span.
pub type SpannedValue<'t, 's> = &'t Spanned<DeValue<'s>>;

/// A table whose keys are taken one by one.
pub struct TableReader<'t, 's> {
    table: &'t DeTable<'s>,
    file_index: usize,
    /// The byte range of the table's heading, where missing keys are reported.
    heading: Range<usize>,
    /// The keys that readers have asked for.
    known_keys: Vec<&'static str>,
    /// The keys of the table that readers have taken.
    taken_keys: HashSet<&'static str>,
    /// The spans of the values that were taken, by key; the key `""` stands for the heading.
    pub spans: BTreeMap<&'static str, SourceSpan>,
    /// The problems found so far.
    pub problems: Vec<Problem>,
}

impl<'t, 's> TableReader<'t, 's> {
    /// Creates a reader of a table; `heading` is the byte range of the table's heading.
    pub fn new(table: &'t DeTable<'s>, file_index: usize, heading: Range<usize>) -> Self {
        let mut spans = BTreeMap::new();
        spans.insert("", SourceSpan { file_index, range: heading.clone() });
        Self {
            table,
            file_index,
            heading,
            known_keys: Vec::new(),
            taken_keys: HashSet::new(),
            spans,
            problems: Vec::new(),
        }
    }

    /// Takes the value of a key; `None` when it is missing.
    pub fn take(&mut self, key: &'static str) -> Option<SpannedValue<'t, 's>> {
        if !self.known_keys.contains(&key) {
            self.known_keys.push(key);
        }
        let (_, value) = self.table.iter().find(|(k, _)| k.get_ref() == key)?;
        self.taken_keys.insert(key);
        self.spans.insert(key, self.span_in_file(value.span()));
        Some(value)
    }

    /// Takes the value of a required key; reports a missing key. `example` is a complete line.
    pub fn require(&mut self, key: &'static str, example: &str) -> Option<SpannedValue<'t, 's>> {
        let value = self.take(key);
        if value.is_none() {
            let hint = Hint::AddKey { example: example.to_owned() };
            self.report_structural_problem(self.heading.clone(), Finding::MissingKey { key: key.to_owned() }, hint);
        }
        value
    }

    /// Returns the span of a byte range in this file.
    pub fn span_in_file(&self, range: Range<usize>) -> SourceSpan {
        SourceSpan { file_index: self.file_index, range }
    }

    /// Reports an error that makes the file unusable as it is written.
    pub fn report_structural_problem(&mut self, span: Range<usize>, finding: Finding, hint: Hint) {
        self.problems.push(Problem::structural_error(self.span_in_file(span), finding, hint));
    }

    /// Reports a warning about an unwise value.
    pub fn report_warning(&mut self, span: Range<usize>, finding: Finding, hint: Hint) {
        self.problems.push(Problem::warning(self.span_in_file(span), finding, hint));
    }

    /// Reports that a value has the wrong type.
    pub fn report_wrong_type(&mut self, key: &str, span: Range<usize>, wants: ProblemText, example: &str) {
        let finding = Finding::WrongType { key: key.to_owned(), wants };
        self.report_structural_problem(span, finding, Hint::Write { example: example.to_owned() });
    }

    /// Takes the string value of a key; reports a value of another type.
    pub fn take_text(&mut self, key: &'static str, example: &str) -> Option<(String, Range<usize>)> {
        let value = self.take(key)?;
        self.as_text(key, value, example)
    }

    /// Returns the string in a value; reports a value of another type.
    pub fn as_text(&mut self, key: &str, value: SpannedValue<'t, 's>, example: &str) -> Option<(String, Range<usize>)> {
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), value.span())),
            _ => {
                self.report_wrong_type(key, value.span(), ProblemText::Text, example);
                None
            }
        }
    }

    /// Reports all keys that were not taken. Returns the problems and the spans of the values.
    pub fn finish(mut self) -> (Vec<Problem>, BTreeMap<&'static str, SourceSpan>) {
        for (key, _) in self.table.iter() {
            let name = key.get_ref().to_string();
            if self.taken_keys.contains(name.as_str()) {
                continue;
            }
            let hint = match closest_match(&name, self.known_keys.iter().copied()) {
                Some(intended_key) => {
                    // The misspelt key was also reported as missing, but one mistake gets only one finding.
                    let is_missing_key =
                        |p: &Problem| matches!(&p.finding, Finding::MissingKey { key } if *key == intended_key);
                    self.problems.retain(|p| !is_missing_key(p));
                    Hint::DidYouMean { name: intended_key }
                }
                None => Hint::KeysHere { keys: self.known_keys.join(", ") },
            };
            self.report_structural_problem(key.span(), Finding::UnknownKey { key: name }, hint);
        }
        (self.problems, self.spans)
    }
}

/// Returns the candidate closest to `name`, if it is close enough to be the intended one.
pub fn closest_match<'a>(name: &str, candidates: impl Iterator<Item = &'a str>) -> Option<String> {
    let lowercase_name = name.to_lowercase();
    let distance = |candidate: &str| strsim::damerau_levenshtein(&lowercase_name, candidate);
    let max_distance = (name.chars().count() / 3).clamp(1, 4);
    // A very long name is unlikely to be a typing error, and computing its distance is slow.
    let candidates = candidates.filter(|_| name.len() <= 100);
    candidates
        .map(|candidate| (distance(candidate), candidate))
        .filter(|(d, _)| *d <= max_distance)
        .min()
        .map(|(_, candidate)| candidate.to_owned())
}
