//! Writes the result of a command to the file that `--output` names, or to standard output.
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use super::exit::{EXIT_PROBLEMS, EXIT_USAGE, fail};
use super::table::strip_unprintable;
use crate::base::durable;
use crate::text::cli::{CliText, with_hint};
use crate::text::system::SystemText;
use crate::text::{Lang, Localize, print_stderr};

/// Refuses to print binary data on a terminal: prints what to type instead, and returns the exit code. Returns `None`
/// if the data can be written.
pub fn refuse_binary_terminal(output: Option<&Path>, extension: &str, lang: Lang) -> Option<u8> {
    (output.is_none() && io::stdout().is_terminal()).then(|| needs_file(extension, lang))
}

/// Prints that a format needs `--output`, with an example of a file name with that extension, and returns the exit
/// code.
pub fn needs_file(extension: &str, lang: Lang) -> u8 {
    let (format, hint) = (extension.to_owned(), CliText::NameAFile { ending: extension.to_owned() });
    fail(with_hint(&CliText::NeedsFile { format }, &hint, lang), EXIT_USAGE)
}

/// Writes the bytes. For a file, prints on standard error the message that `success_text` makes from its name. Returns
/// an exit code if the file cannot be written.
///
/// # Errors
/// If standard output cannot be written.
pub fn write_output(
    output: Option<&Path>,
    bytes: &[u8],
    success_text: impl FnOnce(String) -> CliText,
    lang: Lang,
) -> io::Result<Option<u8>> {
    let Some(path) = output else {
        io::stdout().lock().write_all(bytes)?;
        return Ok(None);
    };
    let name = path.display().to_string();
    if let Some(folder) = path.parent().filter(|folder| !folder.as_os_str().is_empty() && !folder.is_dir()) {
        let text = CliText::NoFolderForOutput { path: strip_unprintable(&folder.display().to_string()) };
        return Ok(Some(fail(text.localized(lang), EXIT_PROBLEMS)));
    }
    match durable::replace(path, bytes) {
        Ok(()) => {
            print_stderr!("{}", success_text(name).localized(lang));
            Ok(None)
        }
        Err(error) => {
            let failure = CliText::Failed { what: name, detail: SystemText::from(&error) };
            Ok(Some(fail(failure.localized(lang), EXIT_PROBLEMS)))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_missing_folder_is_not_made() {
        let folder = tempfile::tempdir().expect("make a temporary folder");
        let output = folder.path().join("missing/page.csv");
        let success_text = |path| CliText::Written { path };
        let code = write_output(Some(&output), b"x", success_text, Lang::En).expect("refuse the output");
        assert_eq!(code, Some(EXIT_PROBLEMS));
        assert!(!folder.path().join("missing").exists());
    }
}
