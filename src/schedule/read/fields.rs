//! A table being read key by key: each key is taken once, and what is left over is unknown.
use std::collections::{BTreeMap, HashSet};
use std::ops::Range;

use toml::Spanned;
use toml::de::{DeTable, DeValue};

use crate::schedule::finding::Finding;
use crate::schedule::problem::{Problem, SourceSpan};
use crate::text::problem::{Hint, ProblemText};

/// A value with its key's and its own span.
pub type SpannedValue<'t, 's> = &'t Spanned<DeValue<'s>>;

/// A table of which keys are taken.
pub struct TableReader<'t, 's> {
    table: &'t DeTable<'s>,
    file: usize,
    /// Where the table is, for what it lacks.
    heading: Range<usize>,
    known: Vec<&'static str>,
    taken: HashSet<&'static str>,
    /// Where each key's value is.
    pub spans: BTreeMap<&'static str, SourceSpan>,
    /// What was found.
    pub problems: Vec<Problem>,
}

impl<'t, 's> TableReader<'t, 's> {
    /// Begins to read a table.
    pub fn new(table: &'t DeTable<'s>, file: usize, heading: Range<usize>) -> Self {
        let mut places = BTreeMap::new();
        places.insert("", SourceSpan { file, range: heading.clone() });
        Self { table, file, heading, known: Vec::new(), taken: HashSet::new(), spans: places, problems: Vec::new() }
    }

    /// The value of a key, if it is there.
    pub fn take(&mut self, key: &'static str) -> Option<SpannedValue<'t, 's>> {
        if !self.known.contains(&key) {
            self.known.push(key);
        }
        let (_, value) = self.table.iter().find(|(k, _)| k.get_ref() == key)?;
        self.taken.insert(key);
        self.spans.insert(key, self.span_in_file(value.span()));
        Some(value)
    }

    /// The value of a key that must be there; `example` is a whole line.
    pub fn require(&mut self, key: &'static str, example: &str) -> Option<SpannedValue<'t, 's>> {
        let value = self.take(key);
        if value.is_none() {
            let hint = Hint::AddKey { example: example.to_owned() };
            self.report_structural(self.heading.clone(), Finding::MissingKey { key: key.to_owned() }, hint);
        }
        value
    }

    /// A place in this file.
    pub fn span_in_file(&self, span: Range<usize>) -> SourceSpan {
        SourceSpan { file: self.file, range: span }
    }

    /// Notes an error that makes the file unusable as written.
    pub fn report_structural(&mut self, span: Range<usize>, finding: Finding, hint: Hint) {
        self.problems.push(Problem::structural(self.span_in_file(span), finding, hint));
    }

    /// Notes something unwise.
    pub fn report_warning(&mut self, span: Range<usize>, finding: Finding, hint: Hint) {
        self.problems.push(Problem::warning(self.span_in_file(span), finding, hint));
    }

    /// Notes that a value is of the wrong type.
    pub fn report_wrong_type(&mut self, key: &str, span: Range<usize>, wants: ProblemText, example: &str) {
        let finding = Finding::WrongType { key: key.to_owned(), wants };
        self.report_structural(span, finding, Hint::Write { example: example.to_owned() });
    }

    /// The text of a key, if it is there and is a text.
    pub fn text(&mut self, key: &'static str, example: &str) -> Option<(String, Range<usize>)> {
        let value = self.take(key)?;
        self.as_text(key, value, example)
    }

    /// A value as a text.
    pub fn as_text(&mut self, key: &str, value: SpannedValue<'t, 's>, example: &str) -> Option<(String, Range<usize>)> {
        match value.get_ref() {
            DeValue::String(text) => Some((text.to_string(), value.span())),
            _ => {
                self.report_wrong_type(key, value.span(), ProblemText::Text, example);
                None
            }
        }
    }

    /// What is left over is unknown. Gives back what was found, and where things stand.
    pub fn finish(mut self) -> (Vec<Problem>, BTreeMap<&'static str, SourceSpan>) {
        for (key, _) in self.table.iter() {
            let name = key.get_ref().to_string();
            if self.taken.contains(name.as_str()) {
                continue;
            }
            let hint = match closest_match(&name, self.known.iter().copied()) {
                Some(meant) => {
                    // The key that is missing is the one that is misspelt: one slip, one finding.
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

/// The nearest of some names, if one is near enough to be meant.
pub fn closest_match<'a>(name: &str, names: impl Iterator<Item = &'a str>) -> Option<String> {
    let lower = name.to_lowercase();
    let distance = |other: &str| strsim::damerau_levenshtein(&lower, other);
    let limit = (name.chars().count() / 3).clamp(1, 4);
    // Very long names are nobody's slip of the pen, and their distance is costly.
    let names = names.filter(|_| name.len() <= 100);
    names.map(|other| (distance(other), other)).filter(|(d, _)| *d <= limit).min().map(|(_, other)| other.to_owned())
}
