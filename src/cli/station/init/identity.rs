//! The identity of a new station: its name, its id and its agency, each as `station.toml` takes it.
use toml_edit::Value;

use crate::base::id::Id;
use crate::cli::exit::{EXIT_USAGE, fail};
use crate::schedule::sample::is_sample_id;
use crate::schedule::settings::Station;
use crate::schedule::station_name::{proposed_agency, proposed_id};
use crate::schedule::{SourceFile, read};
use crate::text::cli::CliText;
use crate::text::init::InitText;
use crate::text::problem::ProblemText;
use crate::text::{Lang, Localize};

/// Who a station is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationIdentity {
    /// Its id, which the log keeps for good.
    pub id: Id,
    /// The name that people use.
    pub name: String,
    /// The agency that runs it; can be empty.
    pub agency: String,
}

/// What the command line says of the identity. What it leaves out is proposed from the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenIdentity {
    pub name: Option<String>,
    pub id: Option<Id>,
    pub agency: Option<String>,
}

/// Why a text cannot be part of an identity, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityFault(pub String);

impl GivenIdentity {
    /// Takes the texts of the command line.
    ///
    /// # Errors
    /// If one of them cannot stand in `station.toml`.
    pub fn parse(
        name: Option<&str>,
        id: Option<&str>,
        agency: Option<&str>,
        lang: Lang,
    ) -> Result<Self, IdentityFault> {
        Ok(Self {
            name: name.map(|text| valid_name(text, lang)).transpose()?,
            id: id.map(|text| valid_id(text, lang)).transpose()?,
            agency: agency.map(|text| valid_agency(text, lang)).transpose()?,
        })
    }

    /// Returns the identity of a station with this name.
    ///
    /// # Errors
    /// If there is no id, and the name suggests none that a station can have.
    pub fn complete(self, name: String, lang: Lang) -> Result<StationIdentity, IdentityFault> {
        let id = match self.id {
            Some(id) => id,
            None => match proposed_id(&name) {
                Some(id) => valid_id(id.as_str(), lang)?,
                None => return Err(fault(&InitText::IdMissing { name }, lang)),
            },
        };
        let agency = self.agency.unwrap_or_else(|| proposed_agency(&name).unwrap_or_default());
        Ok(StationIdentity { id, name, agency })
    }
}

impl IdentityFault {
    /// Prints it as an error of the command line, and returns the exit code.
    pub fn report(&self, lang: Lang) -> u8 {
        fail(CliText::Error { text: self.0.clone() }.localized(lang), EXIT_USAGE)
    }
}

/// Returns the text as a station's name.
///
/// # Errors
/// If it is empty, too long, or has control characters.
pub fn valid_name(text: &str, lang: Lang) -> Result<String, IdentityFault> {
    Ok(station_with("name", text, lang)?.name)
}

/// Returns the text as an agency's name, which may be empty.
///
/// # Errors
/// If it is too long or has control characters.
pub fn valid_agency(text: &str, lang: Lang) -> Result<String, IdentityFault> {
    Ok(station_with("agency", text, lang)?.agency)
}

/// Returns the text as the id of a real station.
///
/// # Errors
/// If it is no id, or that of the sample.
pub fn valid_id(text: &str, lang: Lang) -> Result<Id, IdentityFault> {
    let id = station_with("id", text, lang)?.id;
    if is_sample_id(&id) { Err(fault(&InitText::IdOfSample { id: id.to_string() }, lang)) } else { Ok(id) }
}

/// Reads a `station.toml` that has this key alone: what `loa run` takes is what `loa init` takes.
fn station_with(key: &str, text: &str, lang: Lang) -> Result<Station, IdentityFault> {
    let settings = format!("[station]\n{key} = {}\n", Value::from(text.trim()));
    let parsed = read(&[SourceFile::new("station.toml", settings.as_bytes())]);
    match parsed.problems.iter().find(|problem| problem.is_structural) {
        None => Ok(parsed.schedule.station),
        Some(problem) => {
            let (word, hint) = (ProblemText::HintWord.localized(lang), problem.hint.localized(lang));
            Err(IdentityFault(format!("{}\n{word}: {hint}", problem.finding.localized(lang))))
        }
    }
}

fn fault(text: &InitText, lang: Lang) -> IdentityFault {
    IdentityFault(text.localized(lang).to_string())
}
