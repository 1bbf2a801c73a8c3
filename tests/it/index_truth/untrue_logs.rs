//! Implausible airings, and findings about logs, in reports.
use super::*;

#[test]
fn an_implausible_log_never_raises_a_total_above_the_plan() {
    let too_long = |outcome: &mut OutcomeEntry| {
        outcome.played_ms = outcome.labels.planned_ms * 5;
        outcome.result = Outcome::Aired;
    };
    let office = Office::with_collected(&[
        &simulated_station("xa-1").day_with(too_long).day_with(too_long),
        &simulated_station("xa-2").day_with(unchanged),
    ]);
    for row in office.csv_rows("station") {
        assert!(row["share_permille"].parse::<i64>().expect("parse the number") <= 1000, "{row:?}");
        assert!(row["played_ms"].parse::<i64>().ok() <= row["planned_ms"].parse::<i64>().ok(), "{row:?}");
    }
    let rows = office.csv_rows("station");
    let value = |row: usize, column: &str| rows[row][column].clone();
    assert_eq!(
        (value(0, "implausible"), value(0, "aired"), value(0, "played_ms")),
        ("32".into(), "0".into(), "0".into())
    );
    assert_eq!(
        (value(1, "implausible"), value(1, "aired")),
        ("0".into(), "16".into()),
        "the honest station counts in full"
    );
    office.assert_python_agrees();
    for format in ["text", "html"] {
        let text = printed(&office.report(&["--format", format, "--lang", "en"]));
        assert!(
            text.contains("cannot have happened as their logs say") && text.contains("(xa-1): 32"),
            "{format}: {text}"
        );
    }
    let output = office.run(&["reconcile", "store", "xa-1", "--date", "2023-01-01", "--format", "json"]);
    let reconciliation: Value =
        serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
    let is_over_plan = |row: &Value| row["result"] == "implausible" && row["doubt"] == "over-plan";
    let rows = reconciliation["planned"].as_array().expect("the value is an array");
    assert!(rows.len() == 16 && rows.iter().all(is_over_plan), "{reconciliation}");
    // An airing that is slightly longer because of rounding counts with its planned length.
    let slightly_longer = |outcome: &mut OutcomeEntry| outcome.played_ms = outcome.labels.planned_ms + 15;
    let office = Office::with_collected(&[&simulated_station("xa-1").day_with(slightly_longer)]);
    assert_eq!((office.cell("implausible"), office.cell("share_permille")), (0, 1000));
    assert_eq!(office.cell("played_ms"), office.cell("planned_ms"));
}

#[test]
fn a_finding_about_a_log_stays_in_later_collections_and_reports() {
    let office = Office::new();
    let station = simulated_station("xa-1").day_with(unchanged).day_with_shorter_plan().day_with(unchanged);
    assert!(office.run(&["enrol", &station.vkey(), "--store", "store", "--yes"]).status.success());
    station.export(&office.path("sticks/xa-1"));
    let collect = |sticks: &str| {
        let arguments = ["collect", sticks, "--into", "store", "--silent-days", "60000", "--format", "json"];
        let output = office.run(&arguments);
        let rows: Value = serde_json::from_slice(&output.stdout).unwrap_or_else(|_| panic!("{}", printed(&output)));
        (output.status.code(), rows[0]["state"].clone())
    };
    let implausible_result = (Some(1), Value::from("implausible"));
    assert_eq!(collect("sticks"), implausible_result);
    assert_eq!(collect("sticks"), implausible_result, "without new entries the log is still implausible");
    let assert_reported = |office: &Office| {
        for format in ["text", "html"] {
            for (lang, expected) in [("en", "a later plan of 2023-01-02 omits 8"), ("vi", "bỏ 8 lượt chưa có kết quả")]
            {
                let text = printed(&office.report(&["--format", format, "--lang", lang]));
                assert!(text.contains(expected) && text.contains("(xa-1)"), "{format}: {text}");
            }
        }
    };
    assert_reported(&office);
    assert!(office.run(&["index", "store", "--rebuild"]).status.success());
    assert_reported(&office);
    office.report(&["--format", "xlsx", "--output", "r.xlsx"]);
    // The log continues with honest days, and an older stick is collected once more.
    station.export(&office.path("old/xa-1"));
    let station = station.day_with(unchanged).day_with(unchanged);
    station.export(&office.path("sticks/xa-1"));
    assert_eq!(collect("sticks"), implausible_result);
    assert_eq!(collect("old"), (Some(1), Value::from("old-copy")), "an old copy is not good either");
    assert_reported(&office);
}

const PLAYLIST: &str = "[[segment]]\nid = \"a\"\ntitle = \"Bản tin\"\nfile = \"s-120.mp3\"\n\n\
                   [[session]]\nid = \"sang\"\nat = \"05:15\"\nplay = [\"a\"]\n";

#[test]
fn an_implausible_airing_is_found_however_its_id_is_written() {
    let id = "\"id\":\"sang@2023-03-20T05:15:00#1\"";
    let written_ids = [
        "\"id\":\"\\u0073ang@2023-03-20T05:15:00#1\"",
        "\"id\": \"sang@2023-03-20T05:15:00#1\"",
        "\"x\":{\"y\":0,\"id\":\"a@2001-01-01T00:00:00#1\"},\"id\":\"sang@2023-03-20T05:15:00#1\"",
        "\"id\": \"sang@2023-03-20T05:15:00#1\",\"b\":0",
        id,
    ];
    for written_id in written_ids {
        let station = crate::station::Station::new("2023-03-20T03:00:00").playlist(PLAYLIST).run_for(2 * 86_400);
        let (disk, key) = crate::logpage::change_and_sign(station.disk(), |line| {
            if line.contains("\"type\":\"outcome\"") && line.contains(id) {
                *line = line.replacen(id, written_id, 1).replacen("\"played_ms\":120000", "\"played_ms\":86400000", 1);
                if written_id.ends_with("\"b\":0") {
                    *line = line.replacen("\"played_ms\":", "\"played_ms\": ", 1);
                }
            }
        });
        let office = Office::new();
        crate::logpage::write_airlog(&disk, &office.path("sticks/mau"));
        assert!(office.run(&["enrol", &key, "--store", "store", "--yes"]).status.success());
        office.collect();
        let arguments = ["report", "store", "--from", "2023-03-20", "--until", "2023-03-20", "--format", "csv"];
        let report = office.run(&arguments);
        let bytes = report.stdout.strip_prefix("\u{feff}".as_bytes()).unwrap_or_else(|| panic!("{}", printed(&report)));
        let mut reader = csv::Reader::from_reader(bytes);
        let header = reader.headers().expect("read the header").clone();
        let row = reader.records().next().expect("find the row").expect("read the row");
        let cell = |name: &str| &row[header.iter().position(|column| column == name).expect("find a column")];
        assert_eq!((cell("aired"), cell("implausible")), ("0", "1"), "{written_id}: {}", printed(&report));
    }
}
