//! Other users: their socket folders, and their access to a station.
use super::*;

/// The station of another user, and a temporary folder, which is the only place for the station's socket.
fn folder_of_other_user() -> (Folder, PathBuf) {
    let folder = Folder::new().segment("ngan", 1).session(in_seconds(20), "[\"ngan\"]").write_playlist();
    let temp_dir = folder.dir.path().join("tmp");
    fs::create_dir(&temp_dir).expect("make the folder");
    change_owner(folder.dir.path(), OTHER_UID);
    fs::set_permissions(folder.dir.path(), Permissions::from_mode(0o755)).expect("set the permissions");
    fs::set_permissions(&temp_dir, Permissions::from_mode(0o1777)).expect("set the permissions");
    (folder, temp_dir)
}

fn set_user(command: &mut Command, uid: u32, temp_dir: &Path) {
    command.env("TMPDIR", temp_dir).env("XDG_RUNTIME_DIR", "/no/such/folder").uid(uid).gid(uid);
}

#[test]
fn a_socket_folder_of_another_user_does_not_stop_the_sound() {
    if !is_root() {
        return;
    }
    let (folder, temp_dir) = folder_of_other_user();
    let other_folder = temp_dir.join(format!("loa-{OTHER_UID}"));
    fs::create_dir(&other_folder).expect("make the folder");
    chown(&other_folder, Some(OTHER_UID + 1), Some(OTHER_UID + 1)).expect("change the owner");
    let mut run = folder.command(&["run"]);
    set_user(&mut run, OTHER_UID, &temp_dir);
    let mut child = run.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("loa starts");
    let mut lines = BufReader::new(child.stderr.take().expect("the stream is piped")).lines().map_while(Result::ok);
    let printed_lines: Vec<String> = lines.by_ref().take_while(|line| !line.contains("Ended buoi-0")).collect();
    assert!(printed_lines.iter().any(|line| line.contains("control socket cannot be opened")), "{printed_lines:#?}");
    assert!(printed_lines.iter().any(|line| line.contains("Started buoi-0")), "{printed_lines:#?}");
    child.kill().expect("kill the process");
    child.wait().expect("wait for the process");
}

#[test]
fn another_user_sees_that_the_station_is_running_but_cannot_switch_its_amplifier() {
    if !is_root() {
        return;
    }
    let (folder, temp_dir) = folder_of_other_user();
    let switch_file = temp_dir.join("switched");
    let settings = fs::read_to_string(folder.station().join("station.toml")).expect("read the file");
    let amplifier = format!("[amplifier]\non = [\"touch\", {switch_file:?}]\noff = [\"touch\", {switch_file:?}]\n");
    fs::write(folder.station().join("station.toml"), settings + &amplifier).expect("write the file");
    let command_as = |arguments: &[&str], uid: u32| {
        let mut command = folder.command(arguments);
        set_user(&mut command, uid, &temp_dir);
        let home = folder.dir.path().join(format!("home-{uid}"));
        fs::create_dir_all(&home).expect("make the folder");
        chown(&home, Some(uid), Some(uid)).expect("change the owner");
        command.env("HOME", &home).env("XDG_STATE_HOME", home.join("state"));
        command
    };
    let (_, text) = output_of(&mut command_as(&["status"], OTHER_UID + 1));
    assert!(text.contains("No running station"), "{text}");
    let daemon = Daemon::start(&mut command_as(&["run"], OTHER_UID));
    daemon.wait_for("Schedule adopted");
    let (status, text) = output_of(&mut command_as(&["status"], OTHER_UID + 1));
    assert_eq!(status.status.code(), Some(1));
    assert!(text.contains(&format!("running, as user {OTHER_UID}")) && !text.contains("No running station"), "{text}");
    for arguments in [["amplifier", "off"], ["amplifier", "on"], ["amplifier", "test"]] {
        let (output, text) = output_of(&mut command_as(&arguments, OTHER_UID + 1));
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(!switch_file.exists(), "{arguments:?} switched the amplifier, bypassing the daemon: {text}");
    }
    // Root is allowed to ask for the status, and trusts the daemon of the station's owner.
    let (status, text) = output_of(&mut command_as(&["status"], 0));
    // The exit code is 1 because the untried amplifier is a concern.
    assert_eq!(status.status.code(), Some(1), "{text}");
    // Without the daemon's socket, nobody can switch the amplifier.
    fs::remove_dir_all(temp_dir.join(format!("loa-{OTHER_UID}"))).expect("delete the folder");
    for uid in [0, OTHER_UID] {
        let (output, text) = output_of(&mut command_as(&["amplifier", "off"], uid));
        assert!(output.status.code() == Some(1) && text.contains("cannot be reached"), "{text}");
        assert!(!switch_file.exists(), "{text}");
        let (status, text) = output_of(&mut command_as(&["status"], uid));
        assert!(status.status.code() == Some(1) && text.contains("cannot be reached"), "{text}");
    }
    assert_eq!(daemon.end(), Some(0));
    // When no daemon is running, the owner can switch the amplifier.
    let (output, text) = output_of(&mut command_as(&["amplifier", "off"], OTHER_UID));
    assert!(output.status.success() && switch_file.exists(), "{text}");
}

#[test]
fn root_does_not_use_a_socket_of_another_user() {
    if !is_root() {
        return;
    }
    let (folder, temp_dir) = folder_of_other_user();
    let mut run = folder.command(&["run"]);
    set_user(&mut run, OTHER_UID, &temp_dir);
    let daemon = Daemon::start(&mut run);
    let owners_folder = temp_dir.join(format!("loa-{OTHER_UID}"));
    let names: Vec<_> =
        fs::read_dir(&owners_folder).expect("list the folder").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names.len(), 2, "one socket for the path, one for the lock");
    assert_eq!(daemon.end(), Some(0));
    // A third user has made sockets in the folders where root looks for them. The station is not running.
    let mut listeners = Vec::new();
    for folder in ["loa-0".to_owned(), format!("loa-{OTHER_UID}")] {
        let other_folder = temp_dir.join(folder);
        fs::create_dir_all(&other_folder).expect("make the folder");
        for name in &names {
            listeners.push(UnixListener::bind(other_folder.join(name)).expect("bind the socket"));
        }
        change_owner(&other_folder, OTHER_UID + 1);
    }
    let mut status = folder.command(&["status"]);
    status.env("TMPDIR", &temp_dir).env("XDG_RUNTIME_DIR", "/no/such/folder");
    let (_, text) = output_of(&mut status);
    assert!(text.contains("No running station"), "{text}");
    for listener in &listeners {
        listener.set_nonblocking(true).expect("make the socket non-blocking");
        assert!(listener.accept().is_err(), "root does not connect to the socket of another user");
    }
}
