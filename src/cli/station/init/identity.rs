//! The identity of a new station: its name, its id and its agency, each as `station.toml` accepts it.
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

/// The name, the id and the agency of a station.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StationIdentity {
    /// Its id, which the log keeps for good.
    pub id: Id,
    /// The name that people use.
    pub name: String,
    /// The agency that runs it; can be empty.
    pub agency: String,
}

/// The parts of an identity that the command line gives. The missing ones are proposed from the name.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct GivenIdentity {
    pub name: Option<String>,
    pub id: Option<Id>,
    pub agency: Option<String>,
}

/// The reason why a value cannot be part of an identity, in the reader's language.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdentityFault(pub String);

impl GivenIdentity {
    /// Parses the values of the command line.
    ///
    /// # Errors
    /// If `station.toml` does not accept one of them.
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
    /// If no id is given, and no valid one can be made from the name.
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
    /// Prints the fault as an error in the command line, and returns the exit code.
    pub fn report(&self, lang: Lang) -> u8 {
        fail(CliText::Error { text: self.0.clone() }.localized(lang), EXIT_USAGE)
    }
}

/// Returns the text as a station's name.
///
/// # Errors
/// If it is empty, too long, or has control characters.
pub fn valid_name(text: &str, lang: Lang) -> Result<String, IdentityFault> {
    Ok(parse_station_setting("name", text, lang)?.name)
}

/// Returns the text as an agency's name, which may be empty.
///
/// # Errors
/// If it is too long or has control characters.
pub fn valid_agency(text: &str, lang: Lang) -> Result<String, IdentityFault> {
    Ok(parse_station_setting("agency", text, lang)?.agency)
}

/// Returns the text as the id of a real station.
///
/// # Errors
/// If it is not a valid id, or is the id of the sample.
pub fn valid_id(text: &str, lang: Lang) -> Result<Id, IdentityFault> {
    let id = parse_station_setting("id", text, lang)?.id;
    if is_sample_id(&id) { Err(fault(&InitText::IdOfSample { id: id.to_string() }, lang)) } else { Ok(id) }
}

/// Reads a `station.toml` with this key only, so that `loa init` accepts exactly the values that `loa run` accepts.
fn parse_station_setting(key: &str, text: &str, lang: Lang) -> Result<Station, IdentityFault> {
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
