//! The shell command that replaces a link with a copy of its target.

/// Returns the command that replaces a link to a file or a folder with a copy of its target.
#[must_use]
pub fn copy_over_link_command(target: &str, link: &str, folder: bool) -> String {
    let quoted = |word: &str| format!("'{}'", word.replace('\'', "'\\''"));
    let link_name = link;
    let (target, link) = (quoted(target), quoted(link));
    if folder {
        // The link is removed after the copy is complete: a full disk loses nothing.
        let copy = quoted(&format!("{}.copy", link_name));
        format!("cp -a {target} {copy} && rm {link} && mv {copy} {link}")
    } else {
        format!("cp --remove-destination {target} {link}")
    }
}
