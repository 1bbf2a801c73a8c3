//! `loa alarm` and `loa amplifier test`, run by an account that does not run the station.
use super::*;

/// The names and owners of everything in a folder.
fn contents(folder: &Path) -> Vec<(PathBuf, u32)> {
    let mut files = Vec::new();
    collect_files(folder, &mut files);
    let owner = |path: PathBuf| {
        let uid = fs::symlink_metadata(&path).expect("read the metadata").uid();
        (path, uid)
    };
    let mut contents: Vec<_> = files.into_iter().map(owner).collect();
    contents.sort();
    contents
}

/// A station of another user. Its commands would create the file `ran`.
fn station_of_another_user() -> Folder {
    let folder = new_folder();
    let ran = folder.dir.path().join("ran");
    let settings = folder.station().join("station.toml");
    let text = fs::read_to_string(&settings).expect("read the settings");
    let commands = format!(
        "[alarm]\ncommand = [\"touch\", {ran:?}]\n[amplifier]\non = [\"touch\", {ran:?}]\noff = [\"touch\", {ran:?}]\n"
    );
    fs::write(&settings, text + &commands).expect("write the settings");
    change_owner(&folder.station(), OTHER_UID);
    folder
}

#[test]
fn root_neither_runs_the_commands_of_another_users_station_nor_leaves_files_there() {
    if !is_root() {
        return;
    }
    let folder = station_of_another_user();
    let airlog = folder.station().join("airlog");
    let target = folder.dir.path().join("of-root");
    fs::write(&target, "x").expect("write the file");
    // The owner of the folder can put a file of root in place of the lock.
    let plants: [(&str, &dyn Fn()); 4] = [
        ("no lock", &|| ()),
        ("a link to a file of root", &|| symlink(&target, airlog.join("lock")).expect("make the link")),
        ("a hard link to a file of root", &|| fs::hard_link(&target, airlog.join("lock")).expect("make the link")),
        ("a file of root", &|| fs::write(airlog.join("lock"), "").expect("write the file")),
    ];
    for (name, plant) in plants {
        let _ = fs::remove_dir_all(&airlog);
        fs::create_dir(&airlog).expect("make the folder");
        chown(&airlog, Some(OTHER_UID), Some(OTHER_UID)).expect("change the owner");
        plant();
        for arguments in [&["alarm", "test"][..], &["alarm", "send"], &["amplifier", "test"]] {
            let (output, text) = output_of(&mut folder.command(arguments));
            let command = format!("sudo -u '#{OTHER_UID}' loa {} ", arguments.join(" "));
            assert!(output.status.code() == Some(1) && text.contains(&command), "{name}, {arguments:?}: {text}");
        }
        let is_of_root = |(path, uid): &(PathBuf, u32)| *uid != OTHER_UID && !path.ends_with("airlog/lock");
        let files_of_root: Vec<_> = contents(&folder.station()).into_iter().filter(is_of_root).collect();
        assert!(files_of_root.is_empty(), "{name}: {files_of_root:?}");
    }
    assert!(!folder.dir.path().join("ran").exists() && !folder.station().join("alarm").exists());
}

/// The account that runs the station may send, and what it makes belongs to it.
#[test]
fn the_account_of_the_station_tests_its_alarm() {
    if !is_root() {
        return;
    }
    let folder = station_of_another_user();
    change_owner(folder.dir.path(), OTHER_UID);
    let mut command = folder.command(&["alarm", "test"]);
    let (output, text) = output_of(command.uid(OTHER_UID).gid(OTHER_UID));
    assert!(output.status.success() && folder.dir.path().join("ran").exists(), "{text}");
    let owners: Vec<u32> = contents(&folder.station().join("alarm")).into_iter().map(|(_, uid)| uid).collect();
    assert!(!owners.is_empty() && owners.iter().all(|uid| *uid == OTHER_UID), "{owners:?}");
}
