//! The account that runs a station. Commands that use its passwords or its permissions must be run by that account.
use std::fs;
use std::os::unix::fs::MetadataExt;
use std::path::Path;

use crate::cli::exit::{EXIT_PROBLEMS, fail};
use crate::cli::shell_words::{folder_argument, shell_word};
use crate::playout::user::user_name;
use crate::text::cli::CliText;
use crate::text::{Lang, Localize};

/// Prints a message and returns the exit code if this account is not the one that runs the station; `None` if it is.
/// `command` is the command without the name of the program and without the folder.
pub fn refuse_other_account(station: &Path, command: &str, lang: Lang) -> Option<u8> {
    let folder_uid = fs::metadata(station).ok()?.uid();
    // The daemon holds this lock. Only a file of its own counts, because its owner is taken for the daemon's account.
    let lock = fs::symlink_metadata(station.join("airlog/lock")).ok();
    let lock_uid = lock.filter(|lock| lock.is_file() && lock.nlink() == 1).map(|lock| lock.uid());
    let uid = required_account(rustix::process::geteuid().as_raw(), folder_uid, lock_uid)?;
    let user = user_name(uid).filter(|name| shell_word(name) == *name);
    let sudo_user = user.clone().unwrap_or_else(|| format!("'#{uid}'"));
    let user = user.unwrap_or_else(|| uid.to_string());
    let command = format!("sudo -u {sudo_user} loa {command}{}", folder_argument(station));
    Some(fail(CliText::OtherAccount { user, command }.localized(lang), EXIT_PROBLEMS))
}

/// Returns the account that must run the command; `None` if this account may run it. `lock_uid` is the owner of the
/// station's lock, if the station has ever run.
///
/// Root never works for a folder of another user, whoever owns the lock: that user writes `station.toml` and the names
/// in the folder, and could let root run any command.
fn required_account(own_uid: u32, folder_uid: u32, lock_uid: Option<u32>) -> Option<u32> {
    let daemon_uid = lock_uid.unwrap_or(folder_uid);
    let required_uid = if daemon_uid == 0 { folder_uid } else { daemon_uid };
    (required_uid != own_uid).then_some(required_uid)
}

#[cfg(test)]
mod tests {
    use super::required_account;

    #[test]
    fn only_the_account_of_the_station_may_run_the_command() {
        // The station's own account, before its first run and later; it may share the folder of a group.
        assert_eq!(required_account(900, 900, None), None);
        assert_eq!(required_account(900, 900, Some(900)), None);
        assert_eq!(required_account(900, 1000, Some(900)), None);
        assert_eq!(required_account(0, 0, None), None, "root's own station");
        assert_eq!(required_account(0, 0, Some(0)), None);
        // Everybody else, and root too.
        assert_eq!(required_account(0, 900, None), Some(900));
        assert_eq!(required_account(0, 900, Some(900)), Some(900));
        assert_eq!(required_account(1000, 900, Some(900)), Some(900));
        assert_eq!(required_account(1000, 1000, Some(900)), Some(900), "the lock says who runs the station");
        assert_eq!(required_account(0, 0, Some(900)), Some(900));
    }

    #[test]
    fn a_lock_of_root_does_not_let_root_work_in_the_folder_of_another_user() {
        assert_eq!(required_account(0, 900, Some(0)), Some(900));
    }
}
