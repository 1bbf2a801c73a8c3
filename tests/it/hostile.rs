//! A hostile environment: links and pipes in place of files, other users, and folders and sockets that another user
//! made first. Tests that need a second user do nothing unless they run as root.
mod alarm_of_another_user;
mod other_users;
mod pipes;
mod read_only;

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

use crate::daemon::{Daemon, Folder, in_seconds, log_of, printed};

/// The id of a user without an account.
const OTHER_UID: u32 = 41_234;

/// The maximum time that a command may run.
const MAX_WAIT: Duration = Duration::from_secs(120);

fn is_root() -> bool {
    rustix::process::geteuid().is_root()
}

fn new_folder() -> Folder {
    Folder::new().segment("ngan", 1).session(in_seconds(3600), "[\"ngan\"]").write_playlist()
}

/// A station that has run once.
fn folder_after_a_run() -> Folder {
    let folder = new_folder();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    assert_eq!(daemon.end(), Some(0));
    folder
}

/// Makes this user the owner of a folder and of everything in it.
fn change_owner(path: &Path, uid: u32) {
    let owner = format!("{uid}:{uid}");
    assert!(Command::new("chown").args(["-hR", &owner]).arg(path).status().expect("run chown").success());
}

/// Waits until the command ends; returns its exit code.
fn wait_for_exit_code(mut child: Child, command_name: &str) -> Option<i32> {
    let start = Instant::now();
    loop {
        if let Some(status) = child.try_wait().expect("poll the process") {
            return status.code();
        }
        if start.elapsed() > MAX_WAIT {
            child.kill().expect("kill the process");
            child.wait().expect("wait for the process");
            panic!("{command_name} hangs");
        }
        std::thread::yield_now();
    }
}

fn start_silently(command: &mut Command) -> Child {
    command.stdin(Stdio::null()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().expect("loa starts")
}

fn output_of(command: &mut Command) -> (Output, String) {
    let output = command.output().expect("loa starts");
    let text = printed(&output);
    (output, text)
}

#[test]
fn a_link_in_place_of_the_lock_is_not_followed_and_its_target_keeps_its_owner() {
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let (airlog, target) = (dir.path().join("airlog"), dir.path().join("shadow"));
    fs::create_dir(&airlog).expect("make the folder");
    fs::write(&target, "root's own").expect("write the target");
    if is_root() {
        change_owner(&airlog, OTHER_UID);
    }
    let (lock, target_before) = (airlog.join("lock"), fs::metadata(&target).expect("read the metadata"));
    let (is_finished, link_was_made) = (AtomicBool::new(false), AtomicBool::new(false));
    let open_count = std::thread::scope(|scope| {
        scope.spawn(|| {
            while !is_finished.load(Ordering::Relaxed) {
                let _ = fs::remove_file(&lock);
                link_was_made.fetch_or(symlink(&target, &lock).is_ok(), Ordering::Relaxed);
                let _ = fs::remove_file(&lock);
                let _ = File::create_new(&lock);
            }
        });
        let mut open_count = 0;
        for _ in 0..20_000 {
            let Ok(file) = durable::open_lock(&lock, OWNER_WRITABLE) else { continue };
            let metadata = file.metadata().expect("read the metadata");
            assert_ne!(metadata.ino(), target_before.ino(), "the link is not followed");
            open_count += 1;
        }
        is_finished.store(true, Ordering::Relaxed);
        open_count
    });
    assert!(open_count > 0 && link_was_made.load(Ordering::Relaxed), "the lock was opened, and the link was made");
    let target_after = fs::metadata(&target).expect("read the metadata");
    assert_eq!(
        (target_after.uid(), target_after.gid(), target_after.mode()),
        (target_before.uid(), target_before.gid(), target_before.mode())
    );
    assert_eq!(fs::read(&target).expect("read the file"), b"root's own");
}

#[test]
fn only_new_files_get_the_folders_owner() {
    if !is_root() {
        return;
    }
    let dir = tempfile::tempdir().expect("make a temporary folder");
    let airlog = dir.path().join("airlog");
    fs::create_dir(&airlog).expect("make the folder");
    change_owner(&airlog, OTHER_UID);
    fs::write(airlog.join("lock"), "").expect("write the file");
    let owner = |name: &str| fs::symlink_metadata(airlog.join(name)).expect("read the metadata").uid();
    durable::open_lock(&airlog.join("lock"), OWNER_WRITABLE).expect("open the lock");
    assert_eq!(owner("lock"), 0, "an existing lock keeps its owner");
    durable::open_lock(&airlog.join("new"), OWNER_WRITABLE).expect("make the file");
    AnchoredPath::resolve_or_create(&airlog.join("kept/a.toml"), OWNER_WRITABLE)
        .and_then(|path| path.replace(b"a", OWNER_WRITABLE))
        .expect("make the file");
    assert_eq!(["new", "kept", "kept/a.toml"].map(owner), [OTHER_UID; 3], "the daemon's user owns the new files");
    symlink("/etc", airlog.join("torn")).expect("make the link");
    let folder = durable::DirHandle::open_nofollow(&airlog).expect("open the folder");
    assert!(
        AnchoredPath::beneath(&folder.into(), "torn/x", Some(OWNER_WRITABLE)).is_err(),
        "a path through a link is refused"
    );
}

/// Puts an object of this kind in place of a file.
fn replace_with_object(path: &Path, kind: &str) {
    if let Ok(metadata) = path.symlink_metadata() {
        if metadata.is_dir() { fs::remove_dir_all(path) } else { fs::remove_file(path) }.expect("delete the object");
    }
    match kind {
        "pipe" => assert!(Command::new("mkfifo").arg(path).status().expect("run mkfifo").success()),
        "folder" => fs::create_dir(path).expect("make the folder"),
        "link to a device" => symlink("/dev/zero", path).expect("make the link"),
        "dangling link" => symlink("/no/such/file", path).expect("make the link"),
        "socket" => drop(UnixListener::bind(path).expect("bind the socket")),
        _ => unreachable!("unknown kind"),
    }
}

const OBJECT_KINDS: [&str; 5] = ["pipe", "folder", "link to a device", "dangling link", "socket"];

/// Adds every file under a folder to `files`.
fn collect_files(folder: &Path, files: &mut Vec<PathBuf>) {
    for entry in fs::read_dir(folder).expect("list the folder").flatten() {
        if entry.file_type().expect("read the file type").is_dir() {
            collect_files(&entry.path(), files);
        } else {
            files.push(entry.path());
        }
    }
}

#[test]
fn no_object_in_place_of_a_log_file_makes_a_reader_hang() {
    let folder = folder_after_a_run();
    let (airlog, stick) = (folder.station().join("airlog"), folder.dir.path().join("stick"));
    let to = stick.to_str().expect("the path is UTF-8").to_owned();
    let export =
        folder.command_on(&["export", "--anyway", "--to", &to], &folder.station()).output().expect("loa starts");
    assert!(export.status.success(), "{}", printed(&export));
    let mut files = Vec::new();
    collect_files(&airlog, &mut files);
    collect_files(&stick, &mut files);
    let possible_names = ["lock", "cosigned", "anchor", "log.001.jsonl", "progress", "scans.json"];
    files.extend(possible_names.iter().map(|name| airlog.join(name)).filter(|path| !path.exists()));
    assert!(files.len() > 15, "{files:?}");
    for file in &files {
        let bytes = fs::read(file).ok();
        for kind in OBJECT_KINDS {
            replace_with_object(file, kind);
            let verified_folder = if file.starts_with(&stick) { stick.clone() } else { folder.station() };
            let code = wait_for_exit_code(
                start_silently(&mut folder.command_on(&["verify"], &verified_folder)),
                &format!("{} {kind}", file.display()),
            );
            assert!(matches!(code, Some(0 | 1 | 78)), "{code:?}: {} {kind}", file.display());
            if kind == "pipe" && file.starts_with(&airlog) {
                wait_for_exit_code(
                    start_silently(&mut folder.command(&["log"])),
                    &format!("{} {kind}, log", file.display()),
                );
            }
        }
        if fs::symlink_metadata(file).expect("read the metadata").is_dir() {
            fs::remove_dir(file)
        } else {
            fs::remove_file(file)
        }
        .expect("delete the object");
        if let Some(bytes) = bytes {
            fs::write(file, bytes).expect("write the file");
        }
    }
    assert!(folder.loa(&["verify"]).status.success(), "all files are restored");
}

#[test]
fn a_lock_or_log_folder_of_the_wrong_file_type_is_refused_at_once() {
    let folder = new_folder();
    let airlog = folder.station().join("airlog");
    fs::create_dir(&airlog).expect("make the folder");
    for kind in OBJECT_KINDS {
        replace_with_object(&airlog.join("lock"), kind);
        assert_eq!(wait_for_exit_code(start_silently(&mut folder.command(&["run"])), kind), Some(78), "{kind}");
    }
    let target = folder.dir.path().join("dich");
    fs::create_dir(&target).expect("make the folder");
    fs::remove_dir_all(&airlog).expect("delete the folder");
    symlink(&target, &airlog).expect("make the link");
    assert_eq!(wait_for_exit_code(start_silently(&mut folder.command(&["run"])), "a link"), Some(78));
    assert_eq!(fs::read_dir(&target).expect("list the folder").count(), 0, "nothing is written through a link");
}

#[test]
fn a_permissive_umask_lets_no_other_user_change_the_log_or_read_the_keys() {
    let folder = new_folder();
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
    collect_files(&folder.station().join("airlog"), &mut files);
    let mode = |path: &Path| fs::symlink_metadata(path).expect("read the metadata").mode() & 0o777;
    let writable_files: Vec<_> = files.iter().filter(|path| mode(path) & 0o022 != 0).collect();
    assert!(writable_files.is_empty(), "{writable_files:?}");
    for name in ["airlog", "airlog/kept"] {
        assert_eq!(mode(&folder.station().join(name)), 0o755, "{name}");
    }
    assert_eq!(mode(&folder.station().join("airlog/lock")), 0o600, "a user who can open the lock can hold it");
    let mut secrets = Vec::new();
    collect_files(&folder.dir.path().join("state"), &mut secrets);
    let readable_files: Vec<_> = secrets.iter().filter(|path| mode(path) & 0o077 != 0).collect();
    assert!(readable_files.is_empty() && secrets.len() > 2, "{readable_files:?} of {secrets:?}");
    // An earlier release made the lock with the mode 644.
    fs::set_permissions(folder.station().join("airlog/lock"), Permissions::from_mode(0o644))
        .expect("set the permissions");
    assert_eq!(folder.run().end(), Some(0));
    assert_eq!(mode(&folder.station().join("airlog/lock")), 0o600);
}

#[test]
fn a_head_without_a_countersignature_is_not_received_and_forged_anchors_do_not_fill_the_log() {
    let folder = folder_after_a_run();
    let stick = folder.dir.path().join("stick");
    let to = stick.to_str().expect("the path is UTF-8").to_owned();
    let export = || output_of(&mut folder.command_on(&["export", "--anyway", "--to", &to], &folder.station()));
    assert!(export().0.status.success());
    // The station's own head, without a witness's signature.
    fs::copy(stick.join("checkpoint"), stick.join("cosigned")).expect("copy the file");
    let (output, text) = export();
    assert!(output.status.success() && text.contains("has no countersignature"), "{text}");
    assert!(!text.contains("was received") && !folder.station().join("airlog/cosigned").exists(), "{text}");
    fs::remove_file(stick.join("cosigned")).expect("delete the file");
    let forger =
        NoteSigner::new("loa-witness/gia", SignatureType::Cosignature, &[7; 32]).expect("the key name is valid");
    #[allow(clippy::disallowed_methods)] // the program under test compares with the real time
    let now_s = u64::try_from(chrono::Utc::now().timestamp()).expect("the time is after 1970");
    for (n, anchored_at_s) in
        [now_s, now_s + 1, now_s - 86_400, now_s + 10 * 86_400, now_s + 2, u64::from(u32::MAX)].into_iter().enumerate()
    {
        let note = sign_anchor(&forger, anchored_at_s, [u8::try_from(n).expect("the number fits"); 16]);
        File::create(stick.join("anchor"))
            .and_then(|mut f| f.write_all(note.to_string().as_bytes()))
            .expect("write the file");
        let (output, text) = export();
        assert!(output.status.success(), "{text}");
    }
    let anchor_count = log_of(&folder.station()).iter().filter(|record| record.kind == "anchor").count();
    assert_eq!(anchor_count, 1, "one entry for all anchors");
    assert!(folder.loa(&["verify"]).status.success());
}

#[test]
fn no_error_message_contains_control_characters() {
    let folder = new_folder();
    let bad_path = folder.dir.path().join("x\u{1b}[2J\u{7}y\u{9b}31m");
    let mut verify = folder.command_on(&["verify", "--lang", "en"], &bad_path);
    for command in
        [&mut verify, &mut folder.command_on(&["run"], &bad_path), &mut folder.command_on(&["status"], &bad_path)]
    {
        let (output, text) = output_of(command);
        assert_ne!(output.status.code(), Some(0));
        assert!(!text.chars().any(|c| c.is_control() && c != '\n'), "{text:?}");
    }
}
