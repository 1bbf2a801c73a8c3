//! `loa init`: makes a new station with sample content.
use std::fs;
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use clap::Args;

use crate::cli::exit::{EXIT_CONFIG, EXIT_OK, fail};
use crate::text::cli::CliText;
use crate::text::system::SystemText;
use crate::text::{Lang, Localize};

/// The files of the sample station: the path of each file in the station's folder, and its bytes. The root of this
/// repository is the sample station.
pub const SAMPLE: &[(&str, &[u8])] = &[
    ("station.toml", include_bytes!("../../../station.toml")),
    ("playlists/giam-ngheo-2023.toml", include_bytes!("../../../playlists/giam-ngheo-2023.toml")),
    ("playlists/thuong-nhat.toml", include_bytes!("../../../playlists/thuong-nhat.toml")),
    ("audio/nhac-hieu.ogg", include_bytes!("../../../audio/nhac-hieu.ogg")),
    ("audio/loi-chao.mp3", include_bytes!("../../../audio/loi-chao.mp3")),
    ("audio/loi-ket.mp3", include_bytes!("../../../audio/loi-ket.mp3")),
    ("audio/nuoc-sach.mp3", include_bytes!("../../../audio/nuoc-sach.mp3")),
    ("audio/phong-chay.mp3", include_bytes!("../../../audio/phong-chay.mp3")),
    ("audio/giao-thong.mp3", include_bytes!("../../../audio/giao-thong.mp3")),
    ("audio/muc-tieu-2023.mp3", include_bytes!("../../../audio/muc-tieu-2023.mp3")),
    ("audio/thi-dua.mp3", include_bytes!("../../../audio/thi-dua.mp3")),
    ("audio/can-bo.mp3", include_bytes!("../../../audio/can-bo.mp3")),
    ("audio/u-phan-ca-phe.mp3", include_bytes!("../../../audio/u-phan-ca-phe.mp3")),
    ("audio/guong-sang.mp3", include_bytes!("../../../audio/guong-sang.mp3")),
    ("audio/phe-phan.mp3", include_bytes!("../../../audio/phe-phan.mp3")),
    ("audio/viec-lam.mp3", include_bytes!("../../../audio/viec-lam.mp3")),
    ("audio/vay-von.mp3", include_bytes!("../../../audio/vay-von.mp3")),
];

/// Arguments of `loa init`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct InitArgs {
    #[arg(value_name = "DIR")]
    pub dir: PathBuf,
}

/// Makes a station in `dir`, which must be new or empty.
///
/// # Errors
/// If standard output cannot be written.
pub fn run(args: &InitArgs, lang: Lang) -> io::Result<u8> {
    let dir = args.dir.as_path();
    let path = dir.display().to_string();
    if fs::read_dir(dir).is_ok_and(|mut entries| entries.next().is_some()) {
        return Ok(fail(
            CliText::Error { text: CliText::NotEmpty { path }.localized(lang).to_string() }.localized(lang),
            EXIT_CONFIG,
        ));
    }
    if let Err(e) = write_sample(dir) {
        let message = CliText::Failed { what: path, detail: SystemText::from(&e) };
        return Ok(fail(message.localized(lang), EXIT_CONFIG));
    }
    let mut out = io::stdout().lock();
    writeln!(out, "{}", CliText::Made { path: path.clone() }.localized(lang))?;
    writeln!(out, "{}", CliText::MadeNext { path }.localized(lang))?;
    Ok(EXIT_OK)
}

/// Writes the sample station's files into `dir`.
///
/// # Errors
/// If a file or a folder cannot be written.
pub fn write_sample(dir: &Path) -> io::Result<()> {
    for (name, bytes) in SAMPLE {
        let path = dir.join(name);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent)?;
        }
        fs::write(path, bytes)?;
    }
    Ok(())
}
