//! The table of mounts of this process (`/proc/self/mountinfo`, proc(5)).
use std::path::{Path, PathBuf};

/// The maximum number of lines that are read.
const MAX_LINES: usize = 10_000;

/// A mounted file system.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mount {
    /// The major and minor number of its device, for example `8:17`.
    pub device: String,
    /// The folder where it is mounted.
    pub point: PathBuf,
    /// The type of the file system.
    pub file_system: String,
    /// The mounted device file or network share.
    pub source: PathBuf,
    /// The options of the mount and of the file system.
    pub options: Vec<String>,
}

/// The mounts of this process, in the order in which they were made.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct MountTable(Vec<Mount>);

impl MountTable {
    /// Parses the text of `mountinfo`. Malformed lines are skipped.
    #[must_use]
    pub fn parse(text: &str) -> Self {
        Self(text.lines().take(MAX_LINES).filter_map(parse_line).collect())
    }

    /// Returns the folders where something is mounted, sorted, each once.
    #[must_use]
    pub fn points(&self) -> Vec<PathBuf> {
        let mut points: Vec<_> = self.0.iter().map(|mount| mount.point.clone()).collect();
        points.sort();
        points.dedup();
        points
    }

    /// Returns the mount that holds `path`, an absolute path without links. This is the deepest mount above the path.
    /// If several mounts have the same folder, it is the last of them.
    #[must_use]
    pub fn mount_of(&self, path: &Path) -> Option<&Mount> {
        let mounts_above = self.0.iter().filter(|mount| path.starts_with(&mount.point));
        mounts_above.max_by_key(|mount| mount.point.components().count())
    }
}

/// Parses a line such as `36 35 98:0 /mnt1 /mnt2 rw,noatime master:1 - ext3 /dev/root rw,errors=continue`. Before the
/// `-` there can be any number of tags (`master:1`).
fn parse_line(line: &str) -> Option<Mount> {
    let (before, after) = line.split_once(" - ")?;
    let mut fields = before.split(' ').skip(2);
    let (device, _, point, mount_options) = (fields.next()?, fields.next()?, fields.next()?, fields.next()?);
    let mut fields = after.split(' ');
    let (file_system, source, options) = (fields.next()?, fields.next()?, fields.next().unwrap_or_default());
    Some(Mount {
        device: device.to_owned(),
        point: unescape(point),
        file_system: file_system.to_owned(),
        source: unescape(source),
        options: mount_options.split(',').chain(options.split(',')).map(str::to_owned).collect(),
    })
}

/// Decodes octal numbers such as `\040`, which the kernel writes for a space, a tab, a newline and a backslash.
fn unescape(text: &str) -> PathBuf {
    let (bytes, mut path, mut index) = (text.as_bytes(), Vec::with_capacity(text.len()), 0);
    while index < bytes.len() {
        let digits = bytes.get(index + 1..index + 4).and_then(|digits| std::str::from_utf8(digits).ok());
        match digits.filter(|_| bytes[index] == b'\\').and_then(|digits| u8::from_str_radix(digits, 8).ok()) {
            Some(byte) => {
                path.push(byte);
                index += 4;
            }
            None => {
                path.push(bytes[index]);
                index += 1;
            }
        }
    }
    path_from_bytes(path)
}

#[cfg(unix)]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    use std::os::unix::ffi::OsStringExt;
    PathBuf::from(std::ffi::OsString::from_vec(bytes))
}

#[cfg(not(unix))]
fn path_from_bytes(bytes: Vec<u8>) -> PathBuf {
    PathBuf::from(String::from_utf8_lossy(&bytes).into_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn escapes_are_decoded_and_malformed_lines_are_skipped() {
        let text = "36 35 98:0 /a /m\\040t\\011\\134x rw,noatime master:1 propagate_from:2 - fuse.x /dev/r\\040t rw,sync\n\
            no line\n1 2 3\n1 2 3 4 5 6 - \n37 35 0:5 / / rw - tmpfs tmpfs\n\\";
        let table = MountTable::parse(text);
        assert_eq!(table.0.len(), 2, "{table:?}");
        assert_eq!(table.0[0].point, Path::new("/m t\t\\x"));
        assert_eq!(table.0[0].source, Path::new("/dev/r t"));
        assert_eq!(table.0[0].options, ["rw", "noatime", "rw", "sync"]);
        assert_eq!(unescape("a\\04"), Path::new("a\\04"));
    }

    #[test]
    fn a_path_belongs_to_the_deepest_and_newest_mount_above_it() {
        let text =
            "1 0 8:1 / / rw - ext4 /dev/a rw\n2 1 8:2 / /m rw - ext4 /dev/b rw\n3 2 8:3 / /m rw - vfat /dev/c rw\n";
        let table = MountTable::parse(text);
        let device = |path: &str| table.mount_of(Path::new(path)).map(|mount| mount.device.clone());
        assert_eq!(device("/m/x").as_deref(), Some("8:3"));
        assert_eq!(device("/mx").as_deref(), Some("8:1"));
        assert_eq!(device("relative"), None);
    }
}
