//! Days with relay slots, withdrawn airings and urgent messages, and the first day of a station.
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
fn a_day_of_relay_slots_alone_was_relayed() {
    let only_relays = RELAYS.replace(", \"tin\"]", "]");
    let station = Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(&only_relays);
    let station =
        station.run_until("2026-03-12T17:05:00").run_and_cut(1).off_for(3600).run_until("2026-03-13T00:01:00");
    assert_golden(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), "relays-only");
}

#[test]
fn relay_slots_are_listed_in_their_session_and_are_not_airings() {
    let station = Station::new("2026-03-12T04:00:00").settings(SETTINGS).playlist(RELAYS);
    let morning = station.run_and_kill(76 * 60);
    let text = |disk, now: &str| page_text(&page(disk, DAY, now, true), Lang::Vi);
    let relaying = text(morning.disk(), "2026-03-12T05:16:00");
    assert!(
        relaying.contains("chưa phát. Buổi sáng 05:15 đang tiếp sóng; Buổi chiều 17:00 chưa đến giờ."),
        "{relaying}"
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
    let late = "[[session]]\nid = \"dem\"\ntitle = \"Đêm\"\nat = \"23:50\"\n\
                play = [{ relay = \"Thời sự\", for = \"30m\" }]\n";
    let settings = format!("{SETTINGS}[quiet-hours]\nfrom = \"02:00\"\nuntil = \"03:00\"\n");
    let station = Station::new("2026-03-12T22:00:00").settings(&settings).playlist(late);
    let station = station.run_until("2026-03-13T01:00:00");
    let text = page_text(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), Lang::Vi);
    assert!(text.contains("chỉ tiếp sóng, không phát mục nào của đài. Đêm 23:50 tiếp sóng 30 phút."), "{text}");
}

#[test]
fn what_an_edit_took_out_today_is_no_longer_planned() {
    let without_evening = PLAYLIST.split("[[session]]\nid = \"chieu\"").next().expect("the playlist has a beginning");
    let station = station().edit(3600 * 6, without_evening).run_and_kill(3600 * 7);
    assert_golden(&page(station.disk(), DAY, "2026-03-12T11:00:00", true), "evening-withdrawn");
    // One item of the morning is taken out before its time.
    let shorter = PLAYLIST.replace("[\"nhac\", \"tin\", \"nhac\"]", "[\"nhac\", \"tin\"]");
    let station = super::station().edit(600, &shorter).run_and_kill(1200);
    let text = page_text(&page(station.disk(), DAY, "2026-03-12T04:20:00", true), Lang::Vi);
    assert!(text.contains("Buổi sáng 05:15 chưa đến giờ, 1/3 mục đã rút khỏi lịch; Buổi chiều"), "{text}");
    // A day from which everything was taken out is not aired.
    let station = super::station().edit(600, "").run_and_kill(1200);
    let text = page_text(&page(station.disk(), DAY, "2026-03-12T04:20:00", true), Lang::Vi);
    let answer = "KHÔNG phát. Buổi sáng 05:15 đã rút khỏi lịch; Buổi chiều 17:00 đã rút khỏi lịch.";
    assert!(text.contains(answer), "{text}");
}

#[test]
fn the_first_evening_says_since_when_there_is_a_log_and_what_comes_next() {
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
    let evening = text("2026-03-12T19:00:00", Lang::Vi);
    let answer = "Ngày 12/03/2026: chưa phát: nhật ký bắt đầu lúc 18:30 ngày này, và sau giờ đó kế hoạch không còn buổi \
                  nào. Buổi tới: Buổi sáng 05:15, ngày 13/03/2026.";
    assert!(evening.contains(answer), "{evening}");
    let next_day = text("2026-03-13T07:00:00", Lang::En);
    assert!(next_day.contains("NOT aired: the log begins at 18:30 on this day"), "{next_day}");
    assert!(!next_day.contains("Next:"), "{next_day}");
}

#[test]
fn a_station_that_never_ran_has_its_name_and_its_first_session() {
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
fn an_urgent_message_sent_twice_is_one_order_and_two_airings() {
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("tin")), repeat: 2 };
    let station = station().command(3600 * 4, urgent).command(3600 * 4 + 60, OperatorCommand::Stop);
    let station = station.run_until("2026-03-13T00:01:00");
    assert_golden(&page(station.disk(), DAY, "2026-03-13T07:00:00", true), "urgent-twice");
}
