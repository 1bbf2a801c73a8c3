//! Items with dates: positions, sessions without an item of the day, draws, edits.
use super::*;

/// The planned airings of a date, in order: the part of the id after the date, the segment, and the start.
fn planned_on(station: &Station, date: &str) -> Vec<String> {
    let airings = station.airings();
    let mut planned: Vec<_> = airings.values().filter(|airing| airing.date.to_string() == date).collect();
    planned.sort_by_key(|airing| (airing.start, airing.id.rsplit_once('#').map(|(_, n)| n.parse::<u32>().ok())));
    let describe = |airing: &&loa::plan::Airing| {
        let (_, time_and_position) = airing.id.split_once('T').expect("the id has a time");
        format!("{time_and_position} {} {}", airing.segment, airing.start.format("%H:%M:%S"))
    };
    planned.iter().map(describe).collect()
}

#[test]
fn an_item_of_another_day_keeps_its_positions_and_takes_no_time() {
    let sessions = r#"
[[session]]
id = "sang"
at = "06:00"
opening = "nhac"
play = ["a", { segment = "b", dates = [2023-03-21] }, { relay = "Tiếp sóng", for = "5m", from = 2023-03-21, until = 2023-03-22 }, "c"]
repeat = 2
closing = "ket"
gap = "2s"
"#;
    let station = station_with("2023-03-20T05:00:00", sessions).run_until("2023-03-22T08:00:00");
    assert_eq!(
        planned_on(&station, "2023-03-20"),
        [
            "06:00:00#1 nhac 06:00:00",
            "06:00:00#2 a 06:00:07",
            "06:00:00#5 c 06:01:09",
            "06:00:00#6 a 06:01:41",
            "06:00:00#9 c 06:02:43",
            "06:00:00#10 ket 06:03:15"
        ]
    );
    let segments = |date: &str| -> Vec<String> {
        let planned = planned_on(&station, date);
        planned.iter().map(|line| line.split(' ').take(2).collect::<Vec<_>>().join(" ")).collect()
    };
    assert_eq!(
        segments("2023-03-21")[..6],
        ["06:00:00#1 nhac", "06:00:00#2 a", "06:00:00#3 b", "06:00:00#4 relay", "06:00:00#5 c", "06:00:00#6 a"]
    );
    assert_eq!(segments("2023-03-22")[1..4], ["06:00:00#2 a", "06:00:00#4 relay", "06:00:00#5 c"]);
    assert_eq!(
        events_of(&station).iter().filter(|event| event.starts_with("sang 06:00:00#")).count(),
        6,
        "each planned airing of the first day has one outcome, and nothing else has: {:?}",
        events_of(&station)
    );
    assert!(station.outcomes().iter().all(|outcome| outcome.ends_with(" aired")), "{:?}", station.outcomes());
}

#[test]
fn a_session_without_an_item_of_the_day_does_not_air() {
    let sessions = r#"
[[session]]
id = "tiem"
at = ["06:00", "17:00"]
opening = "nhac"
play = [{ segment = "a", dates = [2023-03-21] }]
closing = "ket"
[[session]]
id = "khac"
at = "06:00:30"
play = ["c"]
"#;
    let station = station_with("2023-03-20T05:00:00", sessions).run_until("2023-03-22T23:00:00");
    assert_eq!(
        station.outcomes(),
        [
            "khac@2023-03-20T06:00:30#1 aired",
            "tiem@2023-03-21T06:00:00#1 aired",
            "tiem@2023-03-21T06:00:00#2 partial cut-by",
            "tiem@2023-03-21T06:00:00#3 missed cut-by",
            "khac@2023-03-21T06:00:30#1 aired",
            "tiem@2023-03-21T17:00:00#1 aired",
            "tiem@2023-03-21T17:00:00#2 aired",
            "tiem@2023-03-21T17:00:00#3 aired",
            "khac@2023-03-22T06:00:30#1 aired",
        ]
    );
}

/// A pool of three segments, from which a session draws once a day. On 22 March it draws twice.
#[test]
fn a_draw_takes_its_turn_only_on_its_dates() {
    let mut text = String::new();
    for n in 1..=3 {
        text.push_str(&format!("[[segment]]\nid = \"m{n}\"\ntitle = \"M{n}\"\nfile = \"s-{n}.mp3\"\npool = \"vui\"\n"));
    }
    text.push_str("[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [{ pool = \"vui\" }");
    let drawn = |extra_item: &str| -> Vec<String> {
        let text = format!("{text}{extra_item}]\n");
        let station = Station::new("2023-03-20T05:00:00").playlist(&text).run_until("2023-03-25T08:00:00");
        let planned_by_date = (20..=25).map(|day| planned_on(&station, &format!("2023-03-{day}")));
        planned_by_date
            .map(|lines| lines.iter().filter_map(|line| line.split(' ').nth(1)).collect::<Vec<_>>().join(" "))
            .collect()
    };
    let without_extra_draw = drawn("");
    assert_eq!(
        without_extra_draw,
        ["m2", "m3", "m1", "m2", "m3", "m1"],
        "2023-03-20 is 1174 days after 2020-01-01, so 1174 draws came before"
    );
    assert_eq!(
        drawn(", { pool = \"vui\", dates = [2023-03-22] }"),
        ["m2", "m3", "m1 m2", "m3", "m1", "m2"],
        "the second draw changes nothing before its date, and no turn is lost afterwards"
    );
}

#[test]
fn an_edit_for_tomorrow_changes_only_tomorrow() {
    let playlist =
        |item: &str| format!("{SEGMENTS}[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\", {item}\"c\"]\n");
    let station = Station::new("2023-03-20T05:00:00")
        .playlist(&playlist(""))
        .edit(7200, &playlist("{ segment = \"b\", dates = [2023-03-21] }, "))
        .run_until("2023-03-22T07:00:00");
    assert_eq!(
        station.outcomes(),
        [
            "sang@2023-03-20T06:00:00#1 aired",
            "sang@2023-03-20T06:00:00#2 aired",
            "sang@2023-03-21T06:00:00#1 aired",
            "sang@2023-03-21T06:00:00#2 aired",
            "sang@2023-03-21T06:00:00#3 aired",
            "sang@2023-03-22T06:00:00#1 aired",
            "sang@2023-03-22T06:00:00#3 aired",
        ]
    );
}
