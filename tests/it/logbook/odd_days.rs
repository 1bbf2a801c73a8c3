//! Tests of the log book page for days with relay slots, withdrawn airings or urgent messages, and for a station's
//! first day.
use loa::cli::args::DayPart;
use loa::cli::record::log::{NextSession, page_text};
use loa::playout::engine::{OperatorCommand, UrgentSource};
use loa::text::Lang;

use super::{DAY, PLAYLIST, SETTINGS, assert_golden, page, run, station, text_of};
use crate::station::{Station, id};

const RELAYS: &str = r#"
[[segment]]
id = "tin"
title = "Bản tin xã"
file = "s-300.mp3"

[[session]]
id = "sang"
title = "Buổi sáng"
at = "05:15"
play = [{ relay = "Thời sự", for = "30m" }]

[[session]]
id = "chieu"
title = "Buổi chiều"
at = "17:00"
play = [{ relay = "Đài tỉnh", for = "15m" }, "tin"]
"#;

#[test]
fn a_day_with_only_relay_slots_is_reported_as_relayed() {
    let only_relays = RELAYS.replace(", \"tin\"]", "]");
    let station = Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(&only_relays);
    let station =
        station.run_until("2026-03-12T17:05:00").run_and_cut(1).off_for(3600).run_until("2026-03-13T00:01:00");
    assert_golden(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), "relays-only");
}

#[test]
fn relay_slots_are_listed_in_their_session_and_are_not_airings() {
    let station = Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(RELAYS);
    let morning_station = station.run_and_kill(76 * 60);
    let text = |disk, now: &str| page_text(&page(disk, DAY, now, true), Lang::Vi);
    let page_during_relay = text(morning_station.disk(), "2026-03-12T05:16:00");
    assert!(
        page_during_relay.contains("chưa phát. Buổi sáng 05:15 đang tiếp sóng; Buổi chiều 17:00 chưa đến giờ."),
        "{page_during_relay}"
    );
    let station = Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(RELAYS);
    let station = station.run_until("2026-03-13T00:01:00");
    let text = text(station.disk(), "2026-03-13T07:00:00");
    let answer = "CÓ phát. Buổi sáng 05:15 tiếp sóng 30 phút; Buổi chiều 17:00 đủ 1/1 mục, tiếp sóng 15 phút.";
    assert!(text.contains(answer), "{text}");
    assert!(text.contains("Tổng cộng: 1 lượt theo kế hoạch"), "{text}");
}

#[test]
fn a_relay_past_midnight_belongs_to_the_day_of_its_session() {
    let late_playlist = "[[session]]\nid = \"dem\"\ntitle = \"Đêm\"\nat = \"23:50\"\n\
                play = [{ relay = \"Thời sự\", for = \"30m\" }]\n";
    let settings = format!("{SETTINGS}[quiet-hours]\nfrom = \"02:00\"\nuntil = \"03:00\"\n");
    let station = Station::new("2026-03-12T22:00:00").settings(&settings).playlist(late_playlist);
    let station = station.run_until("2026-03-13T01:00:00");
    let text = page_text(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), Lang::Vi);
    assert!(text.contains("chỉ tiếp sóng, không phát mục nào của đài. Đêm 23:50 tiếp sóng 30 phút."), "{text}");
}

#[test]
fn airings_that_an_edit_removed_today_are_no_longer_planned() {
    let without_evening = PLAYLIST.split("[[session]]\nid = \"chieu\"").next().expect("the playlist has a beginning");
    let station = station().edit(3600 * 6, without_evening).run_and_kill(3600 * 7);
    assert_golden(&page(station.disk(), DAY, "2026-03-12T11:00:00", true), "evening-withdrawn");
    // One item of the morning session is removed before its time.
    let shorter_playlist = PLAYLIST.replace("[\"nhac\", \"tin\", \"nhac\"]", "[\"nhac\", \"tin\"]");
    let station = super::station().edit(600, &shorter_playlist).run_and_kill(1200);
    let text = page_text(&page(station.disk(), DAY, "2026-03-12T04:20:00", true), Lang::Vi);
    assert!(text.contains("Buổi sáng 05:15 chưa đến giờ, 1/3 mục đã rút khỏi lịch; Buổi chiều"), "{text}");
    // A day whose airings were all removed is reported as not aired.
    let station = super::station().edit(600, "").run_and_kill(1200);
    let text = page_text(&page(station.disk(), DAY, "2026-03-12T04:20:00", true), Lang::Vi);
    let answer = "KHÔNG phát. Buổi sáng 05:15 đã rút khỏi lịch; Buổi chiều 17:00 đã rút khỏi lịch.";
    assert!(text.contains(answer), "{text}");
}

#[test]
fn an_item_that_an_edit_moved_is_neither_withdrawn_nor_missing() {
    // An item for another day is inserted before the last item of today's session.
    let items_with_insertion = "[\"nhac\", \"tin\", { segment = \"tin\", dates = [2026-03-13] }, \"nhac\"]";
    let longer_playlist = PLAYLIST.replace("[\"nhac\", \"tin\", \"nhac\"]", items_with_insertion);
    let before_session = station().edit(600, &longer_playlist).run_and_kill(1200);
    let text = page_text(&page(before_session.disk(), DAY, "2026-03-12T04:20:00", true), Lang::Vi);
    assert!(text.contains("Buổi sáng 05:15 chưa đến giờ; Buổi chiều"), "{text}");
    assert!(text.contains("đổi chỗ trong buổi") && !text.contains("đã rút khỏi lịch"), "{text}");
    let after_session = station().edit(600, &longer_playlist).run_until("2026-03-12T06:00:00");
    let text = page_text(&page(after_session.disk(), DAY, "2026-03-12T06:00:00", true), Lang::Vi);
    assert!(text.contains("Buổi sáng 05:15 đủ 3/3 mục"), "{text}");
    assert!(text.contains("đổi chỗ trong buổi") && !text.contains("đã rút khỏi lịch"), "{text}");
    assert!(
        text.contains("Tổng cộng: 5 lượt theo kế hoạch; đã phát 3, phát một phần 0, không phát 0, chưa có"),
        "{text}"
    );
    // If the edit is undone before the session, the item is back in its place.
    let after_undone_edit = station().edit(600, &longer_playlist).edit(900, PLAYLIST).run_until("2026-03-12T06:00:00");
    let text = page_text(&page(after_undone_edit.disk(), DAY, "2026-03-12T06:00:00", true), Lang::Vi);
    assert!(text.contains("Buổi sáng 05:15 đủ 3/3 mục") && !text.contains("đã rút khỏi lịch"), "{text}");
}

/// A session of four items, one of them twice.
const FOUR_ITEMS: &str = r#"
[[segment]]
id = "nhac"
title = "Nhạc hiệu"
file = "s-10.mp3"

[[segment]]
id = "tin"
title = "Bản tin xã"
file = "s-300.mp3"

[[segment]]
id = "lich"
title = "Lịch tiêm chủng"
file = "s-60.mp3"

[[session]]
id = "sang"
title = "Buổi sáng"
at = "05:15"
play = ["nhac", "tin", "lich", "nhac"]
"#;

#[test]
fn a_recording_that_an_edit_withdrew_is_named_whichever_place_it_had() {
    for (items, withdrawn_title) in [
        ("\"tin\", \"lich\", \"nhac\"", Some("Nhạc hiệu")),
        ("\"nhac\", \"lich\", \"nhac\"", Some("Bản tin xã")),
        ("\"nhac\", \"tin\", \"nhac\"", Some("Lịch tiêm chủng")),
        ("\"nhac\", \"tin\", \"lich\"", Some("Nhạc hiệu")),
        ("\"nhac\", \"lich\", \"tin\", \"nhac\"", None),
    ] {
        let edited = FOUR_ITEMS.replace("\"nhac\", \"tin\", \"lich\", \"nhac\"", items);
        let begin = || Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(FOUR_ITEMS);
        let station = begin().edit(600, &edited).run_and_kill(1200);
        let before_session = page_text(&page(station.disk(), DAY, "2026-03-12T04:20:00", true), Lang::Vi);
        let station = begin().edit(600, &edited).run_until("2026-03-12T06:00:00");
        let after_session = page_text(&page(station.disk(), DAY, "2026-03-12T06:00:00", true), Lang::Vi);
        let Some(title) = withdrawn_title else {
            assert!(before_session.contains("Buổi sáng 05:15 chưa đến giờ."), "{items}: {before_session}");
            assert!(after_session.contains("Buổi sáng 05:15 đủ 4/4 mục."), "{items}: {after_session}");
            continue;
        };
        let withdrawn_rows = |text: &str| -> Vec<String> {
            let is_row = |line: &&str| line.starts_with(' ') || line.starts_with(|c: char| c.is_ascii_digit());
            let rows = text.lines().filter(is_row).filter(|line| line.contains("đã rút khỏi lịch"));
            rows.map(str::to_owned).collect()
        };
        assert!(before_session.contains("chưa đến giờ, 1/4 mục đã rút khỏi lịch."), "{items}: {before_session}");
        assert!(after_session.contains("thiếu 1/4 mục (đã rút khỏi lịch)."), "{items}: {after_session}");
        for text in [before_session, after_session] {
            let rows = withdrawn_rows(&text);
            assert!(rows.len() == 1 && rows[0].ends_with(title), "{items}: {text}");
            assert!(!text.contains("đổi chỗ trong buổi"), "{items}: {text}");
        }
    }
}

#[test]
fn the_page_of_the_first_evening_shows_when_the_log_begins_and_the_next_session() {
    let station = Station::new("2026-03-12T18:30:00").settings(SETTINGS).playlist(PLAYLIST);
    let station = station.run_until("2026-03-12T19:00:00");
    let next = NextSession {
        title: "Buổi sáng".to_owned(),
        starts_at: "2026-03-13T05:15:00+07:00".parse().expect("the time is valid"),
    };
    let text = |now: &str, lang| {
        let mut page = page(station.disk(), DAY, now, true);
        page.next_session = Some(next.clone());
        page_text(&page, lang)
    };
    let evening_page = text("2026-03-12T19:00:00", Lang::Vi);
    let answer = "Ngày 12/03/2026: chưa biết: nhật ký bắt đầu lúc 18:30 ngày này, và sau giờ đó kế hoạch không còn buổi \
                  nào. Buổi tới: Buổi sáng 05:15, ngày 13/03/2026.";
    assert!(evening_page.contains(answer), "{evening_page}");
    let next_morning_page = text("2026-03-13T07:00:00", Lang::En);
    assert!(next_morning_page.contains("not known yet: the log begins at 18:30 on this day"), "{next_morning_page}");
    assert!(!next_morning_page.contains("Next:"), "{next_morning_page}");
}

#[test]
fn the_page_of_a_station_that_never_ran_shows_its_name_and_its_first_session() {
    let folder = tempfile::tempdir().expect("make a temporary folder");
    std::fs::create_dir(folder.path().join("playlists")).expect("make the folder");
    std::fs::write(folder.path().join("station.toml"), SETTINGS).expect("write the settings");
    std::fs::write(folder.path().join("playlists/a.toml"), PLAYLIST).expect("write the playlist");
    let page = text_of(&run(folder.path(), &["log", "--lang", "vi"]).stdout);
    assert!(page.starts_with("SỔ NHẬT KÝ PHÁT THANH — Đài Truyền thanh xã Mẫu\n"), "{page}");
    assert!(page.contains("Chưa có gì trong nhật ký: đài chưa chạy lần nào. Buổi tới: Buổi "), "{page}");
    let today = text_of(&run(folder.path(), &["log", "hôm", "nay", "--lang", "vi"]).stdout);
    assert!(today.contains("chưa có nhật ký nào, vì đài chưa chạy lần nào. Buổi tới: Buổi "), "{today}");
}

#[test]
fn an_urgent_message_that_plays_twice_is_one_command_and_two_airings() {
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("tin")), repeat: 2 };
    let station = station().command(3600 * 4, urgent).command(3600 * 4 + 60, OperatorCommand::Stop);
    let station = station.run_until("2026-03-13T00:01:00");
    assert_golden(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), "urgent-twice");
}

#[test]
fn an_airing_outside_the_plan_is_not_counted_as_planned() {
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("nhac")), repeat: 2 };
    let station = station().command(3600 * 4, urgent).run_until("2026-03-12T12:00:00");
    let text = page_text(&page(station.disk(), DAY, "2026-03-12T12:00:00", true), Lang::Vi);
    let answer = "CÓ phát. Buổi sáng 05:15 đủ 3/3 mục; Buổi chiều 17:00 chưa đến giờ; ngoài kế hoạch: 2 lượt.";
    assert!(text.contains(answer), "{text}");
    let totals = "Tổng cộng: 5 lượt theo kế hoạch; đã phát 3, phát một phần 0, không phát 0, chưa có kết quả 2;";
    assert!(text.contains(totals), "{text}");
    assert!(text.contains("\nNgoài kế hoạch: 2 lượt; đã phát 2, phát một phần 0, không phát 0;"), "{text}");
}

#[test]
fn a_session_that_an_edit_added_is_on_the_page_before_it_begins() {
    let evening_session = "\n[[session]]\nid = \"toi\"\ntitle = \"Buổi tối\"\nat = \"20:00\"\nplay = [\"nhac\"]\n";
    let station = station().edit(3600 * 6, &format!("{PLAYLIST}{evening_session}")).run_until("2026-03-12T18:00:00");
    let text = page_text(&page(station.disk(), DAY, "2026-03-12T18:00:00", true), Lang::Vi);
    assert!(text.contains("Buổi chiều 17:00 đủ 2/2 mục; Buổi tối 20:00 chưa đến giờ."), "{text}");
    assert!(text.contains("Tổng cộng: 6 lượt theo kế hoạch; đã phát 5,"), "{text}");
}

#[test]
fn silent_airings_are_counted_separately_inside_and_outside_the_plan() {
    let settings = format!("{SETTINGS}[output]\ndevice = \"null\"\n");
    let station = station().settings(&settings).command(3600 * 4, OperatorCommand::Play(id("nhac")));
    let station = station.run_until("2026-03-13T00:01:00");
    let text = page_text(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), Lang::Vi);
    let lines: Vec<&str> = text.lines().filter(|line| line.contains("Trong đó")).collect();
    assert!(lines[0].starts_with("Tổng cộng: 5 lượt") && lines[0].contains("Trong đó 5 lượt KHÔNG RA LOA"), "{text}");
    assert!(lines[1].starts_with("Ngoài kế hoạch: 1 lượt") && lines[1].contains("Trong đó 1 lượt KHÔNG"), "{text}");
}

#[test]
fn the_answer_is_not_final_while_a_session_is_still_to_come() {
    let relay_station = Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(RELAYS);
    let relay_station = relay_station.run_until("2026-03-12T12:00:00");
    let text = |station: &Station, now: &str| page_text(&page(station.disk(), DAY, now, true), Lang::Vi);
    let noon_page = text(&relay_station, "2026-03-12T12:00:00");
    let answer = "chưa phát. Buổi sáng 05:15 tiếp sóng 30 phút; Buổi chiều 17:00 chưa đến giờ.";
    assert!(noon_page.contains(answer), "{noon_page}");
    let playlist_without_morning = PLAYLIST.replace("05:15", "18:00");
    let station_with_command =
        Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(&playlist_without_morning);
    let station_with_command =
        station_with_command.command(3600 * 4, OperatorCommand::Play(id("nhac"))).run_until("2026-03-12T12:00:00");
    let noon_page = text(&station_with_command, "2026-03-12T12:00:00");
    assert!(
        noon_page.contains("Ngày 12/03/2026: đến giờ chỉ phát ngoài kế hoạch. Buổi chiều 17:00 chưa"),
        "{noon_page}"
    );
}

#[test]
fn a_rehearsal_with_only_relay_slots_is_reported_as_a_rehearsal() {
    let only_relays = RELAYS.replace(", \"tin\"]", "]");
    let station = Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(&only_relays);
    let station = station.run_until("2026-03-13T00:01:00");
    let mut page = page(station.disk(), DAY, "2026-03-13T07:00:00", false);
    page.rehearsal = true;
    let text = page_text(&page, Lang::Vi);
    assert!(text.contains("Ngày 12/03/2026: diễn tập, không có âm thanh. Buổi sáng"), "{text}");
}

#[test]
fn a_withdrawn_session_with_only_relay_slots_is_no_longer_planned() {
    let only_relays = RELAYS.replace(", \"tin\"]", "]");
    let station = Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(&only_relays);
    let station = station.edit(600, "").run_and_kill(1200);
    let text = page_text(&page(station.disk(), DAY, "2026-03-12T04:20:00", true), Lang::Vi);
    let answer = "KHÔNG phát. Buổi sáng 05:15 đã rút khỏi lịch; Buổi chiều 17:00 đã rút khỏi lịch.";
    assert!(text.contains(answer), "{text}");
}

#[test]
fn the_next_session_is_one_that_a_running_station_would_play() {
    let next_session = |playlist: &str| {
        let folder = tempfile::tempdir().expect("make a temporary folder");
        std::fs::create_dir(folder.path().join("playlists")).expect("make the folder");
        std::fs::write(folder.path().join("station.toml"), SETTINGS).expect("write the settings");
        std::fs::write(folder.path().join("playlists/a.toml"), playlist).expect("write the playlist");
        let page = text_of(&run(folder.path(), &["log", "--lang", "vi"]).stdout);
        assert!(page.contains("Chưa có gì trong nhật ký"), "{page}");
        page.split_once("Buổi tới: ").map(|(_, next)| next.trim_end().to_owned())
    };
    assert!(next_session(PLAYLIST).is_some());
    // The evening has only the expired segment; the morning also has another segment.
    let with_expired_segment =
        PLAYLIST.replace("file = \"s-300.mp3\"", "file = \"s-300.mp3\"\nvalid-until = 2020-01-31");
    let with_expired_evening = with_expired_segment.replace("play = [\"nhac\", \"tin\"]", "play = [\"tin\"]");
    assert!(next_session(&with_expired_evening).is_some_and(|next| next.starts_with("Buổi sáng 05:15")));
    let with_all_expired = with_expired_evening.replace("play = [\"nhac\", \"tin\", \"nhac\"]", "play = [\"tin\"]");
    assert_eq!(next_session(&with_all_expired), None);
    // The schedule has an error. A running station would keep its last good one, whose next session is unknown here.
    assert_eq!(next_session(&format!("{PLAYLIST}\n[[session]]\nid = \"thieu\"\n")), None);
}

#[test]
fn outcomes_that_wait_for_the_clock_are_not_known_yet() {
    let station = station().unsynchronised().run_and_kill(74 * 60).restarted_after(10 * 60).run_and_kill(60);
    let text = |station: &Station, now, lang| page_text(&page(station.disk(), DAY, now, true), lang);
    let waiting_page = text(&station, "2026-03-12T05:25:00", Lang::Vi);
    assert!(
        waiting_page.contains("Ngày 12/03/2026: chưa biết. Buổi sáng 05:15 3/3 mục chưa có kết quả;"),
        "{waiting_page}"
    );
    let reason = "đồng hồ máy chưa được đồng bộ, nên kết quả của những lượt lỡ khi đài ngừng còn chờ đồng hồ và được ghi \
               chậm nhất lúc 05:29.";
    assert!(waiting_page.contains(reason), "{waiting_page}");
    let open_rows = waiting_page.lines().filter(|line| line.contains(" -  05:") && line.contains("chưa có kết quả"));
    assert_eq!(open_rows.count(), 3, "{waiting_page}");
    let waiting_page = text(&station, "2026-03-12T05:25:00", Lang::En);
    assert!(waiting_page.contains("they are written by 05:29 at the latest."), "{waiting_page}");
    let later_station = station.restarted_after(1).run_and_kill(400);
    let page_with_outcomes = text(&later_station, "2026-03-12T05:32:00", Lang::Vi);
    assert!(page_with_outcomes.contains("Buổi sáng 05:15 không phát 3/3 mục"), "{page_with_outcomes}");
    assert!(!page_with_outcomes.contains("chậm nhất"), "{page_with_outcomes}");
}

#[test]
fn the_answer_counts_each_item_once() {
    // At 05:16 the second of three items is skipped; the third is on the air.
    let playing_station = station().command(76 * 60, OperatorCommand::Skip).run_and_kill(80 * 60 + 15);
    let text = |disk, now: &str, lang| page_text(&page(disk, DAY, now, true), lang);
    let on_air_page = text(playing_station.disk(), "2026-03-12T05:20:15", Lang::Vi);
    assert!(on_air_page.contains("đang phát, xong 1/3 mục, phát dở 1/3 mục (người trực bỏ qua)"), "{on_air_page}");
    let on_air_page = text(playing_station.disk(), "2026-03-12T05:20:15", Lang::En);
    assert!(on_air_page.contains("is on the air, 1 of 3 items done, 1 of 3 items in part"), "{on_air_page}");
    // Nothing of this session is heard: one item ends, one is cut, one is missed.
    let silent_station = station().settings(&format!("{SETTINGS}[output]\ndevice = \"null\"\n"));
    let silent_station = silent_station.sink("null", Some(false)).command(76 * 60, OperatorCommand::Stop);
    let silent_station = silent_station.run_until("2026-03-12T06:00:00");
    let answer = text(silent_station.disk(), "2026-03-12T06:00:00", Lang::Vi);
    let counts = "Buổi sáng 05:15 thiếu 1/3 mục (người trực dừng), 2/3 mục KHÔNG RA LOA (trong đó 1 mục phát dở: người trực dừng);";
    assert!(answer.contains(counts), "{answer}");
}

#[test]
fn the_first_day_of_a_log_says_that_nothing_is_known_of_the_time_before() {
    let station = Station::new("2026-03-12T08:27:00").settings(SETTINGS).playlist(PLAYLIST);
    let station = station.run_until("2026-03-13T07:00:00");
    let text = |lang| page_text(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), lang);
    let answer = "CÓ phát. Buổi chiều 17:00 đủ 2/2 mục. Nhật ký bắt đầu lúc 08:27; chưa biết gì về trước giờ đó.";
    assert!(text(Lang::Vi).contains(answer), "{}", text(Lang::Vi));
    assert!(
        text(Lang::En).contains("The log begins at 08:27; it knows nothing of the time before."),
        "{}",
        text(Lang::En)
    );
    let next_day_page = page(station.disk(), ("2026-03-13", "2026-03-13"), "2026-03-13T07:00:00", true);
    assert!(!page_text(&next_day_page, Lang::Vi).contains("bắt đầu lúc"), "{}", page_text(&next_day_page, Lang::Vi));
    // In the evening nothing is left of the plan.
    let evening_station = Station::new("2026-03-12T19:22:00").settings(SETTINGS).playlist(PLAYLIST).run_for(3 * 86_400);
    let page = page(evening_station.disk(), DAY, "2026-03-15T07:00:00", true);
    let text = page_text(&page, Lang::Vi);
    assert!(text.contains("Ngày 12/03/2026: chưa biết: nhật ký bắt đầu lúc 19:22 ngày này"), "{text}");
    let evening = Station::new("2026-03-12T19:22:00").settings(SETTINGS).playlist(PLAYLIST).device_unavailable(0, 900);
    let evening = evening.command(60, OperatorCommand::Play(id("nhac"))).run_for(600);
    let text = page_text(&super::page(evening.disk(), DAY, "2026-03-12T19:40:00", true), Lang::Vi);
    let answer = "chưa biết. Ngoài kế hoạch: phát 0/1 lượt. Nhật ký bắt đầu lúc 19:22; chưa biết gì";
    assert!(text.contains(answer), "{text}");
}

#[test]
fn the_answer_for_a_part_of_a_day_comes_first() {
    let whole_day_station = station().run_until("2026-03-13T00:01:00");
    let text = |station: &Station, part, lang| {
        let mut page = page(station.disk(), DAY, "2026-03-13T07:00:00", true);
        page.day_part = Some(part);
        page_text(&page, lang)
    };
    let morning = text(&whole_day_station, DayPart::Morning, Lang::Vi);
    let answer = "Sáng 12/03/2026: CÓ phát. Buổi sáng 05:15 đủ 3/3 mục. Ngày 12/03/2026: CÓ phát. Buổi sáng";
    assert!(morning.contains(answer), "{morning}");
    let afternoon = text(&whole_day_station, DayPart::Afternoon, Lang::En);
    assert!(afternoon.contains("Afternoon of 2026-03-12: YES, aired. Buổi chiều 17:00 all 2 items. "), "{afternoon}");
    let evening = text(&whole_day_station, DayPart::Evening, Lang::Vi);
    assert!(evening.contains("Tối 12/03/2026: không có buổi nào trong kế hoạch. Ngày 12/03"), "{evening}");
    let late_station = Station::new("2026-03-12T08:27:00").settings(SETTINGS).playlist(PLAYLIST);
    let late_station = late_station.run_until("2026-03-13T00:01:00");
    let morning = text(&late_station, DayPart::Morning, Lang::Vi);
    assert!(morning.contains("Sáng 12/03/2026: chưa biết: nhật ký bắt đầu lúc 08:27 ngày này. Ngày"), "{morning}");
}
