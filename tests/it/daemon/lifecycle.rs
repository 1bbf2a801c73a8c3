//! How the real daemon reacts to restarts, kills, edits and commands.
use super::*;

#[test]
fn an_airing_cut_by_a_kill_is_logged_as_partial_after_the_restart() {
    let folder = Folder::new()
        .segment("dai", 30)
        .segment("ngan", 2)
        .session_after(0, "[\"dai\"]")
        .session_after(20, "[\"ngan\"]");
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0");
    let start = Instant::now();
    // Waits for five progress marks of the airing, which are a second apart.
    while fs::read_to_string(folder.station().join("airlog/progress")).unwrap_or_default().matches("buoi-0").count() < 5
    {
        assert!(start.elapsed() < MAX_WAIT, "no progress marks");
        std::thread::yield_now();
    }
    daemon.kill();
    let elapsed = start.elapsed();
    let daemon = folder.run();
    daemon.wait_for("Ended buoi-1");
    let outcomes = folder.outcomes();
    let ids: Vec<_> = outcomes.iter().filter_map(|r| r.body.id.clone()).collect();
    assert_eq!(ids.len(), 2, "{ids:?}");
    assert!(outcome_line(&outcomes[0]).ends_with("partial power-off"));
    let (logged_ms, elapsed_ms) = (outcomes[0].body.played_ms, elapsed.as_millis() as i64);
    assert!(logged_ms >= 3_900 && logged_ms <= elapsed_ms + 300, "logged {logged_ms} ms of {elapsed_ms} ms");
    assert!(outcome_line(&outcomes[1]).ends_with(" aired"), "{}", outcome_line(&outcomes[1]));
    assert_eq!(daemon.end(), Some(0));
    assert_eq!(folder.log().last().map(|r| r.kind.clone()), Some("shutdown".to_owned()));
}

#[test]
fn a_broken_playlist_keeps_the_last_good_schedule_until_it_is_repaired() {
    let folder =
        Folder::new().segment("dai", 12).segment("sau", 1).session_after(0, "[\"dai\"]").session_after(20, "[\"sau\"]");
    let daemon = folder.run();
    let good_playlist = folder.playlist();
    daemon.wait_for("Started buoi-0");
    folder.write(&good_playlist.replacen("title", "titel", 1));
    let lines_before = daemon.wait_for("last good schedule");
    assert!(lines_before.iter().any(|line| line.contains("thu.toml:3:1")), "{lines_before:#?}");
    // Writing the same broken playlist again causes no second report.
    folder.write(&good_playlist.replacen("title", "titel", 1));
    let repaired_at = Instant::now();
    folder.write(&format!("# sửa rồi\n{good_playlist}"));
    let lines_after = daemon.wait_for("Schedule adopted");
    let elapsed = repaired_at.elapsed();
    assert!(!lines_after.iter().any(|line| line.contains("last good schedule")), "{lines_after:#?}");
    eprintln!("repaired file adopted after {} ms", elapsed.as_millis());
    daemon.wait_for("Ended buoi-1");
    let lines: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert!(lines.iter().all(|line| line.ends_with(" aired")) && lines.len() == 2, "{lines:?}");
    // The design allows two seconds; the test allows ten times that for a busy machine.
    assert!(elapsed < Duration::from_secs(20), "{elapsed:?}");
}

/// A schedule that is already in force is not adopted again, so restoring its file is reported by a separate message.
#[test]
fn restoring_the_playlist_in_force_is_reported() {
    let folder = Folder::new().segment("dai", 30).session(in_seconds(3600), "[\"dai\"]").write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let good_playlist = folder.playlist();
    folder.write(&good_playlist.replacen("title", "titel", 1));
    daemon.wait_for("last good schedule");
    folder.write(&good_playlist);
    daemon.wait_for("is again the one in force");
    let second_run = printed(&folder.loa(&["run"]));
    assert!(second_run.contains("loa status ") && second_run.contains("stop the other one first"), "{second_run}");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn restoring_the_station_id_in_force_is_reported() {
    let folder = Folder::new().segment("dai", 30).session(in_seconds(3600), "[\"dai\"]").write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let settings_path = folder.station().join("station.toml");
    let settings = fs::read_to_string(&settings_path).expect("read the settings");
    fs::write(&settings_path, settings.replacen("\"thu\"", "\"khac\"", 1)).expect("write the settings");
    daemon.wait_for("khac");
    fs::write(&settings_path, settings).expect("write the settings");
    daemon.wait_for("is again the one in force");
    assert_eq!(daemon.end(), Some(0));
}

/// An error in a file no longer matters after the file is removed.
#[test]
fn a_refused_playlist_that_is_removed_is_no_longer_a_concern() {
    let folder = Folder::new().segment("dai", 30).session(in_seconds(3600), "[\"dai\"]").write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let codes = || {
        let status: serde_json::Value =
            serde_json::from_slice(&folder.loa(&["status", "--format", "json"]).stdout).expect("parse the JSON");
        let concerns = status["concerns"].as_array().cloned().unwrap_or_default();
        concerns
            .iter()
            .filter_map(|concern| concern["condition"]["code"].as_str().map(str::to_owned))
            .collect::<Vec<_>>()
    };
    let wait_for_codes = |is_expected: &dyn Fn(&[String]) -> bool| {
        let start = Instant::now();
        while !is_expected(&codes()) {
            assert!(start.elapsed() < MAX_WAIT, "{:?}", codes());
        }
    };
    let has = |codes: &[String], code: &str| codes.iter().any(|other| other == code);
    folder.write(&folder.playlist().replacen("title", "titel", 1));
    wait_for_codes(&|codes| has(codes, "schedule-refused"));
    fs::remove_file(folder.station().join("playlists/thu.toml")).expect("remove the playlist");
    wait_for_codes(&|codes| has(codes, "playlist-missing") && !has(codes, "schedule-refused"));
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_file_that_is_put_back_is_not_called_missing() {
    let folder = Folder::new().segment("tin", 1).session(in_seconds(3600), "[\"tin\"]").write_playlist();
    let (file, away) = (folder.station().join("audio/tin.wav"), folder.station().join("tin.wav"));
    fs::rename(&file, &away).expect("take the file away");
    let daemon = folder.run();
    daemon.wait_for("there is no file audio/tin.wav");
    // A copy has a new modification time, so the station waits until the file no longer changes.
    fs::copy(&away, &file).expect("put the file back");
    let lines = daemon.wait_for("The schedule has no errors and no warnings any more.");
    assert!(!lines.iter().any(|line| line.contains("audio/tin.wav")), "{lines:?}");
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_renamed_audio_folder_is_one_concern() {
    let folder = Folder::new().segment("tin", 1).segment("nhac", 1);
    let folder = folder.session(in_seconds(3600), "[\"tin\"]").session(in_seconds(7200), "[\"nhac\"]").write_playlist();
    let daemon = folder.run();
    let status = || String::from_utf8_lossy(&folder.loa(&["status", "--lang", "en"]).stdout).into_owned();
    let wait_for_status = |is_expected: &dyn Fn(&str) -> bool| {
        let start = Instant::now();
        while !is_expected(&status()) {
            assert!(start.elapsed() < MAX_WAIT, "{}", status());
        }
    };
    let audio = folder.station().join("audio");
    fs::rename(&audio, folder.station().join("am-thanh")).expect("rename the folder");
    daemon.wait_for("NOTHING THAT NEEDS A FILE IN audio/ AIRS");
    wait_for_status(&|text| text.contains("The station has no folder audio/") && text.contains("name it audio again"));
    assert!(!status().contains("the audio file of"), "{}", status());
    fs::rename(folder.station().join("am-thanh"), &audio).expect("rename the folder back");
    wait_for_status(&|text| !text.contains("audio"));
    assert_eq!(daemon.end(), Some(0));
}

#[test]
fn a_bad_file_makes_only_its_own_airing_missed() {
    let folder = Folder::new()
        .segment("mot", 1)
        .segment("hong", 2)
        .segment("ba", 1)
        .session_after(0, "[\"mot\", \"hong\", \"ba\"]");
    fs::write(folder.station().join("audio/hong.wav"), b"this is not audio").expect("write the file");
    let daemon = folder.run();
    daemon.wait_for("Ended buoi-0,");
    let mut outcomes = folder.outcomes();
    if outcomes.len() < 3 {
        daemon.wait_for("Ended buoi-0, item 3:");
        outcomes = folder.outcomes();
    }
    outcomes.sort_by_key(|r| r.body.id.clone());
    let endings: Vec<_> = outcomes.iter().map(|r| outcome_line(r).split_once(' ').map(|(_, e)| e.to_owned())).collect();
    let expected = ["aired", "missed file-damaged", "aired"].map(|e| Some(e.to_owned()));
    assert_eq!(endings, expected);
}

#[test]
fn commands_over_the_socket_are_executed_and_logged() {
    let folder = Folder::new().segment("dai", 30).session(in_seconds(3600), "[\"dai\"]").write_playlist();
    assert!(printed(&folder.loa(&["status"])).contains("No running station"));
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let second_run = folder.loa(&["run"]);
    assert_eq!(second_run.status.code(), Some(1));
    assert!(printed(&second_run).contains("already running this station"), "{}", printed(&second_run));
    let status = printed(&folder.loa(&["status"]));
    assert!(status.contains("No session is on the air now") && status.contains("Next session: buoi-0"), "{status}");
    assert!(printed(&folder.loa(&["skip"])).contains("Nothing is playing"));
    assert!(folder.loa(&["play", "dai", "--station"]).status.success());
    daemon.wait_for("Started `Mục dai` (not planned)");
    let status = printed(&folder.loa(&["status"]));
    assert!(status.contains("On air: Mục dai"), "{status}");
    let refused_play = printed(&folder.loa(&["play", "dai", "--station"]));
    assert!(refused_play.contains("NOTHING WAS PLAYED. “Mục dai” is playing"), "{refused_play}");
    let refused_note = folder.loa(&["note", "operator@x", "mưa to", "--station"]);
    assert_eq!(refused_note.status.code(), Some(1));
    assert!(printed(&refused_note).contains("has an airing “operator@x”"), "{}", printed(&refused_note));
    let start_entry = folder.log().into_iter().rfind(|r| r.kind == "start").expect("the log has a start");
    let accepted_note = folder.loa(&["note", &start_entry.body.id.expect("a start has an id"), "mưa to", "--station"]);
    assert!(
        accepted_note.status.success() && printed(&accepted_note).contains("The note on “Mục dai”"),
        "{}",
        printed(&accepted_note)
    );
    assert!(folder.loa(&["clock", "confirm", "--yes"]).status.success());
    assert!(folder.loa(&["stop"]).status.success());
    daemon.wait_for("Ended `Mục dai` (not planned)");
    let json = folder.loa(&["status", "--format", "json"]);
    let json: serde_json::Value = serde_json::from_slice(&json.stdout).expect("parse the JSON");
    assert_eq!(json["station"], "thu");
    assert_eq!(json["on_air"], serde_json::Value::Null);
    assert_eq!(daemon.end(), Some(0));
    let log = folder.log();
    let uid = rustix::process::getuid().as_raw();
    let uids: Vec<_> = log.iter().filter_map(|r| r.body.who.as_ref().map(|w| w.uid)).collect();
    assert_eq!(uids, [uid; 4], "play, note, confirm, stop");
    let outcome = log.iter().find(|r| r.kind == "outcome").expect("the log has an outcome");
    assert!(outcome_line(outcome).ends_with("partial operator-stop"));
    assert_eq!(outcome.body.level, 0, "the silent output proves nothing");
    assert!(outcome.body.planned_at.is_none());
}

#[test]
fn sigterm_during_an_airing_ends_the_daemon_cleanly() {
    let folder = Folder::new().segment("dai", 30).session_after(0, "[\"dai\"]");
    let daemon = folder.run();
    daemon.wait_for("Started buoi-0");
    assert_eq!(daemon.end(), Some(0));
    let lines: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    assert_eq!(lines.len(), 1);
    assert!(lines[0].ends_with("partial shutdown"), "{lines:?}");
    assert_eq!(folder.log().last().map(|r| r.kind.clone()), Some("shutdown".to_owned()));
}

#[test]
fn a_closed_terminal_does_not_stop_the_sound() {
    let folder = Folder::new().segment("ngan", 1).session(in_seconds(10), "[\"ngan\"]").write_playlist();
    let mut child = folder.command(&["run"]).stderr(Stdio::piped()).stdout(Stdio::null()).spawn().expect("loa starts");
    // From here on, nothing reads stderr.
    drop(child.stderr.take());
    let start = Instant::now();
    while folder.outcomes().is_empty() {
        assert!(start.elapsed() < MAX_WAIT, "nothing was aired: {:?}", folder.log().last());
        std::thread::yield_now();
    }
    let lines: Vec<_> = folder.outcomes().iter().map(outcome_line).collect();
    let status = folder.loa(&["status"]);
    child.kill().expect("kill the process");
    child.wait().expect("wait for the process");
    assert!(lines[0].ends_with(" aired"), "{lines:?}");
    assert!(status.status.success(), "{}", printed(&status));
}

#[test]
fn a_slow_client_does_not_delay_others() {
    use std::os::unix::net::UnixStream;
    let folder = Folder::new().segment("dai", 30).session(in_seconds(3600), "[\"dai\"]").write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let socket_folder = folder.dir.path().join("run/loa");
    let socket =
        fs::read_dir(socket_folder).expect("list the folder").flatten().next().expect("find the socket").path();
    let slow_clients: Vec<_> = (0..8).map(|_| UnixStream::connect(&socket).expect("connect to the socket")).collect();
    assert!((&slow_clients[0]).write_all(b"{\"order\"").is_ok());
    assert!(folder.loa(&["status"]).status.success());
    // An incomplete command whose client has disconnected is not executed later.
    let mut leaving_client = UnixStream::connect(&socket).expect("connect to the socket");
    leaving_client.write_all(b"{\"order\":{\"play\":\"dai\"").expect("write the bytes");
    drop(leaving_client);
    let status = printed(&folder.loa(&["status"]));
    assert!(status.contains("No session is on the air now"), "{status}");
    assert_eq!(daemon.end(), Some(0));
    assert!(!folder.log().iter().any(|r| r.kind == "operator"));
}

#[test]
fn the_log_of_a_rehearsal_is_never_continued_as_a_real_log() {
    let folder = Folder::new().segment("dai", 3).session(in_seconds(3600), "[\"dai\"]").write_playlist();
    let rehearse_into = |name: &str| {
        let log = folder.station().join(name);
        let log = log.to_str().expect("the path is UTF-8").to_owned();
        folder.loa(&["rehearse", "--from", "2023-03-20", "--until", "2023-03-20", "--log", &log])
    };
    assert_eq!(rehearse_into("airlog").status.code(), Some(2), "a rehearsal does not write to airlog");
    assert!(rehearse_into("thu").status.success());
    fs::rename(folder.station().join("thu"), folder.station().join("airlog")).expect("rename the path");
    let run = folder.loa(&["run"]);
    assert_eq!(run.status.code(), Some(78), "{}", printed(&run));
    assert!(printed(&run).contains("rehearsal"), "{}", printed(&run));
}

#[test]
fn a_file_that_is_swapped_truncated_or_deleted_after_the_check_is_not_played() {
    let session_start = in_seconds(12);
    let folder = Folder::new()
        .segment("doi", 2)
        .segment("cat", 2)
        .segment("xoa", 2)
        .segment("con", 1)
        .session(session_start, "[\"doi\", \"cat\", \"xoa\", \"con\"]");
    let audio_path = |name: &str| folder.station().join(format!("audio/{name}.wav"));
    let mut playlist = folder.playlist();
    for name in ["doi", "cat", "xoa", "con"] {
        let (sha256, _) =
            loa::library::file::sha256(&mut loa::library::file::open(&audio_path(name)).expect("open the file"))
                .expect("hash the file");
        let file = format!("file = \"{name}.wav\"\n");
        playlist = playlist.replace(&file, &format!("{file}sha256 = \"{sha256}\"\n"));
    }
    folder.write(&playlist);
    let check = folder.loa(&["check"]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    // The audio data changes, but the length and the modification time stay the same.
    let bytes = fs::read(audio_path("doi")).expect("read the file");
    let modified = fs::metadata(audio_path("doi")).and_then(|m| m.modified()).expect("read the modification time");
    let changed_bytes: Vec<u8> = bytes.iter().enumerate().map(|(i, b)| if i > 1000 { b ^ 1 } else { *b }).collect();
    fs::write(audio_path("doi"), changed_bytes).expect("write the file");
    let changed_file = fs::File::options().write(true).open(audio_path("doi")).expect("open the file");
    changed_file.set_modified(modified).expect("set the modification time");
    fs::write(audio_path("cat"), &fs::read(audio_path("cat")).expect("read the file")[..50_000])
        .expect("write the file");
    fs::remove_file(audio_path("xoa")).expect("delete the file");
    daemon.wait_for("Ended buoi-0, item 4:");
    let mut outcomes = folder.outcomes();
    outcomes.sort_by_key(|r| r.body.id.clone());
    let endings: Vec<_> = outcomes.iter().map(|r| outcome_line(r).split_once(' ').map(|(_, e)| e.to_owned())).collect();
    let expected =
        ["missed hash-mismatch", "missed hash-mismatch", "missed file-missing", "aired"].map(|e| Some(e.to_owned()));
    assert_eq!(endings, expected);
    let late_us = outcomes.last().expect("find an entry").body.late_us.expect("the last item started");
    assert!(late_us.abs() < 5_000_000, "the last item starts on time: {late_us}");
    let check = folder.loa(&["check"]);
    let text = printed(&check);
    assert_eq!(check.status.code(), Some(1), "{text}");
    assert!(text.contains("hash-mismatch") && text.contains("audio-missing"), "{text}");
}

#[test]
fn a_copy_of_a_running_station_does_not_run_beside_it() {
    let folder = Folder::new().segment("dai", 2).session(in_seconds(3600), "[\"dai\"]").write_playlist();
    let daemon = folder.run();
    daemon.wait_for("Schedule adopted");
    let copy = folder.station().with_file_name("ban-sao");
    let status = Command::new("cp").arg("-a").arg(folder.station()).arg(&copy).status().expect("run cp");
    assert!(status.success());
    // The station's log grows after the copy is made. The older copy is refused, and its log is not moved to damaged/.
    assert!(folder.loa(&["clock", "confirm", "--yes"]).status.success());
    let mut second_command = folder.command_on(&["run", "--lang", "en"], &copy);
    let refusal = second_command.output().expect("loa starts");
    assert_eq!(refusal.status.code(), Some(1), "{}", printed(&refusal));
    assert!(printed(&refusal).contains("already running this station"), "{}", printed(&refusal));
    assert!(!copy.join("airlog/damaged").exists(), "the log of the copy stays in place");
    let status = folder.command_on(&["status", "--lang", "en"], &copy).output().expect("loa starts");
    let original = folder.station().canonicalize().expect("the folder exists").display().to_string();
    for answer in [&refusal, &status] {
        assert!(printed(answer).contains(&format!("in another folder: {original}")), "{}", printed(answer));
        assert!(!printed(answer).contains("loa run"), "{}", printed(answer));
    }
    assert_eq!(daemon.end(), Some(0));
    assert!(folder.loa(&["verify"]).status.success(), "the log is intact");
}
