//! A pipe in place of a file or folder that loa reads must not stop a command or the daemon.
use super::*;

/// Puts a pipe in place of a file, runs `test`, and puts the old object back.
fn with_pipe_at(path: &Path, test: impl FnOnce()) {
    let away = path.with_extension("away");
    let exists = path.symlink_metadata().is_ok();
    if exists {
        fs::rename(path, &away).expect("move the object away");
    }
    replace_with_object(path, "pipe");
    test();
    // The sender removes what is no message, and replaces its records.
    let _ = fs::remove_file(path);
    if exists {
        fs::rename(&away, path).expect("move the object back");
    }
}

/// A station with an alarm, a waiting message, the results of the sender, and a step that can be undone.
fn folder_with_alarm() -> (Folder, PathBuf) {
    let folder = folder_after_a_run();
    let secrets = folder.dir.path().join("bi-mat.toml");
    fs::write(&secrets, "webhook-token = \"x\"\n").expect("write the secrets");
    fs::set_permissions(&secrets, Permissions::from_mode(0o600)).expect("set the mode");
    let settings = folder.station().join("station.toml");
    let text = fs::read_to_string(&settings).expect("read the settings");
    let alarm = format!("[alarm]\ncommand = [\"false\"]\nsecrets = {secrets:?}\n");
    fs::write(&settings, text + &alarm).expect("write the settings");
    let test = folder.loa(&["alarm", "test"]);
    assert_eq!(test.status.code(), Some(1), "{}", printed(&test));
    (folder, secrets)
}

/// The files and folders that loa reads outside `airlog`.
fn read_paths(folder: &Folder, secrets: &Path) -> Vec<PathBuf> {
    let queue = folder.station().join("alarm/queue");
    let message = fs::read_dir(&queue).expect("list the queue").flatten().next().expect("a message waits").path();
    let names = [
        "station.toml",
        "playlists/thu.toml",
        "playlists",
        "audio/ngan.wav",
        "audio",
        "alarm",
        "alarm/queue",
        "alarm/sent.json",
        "alarm/results.json",
        "undo",
        "airlog",
    ];
    let mut paths: Vec<PathBuf> = names.iter().map(|name| folder.station().join(name)).collect();
    paths.extend([message, secrets.to_owned()]);
    paths
}

#[test]
fn no_pipe_in_the_stations_folder_makes_a_command_hang() {
    let (folder, secrets) = folder_with_alarm();
    let station = folder.station();
    let station = station.to_str().expect("the path is UTF-8");
    let stick = folder.dir.path().join("stick");
    let stick = stick.to_str().expect("the path is UTF-8");
    let commands: [&[&str]; 13] = [
        &["alarm", "send", station],
        &["alarm", "test", station],
        &["check", station],
        &["plan", station],
        &["list", station],
        &["status", station],
        &["log", station],
        &["doctor", station],
        &["verify", station],
        &["amplifier", "test", station],
        &["undo", station],
        &["remove", "khong-co", "--yes", "--station", station],
        &["export", station, "--anyway", "--to", stick],
    ];
    for path in read_paths(&folder, &secrets) {
        with_pipe_at(&path, || {
            for arguments in commands {
                let mut command = crate::program::loa(folder.dir.path());
                command.args(arguments).env("XDG_RUNTIME_DIR", folder.dir.path().join("run"));
                let name = format!("loa {} with a pipe at {}", arguments[..2].join(" "), path.display());
                let code = wait_for_exit_code(start_silently(&mut command), &name);
                assert!(code.is_some_and(|code| code != 70), "{name}: {code:?}");
            }
        });
    }
}

#[test]
fn no_pipe_in_the_stations_folder_makes_the_daemon_hang() {
    let (folder, secrets) = folder_with_alarm();
    for path in read_paths(&folder, &secrets) {
        let name = path.strip_prefix(folder.station()).unwrap_or(&path).to_owned();
        // Without its settings, or with a strange log folder, the station does not start. It must say so at once.
        if ["airlog", "station.toml", "playlists"].iter().any(|refused| name == Path::new(refused)) {
            with_pipe_at(&path, || {
                let code = wait_for_exit_code(start_silently(&mut folder.command(&["run"])), &format!("{name:?}"));
                assert_eq!(code, Some(78), "{name:?}");
            });
            continue;
        }
        with_pipe_at(&path, || {
            let daemon = folder.run();
            let status = folder.command(&["status"]);
            let mut status = status;
            let code = wait_for_exit_code(start_silently(&mut status), &format!("the status with a pipe at {name:?}"));
            assert!(matches!(code, Some(0 | 1)), "{name:?}: {code:?}");
            assert_eq!(daemon.end(), Some(0), "{name:?}");
        });
    }
}
