//! The shell command that replaces a link with a copy of its target.

/// Returns the command that replaces a link to a file or a folder with a copy of its target.
#[must_use]
pub fn copy_over_link_command(target: &str, link: &str, is_folder: bool) -> String {
    let shell_quoted = |word: &str| format!("'{}'", word.replace('\'', "'\\''"));
    let (quoted_target, quoted_link) = (shell_quoted(target), shell_quoted(link));
    if is_folder {
        // The link is removed only after the copy is complete, so that a full disk loses nothing.
        let copy = shell_quoted(&format!("{link}.copy"));
        format!("cp -a {quoted_target} {copy} && rm {quoted_link} && mv {copy} {quoted_link}")
    } else {
        format!("cp --remove-destination {quoted_target} {quoted_link}")
    }
}
