//! Surroundings that mean no good: links and pipes in the place of files, other users, folders and sockets that
//! somebody else was first to make. What needs another user's account does nothing where the tests do not run as
//! root.
use std::fs::{self, File, Permissions};
use std::io::{BufRead, BufReader, Write};
use std::os::unix::fs::{MetadataExt, PermissionsExt, chown, symlink};
use std::os::unix::net::UnixListener;
use std::os::unix::process::CommandExt;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::{Duration, Instant};

use loa::base::durable;
use loa::base::durable::{AnchoredPath, OWNER_WRITABLE};
use loa::proof::anchor::sign_anchor;
use loa::proof::note::{NoteSigner, SignatureType};

use crate::daemon::{Daemon, Folder, in_seconds, log_of, said};

/// A user without an account.
const OTHER: u32 = 41_234;
const PATIENCE: Duration = Duration::from_secs(120);

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn new() -> Folder {
    Folder::new().segment("ngan", 1).session(in_seconds(3600), "[\"ngan\"]").written()
}

/// A station that has run.
fn that_has_run() -> Folder {
    let folder = new();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
    folder
}

/// All of a folder belongs to this user.
fn give(path: &Path, uid: u32) {
    let to = format!("{uid}:{uid}");
    assert!(Command::new("chown").args(["-hR", &to]).arg(path).status().expect("chown").success());
}

/// Waits for a command that must end; gives its code.
fn ends(mut child: Child, what: &str) -> Option<i32> {
    let began = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("a child") {
            return status.code();
        }
        if began.elapsed() > PATIENCE {
            child.kill().expect("it runs");
            child.wait().expect("it ends");
            panic!("{what}: it hangs");
        }
        std::thread::yield_now();
    }
}

fn quietly(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("loa starts")
}

fn say(command: &mut Command) -> (Output, String) {
    let output = command.output().expect("loa starts");
    let text = said(&output);
    (output, text)
}

#[test]
fn a_lock_that_is_swapped_for_a_link_is_not_followed_and_gives_nothing_away() {
    let dir = tempfile::tempdir().expect("a folder");
    let (airlog, target) = (dir.path().join("airlog"), dir.path().join("shadow"));
    fs::create_dir(&airlog).expect("airlog");
    fs::write(&target, "root's own").expect("a target");
    if is_root() {
        give(&airlog, OTHER);
    }
    let (lock, before) = (airlog.join("lock"), fs::metadata(&target).expect("a target"));
    let (ended, links) = (AtomicBool::new(false), AtomicBool::new(false));
    let made = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !ended.load(Ordering::Relaxed) {
                let _ = fs::remove_file(&lock);
                links.fetch_or(symlink(&target, &lock).is_ok(), Ordering::Relaxed);
                let _ = fs::remove_file(&lock);
                let _ = File::create_new(&lock);
            }
        });
        let mut made = 0;
        for _ in 0..20_000 {
            let Ok(file) = durable::open_lock(&lock, OWNER_WRITABLE) else { continue };
            let opened = file.metadata().expect("an open file");
            assert_ne!(opened.ino(), before.ino(), "the link was followed");
            made += 1;
        }
        ended.store(true, Ordering::Relaxed);
        made
    });
    assert!(made > 0 && links.load(Ordering::Relaxed), "both took place");
    let after = fs::metadata(&target).expect("a target");
    assert_eq!((after.uid(), after.gid(), after.mode()), (before.uid(), before.gid(), before.mode()));
    assert_eq!(fs::read(&target).expect("a target"), b"root's own");
}

#[test]
fn what_was_there_before_is_never_given_away() {
    if !is_root() {
        return;
    }
    let dir = tempfile::tempdir().expect("a folder");
    let airlog = dir.path().join("airlog");
    fs::create_dir(&airlog).expect("airlog");
    give(&airlog, OTHER);
    fs::write(airlog.join("lock"), "").expect("root's");
    let owner = |name: &str| fs::symlink_metadata(airlog.join(name)).expect("it is there").uid();
    durable::open_lock(&airlog.join("lock"), OWNER_WRITABLE).expect("opened");
    assert_eq!(owner("lock"), 0, "it was there before");
    durable::open_lock(&airlog.join("new"), OWNER_WRITABLE).expect("made");
    AnchoredPath::resolve_or_create(&airlog.join("kept/a.toml"), OWNER_WRITABLE)
        .and_then(|spot| spot.replace(b"a", OWNER_WRITABLE))
        .expect("made");
    assert_eq!(["new", "kept", "kept/a.toml"].map(owner), [OTHER; 3], "the daemon must be able to go on with it");
    symlink("/etc", airlog.join("torn")).expect("a link");
    let folder = durable::DirHandle::open_nofollow(&airlog).expect("a folder");
    assert!(AnchoredPath::beneath(&folder.into(), "torn/x", Some(OWNER_WRITABLE)).is_err(), "no way leads over a link");
}

/// What somebody puts in the place of a file.
fn squat(path: &Path, kind: &str) {
    if let Ok(there) = path.symlink_metadata() {
        if there.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("removed");
    }
    match kind {
        "pipe" => assert!(Command::new("mkfifo").arg(path).status().expect("mkfifo").success()),
        "folder" => fs::create_dir(path).expect("a folder"),
        "link to a device" => symlink("/dev/zero", path).expect("a link"),
        "dangling link" => symlink("/no/such/file", path).expect("a link"),
        "socket" => drop(UnixListener::bind(path).expect("a socket")),
        _ => unreachable!("a kind"),
    }
}

const KINDS: [&str; 5] = ["pipe", "folder", "link to a device", "dangling link", "socket"];

/// Every file below a folder.
fn files_in(folder: &Path, found: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("a folder").flatten() {
        if entry.file_type().expect("a type").is_dir() {
            files_in(&entry.path(), found);
        } else {
            found.push(entry.path());
        }
    }
}

#[test]
fn nothing_in_the_place_of_a_file_of_ours_holds_up_who_reads_it() {
    let folder = that_has_run();
    let (airlog, stick) = (folder.station().join("airlog"), folder.dir.path().join("the"));
    let to = stick.to_str().expect("UTF-8").to_owned();
    let exported = folder.command_on(&["export", "--to", &to], &folder.station()).output().expect("loa starts");
    assert!(exported.status.success(), "{}", said(&exported));
    let mut files = Vec::new();
    files_in(&airlog, &mut files);
    files_in(&stick, &mut files);
    let more = ["lock", "cosigned", "anchor", "log.001.jsonl", "progress", "scans.json"];
    files.extend(more.iter().map(|name| airlog.join(name)).filter(|path| !path.exists()));
    assert!(files.len() > 15, "{files:?}");
    for file in &files {
        let before = fs::read(file).ok();
        for kind in KINDS {
            squat(file, kind);
            let at = if file.starts_with(&stick) { stick.clone() } else { folder.station() };
            let verified =
                ends(quietly(&mut folder.command_on(&["verify"], &at)), &format!("{} {kind}", file.display()));
            assert!(matches!(verified, Some(0 | 1 | 78)), "{verified:?}: {} {kind}", file.display());
            if kind == "pipe" && file.starts_with(&airlog) {
                ends(quietly(&mut folder.command(&["log"])), &format!("{} {kind}, log", file.display()));
            }
        }
        if fs::symlink_metadata(file).expect("it is there").is_dir() {
            fs::remove_dir(file)
        } else {
            fs::remove_file(file)
        }
        .expect("removed");
        if let Some(bytes) = before {
            fs::write(file, bytes).expect("put back");
        }
    }
    assert!(folder.loa(&["verify"]).status.success(), "all was put back");
}

#[test]
fn a_lock_or_a_log_folder_that_is_something_else_is_refused_at_once() {
    let folder = new();
    let airlog = folder.station().join("airlog");
    fs::create_dir(&airlog).expect("airlog");
    for kind in KINDS {
        squat(&airlog.join("lock"), kind);
        assert_eq!(ends(quietly(&mut folder.command(&["run"])), kind), Some(78), "{kind}");
    }
    let target = folder.dir.path().join("dich");
    fs::create_dir(&target).expect("a target");
    fs::remove_dir_all(&airlog).expect("removed");
    symlink(&target, &airlog).expect("a link");
    assert_eq!(ends(quietly(&mut folder.command(&["run"])), "a link"), Some(78));
    assert_eq!(fs::read_dir(&target).expect("a target").count(), 0, "nothing is written through a link");
}

#[test]
fn the_umask_opens_the_log_to_nobody() {
    let folder = new();
    let loa = folder.command(&["run"]);
    let mut command = Command::new("sh");
    command.args(["-c", "umask 000; exec \"$@\"", "sh"]).arg(loa.get_program()).args(loa.get_args());
    for (name, value) in loa.get_envs() {
        match value {
            Some(value) => command.env(name, value),
            None => command.env_remove(name),
        };
    }
    let daemon = Daemon::start(&mut command);
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
    let mut files = Vec::new();
    files_in(&folder.station().join("airlog"), &mut files);
    let mode = |path: &Path| fs::symlink_metadata(path).expect("it is there").mode() & 0o777;
    let open: Vec<_> = files.iter().filter(|path| mode(path) & 0o022 != 0).collect();
    assert!(open.is_empty(), "{open:?}");
    for name in ["airlog", "airlog/kept"] {
        assert_eq!(mode(&folder.station().join(name)), 0o755, "{name}");
    }
    assert_eq!(mode(&folder.station().join("airlog/lock")), 0o600, "whoever can open it can hold it");
    let mut secrets = Vec::new();
    files_in(&folder.dir.path().join("state"), &mut secrets);
    let open: Vec<_> = secrets.iter().filter(|path| mode(path) & 0o077 != 0).collect();
    assert!(open.is_empty() && secrets.len() > 2, "{open:?} of {secrets:?}");
    // One that an older version made.
    fs::set_permissions(folder.station().join("airlog/lock"), Permissions::from_mode(0o644)).expect("a mode");
    assert_eq!(folder.run().end(), Some(0));
    assert_eq!(mode(&folder.station().join("airlog/lock")), 0o600);
}

/// The station of a user who has no place for a socket but the temporary folder.
fn of_another() -> (Folder, PathBuf) {
    let folder = Folder::new().segment("ngan", 1).session(in_seconds(20), "[\"ngan\"]").written();
    let temporary = folder.dir.path().join("tmp");
    fs::create_dir(&temporary).expect("a folder");
    give(folder.dir.path(), OTHER);
    fs::set_permissions(folder.dir.path(), Permissions::from_mode(0o755)).expect("a mode");
    fs::set_permissions(&temporary, Permissions::from_mode(0o1777)).expect("a mode");
    (folder, temporary)
}

fn as_user(command: &mut Command, uid: u32, temporary: &Path) {
    command.env("TMPDIR", temporary).env("XDG_RUNTIME_DIR", "/no/such/folder").uid(uid).gid(uid);
}

#[test]
fn a_squatted_socket_folder_does_not_keep_the_station_from_sounding() {
    if !is_root() {
        return;
    }
    let (folder, temporary) = of_another();
    let squatted = temporary.join(format!("loa-{OTHER}"));
    fs::create_dir(&squatted).expect("a folder");
    chown(&squatted, Some(OTHER + 1), Some(OTHER + 1)).expect("given away");
    let mut run = folder.command(&["run"]);
    as_user(&mut run, OTHER, &temporary);
    let mut child = run.stdout(Stdio::null()).stderr(Stdio::piped()).spawn().expect("loa starts");
    let mut lines = BufReader::new(child.stderr.take().expect("piped")).lines().map_while(Result::ok);
    let told: Vec<String> = lines.by_ref().take_while(|line| !line.contains("Ended buoi-0")).collect();
    assert!(told.iter().any(|line| line.contains("control socket cannot be opened")), "{told:#?}");
    assert!(told.iter().any(|line| line.contains("Started buoi-0")), "{told:#?}");
    child.kill().expect("it runs");
    child.wait().expect("it ends");
}

#[test]
fn another_user_is_told_that_the_station_runs_and_switches_nothing_in_its_place() {
    if !is_root() {
        return;
    }
    let (folder, temporary) = of_another();
    let switched = temporary.join("switched");
    let settings = fs::read_to_string(folder.station().join("station.toml")).expect("station.toml");
    let amplifier = format!("[amplifier]\non = [\"touch\", {switched:?}]\noff = [\"touch\", {switched:?}]\n");
    fs::write(folder.station().join("station.toml"), settings + &amplifier).expect("station.toml");
    let by = |words: &[&str], uid: u32| {
        let mut command = folder.command(words);
        as_user(&mut command, uid, &temporary);
        let home = folder.dir.path().join(format!("home-{uid}"));
        fs::create_dir_all(&home).expect("a home");
        chown(&home, Some(uid), Some(uid)).expect("given away");
        command.env("HOME", &home).env("XDG_STATE_HOME", home.join("state"));
        command
    };
    let (_, text) = say(&mut by(&["status"], OTHER + 1));
    assert!(text.contains("No running station"), "{text}");
    let daemon = Daemon::start(&mut by(&["run"], OTHER));
    daemon.wait_for("Schedule adopted");
    let (status, text) = say(&mut by(&["status"], OTHER + 1));
    assert_eq!(status.status.code(), Some(1));
    assert!(text.contains(&format!("running, as user {OTHER}")) && !text.contains("No running station"), "{text}");
    for words in [["amplifier", "off"], ["amplifier", "on"], ["amplifier", "test"]] {
        let (output, text) = say(&mut by(&words, OTHER + 1));
        assert_eq!(output.status.code(), Some(1), "{text}");
        assert!(!switched.exists(), "{words:?} switched it under the daemon: {text}");
    }
    // Root may ask, and believes the daemon of the station's owner.
    let (status, text) = say(&mut by(&["status"], 0));
    assert!(status.status.success(), "{text}");
    // When its socket is gone nothing is done in its place, whoever asks.
    fs::remove_dir_all(temporary.join(format!("loa-{OTHER}"))).expect("removed");
    for uid in [0, OTHER] {
        let (output, text) = say(&mut by(&["amplifier", "off"], uid));
        assert!(output.status.code() == Some(1) && text.contains("cannot be reached"), "{text}");
        assert!(!switched.exists(), "{text}");
        let (receipt, text) = say(&mut by(&["status"], uid));
        assert!(receipt.status.code() == Some(1) && text.contains("cannot be reached"), "{text}");
    }
    assert_eq!(daemon.end(), Some(0));
    // Alone it may be switched by its owner.
    let (output, text) = say(&mut by(&["amplifier", "off"], OTHER));
    assert!(output.status.success() && switched.exists(), "{text}");
}

#[test]
fn root_believes_no_socket_that_somebody_else_has_put_there() {
    if !is_root() {
        return;
    }
    let (folder, temporary) = of_another();
    let mut run = folder.command(&["run"]);
    as_user(&mut run, OTHER, &temporary);
    let daemon = Daemon::start(&mut run);
    let real = temporary.join(format!("loa-{OTHER}"));
    let names: Vec<_> = fs::read_dir(&real).expect("its folder").flatten().map(|entry| entry.file_name()).collect();
    assert_eq!(names.len(), 2, "by the path, and by the lock");
    assert_eq!(daemon.end(), Some(0));
    // A third user was first in the folders where root looks; the station itself does not run.
    let mut listeners = Vec::new();
    for folder in ["loa-0".to_owned(), format!("loa-{OTHER}")] {
        let squatted = temporary.join(folder);
        fs::create_dir_all(&squatted).expect("a folder");
        for name in &names {
            listeners.push(UnixListener::bind(squatted.join(name)).expect("a socket"));
        }
        give(&squatted, OTHER + 1);
    }
    let mut status = folder.command(&["status"]);
    status.env("TMPDIR", &temporary).env("XDG_RUNTIME_DIR", "/no/such/folder");
    let (_, text) = say(&mut status);
    assert!(text.contains("No running station"), "{text}");
    for listener in &listeners {
        listener.set_nonblocking(true).expect("a socket");
        assert!(listener.accept().is_err(), "root has asked it");
    }
}

#[test]
fn what_nobody_countersigned_is_not_announced_and_made_up_anchors_do_not_fill_the_log() {
    let folder = that_has_run();
    let stick = folder.dir.path().join("the");
    let to = stick.to_str().expect("UTF-8").to_owned();
    let export = || say(&mut folder.command_on(&["export", "--to", &to], &folder.station()));
    assert!(export().0.status.success());
    // The station's own head, without a line of any witness.
    fs::copy(stick.join("checkpoint"), stick.join("cosigned")).expect("a file");
    let (output, text) = export();
    assert!(output.status.success() && text.contains("has no countersignature"), "{text}");
    assert!(!text.contains("was received") && !folder.station().join("airlog/cosigned").exists(), "{text}");
    fs::remove_file(stick.join("cosigned")).expect("removed");
    let forger = NoteSigner::new("loa-witness/gia", SignatureType::Cosignature, &[7; 32]).expect("a name");
    #[allow(clippy::disallowed_methods)] // the program under test compares with the true time
    let now = u64::try_from(chrono::Utc::now().timestamp()).expect("after 1970");
    for (n, time) in
        [now, now + 1, now - 86_400, now + 10 * 86_400, now + 2, u64::from(u32::MAX)].into_iter().enumerate()
    {
        let note = sign_anchor(&forger, time, [u8::try_from(n).expect("few"); 16]);
        File::create(stick.join("anchor")).and_then(|mut f| f.write_all(note.to_string().as_bytes())).expect("a file");
        let (output, text) = export();
        assert!(output.status.success(), "{text}");
    }
    let anchors = log_of(&folder.station()).iter().filter(|record| record.kind == "anchor").count();
    assert_eq!(anchors, 1, "one for all of them");
    assert!(folder.loa(&["verify"]).status.success());
}

#[test]
fn nothing_that_is_complained_about_steers_the_terminal() {
    let folder = new();
    let bad = folder.dir.path().join("x\u{1b}[2J\u{7}y\u{9b}31m");
    let mut listing = folder.command_on(&["verify", "--lang", "en"], &bad);
    for command in [&mut listing, &mut folder.command_on(&["run"], &bad), &mut folder.command_on(&["status"], &bad)] {
        let (output, text) = say(command);
        assert_ne!(output.status.code(), Some(0));
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}
