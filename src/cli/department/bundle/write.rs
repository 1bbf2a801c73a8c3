//! Writes a bundle to a folder or a ZIP file.
use std::fs;
use std::io;
use std::path::Path;

use crate::base::durable;
use crate::cli::exit::{EXIT_PROBLEMS, fail};
use crate::cli::table::strip_unprintable;
use crate::department::bundle::archive::write_zip;
use crate::department::bundle::{BundleFiles, STATEMENT};
use crate::text::bundle::BundleText;
use crate::text::cli::CliText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize};

fn is_zip(output: &Path) -> bool {
    output.extension().is_some_and(|extension| extension.eq_ignore_ascii_case("zip"))
}

/// Refuses a folder that has something in it: the bundle would be mixed with it, and would not verify. Prints the reason
/// and returns the exit code.
///
/// # Errors
/// If the folder cannot be read.
pub(super) fn refuse_taken_output(output: &Path, lang: Lang) -> io::Result<Option<u8>> {
    let is_free = match fs::read_dir(output) {
        Err(e) if e.kind() == io::ErrorKind::NotFound => true,
        Err(e) if e.kind() == io::ErrorKind::NotADirectory => is_zip(output),
        Err(e) => return Err(e),
        Ok(mut entries) => entries.next().is_none() && !is_zip(output),
    };
    let taken = BundleText::OutputTaken { path: strip_unprintable(&output.display().to_string()) };
    Ok((!is_free).then(|| fail(taken.localized(lang), EXIT_PROBLEMS)))
}

/// Writes the files. If that fails, prints the reason and returns the exit code.
///
/// # Errors
/// If the files cannot be packed.
pub(super) fn write_bundle(output: &Path, files: &BundleFiles, lang: Lang) -> io::Result<Result<(), u8>> {
    let written =
        if is_zip(output) { durable::replace(output, &write_zip(files)?) } else { write_folder(output, files) };
    Ok(written.map_err(|error| {
        let what = strip_unprintable(&output.display().to_string());
        fail(CliText::Failed { what, detail: SystemText::from(&error) }.localized(lang), EXIT_PROBLEMS)
    }))
}

/// Writes the files to a folder; the signed statement last, so that a bundle that was written in part is not taken for a
/// whole one.
fn write_folder(folder: &Path, files: &BundleFiles) -> io::Result<()> {
    let paths: Vec<_> = files.keys().filter(|path| *path != STATEMENT).map(|path| (path, folder.join(path))).collect();
    for (name, path) in &paths {
        durable::write_unsynced(path, &files[*name])?;
    }
    durable::sync_files(paths.iter().map(|(_, path)| (path.as_path(), None)))?;
    durable::replace(&folder.join(STATEMENT), &files[STATEMENT])
}
