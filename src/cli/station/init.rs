//! `loa init`: makes a new station, with an identity of its own.
mod files;
mod identity;
mod new_files;
mod questions;

use std::fs;
use std::io::{self, IsTerminal, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, EXIT_PROBLEMS, EXIT_USAGE, fail};
use crate::cli::shell_words::shell_word;
use crate::text::cli::CliText;
use crate::text::init::InitText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize, print_stderr};
use files::{InitialContent, write_station};
use identity::{GivenIdentity, StationIdentity};
use questions::Questions;

pub use files::write_sample;

/// Arguments of `loa init`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct InitArgs {
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
    #[arg(long, value_name = "TEXT")]
    pub name: Option<String>,
    #[arg(id = "new_id", long = "id", value_name = "ID")]
    pub id: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub agency: Option<String>,
    #[arg(long)]
    pub empty: bool,
    #[arg(long, conflicts_with_all = ["name", "new_id", "agency", "empty"])]
    pub sample: bool,
}

/// Makes a station in `dir`, which must be new or empty. Asks questions only if no name is given, because commands that
/// are pasted into a terminal must not become answers.
///
/// # Errors
/// If the terminal or standard output fails.
pub fn run(args: &InitArgs, lang: Lang) -> io::Result<u8> {
    let path = shell_word(&args.dir.display().to_string());
    if fs::read_dir(&args.dir).is_ok_and(|mut entries| entries.next().is_some()) {
        let text = CliText::NotEmpty { path }.localized(lang).to_string();
        return Ok(fail(CliText::Error { text }.localized(lang), EXIT_CONFIG));
    }
    if args.sample {
        return finish(
            write_sample(&args.dir),
            &args.dir,
            lang,
            &[InitText::MadeSampleStation { path: path.clone() }, InitText::NextWithSample { path }],
        );
    }
    let given = match GivenIdentity::parse(args.name.as_deref(), args.id.as_deref(), args.agency.as_deref(), lang) {
        Ok(given) => given,
        Err(fault) => return Ok(fault.report(lang)),
    };
    let (identity, content) = match given.name.clone() {
        Some(name) => match given.complete(name, lang) {
            Ok(identity) => (identity, if args.empty { InitialContent::Blank } else { InitialContent::Sample }),
            Err(fault) => return Ok(fault.report(lang)),
        },
        None if io::stdin().is_terminal() => {
            let mut questions = Questions { input: io::stdin().lock(), output: io::stderr(), lang };
            match questions.ask(given, args.empty.then_some(InitialContent::Blank))? {
                Some(station) => station,
                None => return Ok(fail(InitText::NotMade {}.localized(lang), EXIT_PROBLEMS)),
            }
        }
        None => {
            let text = InitText::NameMissing {}.localized(lang).to_string();
            print_stderr!("{}", CliText::Error { text }.localized(lang));
            return Ok(fail(InitText::NameHint { path }.localized(lang), EXIT_USAGE));
        }
    };
    let write_result = write_station(&args.dir, &identity, content);
    finish(write_result, &args.dir, lang, &success_messages(identity, content, path))
}

/// Returns the messages about a new station.
fn success_messages(identity: StationIdentity, content: InitialContent, path: String) -> Vec<InitText> {
    let StationIdentity { id, name, .. } = identity;
    let made = [InitText::Made { name, path: path.clone() }, InitText::MadeAs { id: id.to_string() }];
    let about_content = match content {
        InitialContent::Sample => vec![InitText::SampleInside {}, InitText::NextWithContent { path }],
        InitialContent::Blank => vec![InitText::NextWhenEmpty { path }],
    };
    made.into_iter().chain(about_content).collect()
}

/// Prints the messages, or why the station could not be written.
fn finish(write_result: io::Result<()>, dir: &Path, lang: Lang, messages: &[InitText]) -> io::Result<u8> {
    if let Err(error) = write_result {
        let message = CliText::Failed { what: dir.display().to_string(), detail: SystemText::from(&error) };
        return Ok(fail(message.localized(lang), EXIT_CONFIG));
    }
    let mut out = io::stdout().lock();
    for message in messages {
        writeln!(out, "{}", message.to_plain(lang))?;
    }
    Ok(EXIT_OK)
}
