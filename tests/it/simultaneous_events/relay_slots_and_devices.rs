//! Relay slots and lost devices during other events.
use super::*;

#[test]
fn nothing_sounds_in_a_delayed_relay_slot() {
    let morning = ("sang", "06:00", "play = [{ relay = \"Huyện\", for = \"5m\" }, \"a\", \"c\"]");
    let station = station_with(&[morning]).command(590, urgent("b", 1)).run_until("2023-03-20T07:00:00");
    assert_eq!(
        events_of(&station),
        [
            "05:59:50 urgent start",
            "06:01:50 urgent aired 120",
            "06:06:50 sang 06:00:00#1 held 300",
            "06:06:50 sang 06:00:00#2 start",
            "06:07:50 sang 06:00:00#2 aired 60",
            "06:07:50 sang 06:00:00#3 start",
            "06:08:20 sang 06:00:00#3 aired 30",
        ]
    );
}

#[test]
fn a_relay_slot_ends_an_operators_airing() {
    let morning = ("sang", "06:00", "gap = \"20s\"\nplay = [\"c\", { relay = \"Huyện\", for = \"10m\" }]");
    let station =
        station_with(&[morning]).command(635, OperatorCommand::Play(id("dai"))).run_until("2023-03-20T07:00:00");
    let events = events_of(&station);
    assert!(events.iter().any(|line| line == "06:00:50 operator partial cut-by 15"), "{events:?}");
    assert!(events.iter().any(|line| line == "06:10:50 sang 06:00:00#2 held 600"), "{events:?}");
}

#[test]
fn a_relay_slot_begins_after_an_item_without_sound() {
    for silent_item in ["\"mat\"", "{ pool = \"khong-co\" }"] {
        let play = format!("play = [{silent_item}, {{ relay = \"Huyện\", for = \"10m\" }}, \"a\"]");
        let station = station_with(&[("sang", "06:00", &play)]).run_until("2023-03-20T07:00:00");
        let events = events_of(&station);
        assert!(events.iter().any(|line| line == "06:10:00 sang 06:00:00#2 held 600"), "{events:?}");
        assert!(events.iter().any(|line| line == "06:11:00 sang 06:00:00#3 aired 60"), "{events:?}");
    }
}

#[test]
fn an_urgent_message_waits_a_limited_time_for_a_device() {
    let morning = ("sang", "06:00", "play = [\"dai\", \"a\"]");
    let station = station_with(&[morning])
        .device_unavailable(660, 680)
        .command(665, urgent("c", 3))
        .run_until("2023-03-20T07:00:00");
    let urgent_events: Vec<_> = events_of(&station).into_iter().filter(|line| line.contains("urgent")).collect();
    assert_eq!(
        urgent_events,
        [
            "06:01:20 urgent start",
            "06:01:50 urgent aired 30",
            "06:01:50 urgent start",
            "06:02:20 urgent aired 30",
            "06:02:20 urgent start",
            "06:02:50 urgent aired 30",
        ]
    );
    let station =
        station_with(&[]).device_unavailable(0, 3000).command(60, urgent("c", 2)).run_until("2023-03-20T07:00:00");
    assert_eq!(events_of(&station), ["06:06:00 urgent missed device-lost 0", "06:06:05 urgent missed device-lost 0"]);
}

#[test]
fn the_wait_for_a_device_counts_from_the_urgent_command() {
    let hour_segment = "[[segment]]\nid = \"gio\"\ntitle = \"G\"\nfile = \"s-3600.mp3\"";
    let morning = ("sang", "06:00", &*format!("play = [\"gio\"]\n{hour_segment}"));
    // When the command arrives, the device has been missing for longer than an urgent message waits.
    let station = station_with(&[morning])
        .device_unavailable(620, 2000)
        .command(1600, urgent("c", 1))
        .run_until("2023-03-20T07:30:00");
    assert!(events_of(&station).iter().any(|line| line == "06:23:20 urgent start"), "{:?}", events_of(&station));
    let station = station_with(&[morning])
        .device_unavailable(620, 3000)
        .command(1600, urgent("c", 1))
        .run_until("2023-03-20T07:30:00");
    assert!(
        events_of(&station).iter().any(|line| line == "06:31:40 urgent missed device-lost 0"),
        "{:?}",
        events_of(&station)
    );
    // The operator skips the waiting message, which could not have sounded anyway.
    let station_with_skip = station_with(&[])
        .device_unavailable(0, 3000)
        .command(60, urgent("c", 1))
        .command(90, OperatorCommand::Skip)
        .run_for(3600);
    assert_eq!(events_of(&station_with_skip), ["05:51:30 urgent missed device-lost 0"]);
}

#[test]
fn a_session_that_is_allowed_to_play_late_waits_for_a_device() {
    let morning = ("sang", "06:00", "late = \"play\"\nplay = [\"c\", \"a\"]");
    let station = station_with(&[morning]).device_unavailable(590, 660).run_until("2023-03-20T07:00:00");
    assert_eq!(
        events_of(&station),
        [
            "06:01:00 sang 06:00:00#1 start",
            "06:01:30 sang 06:00:00#1 aired 30",
            "06:01:30 sang 06:00:00#2 start",
            "06:02:30 sang 06:00:00#2 aired 60",
        ]
    );
}

#[test]
fn an_airing_that_lost_its_device_and_was_interrupted_is_never_longer_than_its_file() {
    for rule in ["restart", "resume"] {
        let rules = format!("play = [\"dai\"]\ninterrupted = \"{rule}\"");
        let session = ("sang", "06:00", rules.as_str());
        let station = station_with(&[session])
            .device_unavailable(720, 780)
            .command(900, urgent("c", 1))
            .run_until("2023-03-20T07:00:00");
        let events = events_of(&station);
        assert!(
            events.iter().any(|line| line == "06:10:30 sang 06:00:00#1 partial device-lost 539"),
            "{rule}: {events:?}"
        );
    }
}
