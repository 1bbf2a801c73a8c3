//! A clock that was wrong and is put right: what `loa status` and `loa log` say before and after. All contents are
//! invented.
use std::fs::{self, FileTimes};
use std::time::{Duration, SystemTime};

use chrono::NaiveDate;
use loa::cli::record::log::{PagePresent, page_text, read_from};
use loa::cli::station::status::status_page;
use loa::playout::engine::{CommandReply, OperatorCommand, StationStatus, UrgentSource};
use loa::text::Lang;

use crate::daemon::{Folder, printed};
use crate::station::{Station, at, id};

const PLAYLIST: &str = r#"
[[segment]]
id = "nhac"
title = "Nhạc hiệu"
file = "s-10.mp3"

[[segment]]
id = "tin"
title = "Bản tin xã"
file = "s-300.mp3"

[[session]]
id = "sang"
title = "Buổi sáng"
at = "05:15"
play = ["nhac", "tin", "nhac", "tin"]

[[session]]
id = "chieu"
title = "Buổi chiều"
at = "17:00"
play = ["nhac", "tin"]
"#;

/// A station that has played a morning session, and whose machine then lost its power for an hour, from 06:00:00.
fn station_after_power_cut() -> Station {
    Station::new("2026-03-12T04:00:00").playlist(PLAYLIST).run_and_cut(7200).off_for(3600)
}

/// The seconds from `from` to `to`.
fn seconds_between(from: &str, to: &str) -> i64 {
    at(to).since(at(from)) / 1_000_000
}

fn statuses(station: &Station) -> Vec<StationStatus> {
    let status = |reply: &CommandReply| match reply {
        CommandReply::Status(status) => Some(status.as_ref().clone()),
        _ => None,
    };
    station.replies().iter().filter_map(status).collect()
}

/// The page of the whole log, as read at `now`.
fn log_text(station: &Station, now: &str, is_running: bool) -> String {
    let mut page = read_from(station.disk(), NaiveDate::MIN, NaiveDate::MAX).expect("in-memory storage never fails");
    page.present = Some(PagePresent { unix_s: at(now).0 / 1_000_000, is_running });
    page_text(&page, Lang::En)
}

#[test]
fn the_status_says_what_is_true_of_the_clock_as_it_is_now() {
    // The clock shows 2010 at the start. After ten minutes the operator sets it right, but does not confirm it yet.
    let station = station_after_power_cut()
        .start_clock_at_str("2010-01-01T00:00:00", false)
        .command(300, OperatorCommand::Status)
        .step(600, seconds_between("2010-01-01T00:10:00", "2026-03-12T07:10:00"))
        .command(900, OperatorCommand::Status)
        .command(1000, OperatorCommand::ConfirmClock)
        .command(1001, OperatorCommand::Status)
        .run_for(1002);
    let pages: Vec<String> = statuses(&station).iter().map(|status| status_page(status, "", Lang::En)).collect();
    let [wrong, set, confirmed] = pages.as_slice() else { panic!("three statuses: {pages:#?}") };
    assert!(wrong.contains("the day this program was built") && wrong.contains("Nothing plays until"), "{wrong}");
    assert!(
        !wrong.to_lowercase().contains("next session"),
        "a clock that is certainly wrong names no session: {wrong}"
    );
    assert!(!set.contains("the day this program was built"), "the clock is later than the build now: {set}");
    assert!(set.contains("Nothing plays until"), "{set}");
    assert!(set.contains("is right (2026-03-12 07:15") && set.contains("the next session is Buổi chiều"), "{set}");
    for page in [wrong, set] {
        assert!(!page.contains("newer schedule"), "the schedule in the folder is the one in force: {page}");
    }
    assert!(confirmed.contains("Next session: Buổi chiều"), "{confirmed}");
}

#[test]
fn a_schedule_that_was_edited_and_put_back_does_not_wait_for_the_clock() {
    let other_playlist = PLAYLIST.replace("17:00", "18:00");
    let station = station_after_power_cut()
        .start_clock_at_str("2010-01-01T00:00:00", false)
        .edit(300, &other_playlist)
        .command(310, OperatorCommand::Status)
        .edit(400, PLAYLIST)
        .command(410, OperatorCommand::Status)
        .run_for(420);
    let waits: Vec<bool> = statuses(&station).iter().map(|status| status.schedule_waits).collect();
    assert_eq!(waits, [true, false]);
}

#[test]
fn a_session_that_was_cut_off_by_a_jump_of_the_clock_is_not_shown_as_under_way() {
    let station = Station::new("2026-03-12T05:14:00").unsynchronised().playlist(PLAYLIST);
    // The jump leads into the same session, between the start of its first item and that of its last.
    let station = station.step(65, 400).command(70, OperatorCommand::Status).run_for(80);
    let status = &statuses(&station)[0];
    let page = status_page(status, "", Lang::En);
    assert!(!status.clock_trusted, "{status:?}");
    assert_eq!(status.between_items, None);
    assert!(page.contains("Nothing plays until") && !page.contains("Next item"), "{page}");
}

#[test]
fn the_answer_to_stop_names_no_next_session_while_the_clock_is_not_trusted() {
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("tin")), repeat: 1 };
    let station = station_after_power_cut().start_clock_at_str("2010-01-01T00:00:00", false);
    let station = station.command(60, urgent).command(90, OperatorCommand::Stop).run_for(120);
    let reply = serde_json::to_value(&station.replies()[1]).expect("write the reply");
    let effect = &reply["performed"]["deed"]["stop"];
    assert!(effect.is_object() && effect["next"].is_null() && effect["awaits_clock"] == true, "{reply}");
}

#[test]
fn dates_of_a_distrusted_clock_are_no_days_of_the_log() {
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("nhac")), repeat: 1 };
    // 2010: the clock was not set at the start. 2035: it jumps while the station runs, and is put right.
    let station = station_after_power_cut()
        .start_clock_at_str("2010-01-01T00:00:00", false)
        .command(60, urgent)
        .run_and_cut(600)
        .start_clock_at_str("2026-03-12T08:00:00", false);
    let to_2035_s = seconds_between("2026-03-12T09:00:00", "2035-06-01T09:00:00");
    let station = station.step(3600, to_2035_s).step(4200, -to_2035_s).command(4300, OperatorCommand::ConfirmClock);
    let station = station.run_until("2026-03-13T06:00:00");
    let text = log_text(&station, "2026-03-13T07:00:00", true);
    assert!(text.contains("2026-03-12 to 2026-03-13: aired on 2 of 2 days."), "{text}");
    let doubtful = "clock was wrong or not trusted then, so this date and the times may be wrong.";
    assert!(text.contains("2010-01-01: aired only outside the plan") && text.contains(doubtful), "{text}");
    assert!(text.contains("2035-06-01: not known yet: when these entries were written"), "{text}");
    // The last entry has the right time again, so the day of reading is known.
    assert!(!text.contains("the log stops"), "{text}");
}

#[test]
fn a_log_that_begins_under_a_wrong_clock_begins_when_the_clock_is_right() {
    let station = Station::new("2010-01-01T00:00:00").unsynchronised().playlist(PLAYLIST);
    let station = station.step(600, seconds_between("2010-01-01T00:10:00", "2026-03-12T04:10:00")).sync(610, true);
    let station = station.run_for(610 + 7200);
    let text = log_text(&station, "2026-03-12T07:00:00", true);
    let answer = "2026-03-12: YES, aired. Buổi sáng 05:15 all 4 items; Buổi chiều 17:00 is still to come. The log begins at 04:10";
    assert!(text.contains(answer), "{text}");
    assert!(!text.contains("to 2026-03-12"), "there is only one day: {text}");
}

#[test]
fn a_session_is_on_the_air_only_if_something_of_it_played() {
    // The clock is confirmed in the middle of the morning session, which may begin late, but there is no sound device.
    let late_playlist = PLAYLIST.replace("at = \"05:15\"", "at = \"05:15\"\nlate = \"until 05:20\"");
    for seconds in [91, 95, 120, 150, 180, 240, 400, 700] {
        let station = Station::new("2026-03-12T04:00:00").playlist(&late_playlist).run_and_cut(7200).off_for(3600);
        let station = station
            .start_clock_at_str("2010-01-01T00:00:00", false)
            .device_unavailable(0, 9000)
            .step(60, seconds_between("2010-01-01T00:01:00", "2026-03-13T05:17:00"))
            .command(90, OperatorCommand::ConfirmClock)
            .run_and_kill(seconds);
        let now = station.wall();
        let mut page =
            read_from(station.disk(), NaiveDate::MIN, NaiveDate::MAX).expect("in-memory storage never fails");
        page.present = Some(PagePresent { unix_s: now.0 / 1_000_000, is_running: true });
        let text = page_text(&page, Lang::En);
        assert!(!text.contains("on the air"), "after {seconds} s: {text}");
    }
}

#[test]
fn the_days_after_a_wrong_year_that_the_station_believed_are_planned() {
    // A new station has nothing with which to compare its clock, and plans the days of 2035.
    let to_2035_s = seconds_between("2026-03-12T04:00:00", "2035-06-01T04:00:00");
    let station = Station::new("2035-06-01T04:00:00").unsynchronised().playlist(PLAYLIST);
    let station = station.step(3600, -to_2035_s).command(3700, OperatorCommand::ConfirmClock);
    let station = station.command(40_000, OperatorCommand::Status).run_and_kill(86_400 + 7200);
    assert!(status_page(&statuses(&station)[0], "", Lang::En).contains("Next session: Buổi chiều, 17:00 today"));
    // A restart in the middle of the second day repeats nothing and forgets nothing.
    let station = station.restarted_after(10).run_for(2 * 86_400);
    let aired =
        |day: &str| station.outcomes().iter().filter(|line| line.contains(day) && line.ends_with(" aired")).count();
    assert_eq!((aired("2026-03-12"), aired("2026-03-13")), (6, 6), "{:?}", station.outcomes());
    let ids: Vec<String> =
        station.outcomes().iter().filter_map(|line| Some(line.split(' ').next()?.to_owned())).collect();
    assert_eq!(ids.iter().collect::<std::collections::BTreeSet<_>>().len(), ids.len(), "one outcome each: {ids:?}");
    let text = log_text(&station, "2026-03-15T06:10:00", true);
    assert!(text.contains("2026-03-12 to 2026-03-15: aired on 4 of 4 days."), "{text}");
}

#[test]
fn a_log_in_its_folder_is_not_lost_however_old_its_files_look() {
    let folder = Folder::new().segment("a", 1).write_playlist();
    assert_eq!(folder.run().end(), Some(0));
    // As after a clock that was far ahead when the log began, and was then put right.
    let keys = fs::read_dir(folder.dir.path().join("state/loa/keys")).expect("list the folder");
    let long_ago = FileTimes::new().set_modified(SystemTime::UNIX_EPOCH + Duration::from_secs(1_300_000_000));
    for key_folder in keys.flatten() {
        let newest = fs::File::options().write(true).open(key_folder.path().join("newest")).expect("open the file");
        newest.set_times(long_ago).expect("set the time of the file");
    }
    let page = printed(&folder.loa(&["log", "--lang", "en"]));
    assert!(!page.contains("no longer in the folder"), "{page}");
}

#[test]
fn the_help_of_the_clock_says_how_to_set_it() {
    let folder = Folder::new();
    for (lang, battery) in [("vi", "pin CR2032"), ("en", "battery on its main board (CR2032)")] {
        for command in [["clock", "--help"].as_slice(), &["clock", "confirm", "--help"]] {
            let mut loa = crate::program::loa(folder.dir.path());
            let help = printed(&loa.args(command).args(["--lang", lang]).output().expect("loa starts"));
            let commands = ["timedatectl set-ntp true", "timedatectl set-time '", "hwclock --systohc", battery];
            for part in commands {
                assert!(help.contains(part), "{part}: {help}");
            }
        }
    }
}
