//! Folders that a user can read but not write, and files that a user cannot read.
use super::*;

/// A station that belongs to root and that everyone can read, and a folder that the other user can write.
fn folder_of_root() -> (Folder, PathBuf) {
    let folder = Folder::new()
        .segment("ngan", 1)
        .segment("kin", 1)
        .session(in_seconds(3600), "[\"ngan\", \"kin\"]")
        .write_playlist();
    let writable_folder = folder.dir.path().join("rieng");
    fs::create_dir(&writable_folder).expect("make the folder");
    for path in ["", "dai", "dai/playlists", "dai/audio"] {
        fs::set_permissions(folder.dir.path().join(path), Permissions::from_mode(0o755)).expect("set the permissions");
    }
    fs::copy(folder.station().join("audio/ngan.wav"), writable_folder.join("moi.wav")).expect("copy the file");
    change_owner(&writable_folder, OTHER_UID);
    (folder, writable_folder)
}

fn run_as_other_user(command: &mut Command, writable_folder: &Path) -> (Option<i32>, String) {
    command
        .env("HOME", writable_folder)
        .env("XDG_STATE_HOME", writable_folder.join("state"))
        .env("TMPDIR", writable_folder);
    let (output, text) = output_of(command.env("XDG_RUNTIME_DIR", "/no/such/folder").uid(OTHER_UID).gid(OTHER_UID));
    (output.status.code(), text)
}

#[test]
fn a_folder_that_a_user_cannot_write_is_checked_but_not_changed() {
    if !is_root() {
        return;
    }
    let (folder, writable_folder) = folder_of_root();
    let contents = || {
        let mut files = Vec::new();
        collect_files(&folder.station(), &mut files);
        files.sort();
        files.into_iter().map(|path| (path.clone(), fs::read(path).expect("read the file"))).collect::<Vec<_>>()
    };
    let before = contents();
    let (code, text) = run_as_other_user(&mut folder.command(&["check"]), &writable_folder);
    assert_eq!(code, Some(0), "{text}");
    let new_file = writable_folder.join("moi.wav");
    let new_file = new_file.to_str().expect("the path is UTF-8");
    let refusals: [(&[&str], &str); 3] = [
        (&["add", new_file, "--anyway", "--station"], "Nothing was changed"),
        (&["remove", "kin", "--yes", "--station"], "Nothing was changed"),
        (&["run"], "THE STATION DOES NOT RUN"),
    ];
    for (arguments, words) in refusals {
        let (code, text) = run_as_other_user(&mut folder.command(arguments), &writable_folder);
        assert!(code == Some(78) && text.contains(words), "{arguments:?}: {code:?} {text}");
        assert!(text.contains("cannot be written"), "{text}");
        assert_eq!(contents(), before, "{arguments:?}");
    }
    let mut init = crate::program::loa(folder.dir.path());
    let (code, text) =
        run_as_other_user(init.arg("init").arg(folder.station().join("moi")).args(["--name", "Thử"]), &writable_folder);
    assert!(code == Some(78) && !folder.station().join("moi").exists(), "{text}");
}

#[test]
fn an_audio_file_and_a_playlist_that_a_user_cannot_read_are_not_reported_as_missing() {
    if !is_root() {
        return;
    }
    let (folder, writable_folder) = folder_of_root();
    let set_mode = |path: &str, mode| {
        fs::set_permissions(folder.station().join(path), Permissions::from_mode(mode)).expect("set the permissions");
    };
    set_mode("audio/kin.wav", 0o600);
    let (code, text) = run_as_other_user(&mut folder.command(&["check"]), &writable_folder);
    assert!(code == Some(1) && text.contains("[audio-unreadable]") && !text.contains("[audio-missing]"), "{text}");
    let (_, text) = run_as_other_user(&mut folder.command(&["check", "--lang", "vi"]), &writable_folder);
    assert!(text.contains("có tệp audio/kin.wav nhưng không đọc được"), "{text}");
    // The names in this folder can be listed, but nothing in it can be opened.
    set_mode("playlists", 0o744);
    let (code, text) = run_as_other_user(&mut folder.command(&["check"]), &writable_folder);
    assert!(code == Some(1) && text.contains("[unreadable]") && text.contains("playlists/thu.toml"), "{text}");
    set_mode("", 0o744);
    let (code, text) = run_as_other_user(&mut folder.command(&["check"]), &writable_folder);
    assert!(code == Some(78) && text.contains("station.toml") && !text.contains("is not a station"), "{text}");
}
