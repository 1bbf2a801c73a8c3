//! Ids and file names of new segments.
use std::path::Path;

use unicode_normalization::UnicodeNormalization;

use crate::cli::table::is_invisible_or_bidi;
use crate::library::{Scan, file};
use crate::schedule::Id;

/// Most names that are tried for one file.
const MAX_NAMES: u32 = 1000;
/// Most letters of an id that is made from a title.
const MAX_SLUG: usize = 48;

/// Returns a free id, made from a title.
pub(super) fn free_id(title: &str, is_taken: impl Fn(&Id) -> bool) -> Id {
    let slug = slug(title);
    let numbered = (2..).filter_map(|n| Id::new(&format!("{slug}-{n}")));
    let mut ids = Id::new(&slug).into_iter().chain(numbered).filter(|id| !is_taken(id));
    ids.next().unwrap_or_else(|| unreachable!("numbers do not end"))
}

/// Returns a name in `audio/` that is free, or that holds the same bytes.
pub(super) fn free_name(audio: &Path, path: &Path, scan: &Scan) -> String {
    if let (Ok(inside), Ok(own)) = (audio.canonicalize(), path.canonicalize())
        && let Ok(name) = own.strip_prefix(&inside)
        && let Some(name) = name.to_str().filter(|name| crate::schedule::read::playlist::stays_inside_folder(name))
    {
        return name.to_owned();
    }
    let given = path.file_name().map(|name| name.to_string_lossy().into_owned()).unwrap_or_default();
    let given: String = given
        .nfc()
        .map(|c| if c.is_control() || is_invisible_or_bidi(c) || "?*:<>|\"\\".contains(c) { '-' } else { c })
        .collect();
    let given = given.trim_start_matches(['.', '#', '~', ' ']);
    let (stem, ending) = given.rsplit_once('.').unwrap_or((given, "audio"));
    let stem: String = stem.chars().take(80).collect();
    let stem = if stem.is_empty() { "tep".to_owned() } else { stem };
    let holds = |name: &str| {
        let mut there = file::open_in(audio, Path::new(name)).ok()?;
        file::sha256(&mut there).ok().map(|(sha256, _)| sha256 == scan.sha256)
    };
    let free = |name: &String| audio.join(name).symlink_metadata().is_err() || holds(name) == Some(true);
    let names = (2..MAX_NAMES).map(|n| format!("{stem}-{n}.{ending}"));
    let mut names = std::iter::once(format!("{stem}.{ending}")).chain(names);
    names.find(free).unwrap_or_else(|| format!("{}.{ending}", scan.sha256))
}

/// Makes an id from a title: plain letters and digits, words joined by dashes.
fn slug(title: &str) -> String {
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
        if slug.len() >= MAX_SLUG {
            break;
        }
    }
    let slug = slug.trim_end_matches('-');
    if slug.is_empty() { "muc".to_owned() } else { slug.to_owned() }
}

#[cfg(test)]
mod tests {
    use super::slug;

    #[test]
    fn titles_become_ids() {
        assert_eq!(slug("Ủ vỏ cà phê làm phân bón"), "u-vo-ca-phe-lam-phan-bon");
        assert_eq!(slug("Đắk N'Drung: điều “mới”!"), "dak-n-drung-dieu-moi");
        assert_eq!(slug("★"), "muc");
        assert!(crate::base::id::Id::new(&slug(&"dài ".repeat(40))).is_some());
    }
}
