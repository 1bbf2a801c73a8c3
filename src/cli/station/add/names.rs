//! Finds ids and file names for new segments.
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::cli::table::is_invisible_or_bidi;
use crate::library::{Scan, file};
use crate::schedule::Id;

/// The maximum number of names that are tried for one file.
const MAX_NAME_ATTEMPTS: u32 = 1000;
/// The maximum length of an id made from a title, in bytes. Such an id is ASCII.
const MAX_SLUG_BYTES: usize = 48;
/// The maximum length of a file's name without its extension, in bytes. A playlist permits 200 bytes for
/// the whole name, and a number may follow the stem.
const MAX_STEM_BYTES: usize = 160;
/// The maximum length of an extension, in bytes.
const MAX_EXTENSION_BYTES: usize = 8;

/// Makes an id from the title. If the id is taken, appends a number.
pub(super) fn unused_id(title: &str, is_taken: impl Fn(&Id) -> bool) -> Id {
    let slug = make_slug(title);
    let numbered = (2..).filter_map(|n| Id::new(&format!("{slug}-{n}")));
    let mut ids = Id::new(&slug).into_iter().chain(numbered).filter(|id| !is_taken(id));
    ids.next().unwrap_or_else(|| unreachable!("one of the numbered ids is free"))
}

/// Returns a file name for `audio/`. The name is free, or the file with this name has the same bytes. A file that is
/// already in `audio/` keeps its name.
pub(super) fn unused_name(audio: &Path, path: &Path, scan: &Scan) -> String {
    if let (Ok(audio_path), Ok(file_path)) = (audio.canonicalize(), path.canonicalize())
        && let Ok(name) = file_path.strip_prefix(&audio_path)
        && let Some(name) = name.to_str().filter(|name| crate::schedule::read::playlist::stays_inside_folder(name))
    {
        return name.to_owned();
    }
    let file_name = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let file_name: String = file_name
        .nfc()
        .map(|c| if c.is_control() || is_invisible_or_bidi(c) || "?*:<>|\"\\".contains(c) { '-' } else { c })
        .collect();
    let (stem, extension) = split_file_name(&file_name);
    let has_same_bytes = |name: &str| {
        let mut existing = file::open_in(audio, Path::new(name)).ok()?;
        file::sha256(&mut existing).ok().map(|(sha256, _)| sha256 == scan.sha256)
    };
    let is_usable = |name: &String| audio.join(name).symlink_metadata().is_err() || has_same_bytes(name) == Some(true);
    let numbered_names = (2..MAX_NAME_ATTEMPTS).map(|n| format!("{stem}-{n}.{extension}"));
    let mut names = std::iter::once(format!("{stem}.{extension}")).chain(numbered_names);
    names.find(is_usable).unwrap_or_else(|| format!("{}.{extension}", scan.sha256))
}

/// Splits a file name into a stem and an extension that every file system accepts: not too long, without spaces or dots
/// at their ends.
fn split_file_name(file_name: &str) -> (String, String) {
    let is_blank_or_dot = |c: char| c.is_whitespace() || c == '.';
    let file_name = file_name
        .trim_start_matches(|c| is_blank_or_dot(c) || matches!(c, '#' | '~'))
        .trim_end_matches(is_blank_or_dot);
    let is_extension =
        |text: &str| text.len() <= MAX_EXTENSION_BYTES && text.bytes().all(|b| b.is_ascii_alphanumeric());
    let (stem, extension) =
        file_name.rsplit_once('.').filter(|(_, extension)| is_extension(extension)).unwrap_or((file_name, "audio"));
    let stem: String = stem
        .chars()
        .scan(0, |bytes, c| {
            *bytes += c.len_utf8();
            (*bytes <= MAX_STEM_BYTES).then_some(c)
        })
        .collect();
    let stem = stem.trim_end_matches(is_blank_or_dot);
    (if stem.is_empty() { "tep" } else { stem }.to_owned(), extension.to_owned())
}

/// Makes the text of an id from a title: lower-case ASCII letters and digits, with dashes between words.
fn make_slug(title: &str) -> String {
    let mut slug = String::new();
    for c in title.nfd() {
        let c = match c {
            'đ' | 'Đ' => 'd',
            c => c.to_ascii_lowercase(),
        };
        if c.is_ascii_alphanumeric() {
            slug.push(c);
        } else if !unicode_normalization::char::is_combining_mark(c) && !slug.is_empty() && !slug.ends_with('-') {
            slug.push('-');
        }
        if slug.len() >= MAX_SLUG_BYTES {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "muc".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::{make_slug, split_file_name};

    #[test]
    fn a_file_name_is_split_into_parts_that_every_file_system_accepts() {
        let pair = |stem: &str, extension: &str| (stem.to_owned(), extension.to_owned());
        assert_eq!(split_file_name("Tin sáng.mp3"), pair("Tin sáng", "mp3"));
        assert_eq!(split_file_name(" ..tin .mp3   "), pair("tin", "mp3"));
        assert_eq!(split_file_name("tin . "), pair("tin", "audio"));
        assert_eq!(split_file_name("\u{a0}.mp3"), pair("mp3", "audio"));
        assert_eq!(split_file_name("Bản tin số 3. Ngày mai"), pair("Bản tin số 3. Ngày mai", "audio"));
        assert_eq!(split_file_name(". ."), pair("tep", "audio"));
        for name in ["ă".repeat(120), "🎵".repeat(80), format!("e.{}", "x".repeat(200))] {
            let (stem, extension) = split_file_name(&format!("{name}.mp3"));
            assert!(stem.len() <= 160 && extension == "mp3", "{stem}");
            assert!(split_file_name(&name).0.len() <= 160, "{name}");
        }
    }

    #[test]
    fn every_title_becomes_a_valid_id() {
        assert_eq!(make_slug("Ủ vỏ cà phê làm phân bón"), "u-vo-ca-phe-lam-phan-bon");
        assert_eq!(make_slug("Đắk N'Drung: điều “mới”!"), "dak-n-drung-dieu-moi");
        assert_eq!(make_slug("★"), "muc");
        assert!(crate::base::id::Id::new(&make_slug(&"dài ".repeat(40))).is_some());
    }
}
