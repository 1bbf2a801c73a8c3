//! Collections: partial, interrupted, concurrent and hostile ones.
use super::*;

#[test]
fn a_collection_reads_only_new_entries() {
    let office = Office::new();
    let life = station_life("xa-1", 20);
    office.enrol(&life);
    life.export(&office.at("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let life = life.days(2);
    life.export(&office.at("stick"));
    // The first bundle is missing on the stick, and the collection does not read it.
    std::fs::remove_file(office.at("stick/tile/entries/000")).expect("it was full");
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let store = format!("store/{}", origin(&life));
    assert!(office.run(&["verify", &store, "--key", &life.vkey()]).status.success(), "the store has everything");
    assert_eq!(office.collect(&["stick", "--full"]), one_row("tampered", false), "the stick is not whole");
    // A department that has lost its state reads everything.
    std::fs::remove_dir_all(office.at("state")).expect("it exists");
    assert_eq!(office.collect(&["stick"]), one_row("tampered", false));
    life.export(&office.at("again"));
    assert_eq!(office.collect(&["again"]), one_row("whole", true));
}

#[test]
fn a_damaged_store_is_repaired_and_reported() {
    let office = Office::new();
    let life = station_life("xa-1", 20);
    office.enrol(&life);
    life.export(&office.at("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let report = office.report("station");
    let bundle = office.at("store").join(origin(&life)).join("tile/entries/000");
    let bytes = std::fs::read(&bundle).expect("a bundle");
    let position = bytes.windows(16).position(|w| w == b"\"result\":\"missed").expect("one was missed");
    let mut changed = bytes.clone();
    changed[position + 10..position + 16].copy_from_slice(b"aired\"");
    std::fs::write(&bundle, changed).expect("a folder");
    // The index has read the log before the change; a rebuilt index finds it.
    assert!(office.run(&["index", "store"]).status.success());
    let rebuild = office.run(&["index", "store", "--rebuild"]);
    assert_eq!(rebuild.status.code(), Some(1));
    assert!(
        printed(&rebuild).contains("IN THE STORE") && printed(&rebuild).contains("0 airings"),
        "{}",
        printed(&rebuild)
    );
    assert_eq!(office.report("station").lines().count(), 1, "a log that is not whole counts nowhere");
    assert_eq!(office.collect(&["stick", "--full"]), one_row("whole", false), "repaired, and not good");
    assert_eq!(std::fs::read(&bundle).expect("a bundle"), bytes);
    assert_eq!(office.report("station"), report);
    std::fs::write(office.index(), b"no database").expect("a folder");
    assert_eq!(office.report("station"), report, "an index can be lost");
}

#[test]
fn an_older_stick_is_an_old_copy_and_no_rollback() {
    let office = Office::new();
    let life = station_life("xa-1", 10);
    office.enrol(&life);
    life.export(&office.at("sticks/b-old"));
    let life = life.days(3);
    life.export(&office.at("sticks/a-new"));
    let expected = [("whole".to_owned(), true), ("whole".to_owned(), true)];
    assert_eq!(office.collect(&["sticks"]), expected, "whichever comes first");
    let second_collection = office.collect(&["sticks"]);
    assert_eq!(second_collection, [("whole".to_owned(), true), ("old-copy".to_owned(), true)]);
    // An older stick that was never collected is no rollback either.
    let office = Office::new();
    let life = self::station_life("xa-1", 10);
    office.enrol(&life);
    life.export(&office.at("old"));
    let life = life.days(3);
    life.export(&office.at("new"));
    assert_eq!(office.collect(&["new"]), one_row("whole", true));
    assert_eq!(office.collect(&["old"]), one_row("old-copy", true));
}

#[test]
fn a_log_key_on_a_stick_is_exposed() {
    let office = Office::new();
    let (life, other) = (station_life("xa-1", 4), station_life("xa-2", 4));
    office.enrol(&life);
    office.enrol(&other);
    life.export(&office.at("stick/log"));
    other.export(&office.at("stick2/log"));
    let secret = |life: &Life| {
        let name = life.keys().names().into_iter().find(|name| name.ends_with("/log")).expect("a key");
        (name.clone(), life.keys().bytes(&name))
    };
    // A wrong key under the right name accuses nobody.
    let (name, _) = secret(&other);
    let (_, wrong_secret) = secret(&life);
    let wrong_secret = String::from_utf8(wrong_secret).expect("text").replace(&origin(&life), &origin(&other));
    let key_path = |folder: &str, name: &str| office.at(folder).join("keys").join(name);
    std::fs::create_dir_all(key_path("stick2", &name).parent().expect("a folder")).expect("a folder");
    std::fs::write(key_path("stick2", &name), wrong_secret).expect("a folder");
    assert_eq!(office.collect(&["stick2"]), one_row("whole", true));
    let (name, bytes) = secret(&life);
    std::fs::create_dir_all(key_path("stick", &name).parent().expect("a folder")).expect("a folder");
    std::fs::write(key_path("stick", &name), bytes).expect("a folder");
    assert_eq!(office.collect(&["stick"]), one_row("whole", false));
    let collection = office.run(&["collect", "stick", "--into", "store", "--lang", "vi"]);
    assert!(printed(&collection).contains("KHOÁ BỊ LỘ từ 20"), "{}", printed(&collection));
    std::fs::remove_dir_all(office.at("stick/keys")).expect("it exists");
    assert_eq!(office.collect(&["stick"]), one_row("whole", false), "an exposed key stays exposed");
    let enrolment = office.run(&["enrol", &other.vkey(), "--store", "store", "--exposed"]);
    assert!(enrolment.status.success(), "{}", printed(&enrolment));
    assert_eq!(office.collect(&["stick2"]), one_row("whole", false));
}

/// The number of files in a folder and below.
fn file_count(folder: &std::path::Path) -> u64 {
    let entries = std::fs::read_dir(folder).into_iter().flatten().flatten();
    entries.map(|entry| if entry.path().is_dir() { file_count(&entry.path()) } else { 1 }).sum()
}

#[test]
fn a_killed_collection_continues_where_it_stopped() {
    let office = Office::new();
    let lives: Vec<Life> = (0..12).map(|n| station_life(&format!("xa-{n}"), 25)).collect();
    for life in &lives {
        office.enrol(life);
        life.export(&office.at("sticks").join(&life.id));
    }
    let arguments = ["collect", "sticks", "--into", "store", "--silent-days", "60000"];
    let mut kills = 0;
    for step in 1..12_u64 {
        let mut command = program::loa(office.0.path());
        command.args(arguments).current_dir(office.0.path());
        let mut child =
            command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("it starts");
        // Each collection runs a little longer before it is killed.
        let file_limit = file_count(&office.at("store")) + step;
        while file_count(&office.at("store")) < file_limit && child.try_wait().expect("a child").is_none() {
            std::thread::yield_now();
        }
        kills += u32::from(child.try_wait().expect("a child").is_none());
        let _ = child.kill();
        child.wait().expect("a child");
    }
    assert!(kills > 0, "no collection was killed in time");
    let states = office.collect(&["sticks"]);
    assert!(states.len() == 12 && states.iter().all(|state| *state == ("whole".to_owned(), true)), "{states:?}");
    for life in &lives {
        let store = format!("store/{}", origin(life));
        let verification = office.run(&["verify", &store, "--key", &life.vkey()]);
        assert!(verification.status.success(), "{}", printed(&verification));
        let cosigned = office.at(&store).join("cosigned");
        assert!(std::fs::read_to_string(cosigned).expect("it is there").contains("loa-witness/"));
    }
}

#[test]
fn a_log_under_another_stations_name_is_not_signed() {
    let office = Office::new();
    let (life, other) = (station_life("xa-1", 4), station_life("xa-2", 4));
    office.enrol(&life);
    life.export(&office.at("honest"));
    other.export(&office.at("liar"));
    let head = std::fs::read_to_string(office.at("liar/checkpoint")).expect("a head");
    std::fs::write(office.at("liar/checkpoint"), head.replace(&origin(&other), &origin(&life))).expect("a folder");
    let output = office.run(&["collect", "liar", "--into", "store", "--format", "json"]);
    let rows: Value = serde_json::from_slice(&output.stdout).expect("JSON");
    let states: Vec<(&str, &str)> = rows
        .as_array()
        .expect("an array")
        .iter()
        .map(|row| (row["station"].as_str().unwrap_or(""), row["state"].as_str().unwrap_or("")))
        .collect();
    assert_eq!(states, [("liar", "not-signed"), ("xa-1", "nothing")], "{}", printed(&output));
    // A stray folder `tile` hides no log, and a log may be some folders deep on a stick.
    std::fs::create_dir_all(office.at("usb/user/STICK/loa/xa-1/abc")).expect("a folder");
    std::fs::create_dir(office.at("usb/tile")).expect("a folder");
    life.export(&office.at("usb/user/STICK/loa/xa-1/abc"));
    assert_eq!(office.collect(&["usb"]), one_row("whole", true));
}

#[test]
fn two_collections_do_not_sign_both_sides_of_a_fork() {
    let office = Office::new();
    let life = station_life("xa-1", 3);
    for store in ["one", "two"] {
        let arguments = ["enrol", &life.vkey(), "--store", store, "--yes"];
        assert!(office.run(&arguments).status.success());
    }
    let (left_fork, right_fork) = (life.twin().days(1), life.with_other_luck().days(1));
    left_fork.export(&office.at("left"));
    right_fork.export(&office.at("right"));
    let start = |source: &str, store: &str| {
        let mut command = program::loa(office.0.path());
        command.args(["collect", source, "--into", store, "--silent-days", "60000"]).current_dir(office.0.path());
        command.stdout(std::process::Stdio::null()).stderr(std::process::Stdio::null()).spawn().expect("it starts")
    };
    let mut children = [start("left", "one"), start("right", "two")];
    let success_count =
        children.iter_mut().filter_map(|child| child.wait().ok()).filter(std::process::ExitStatus::success).count();
    assert!(success_count <= 1, "both were signed");
    for (source, store) in [("left", "one"), ("right", "two"), ("left", "one"), ("right", "two")] {
        let _ = start(source, store).wait();
    }
    let signed_count = ["left", "right"].iter().filter(|stick| office.at(stick).join("cosigned").exists()).count();
    assert_eq!(signed_count, 1, "one side, whichever came first");
}
