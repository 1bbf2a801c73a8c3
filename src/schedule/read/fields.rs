//! Reads a table key by key; the keys that nobody took are unknown.
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
    file: usize,
    /// The table's heading, where missing keys are reported.
    heading: Range<usize>,
    known: Vec<&'static str>,
    taken: HashSet<&'static str>,
    /// The values of the keys that were taken; `""` is the heading.
    pub spans: BTreeMap<&'static str, SourceSpan>,
    /// The problems found so far.
    pub problems: Vec<Problem>,
}

impl<'t, 's> TableReader<'t, 's> {
    /// Starts to read a table.
    pub fn new(table: &'t DeTable<'s>, file: usize, heading: Range<usize>) -> Self {
        let mut places = BTreeMap::new();
        places.insert("", SourceSpan { file, range: heading.clone() });
        Self { table, file, heading, known: Vec::new(), taken: HashSet::new(), spans: places, problems: Vec::new() }
    }

    /// Takes the value of a key; `None` when it is missing.
    pub fn take(&mut self, key: &'static str) -> Option<SpannedValue<'t, 's>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        let (_, value) = self.table.iter().find(|(k, _)| k.get_ref() == key)?;
        self.taken.insert(key);
        self.spans.insert(key, self.span_in_file(value.span()));
        Some(value)
    }

    /// Takes the value of a required key; reports it when missing. `example` is a whole line.
    pub fn require(&mut self, key: &'static str, example: &str) -> Option<SpannedValue<'t, 's>> {
        let value = self.take(key);
        if value.is_none() {
            let hint = Hint::AddKey { example: example.to_owned() };
            self.report_structural(self.heading.clone(), Finding::MissingKey { key: key.to_owned() }, hint);
        }
        value
    }

    /// Returns a place in this file.
    pub fn span_in_file(&self, span: Range<usize>) -> SourceSpan {
        SourceSpan { file: self.file, range: span }
    }

    /// Reports an error that makes the file unusable as it is written.
    pub fn report_structural(&mut self, span: Range<usize>, finding: Finding, hint: Hint) {
        self.problems.push(Problem::structural(self.span_in_file(span), finding, hint));
    }

    /// Reports something unwise.
    pub fn report_warning(&mut self, span: Range<usize>, finding: Finding, hint: Hint) {
        self.problems.push(Problem::warning(self.span_in_file(span), finding, hint));
    }

    /// Reports that a value has the wrong type.
    pub fn report_wrong_type(&mut self, key: &str, span: Range<usize>, wants: ProblemText, example: &str) {
        let finding = Finding::WrongType { key: key.to_owned(), wants };
        self.report_structural(span, finding, Hint::Write { example: example.to_owned() });
    }

    /// Takes the text of a key; reports a value that is not a text.
    pub fn text(&mut self, key: &'static str, example: &str) -> Option<(String, Range<usize>)> {
        let value = self.take(key)?;
        self.as_text(key, value, example)
    }

    /// Returns a value as text; reports one that is not a text.
    pub fn as_text(&mut self, key: &str, value: SpannedValue<'t, 's>, example: &str) -> Option<(String, Range<usize>)> {
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), value.span())),
            _ => {
                self.report_wrong_type(key, value.span(), ProblemText::Text, example);
                None
            }
        }
    }

    /// Reports all keys that were not taken. Returns the problems and the places of the keys.
    pub fn finish(mut self) -> (Vec<Problem>, BTreeMap<&'static str, SourceSpan>) {
        for (key, _) in self.table.iter() {
            let name = key.get_ref().to_string();
            if self.taken.contains(name.as_str()) {
                continue;
            }
            let hint = match closest_match(&name, self.known.iter().copied()) {
                Some(meant) => {
                    // The missing key is the misspelt one: one slip, one finding.
                    let same = |p: &Problem| matches!(&p.finding, Finding::MissingKey { key } if *key == meant);
                    self.problems.retain(|p| !same(p));
                    Hint::DidYouMean { name: meant }
                }
                None => Hint::KeysHere { keys: self.known.join(", ") },
            };
            self.report_structural(key.span(), Finding::UnknownKey { key: name }, hint);
        }
        (self.problems, self.spans)
    }
}

/// Returns the name closest to a text, if one is close enough to be meant.
pub fn closest_match<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let lower = name.to_lowercase();
    let distance = |other: &str| strsim::damerau_levenshtein(&lower, other);
    let limit = (name.chars().count() / 3).clamp(1, 4);
    // Nobody mistypes a very long name, and its distance is costly.
    let names = names.filter(|_| name.len() <= 100);
    names.map(|other| (distance(other), other)).filter(|(d, _)| *d <= limit).min().map(|(_, other)| other.to_owned())
}
