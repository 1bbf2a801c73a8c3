//! Verifies a proof bundle for `loa verify`.
use std::borrow::Cow;
use std::fs::File;
use std::io::{self, BufReader, Read, Write};
use std::path::Path;

use serde_json::{Map, Value, json};

use crate::base::durable;
use crate::cli::args::CliFormat;
use crate::cli::exit::{EXIT_OK, EXIT_PROBLEMS};
use crate::cli::table::strip_unprintable;
use crate::department::bundle::archive::{MAX_ZIP_BYTES, read_zip};
use crate::department::bundle::content::Claims;
use crate::department::bundle::folder::{is_bundle_folder, read_folder};
use crate::department::bundle::list::{COLUMNS, list_row};
use crate::department::bundle::verify::{AiringVerdict, BundleFault, BundleVerdict, verify_bundle};
use crate::department::bundle::wording::proved_sentence;
use crate::department::registry::fingerprint;
use crate::department::report::figures::format_date;
use crate::proof::note::VerifierKey;
use crate::text::bundle::{BundleText, ProvedText};
use crate::text::count::Grouped;
use crate::text::{Lang, Localize};

/// The maximum number of faults of the bundle as a whole that are printed.
const MAX_PRINTED_FAULTS: usize = 20;
/// The first bytes of a ZIP file: of one with files, and of an empty one.
const ZIP_SIGNATURES: [&[u8]; 2] = [b"PK\x03\x04", b"PK\x05\x06"];

/// Returns true if a path is a bundle, in a folder or a ZIP file, or a file that is named like one.
pub(super) fn is_bundle(path: &Path) -> bool {
    if path.is_dir() {
        return is_bundle_folder(path);
    }
    if path.is_file() && path.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip")) {
        return true;
    }
    let mut start = [0; 4];
    let file = durable::open_regular(path).ok();
    let is_read = file.is_some_and(|mut file| file.read_exact(&mut start).is_ok());
    is_read && ZIP_SIGNATURES.contains(&start.as_slice())
}

/// Verifies a bundle, prints the verdict, and returns the exit code.
pub(super) fn verify_bundle_at(
    path: &Path,
    department: Option<&VerifierKey>,
    format: CliFormat,
    lang: Lang,
) -> io::Result<u8> {
    let files = if path.is_dir() { read_folder(path)? } else { read_zip_file(&durable::open_regular(path)?)? };
    let verdict = match files {
        Ok(files) => verify_bundle(&files, department),
        Err(fault) => BundleVerdict { faults: vec![fault], ..BundleVerdict::default() },
    };
    match format {
        CliFormat::Json => writeln!(io::stdout(), "{:#}", verdict_json(&verdict, department.is_some()))?,
        CliFormat::Text => print_text(&verdict, department.is_some(), lang)?,
    }
    Ok(if verdict.is_whole() { EXIT_OK } else { EXIT_PROBLEMS })
}

fn read_zip_file(file: &File) -> io::Result<Result<crate::department::bundle::BundleFiles, BundleFault>> {
    if file.metadata()?.len() > MAX_ZIP_BYTES {
        return Ok(Err(BundleFault::TooLarge));
    }
    Ok(read_zip(BufReader::new(file)))
}

/// Returns the department's claims if it has signed them and nothing was changed; otherwise none.
fn vouched_claims<'a>(verdict: &BundleVerdict, claims: &'a Claims) -> Cow<'a, Claims> {
    if verdict.faults.is_empty() { Cow::Borrowed(claims) } else { Cow::Owned(Claims::default()) }
}

fn airing_sentence(verdict: &BundleVerdict, number: usize, airing: &AiringVerdict, lang: Lang) -> String {
    match airing {
        Ok((proved, claims)) => proved_sentence(number, proved, &vouched_claims(verdict, claims), lang),
        Err(fault) => ProvedText::NotProved { number, fault: fault.text() }.to_plain(lang),
    }
}

fn print_text(verdict: &BundleVerdict, is_key_given: bool, lang: Lang) -> io::Result<()> {
    let mut lines = Vec::new();
    let say = |text: BundleText| text.to_plain(lang);
    let statement = verdict.statement.as_ref().filter(|_| verdict.is_whole());
    if let Some(statement) = statement {
        let (from, until) = (format_date(statement.range.from), format_date(statement.range.until));
        lines.push(say(BundleText::Whole { airings: Grouped(statement.airings.into()), from, until }));
    }
    let faults = verdict.faults.iter().take(MAX_PRINTED_FAULTS);
    lines.extend(faults.map(|fault| say(BundleText::NotWhole { fault: fault.text() })));
    let omitted = verdict.faults.len().saturating_sub(MAX_PRINTED_FAULTS);
    if omitted > 0 {
        lines.push(say(BundleText::MoreFaults { count: omitted }));
    }
    if !verdict.faults.is_empty() && verdict.airings.iter().any(Result::is_ok) {
        lines.push(say(BundleText::NamesHidden {}));
    }
    let airings = verdict.airings.iter().enumerate();
    lines.extend(airings.map(|(index, airing)| airing_sentence(verdict, index + 1, airing, lang)));
    if let Some(statement) = statement.filter(|statement| statement.without_outcome > 0) {
        lines.push(say(BundleText::WithoutOutcome { airings: Grouped(statement.without_outcome.into()) }));
    }
    if let Some(key) = &verdict.department {
        lines.push(say(match is_key_given {
            true => BundleText::KeyGiven {},
            false => BundleText::KeyOwn { code: fingerprint(key) },
        }));
        lines.push(say(BundleText::Limits {}));
    }
    let mut out = io::stdout().lock();
    lines.iter().try_for_each(|line| writeln!(out, "{}", strip_unprintable(line)))
}

fn verdict_json(verdict: &BundleVerdict, is_key_given: bool) -> Value {
    let detail = |fault: &BundleFault| fault.text().to_plain(Lang::En);
    let airing_json = |(index, airing): (usize, &AiringVerdict)| {
        let number = index + 1;
        let mut object: Map<String, Value> = match airing {
            Ok((proved, claims)) => {
                let cells = list_row(number, proved, &vouched_claims(verdict, claims)).into_iter().map(Value::from);
                COLUMNS.iter().map(|column| (*column).to_owned()).zip(cells).collect()
            }
            Err(fault) => Map::from_iter([
                ("number".to_owned(), json!(number.to_string())),
                ("fault".to_owned(), json!(detail(fault))),
            ]),
        };
        object.insert("proved".to_owned(), json!(airing.is_ok()));
        Value::Object(object)
    };
    let statement = verdict.statement.as_ref();
    json!({
        "whole": verdict.is_whole(),
        "faults": verdict.faults.iter().map(detail).collect::<Vec<_>>(),
        "from": statement.map(|statement| statement.range.from.to_string()),
        "until": statement.map(|statement| statement.range.until.to_string()),
        "without_outcome": statement.map(|statement| statement.without_outcome),
        "department_key": verdict.department.as_ref().map(ToString::to_string),
        "key_checked": is_key_given,
        "airings": verdict.airings.iter().enumerate().map(airing_json).collect::<Vec<_>>(),
    })
}
