//! Reads the details of a station from the command line.
use chrono::NaiveDate;
use chrono_tz::Tz;
use unicode_normalization::UnicodeNormalization;

use super::args::EnrolArgs;
use crate::base::limits::MAX_TITLE_CHARS;
use crate::cli::exit::{EXIT_USAGE, fail};
use crate::cli::table::strip_unprintable;
use crate::cli::today::today_in;
use crate::department::places::{PlaceFault, UnitList};
use crate::department::registry::{AdminArea, Contact, StationDetails};
use crate::text::department::DepartmentText;
use crate::text::enrolment::EnrolmentText;
use crate::text::{Lang, Localize};

/// Returns the details that were typed. A place is completed as it is on `date`, or else today. If something cannot be
/// used, prints the reason and returns the exit code.
pub(super) fn typed_details(args: &EnrolArgs, date: Option<NaiveDate>, lang: Lang) -> Result<StationDetails, u8> {
    let name = args.name.as_deref().map(|text| typed_text(text, "--name", lang)).transpose()?;
    let date = date.unwrap_or_else(|| today_in(Tz::Asia__Ho_Chi_Minh));
    let areas = args.place.as_deref().map(|text| typed_areas(text, date, lang)).transpose()?.unwrap_or_default();
    let parts = [(&args.post, "--post"), (&args.phone, "--phone"), (&args.mail, "--mail")];
    let parts = parts.map(|(part, option)| part.as_deref().map(|text| typed_text(text, option, lang)).transpose());
    let [post, phone, mail] = parts;
    let (post, phone, mail) = (post?, phone?, mail?);
    let is_given = post.is_some() || phone.is_some() || mail.is_some();
    let contact =
        Contact { post: post.unwrap_or_default(), phone: phone.unwrap_or_default(), mail: mail.unwrap_or_default() };
    Ok(StationDetails { name, areas, contact: is_given.then_some(contact) })
}

/// Returns a name or a part of the contact as the registry keeps it.
fn typed_text(text: &str, option: &str, lang: Lang) -> Result<String, u8> {
    let text: String = strip_unprintable(text).trim().nfc().collect();
    if text.chars().count() > MAX_TITLE_CHARS {
        let message = EnrolmentText::BadText { option: option.to_owned(), limit: MAX_TITLE_CHARS };
        return Err(fail(message.localized(lang), EXIT_USAGE));
    }
    Ok(text)
}

fn typed_areas(text: &str, date: NaiveDate, lang: Lang) -> Result<Vec<AdminArea>, u8> {
    let fault = match UnitList::shipped().resolve(text, date) {
        Ok(areas) => return Ok(areas),
        Err(fault) => fault,
    };
    let text = strip_unprintable(text);
    let message = match fault {
        PlaceFault::Unknown => DepartmentText::BadPlace { text }.localized(lang).to_string(),
        PlaceFault::Ambiguous(areas) => {
            let candidates = areas.iter().map(|area| format!("\n  {}", area.line())).collect::<String>();
            EnrolmentText::AmbiguousPlace { text, candidates }.localized(lang).to_string()
        }
    };
    Err(fail(message, EXIT_USAGE))
}
