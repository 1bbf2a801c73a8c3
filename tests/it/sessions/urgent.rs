//! Urgent sessions and messages, and the sessions that they interrupt.
use super::*;

#[test]
fn an_interrupted_session_continues_according_to_its_interruption_rule() {
    let sessions = |rule: &str| {
        format!(
            "[[session]]\nid = \"sang\"\nat = \"06:00\"\ninterrupted = \"{rule}\"\nplay = [\"b\", \"c\"]\n\
             [[session]]\nid = \"khan\"\nat = \"06:01\"\npriority = \"urgent\"\nplay = [\"nhac\"]\n"
        )
    };
    let run = |rule: &str| station_with("2023-03-20T05:30:00", &sessions(rule)).run_until("2023-03-20T07:00:00");
    let station = run("resume");
    assert_eq!(
        events_of(&station),
        [
            "sang 06:00:00#1 interrupted 60000",
            "khan 06:01:00#1 aired",
            "sang 06:00:00#1 resumed 60000",
            "sang 06:00:00#1 aired",
            "sang 06:00:00#2 aired",
        ]
    );
    let log = station.log();
    let outcome = log.iter().find(|r| r.kind == "outcome" && r.body.title == "B").expect("the log has an outcome");
    assert_eq!((outcome.body.played_ms, outcome.body.late_us), (120_000, Some(0)), "every frame sounds once");
    assert_eq!(
        log.iter().filter(|r| r.kind == "start" && r.body.title == "B").count(),
        1,
        "the airing has one start entry"
    );
    let restarting_station = run("restart");
    assert_eq!(
        events_of(&restarting_station),
        [
            "sang 06:00:00#1 interrupted 60000",
            "khan 06:01:00#1 aired",
            "sang 06:00:00#1 resumed 0",
            "sang 06:00:00#1 aired",
            "sang 06:00:00#2 aired",
        ]
    );
    let late = late_ms(&restarting_station, "sang@2023-03-20T06:00:00#1");
    assert!((65_000..65_100).contains(&late), "the lateness refers to the second start: {late}");
    assert_eq!(
        events_of(&run("drop")),
        ["sang 06:00:00#1 partial urgent", "khan 06:01:00#1 aired", "sang 06:00:00#2 aired"],
        "the next item starts at its planned time"
    );
}

#[test]
fn an_urgent_message_sounds_in_quiet_hours_and_with_an_untrusted_clock() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let quiet_station =
        station_with("2023-03-20T03:00:00", sessions).command(60, urgent("c", 1)).run_until("2023-03-20T04:00:00");
    let effect = CommandEffect::Urgent { title: "C".to_owned(), repeat: 1 };
    assert_eq!(quiet_station.replies(), [CommandReply::Performed { effect, is_logged: true }]);
    let events = events_of(&quiet_station);
    assert!(
        events.len() == 1 && events[0].starts_with("urgent 03:01:00") && events[0].ends_with("+07:00 aired"),
        "{events:?}"
    );
    let station_with_untrusted_clock = station_with("2019-03-20T12:00:00", sessions)
        .unsynchronised()
        .command(60, urgent("c", 1))
        .run_until("2019-03-20T13:00:00");
    let events = events_of(&station_with_untrusted_clock);
    assert!(
        events.len() == 1 && events[0].starts_with("urgent@2019-03-20T12:01:00") && events[0].ends_with(" aired"),
        "{events:?}"
    );
}

#[test]
fn the_later_of_two_urgent_sessions_keeps_the_line_until_it_ends() {
    // The later session is silent for a minute, but the earlier one still waits for it to end.
    let sessions = "[[session]]\nid = \"mot\"\nat = \"06:00\"\npriority = \"urgent\"\nplay = [\"b\"]\n\
         [[session]]\nid = \"hai\"\nat = \"06:01\"\npriority = \"urgent\"\ngap = \"1m\"\nplay = [\"mat\", \"nhac\"]\n\
         [[segment]]\nid = \"mat\"\ntitle = \"Mất\"\nfile = \"mat.mp3\"\n";
    let station = station_with("2023-03-20T05:30:00", sessions).file("mat.mp3", FileStatus::Missing { last: None });
    assert_eq!(
        events_of(&station.run_until("2023-03-20T07:00:00")),
        [
            "hai 06:01:00#1 missed file-missing",
            "mot 06:00:00#1 interrupted 60000",
            "hai 06:01:00#2 aired",
            "mot 06:00:00#1 resumed 60000",
            "mot 06:00:00#1 aired",
        ]
    );
    let same_instant = "[[session]]\nid = \"mot\"\nat = \"06:00\"\npriority = \"urgent\"\nplay = [\"a\"]\n\
         [[session]]\nid = \"hai\"\nat = \"06:00\"\npriority = \"urgent\"\nplay = [\"b\"]\n";
    assert_eq!(
        events_of(&station_with("2023-03-20T05:30:00", same_instant).run_until("2023-03-20T07:00:00")),
        ["mot 06:00:00#1 aired", "hai 06:00:00#1 aired"],
        "two sessions at the same instant both sound, in an order that the schedule determines"
    );
}

#[test]
fn an_airing_whose_device_is_lost_after_a_restart_counts_its_longer_part() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\ninterrupted = \"restart\"\nplay = [\"b\"]\n".to_owned();
    let station =
        station_with("2023-03-20T05:30:00", &sessions).command(1860, urgent("nhac", 1)).device_unavailable(1866, 1900);
    let station = station.run_until("2023-03-20T07:00:00");
    assert_eq!(events_of(&station).last().map(String::as_str), Some("sang 06:00:00#1 partial device-lost"));
    let log = station.log();
    let outcome = log.iter().rfind(|r| r.kind == "outcome").expect("the log has an outcome");
    assert_eq!(outcome.body.played_ms, 60_000, "the longer part counts");
}

#[test]
fn an_urgent_message_repeats_and_then_the_session_resumes() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\", \"c\"]\n";
    let station = station_with("2023-03-20T05:30:00", sessions)
        .command(1800 + 30, urgent("nhac", 3))
        .run_until("2023-03-20T07:00:00");
    let events = events_of(&station);
    assert_eq!(events[0], "sang 06:00:00#1 interrupted 30000");
    assert!(
        events[1..4].iter().all(|line| line.starts_with("urgent 06:00:30") && line.ends_with(" aired")),
        "{events:?}"
    );
    assert_eq!(events[4..], ["sang 06:00:00#1 resumed 30000", "sang 06:00:00#1 aired", "sang 06:00:00#2 aired"]);
    let ids: std::collections::BTreeSet<_> = events[1..4].iter().collect();
    assert_eq!(ids.len(), 3, "each repeat has its own id");
    assert!(
        station.log().iter().filter(|r| r.kind == "operator").count() == 3,
        "the command is logged once for each repeat"
    );
}

#[test]
fn a_session_that_starts_during_an_urgent_message_is_delayed() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", \"c\"]\n";
    let station = station_with("2023-03-20T05:30:00", sessions)
        .command(1800 - 10, urgent("c", 1))
        .run_until("2023-03-20T07:00:00");
    let events = events_of(&station);
    assert_eq!(events[1..], ["sang 06:00:00#1 aired", "sang 06:00:00#2 aired"], "{events:?}");
    let late = late_ms(&station, "sang@2023-03-20T06:00:00#1");
    assert!((20_000..20_100).contains(&late), "{late}");
    let with_drop_rule = sessions.replace("play =", "interrupted = \"drop\"\nplay =");
    let station = station_with("2023-03-20T05:30:00", &with_drop_rule)
        .command(1800 - 10, urgent("c", 1))
        .run_until("2023-03-20T07:00:00");
    let events = events_of(&station);
    assert!(events.contains(&"sang 06:00:00#1 missed urgent".to_owned()), "{events:?}");
}

#[test]
fn a_stop_ends_an_urgent_message_and_all_its_repeats() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let station = station_with("2023-03-20T05:30:00", sessions)
        .command(60, urgent("a", 3))
        .command(90, OperatorCommand::Stop)
        .run_until("2023-03-20T05:40:00");
    let events = events_of(&station);
    assert_eq!(events.len(), 3, "{events:?}");
    assert_eq!(events.iter().filter(|line| line.ends_with("missed operator-stop")).count(), 2, "{events:?}");
    assert_eq!(events.iter().filter(|line| line.ends_with("partial operator-stop")).count(), 1, "{events:?}");
}

#[test]
fn a_power_cut_during_an_urgent_message_loses_no_frame_of_the_interrupted_airing() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\", \"c\"]\n";
    let station = station_with("2023-03-20T05:30:00", sessions)
        .command(1800 + 60, urgent("c", 1))
        .run_and_cut(1800 + 60 + 15)
        .off_for(3600)
        .run_for(60);
    let log = station.log();
    let outcome = log.iter().find(|r| r.kind == "outcome" && r.body.title == "B").expect("the log has an outcome");
    assert_eq!(outcome_line(outcome), "sang@2023-03-20T06:00:00#1 partial power-off");
    assert_eq!(outcome.body.played_ms, 60_000, "the log has exactly the frames that sounded");
    let ids: Vec<_> = log.iter().filter(|r| r.kind == "outcome").filter_map(|r| r.body.id.clone()).collect();
    let unique_ids: std::collections::BTreeSet<_> = ids.iter().collect();
    assert_eq!(unique_ids.len(), ids.len(), "each airing has one outcome");
    assert_eq!(ids.len(), 3);
}

#[test]
fn a_clean_stop_during_an_urgent_message_gives_the_interrupted_airing_its_outcome() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let station = station_with("2023-03-20T05:30:00", sessions)
        .command(1800 + 60, urgent("c", 1))
        .run_for(1800 + 75)
        .off_for(3600)
        .run_for(60);
    let events = events_of(&station);
    assert!(events.contains(&"sang 06:00:00#1 partial shutdown".to_owned()), "{events:?}");
    assert_eq!(
        events.iter().filter(|line| line.contains("sang")).count(),
        2,
        "the only entries are the interruption and the outcome: {events:?}"
    );
}

#[test]
fn an_urgent_message_waits_only_for_a_cold_amplifier() {
    let sessions = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"b\"]\n";
    let settings = "[amplifier]\nwarm-up = \"4s\"\n";
    let start_of_message = |command_s: i64| {
        let station = station_with("2023-03-20T05:30:00", sessions)
            .settings(settings)
            .command(command_s, urgent("c", 1))
            .run_until("2023-03-20T07:00:00");
        let log = station.log();
        let start = log.iter().find(|r| r.kind == "start" && r.body.session.is_none()).expect("the message started");
        start.at.format("%H:%M:%S").to_string()
    };
    assert_eq!(start_of_message(60), "05:31:04", "the message waits for a cold amplifier");
    assert_eq!(start_of_message(1800 + 30), "06:00:30", "the message does not wait for a warm amplifier");
    // The line opens early enough before a session for the amplifier to be warm at the start.
    let station = station_with("2023-03-20T05:30:00", sessions).settings(settings).run_until("2023-03-20T07:00:00");
    let device_entry = station.log().into_iter().find(|r| r.kind == "device").expect("the device was opened");
    assert_eq!(device_entry.at.format("%H:%M:%S").to_string(), "05:59:56");
}

#[test]
fn a_shutdown_does_not_hide_that_no_device_could_play() {
    let station_stopped_after = |s: i64| {
        station_with("2023-03-20T05:00:00", "[[session]]\nid = \"sang\"\nat = \"09:00\"\nplay = [\"b\"]\n")
            .device_unavailable(0, 3600)
            .command(1800, OperatorCommand::Play(id("nhac")))
            .command(1860, urgent("c", 1))
            .run_for(1860 + s)
    };
    for seconds in [1, 10] {
        let outcomes = station_stopped_after(seconds).outcomes();
        assert_eq!(outcomes.len(), 2, "{outcomes:?}");
        assert!(outcomes.iter().all(|outcome| outcome.ends_with("missed device-lost")), "{outcomes:?}");
    }
}

#[test]
fn the_status_shows_which_repeat_of_an_urgent_message_is_on_the_air() {
    let station = station_with("2023-03-20T05:00:00", "[[session]]\nid = \"sang\"\nat = \"09:00\"\nplay = [\"b\"]\n")
        .command(1800, urgent("nhac", 3))
        .command(1802, OperatorCommand::Status)
        .command(1807, OperatorCommand::Status)
        .run_for(1900);
    let repeats: Vec<_> = station
        .replies()
        .iter()
        .filter_map(|reply| match reply {
            CommandReply::Status(status) => status.on_air.as_ref().and_then(|on_air| on_air.repeat),
            _ => None,
        })
        .map(|repeat| (repeat.number, repeat.count))
        .collect();
    assert_eq!(repeats, [(1, 3), (2, 3)]);
}

#[test]
fn a_stop_does_not_hide_that_no_device_could_play() {
    for command in [OperatorCommand::Stop, OperatorCommand::Skip] {
        let station = station_with("2023-03-20T05:00:00", "")
            .device_unavailable(0, 3600)
            .command(60, urgent("c", 1))
            .command(61, OperatorCommand::Status)
            .command(80, OperatorCommand::Status)
            .command(90, command)
            .run_for(120);
        for reply in &station.replies()[1..3] {
            let CommandReply::Status(status) = reply else { panic!("{reply:?}") };
            assert_eq!(status.urgent_waiting.as_deref(), Some("C"));
            assert!(status.concerns.iter().all(|concern| concern.condition.code() != "urgent-on-air"), "{status:?}");
        }
        let outcomes = station.outcomes();
        assert!(outcomes.len() == 1 && outcomes[0].ends_with("missed device-lost"), "{outcomes:?}");
        assert_eq!(
            station.log().iter().filter(|r| r.kind == "operator").count(),
            2,
            "the stop or skip is in the log too"
        );
    }
}
