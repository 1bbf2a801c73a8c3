//! The shell command that replaces a link by a copy of its target.

/// The command that puts a copy in the place of a link to a file, or to a folder.
#[must_use]
pub fn copy_over_link_command(target: &str, link: &str, folder: bool) -> String {
    let quoted = |word: &str| format!("'{}'", word.replace('\'', "'\\''"));
    let link_name = link;
    let (target, link) = (quoted(target), quoted(link));
    if folder {
        // The link goes when all has been copied: a disk that is full costs nothing.
        let copy = quoted(&format!("{}.copy", link_name));
        format!("cp -a {target} {copy} && rm {link} && mv {copy} {link}")
    } else {
        format!("cp --remove-destination {target} {link}")
    }
}
