//! Which station a log belongs to: second logs, corrections, lists, contacts, and the places of two levels.
use super::*;

impl Office {
    /// Runs `loa enrol` with these arguments; returns the exit code and everything that was printed.
    fn enrol_with(&self, arguments: &[&str]) -> (Option<i32>, String) {
        let output = self.run(&[&["enrol", "--store", "store", "--lang", "vi"], arguments].concat());
        (output.status.code(), printed(&output))
    }

    fn registry(&self) -> String {
        std::fs::read_to_string(self.path("store/registry.toml")).expect("read the registry")
    }

    fn full_report(&self, options: &[&str]) -> Output {
        let mut arguments = vec!["report", "store", "--from", "2023-01-01", "--until", "2023-03-31", "--lang", "vi"];
        arguments.extend(options);
        self.run(&arguments)
    }
}

/// A station that begins its log on this day of January 2023, with a key of its own.
pub(super) fn station_from(id: &str, name: &str, day: u32, days: i64) -> SimulatedStation {
    let first_date = NaiveDate::from_ymd_opt(2023, 1, day).expect("the date is valid");
    SimulatedStation::begin(id, name, first_date, 90 + u64::from(day)).days(days)
}

#[test]
fn a_second_log_is_enrolled_only_when_somebody_says_that_it_is_the_same_station() {
    let office = Office::new();
    let (station, second) = (simulated_station("xa-1", 2), station_from("xa-1", "Đài mẫu (hư cấu)", 9, 2));
    let place = "24682 Thuận An / 663 Đắk Mil / 67 Đắk Nông";
    let (code, text) = office.enrol_with(&[&station.vkey(), "--yes", "--name", "Đài mẫu (hư cấu)", "--place", place]);
    assert_eq!(code, Some(0), "{text}");
    let before = office.registry();
    // --yes answers the question about the fingerprint, not the one about the station.
    let (code, text) = office.enrol_with(&[&second.vkey(), "--yes"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(text.contains("nhật ký thứ 2") && text.contains(place) && text.contains("--second-log"), "{text}");
    for details in [["--name", "Đài xã khác"], ["--place", "24733 Kiến Đức / 68 Lâm Đồng"]] {
        let (code, text) =
            office.enrol_with(&[&[second.vkey().as_str(), "--yes", "--second-log"], &details[..]].concat());
        assert_eq!(code, Some(1), "{text}");
        assert!(
            text.contains(details[1]) && text.contains("loa enrol --station xa-1") && text.contains("mã riêng"),
            "{text}"
        );
    }
    // The log itself says another name.
    let stranger = station_from("xa-1", "Đài xã khác (hư cấu)", 9, 2);
    stranger.export(&office.path("stranger"));
    let (code, text) = office.enrol_with(&["stranger", "--yes", "--second-log"]);
    assert!(code == Some(1) && text.contains("Đài xã khác (hư cấu)"), "{text}");
    assert_eq!(office.registry(), before, "nothing was written");
    second.export(&office.path("second"));
    let (code, text) = office.enrol_with(&["second", "--yes", "--second-log", "--name", "đài mẫu (hư cấu)"]);
    assert_eq!(code, Some(0), "{text}");
    assert_eq!(office.registry().matches("[[log]]").count(), 2);
    let (code, text) = office.enrol_with(&[&second.vkey(), "--yes"]);
    assert!(code == Some(0) && text.contains("từ trước"), "an enrolled log needs no answer: {text}");
}

#[test]
fn two_logs_that_run_at_the_same_time_are_an_alarm_everywhere() {
    let office = Office::new();
    let (first, second) = (simulated_station("xa-1", 20), station_from("xa-1", "Đài mẫu (hư cấu)", 11, 20));
    office.enrol(&first);
    assert_eq!(office.enrol_with(&[&second.vkey(), "--yes", "--second-log"]).0, Some(0));
    first.export(&office.path("sticks/a"));
    assert_eq!(office.collect(&["sticks"]), one_row("whole", true));
    assert!(office.full_report(&[]).status.success());
    second.export(&office.path("sticks/b"));
    let both = vec![("overlap".to_owned(), false), ("overlap".to_owned(), false)];
    assert_eq!(office.collect(&["sticks"]), both);
    let collection = office.run(&["collect", "sticks", "--into", "store", "--silent-days", "60000", "--lang", "vi"]);
    let text = printed(&collection);
    assert_eq!(collection.status.code(), Some(1), "{text}");
    assert!(text.contains("HAI NHẬT KÝ CÙNG LÚC") && text.contains("từ 11/01/2023 đến 20/01/2023 (10 ngày;"), "{text}");
    assert!(text.contains("nhật ký thứ 2 của đài") && !text.contains("thay ổ đĩa"), "{text}");
    // A later collection without these sticks still says it.
    std::fs::create_dir(office.path("empty")).expect("make the folder");
    let collection = office.run(&["collect", "empty", "--into", "store", "--silent-days", "60000", "--lang", "vi"]);
    assert!(printed(&collection).contains("HAI NHẬT KÝ CÙNG LÚC"), "{}", printed(&collection));
    assert_report_shows_both_claims(&office);
}

/// Asserts that each form of the report names the overlap, lists contradicting outcomes with both claims, and agrees
/// with the Python program, which was written from `docs/report.md` alone.
fn assert_report_shows_both_claims(office: &Office) {
    let report = office.full_report(&[]);
    let text = printed(&report);
    assert_eq!(report.status.code(), Some(1), "{text}");
    let script = concat!(env!("CARGO_MANIFEST_DIR"), "/tests/foreign/totals.py");
    let python = std::process::Command::new(crate::foreign::python_program())
        .args([script, "store", "--from", "2023-01-01", "--until", "2023-03-31", "--by", "station"])
        .current_dir(office.0.path())
        .env("PYTHONDONTWRITEBYTECODE", "1")
        .output()
        .expect("python starts");
    let python: Value = serde_json::from_slice(&python.stdout).unwrap_or_else(|_| panic!("{}", printed(&python)));
    let overlap = &python["overlaps"][0];
    let sentence = format!(
        "nhật ký thứ {} và thứ {} cùng ghi từ {} đến {} ({} ngày có cả hai; {} và {} lượt)",
        overlap[1],
        overlap[2],
        overlap[3].as_str().unwrap_or_default(),
        overlap[4].as_str().unwrap_or_default(),
        overlap[5],
        overlap[6],
        overlap[7]
    );
    assert!(text.contains(&sentence), "{sentence}\n{text}");
    assert_eq!(python["overlaps"].as_array().map(Vec::len), Some(1));
    let contradictions = python["contradictions"].as_array().expect("the value is an array");
    assert!(contradictions.len() > 5, "two invented stations often disagree: {contradictions:?}");
    assert!(
        text.contains(&format!("{} lượt được hai nhật ký của một đài ghi khác nhau", contradictions.len())),
        "{text}"
    );
    let is_claims = |line: &&str| line.contains("nhật ký thứ 1:") && line.contains("nhật ký thứ 2:");
    let rows: Vec<&str> = text.lines().filter(is_claims).collect();
    assert_eq!(rows.len(), contradictions.len().min(100), "{text}");
    assert!(rows.iter().any(|row| row.contains("Lời kết, 11/01/2023 17:44")), "the title and the time: {rows:?}");
    assert!(contradictions.iter().all(|id| !text.contains(id.as_str().expect("the value is a string"))), "{text}");
    for format in ["csv", "html"] {
        let output = office.full_report(&["--format", format]);
        assert_eq!(output.status.code(), Some(1), "{format}");
        let errors = String::from_utf8_lossy(&output.stderr).into_owned();
        assert!(errors.contains("HAI NHẬT KÝ CÙNG LÚC"), "{format}: {errors}");
        let html = String::from_utf8_lossy(&output.stdout).into_owned();
        assert!(format == "csv" || html.contains("HAI NHẬT KÝ CÙNG LÚC") && html.contains("nhật ký thứ 2:"), "{html}");
    }
}

#[test]
fn a_log_that_begins_after_the_end_of_the_former_one_is_no_alarm() {
    let office = Office::new();
    let first = simulated_station("xa-1", 8);
    let second = station_from("xa-1", "Đài mẫu (hư cấu)", 9, 5);
    office.enrol(&first);
    assert_eq!(office.enrol_with(&[&second.vkey(), "--yes", "--second-log"]).0, Some(0));
    first.export(&office.path("sticks/a"));
    second.export(&office.path("sticks/b"));
    assert_eq!(office.collect(&["sticks"]), [("whole".to_owned(), true), ("whole".to_owned(), true)]);
    let report = office.full_report(&[]);
    assert!(report.status.success() && !printed(&report).contains("CÙNG LÚC"), "{}", printed(&report));
}

#[test]
fn a_correction_is_written_with_its_history_and_needs_no_acceptance() {
    let office = Office::new();
    let station = simulated_station("xa-1", 3);
    office.enrol(&station);
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let refusal = office.enrol_with(&["--station", "xa-1", "--name", "Đài mới"]);
    assert!(refusal.0 == Some(1) && !office.registry().contains("Đài mới"), "it asks first: {}", refusal.1);
    let arguments = ["--station", "xa-1", "--name", "Đài mới", "--place", "Thuận An", "--from", "1/7/2025", "--yes"];
    let (code, text) = office.enrol_with(&arguments);
    assert_eq!(code, Some(0), "{text}");
    assert!(text.contains("tên trước đây: Đài mẫu (đến 30/06/2025)"), "{text}");
    let registry = office.registry();
    assert!(registry.contains("[[station.former-name]]\nname = \"Đài mẫu\"\nuntil = 2025-06-30\n"), "{registry}");
    assert!(
        registry
            .contains("commune-code = \"24682\"\nprovince = \"Lâm Đồng\"\nprovince-code = \"68\"\nfrom = 2025-07-01\n"),
        "{registry}"
    );
    assert_eq!(office.collect(&["stick"]), one_row("whole", true), "the change is this machine's own");
    let report = printed(&office.full_report(&["--by", "district"]));
    assert!(report.contains("Đắk Song (665)") && !report.contains("đã bị sửa"), "{report}");
    assert!(printed(&office.full_report(&["--by", "station"])).contains("Đài mới"), "the name is the new one");
    // What others changed in a station is not accepted on the side.
    std::fs::write(office.path("store/registry.toml"), registry.replace("Đài mới", "Đài lạ")).expect("write the file");
    let (code, text) = office.enrol_with(&["--station", "xa-1", "--phone", "0261 300 000", "--yes"]);
    assert!(code == Some(1) && text.contains("loa enrol --accept"), "{text}");
    assert!(!office.registry().contains("0261 300 000"), "{}", office.registry());
    for arguments in [["--station", "xa-9", "--name", "A"], ["--station", "../x", "--name", "A"]] {
        assert_eq!(office.enrol_with(&arguments).0, Some(1));
    }
    assert_eq!(office.enrol_with(&["--station", "xa-1"]).0, Some(2));
    assert_eq!(office.enrol_with(&["--station", "xa-1", "--place", "Nowhere"]).0, Some(2));
}

#[test]
fn a_list_is_enrolled_as_a_whole_or_not_at_all() {
    let office = Office::new();
    let keys: Vec<String> = (1..=3).map(|n| simulated_station(&format!("xa-{n}"), 1).vkey()).collect();
    let row =
        |n: usize, place: &str| format!("{n};Đài xã {n} (hư cấu);{};{place};Văn phòng;0261 300 00{n}\r\n", keys[n - 1]);
    let head = "\u{feff}STT;Tên đài;QR;Địa bàn;Đầu mối;Điện thoại\r\n";
    let write = |text: String| std::fs::write(office.path("dai.csv"), text).expect("write the list");
    write(format!("{head}{}{}{}", row(1, "Thuận An"), row(2, "Nowhere"), row(3, "Đắk Ru")));
    let (code, text) = office.enrol_with(&["--list", "dai.csv", "--yes"]);
    assert_eq!(code, Some(1), "{text}");
    assert!(
        text.contains("dai.csv:3:") && text.contains("“Nowhere”") && text.contains("Chưa ghi danh đài nào"),
        "{text}"
    );
    assert!(!office.path("store/registry.toml").exists());
    write(format!("{head}{}{}{}", row(1, "Thuận An"), row(2, "Đắk Mil / Lâm Đồng"), row(3, "Đắk Ru")));
    let (code, text) = office.enrol_with(&["--list", "dai.csv"]);
    assert!(code == Some(1) && !office.path("store/registry.toml").exists(), "it asks once: {text}");
    assert!(text.contains("Dấu nhận dạng") && text.contains("24682 Thuận An / 68 Lâm Đồng"), "{text}");
    let (code, text) = office.enrol_with(&["--list", "dai.csv", "--yes"]);
    assert!(code == Some(0) && text.contains("Đã ghi danh 3 đài"), "{text}");
    let registry = office.registry();
    assert_eq!(registry.matches("[[log]]").count(), 3);
    assert!(registry.contains("contact = { post = \"Văn phòng\", phone = \"0261 300 001\" }"), "{registry}");
    // Đắk Ru ended on 30 June 2025, and became a part of Quảng Tín.
    assert!(registry.contains("until = 2025-06-30\n[[station.place]]\ncommune = \"Quảng Tín\""), "{registry}");
    let (code, text) = office.enrol_with(&["--list", "dai.csv", "--yes"]);
    assert!(code == Some(0) && text.contains("đã được ghi danh từ trước"), "{text}");
    for path in ["nowhere.csv", "."] {
        assert_eq!(office.enrol_with(&["--list", path, "--yes"]).0, Some(2), "{path}");
    }
    std::fs::write(office.path("long.csv"), vec![b'x'; 5 * 1024 * 1024]).expect("write the file");
    assert_eq!(office.enrol_with(&["--list", "long.csv", "--yes"]).0, Some(2));
}

#[test]
fn a_contact_is_shown_where_somebody_must_call_and_nowhere_else() {
    let office = Office::new();
    let station = simulated_station("xa-1", 3);
    let contact = ["--post", "Văn phòng – Thống kê", "--phone", "0261 300 000"];
    let (code, text) = office.enrol_with(&[&[station.vkey().as_str(), "--yes"], &contact[..]].concat());
    assert_eq!(code, Some(0), "{text}");
    station.export(&office.path("stick"));
    let collect = |days: &str| {
        printed(&office.run(&["collect", "stick", "--into", "store", "--silent-days", days, "--lang", "vi"]))
    };
    assert!(!collect("60000").contains("0261 300 000"), "{}", collect("60000"));
    assert!(collect("7").contains("gọi Văn phòng – Thống kê, 0261 300 000"), "{}", collect("7"));
    for format in ["text", "csv", "html"] {
        let report = printed(&office.full_report(&["--format", format]));
        assert!(!report.contains("0261 300 000") && !report.contains("Văn phòng"), "{format}: {report}");
    }
    let folder = office.path("store").join(origin(&station));
    let names =
        std::process::Command::new("grep").args(["-rl", "0261 300 000"]).arg(&folder).output().expect("grep starts");
    assert!(names.stdout.is_empty(), "{}", String::from_utf8_lossy(&names.stdout));
}

#[test]
fn a_faulty_registry_is_told_in_the_language_of_the_reader() {
    let office = Office::new();
    office.enrol(&simulated_station("xa-1", 1));
    let registry = office.registry();
    std::fs::write(office.path("store/registry.toml"), registry.replace("name =", "nmae =")).expect("write the file");
    for arguments in
        [&["report", "store"][..], &["collect", "store", "--into", "store"], &["enrol", "--accept", "--store", "store"]]
    {
        let output = office.run(&[arguments, &["--lang", "vi"]].concat());
        let text = printed(&output);
        assert_eq!(output.status.code(), Some(78), "{text}");
        assert!(text.contains("registry.toml:5:1") && text.contains("^^^^"), "{text}");
        assert!(
            text.contains("không có mục cài đặt tên `nmae`") && text.contains("có phải ý bạn là `name`?"),
            "{text}"
        );
    }
}

#[test]
fn tables_are_by_commune_and_by_district_only_where_there_are_districts() {
    let office = Office::new();
    let station = simulated_station("xa-1", 3);
    let enrolment = office.enrol_with(&[&station.vkey(), "--yes", "--place", "24682 Thuận An / 68 Lâm Đồng"]);
    assert_eq!(enrolment.0, Some(0), "{}", enrolment.1);
    station.export(&office.path("stick"));
    assert_eq!(office.collect(&["stick"]), one_row("whole", true));
    let (commune, district) = ("Theo xã, phường, thị trấn", "Theo huyện, thành phố");
    let report = printed(&office.full_report(&[]));
    assert!(report.contains(commune) && report.contains("Thuận An (24682)") && !report.contains(district), "{report}");
    assert!(printed(&office.full_report(&["--by", "district"])).contains(district), "the table can be asked for");
    let html = printed(&office.full_report(&["--format", "html"]));
    assert!(html.contains(commune) && !html.contains(district), "{html}");
    let correction = ["--station", "xa-1", "--place", "24682 Thuận An / 663 Đắk Mil / 67 Đắk Nông", "--yes"];
    assert_eq!(office.enrol_with(&correction).0, Some(0));
    let report = printed(&office.full_report(&[]));
    assert!(report.contains(commune) && report.contains(district) && report.contains("Đắk Mil (663)"), "{report}");
}
