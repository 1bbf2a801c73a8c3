//! Everything that is wrong in a province stands on the first two pages of the report and in the work list, and every
//! table equals the count of a program that knows only `docs/report.md`.
use chrono::{TimeDelta, Utc};
use loa::airlog::entry::{Outcome, Reason};

use super::maker::communes::Commune;
use super::*;

/// What is wrong at a station. The dates are relative to today, because silence is counted from the present.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Trouble {
    Tampered,
    RolledBack,
    Forked,
    NeverSent,
    Stopped,
    ReplacedDisk,
    Implausible,
    /// Another commune kept the id of the sample.
    DuplicatedId,
    BelowTarget,
    /// Somebody renamed the commune in the registry.
    Renamed,
}

impl Trouble {
    const ALL: [Self; 17] = [
        Self::Tampered,
        Self::Tampered,
        Self::Tampered,
        Self::RolledBack,
        Self::RolledBack,
        Self::Forked,
        Self::NeverSent,
        Self::NeverSent,
        Self::Stopped,
        Self::Stopped,
        Self::ReplacedDisk,
        Self::Implausible,
        Self::Implausible,
        Self::DuplicatedId,
        Self::BelowTarget,
        Self::BelowTarget,
        Self::Renamed,
    ];
}

/// The department's target: every station but two meets it in every whole week.
const TARGET: &str = r#"[[target]]
id = "chinh-sach"
title = "Chính sách giảm nghèo (mẫu)"
campaign = "giam-ngheo-2023"
topic = 5
minutes-per-week = 60
from = 2020-01-01
document = "Công văn 123/UBND-VX (hư cấu)"
dated = 2019-12-20
"#;

/// A province with one station per trouble, and honest ones.
struct TroubledProvince {
    office: Office,
    troubled: Vec<(Commune, Trouble)>,
    first_date: NaiveDate,
    last_date: NaiveDate,
}

impl TroubledProvince {
    fn new(station_count: usize, days: i64) -> Self {
        let office = Office::new();
        let last_date = Utc::now().date_naive() - TimeDelta::days(2);
        let first_date = last_date - TimeDelta::days(days - 1);
        let half = days / 2;
        let communes = communes(station_count.max(Trouble::ALL.len() + 1));
        let (mut troubled, mut second) = (Vec::new(), Vec::new());
        for (number, commune) in communes.into_iter().enumerate() {
            let trouble = Trouble::ALL.get(number).copied();
            let station = SimulatedStation::begin(&commune.id, &commune.name, first_date, number as u64 * 7919);
            office.enrol(&station, &commune.name, &commune.place);
            let quarter = station.days(half / 2);
            let twin = quarter.twin();
            let station = quarter.days(half - half / 2);
            if trouble != Some(Trouble::NeverSent) {
                station.export(&office.path("first").join(&commune.id));
            }
            second.push((station, twin));
            troubled.extend(trouble.map(|trouble| (commune, trouble)));
        }
        let province = Self { office, troubled, first_date, last_date };
        province.office.collect(&["first"]);
        std::fs::write(province.office.path("store/targets.toml"), TARGET).expect("write the targets");
        province.office.run_successfully(&["target", "accept", "store", "--yes"]);
        for (number, (station, twin)) in second.into_iter().enumerate() {
            let trouble = province.troubled.get(number).map(|(_, trouble)| *trouble);
            province.second_half(station, twin, trouble, days - half);
        }
        province.office.collect(&["second"]);
        province.rename_a_commune();
        province
    }

    /// Sends the second half of a station's days.
    fn second_half(&self, station: SimulatedStation, twin: SimulatedStation, trouble: Option<Trouble>, days: i64) {
        let id = station.id.clone();
        let stick = self.office.path("second").join(&id);
        match trouble {
            Some(Trouble::NeverSent | Trouble::Stopped) => {}
            Some(Trouble::Tampered) => {
                station.days(days).export(&stick);
                alter_new_entries(&stick, Behaviour::Altered);
            }
            Some(Trouble::RolledBack) => twin.with_other_seed().days(1).export(&stick),
            Some(Trouble::Forked) => twin.with_other_seed().days(days * 2 + 20).export(&stick),
            Some(Trouble::ReplacedDisk) => {
                let new = SimulatedStation::begin(&id, "Đài thay máy (mẫu)", station.next_date, 99).days(days);
                self.office.enrol_second_log(&new);
                new.export(&stick);
            }
            Some(Trouble::Implausible) => {
                let station = station.days(days - 1);
                station.day_with(|outcome| outcome.played_ms += 60_000).export(&stick);
            }
            Some(Trouble::DuplicatedId) => {
                station.days(days).export(&stick);
                let other = SimulatedStation::begin(&id, "Đài xã khác (mẫu)", self.first_date, 1234).days(3);
                let refused = self.office.run(&["enrol", &other.vkey(), "--store", "store", "--yes", "--name", "Khác"]);
                assert_ne!(refused.status.code(), Some(0), "another name is another station: {}", printed(&refused));
                other.export(&self.office.path("second").join(format!("{id}-khac")));
            }
            Some(Trouble::BelowTarget) => {
                let silence_topic_5 = |station: SimulatedStation| {
                    station.day_with(|outcome| {
                        if outcome.labels.topic == Some(5) {
                            (outcome.result, outcome.reason) = (Outcome::Missed, Some(Reason::FileMissing));
                            (outcome.played_ms, outcome.frames, outcome.late_us) = (0, 0, None);
                            (outcome.level, outcome.volume, outcome.sha256) = (0, None, None);
                        }
                    })
                };
                (0..days).fold(station, |station, _| silence_topic_5(station)).export(&stick);
            }
            Some(Trouble::Renamed) | None => station.days(days).export(&stick),
        }
    }

    /// Renames a commune in the registry by hand, as somebody with access to the store can.
    fn rename_a_commune(&self) {
        let (commune, _) = self.of(Trouble::Renamed).next().expect("one is renamed");
        let path = self.office.path("store/registry.toml");
        let registry = std::fs::read_to_string(&path).expect("read the registry");
        let begin = registry.find(&format!("id = \"{}\"", commune.id)).expect("find the station");
        let (before, station) = registry.split_at(begin);
        let line = station.lines().find(|line| line.starts_with("commune = ")).expect("find the commune");
        std::fs::write(&path, before.to_owned() + &station.replacen(line, "commune = \"Xã đổi tên (mẫu)\"", 1))
            .expect("write the registry");
    }

    fn of(&self, trouble: Trouble) -> impl Iterator<Item = &(Commune, Trouble)> {
        self.troubled.iter().filter(move |(_, of_station)| *of_station == trouble)
    }

    fn report(&self, options: &[&str]) -> Output {
        let (from, until) = (self.first_date.to_string(), self.last_date.to_string());
        self.office.run(&[&["report", "store", "--from", &from, "--until", &until][..], options].concat())
    }
}

/// The text of the first two pages of a PDF, its words separated by one blank.
fn first_two_pages(path: &Path) -> String {
    let output = Command::new("pdftotext").args(["-l", "2"]).arg(path).arg("-").output().expect("pdftotext starts");
    String::from_utf8_lossy(&output.stdout).split_whitespace().collect::<Vec<_>>().join(" ")
}

#[test]
fn everything_wrong_is_on_the_first_pages_and_in_the_work_list() {
    let days = i64::try_from(number_from_env("LOA_DAYS", 28)).expect("the number fits");
    let province = TroubledProvince::new(number_from_env("LOA_STATIONS", 20), days);
    let written = province.report(&["--output", "report.pdf", "--lang", "vi"]);
    assert_eq!(written.status.code(), Some(1), "{}", printed(&written));
    let pages = first_two_pages(&province.office.path("report.pdf"));
    let work_list = printed(&province.office.run(&["stations", "store", "--todo", "--lang", "vi"]));
    for (commune, trouble) in &province.troubled {
        let words = match trouble {
            Trouble::Tampered => "thay đổi",
            Trouble::RolledBack => "quay lui",
            Trouble::Forked => "rẽ nhánh",
            Trouble::NeverSent => "chưa nộp nhật ký lần nào",
            Trouble::Stopped => "không nộp nhật ký",
            Trouble::ReplacedDisk => "nhật ký thứ 2",
            Trouble::Implausible => "không thể xảy ra",
            Trouble::DuplicatedId => "Khoá lạ",
            Trouble::BelowTarget => "dưới chỉ tiêu",
            Trouble::Renamed => "đã bị sửa",
        };
        let in_work_list = work_list.lines().find(|line| line.contains(&commune.id) && line.contains(words));
        assert!(in_work_list.is_some(), "{trouble:?} {}: {work_list}", commune.id);
        assert!(pages.contains(&format!("({})", commune.id)), "{trouble:?} {} {}: {pages}", commune.id, commune.name);
    }
}
