//! The steps around a copy of the log: confirming the folder, unmounting the stick, and recording the hand-in.
use std::fs::File;
use std::io::{self, IsTerminal, Write};
use std::path::Path;

use crate::airlog::storage::FolderStorage;
use crate::base::durable;
use crate::base::instant::{SECOND_US, WallTime, to_local};
use crate::base::medium::{Medium, Mount};
use crate::base::platform::unix_time_s;
use crate::cli::answer::read_yes;
use crate::cli::shell_words::quoted_path;
use crate::cli::table::strip_unprintable;
use crate::logstore::export::ExportSummary;
use crate::logstore::hand_in::record_hand_in;
use crate::logstore::source::{LogForm, find_log};
use crate::schedule::read_station;
use crate::station;
use crate::text::proof::HandInText;
use crate::text::{Lang, Localize, print_stderr};

/// Asks whether to copy the log to a folder on this computer. Returns `false` unless the answer is yes.
///
/// # Errors
/// If the terminal fails.
pub(super) fn confirm_copy_to_fixed_disk(to: &Path, lang: Lang) -> io::Result<bool> {
    let path = strip_unprintable(&to.display().to_string());
    if !io::stdin().is_terminal() {
        print_stderr!("{}", HandInText::FolderRefused { path }.localized(lang));
        return Ok(false);
    }
    write!(io::stderr(), "{}", HandInText::FolderQuestion { path }.localized(lang))?;
    let is_confirmed = read_yes()?;
    if !is_confirmed {
        print_stderr!("{}", HandInText::NotCopied {}.localized(lang));
    }
    Ok(is_confirmed)
}

/// Flushes all data to the medium, and returns the message that says what the operator may do now.
///
/// # Errors
/// If the flush fails; then the copy may be incomplete.
pub(super) fn finish_copy(to: &Path, medium: &Medium) -> io::Result<HandInText> {
    durable::sync_file_system_of(&File::open(to)?)?;
    Ok(match medium {
        Medium::Removable(mount) => HandInText::TakeOut { command: unmount_command(mount) },
        Medium::Network | Medium::Unknown => HandInText::Copied {},
        Medium::Fixed => HandInText::CopiedHere {},
    })
}

/// Returns the command that unmounts a stick. A desktop mounts below `/media` or `/run/media`, and there its user may
/// unmount without being root.
fn unmount_command(mount: &Mount) -> String {
    let is_desktop = ["/media", "/run/media"].iter().any(|folder| mount.point.starts_with(folder));
    match is_desktop && mount.source.starts_with("/dev") {
        true => format!("udisksctl unmount -b {}", quoted_path(&mount.source)),
        false => format!("sudo umount {}", quoted_path(&mount.point)),
    }
}

/// Records beside the station's log that it was copied for the department. If that fails, only prints a message,
/// because the copy is complete.
pub(in crate::cli::station) fn remember_hand_in(station: &Path, summary: &ExportSummary, lang: Lang) {
    let Some((airlog, LogForm::Airlog)) = find_log(station) else {
        return;
    };
    let zone = station::read_sources(station).map(|files| read_station(&files)).unwrap_or_default().timezone;
    let now = i64::try_from(unix_time_s()).unwrap_or(0).saturating_mul(SECOND_US);
    let mut storage = FolderStorage::for_airlog(airlog);
    let verified = &summary.verified;
    if let Err(e) = record_hand_in(&mut storage, &verified.origin, verified.entries, to_local(WallTime(now), zone)) {
        let detail = (&e).into();
        let text = match e.kind() {
            io::ErrorKind::PermissionDenied => HandInText::NotRememberedByUser { detail },
            _ => HandInText::NotRemembered { detail },
        };
        print_stderr!("{}", text.localized(lang));
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_unmount_command_fits_the_mount_and_is_quoted_for_a_shell() {
        let mount = |point: &str, source: &str| Mount {
            device: "8:17".to_owned(),
            point: point.into(),
            file_system: "vfat".to_owned(),
            source: source.into(),
            options: Vec::new(),
        };
        assert_eq!(unmount_command(&mount("/media/an/NHAT KY", "/dev/sdb1")), "udisksctl unmount -b /dev/sdb1");
        assert_eq!(unmount_command(&mount("/mnt/usb", "/dev/sdb1")), "sudo umount /mnt/usb");
        assert_eq!(unmount_command(&mount("/mnt/a'b $x", "/dev/sdb1")), "sudo umount '/mnt/a'\\''b $x'");
    }
}
