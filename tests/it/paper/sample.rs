//! Invented reports of a province, made from airings without logs, so that they are quick to make.
use std::collections::BTreeSet;

use chrono::NaiveDate;
use loa::airlog::outcome::Reason;
use loa::department::journal::history::IncidentHistory;
use loa::department::journal::incident::Incident;
use loa::department::registry::Registry;
use loa::department::report::day_list::DayTally;
use loa::department::report::explanation_list::Explanation;
use loa::department::report::fact::{Fact, FactState, SymbolTable};
use loa::department::report::period::DateRange;
use loa::department::report::tally::{ReportContext, ReportQuery, Tally};
use loa::department::report::{IncidentList, ListedIncident, LogEvidence, Report};
use loa::department::target::read::read_targets;
use loa::department::target::result::TargetComparison;
use loa::department::target::tally::TargetTally;
use loa::schedule::SourceFile;

use super::date;
use crate::province::maker::communes;

/// The topics of the campaign, with invented titles.
const TOPICS: [&str; 5] = [
    "Mục tiêu và nhiệm vụ giảm nghèo năm 2023",
    "Phong trào thi đua vì người nghèo, không để ai bị bỏ lại phía sau",
    "Trách nhiệm của cán bộ; kiến thức, kinh nghiệm làm ăn",
    "Gương điển hình; phê phán tiêu cực",
    "Chính sách, pháp luật về giảm nghèo",
];
const LANGUAGES: [&str; 3] = ["vi", "cmo", "rad"];
/// The number of strings before the ids of the stations: campaign, languages, segments, titles, recordings.
const FIRST_STATION: u32 = 1 + 3 + 5 + 5 + 5;

const TARGETS: &str = r#"
[[target]]
id = "chinh-sach"
title = "Chính sách, pháp luật về giảm nghèo"
campaign = "giam-ngheo-2023"
topic = 5
minutes-per-week = 60
from = 2023-03-20
document = "Công văn 123/STTTT-TTBCXB (hư cấu)"
dated = 2023-03-15
[[target]]
id = "m-nong"
title = "Tiếng M'Nông buổi sáng"
language = "cmo"
airings-per-day = 1
from = 2023-03-20
document = "Công văn 124/STTTT-TTBCXB (hư cấu)"
dated = 2023-03-16
"#;

/// A report to invent.
#[derive(Debug, Clone, Copy)]
pub struct Sample {
    pub stations: usize,
    /// True for the longest names that an agency and its stations may have.
    pub has_long_names: bool,
    pub is_compared: bool,
}

/// A random number generator (splitmix64).
struct Dice(u64);

impl Dice {
    fn below(&mut self, n: u64) -> u64 {
        self.0 = self.0.wrapping_add(0x9E37_79B9_7F4A_7C15);
        let mut z = self.0;
        z = (z ^ (z >> 30)).wrapping_mul(0xBF58_476D_1CE4_E5B9);
        z = (z ^ (z >> 27)).wrapping_mul(0x94D0_49BB_1331_11EB);
        (z ^ (z >> 31)) % n
    }
}

impl Sample {
    /// Makes the report.
    pub fn report(self) -> Report {
        let range = DateRange { from: date("2023-03-15"), until: date("2023-06-14") };
        let earlier_range = DateRange { from: date("2022-12-15"), until: date("2023-03-14") };
        let query = ReportQuery {
            range,
            earlier_range: self.is_compared.then_some(earlier_range),
            groupings: Vec::new(),
            period: None,
            campaign: None,
            question: None,
            lists_days: true,
            made_on: date("2023-06-16"),
        };
        let communes = communes::communes(self.stations);
        let registry = Registry::parse(&self.registry_text(&communes)).expect("parse the registry");
        let context = self.context(&communes, &registry, &query);
        let mut tally = Tally::new(query.clone(), &context, &registry);
        let parsed = read_targets(&SourceFile::new("targets.toml", TARGETS.as_bytes()));
        let targets = parsed.targets.into_iter().map(|(target, _)| target).collect();
        let mut target_tally = TargetTally::new(targets, range, query.made_on, &context, &registry);
        let mut day_tally = DayTally::new(&query, &registry).expect("the report lists days");
        let mut dice = Dice(7);
        for (commune, station) in communes.iter().zip(FIRST_STATION..) {
            for day in context.logged_days.get(&commune.id).into_iter().flatten() {
                for fact in day_of_airings(station, *day, &mut dice) {
                    tally.add(&fact);
                    target_tally.add(&fact, Some(&format!("{day}T05:15:00+07:00")));
                    day_tally.add(&fact);
                }
            }
        }
        let mut report = tally.into_report();
        report.targets = TargetComparison::Compared(Box::new(target_tally.into_results()));
        report.station_days = day_tally.into_station_days(&context, &registry);
        report.incidents = self.incidents(&communes, &registry);
        report.explanations = explanations(&communes, &registry);
        report.store = "kho".to_owned();
        report
    }

    fn registry_text(self, communes: &[communes::Commune]) -> String {
        let (parent, agency) = if self.has_long_names {
            (
                "ỦY BAN NHÂN DÂN TỈNH ĐẮK NÔNG (HƯ CẤU)",
                "TRUNG TÂM VĂN HÓA, THỂ THAO VÀ TRUYỀN THÔNG LIÊN HUYỆN ĐẮK GLONG - KRÔNG NÔ - TUY ĐỨC",
            )
        } else {
            ("UBND TỈNH MẪU (HƯ CẤU)", "SỞ THÔNG TIN VÀ TRUYỀN THÔNG")
        };
        let mut text = format!(
            "[department]\nparent = \"{parent}\"\nagency = \"{agency}\"\nplace = \"Đắk Nông\"\nsymbol = \"STTTT\"\n\
             signer = \"GIÁM ĐỐC\"\nrecipients = [\"UBND tỉnh (báo cáo)\", \"UBND các huyện, thành phố\", \"Lưu: VT, TTBCXB\"]\n"
        );
        for commune in communes {
            let name = if self.has_long_names {
                let place = commune.name.trim_start_matches("Đài Truyền thanh ");
                format!("Đài Truyền thanh ứng dụng công nghệ thông tin - viễn thông xã {place}")
            } else {
                commune.name.clone()
            };
            let mut units = commune.place.split(" / ").map(|unit| unit.split_once(' ').expect("a code and a name"));
            let mut unit = || units.next().expect("three units");
            let ((commune_code, commune_name), (district_code, district)) = (unit(), unit());
            text.push_str(&format!(
                "[[station]]\nid = \"{}\"\nname = \"{name}\"\n[[station.place]]\ncommune = \"{commune_name}\"\n\
                 commune-code = \"{commune_code}\"\ndistrict = \"{district}\"\ndistrict-code = \"{district_code}\"\n\
                 province = \"Đắk Nông\"\nprovince-code = \"67\"\n",
                commune.id
            ));
        }
        text
    }

    fn context(self, communes: &[communes::Commune], registry: &Registry, query: &ReportQuery) -> ReportContext {
        let mut symbols = vec!["giam-ngheo-2023".to_owned()];
        symbols.extend(LANGUAGES.map(str::to_owned));
        symbols.extend((1..=5).map(|n| format!("muc-{n}")));
        symbols.extend(TOPICS.map(str::to_owned));
        symbols.extend((1..=5).map(|n| format!("{n:064x}")));
        assert_eq!(symbols.len(), FIRST_STATION as usize);
        symbols.extend(communes.iter().map(|commune| commune.id.clone()));
        let mut context = ReportContext { symbols: SymbolTable(symbols), ..ReportContext::default() };
        context.topic_titles.extend((1..=5).zip(TOPICS).map(|(n, title)| ((0, n), title.to_owned())));
        let first = query.earlier_range.unwrap_or(query.range).from;
        for (n, commune) in communes.iter().enumerate() {
            // Of many stations, the fourth was silent, and every tenth has no log for the last week.
            let is_silent = n == 3 && communes.len() > 10;
            let last = if n % 10 == 5 { date("2023-06-07") } else { query.range.until };
            let days: BTreeSet<NaiveDate> = first.iter_days().take_while(|day| *day <= last && !is_silent).collect();
            if !is_silent {
                context.evidence.push(evidence(n, commune, registry));
            }
            context.logged_days.insert(commune.id.clone(), days);
        }
        context
    }

    fn incidents(self, communes: &[communes::Commune], registry: &Registry) -> IncidentList {
        let kinds = ["tampered", "rolled-back", "fork", "implausible", "unknown-key", "overlap"];
        let count = if self.stations > 10 { 12 } else { self.stations.min(3) };
        let incident = |n: usize| {
            let json = serde_json::json!({
                "code": kinds[n % kinds.len()], "station": communes[n].id, "origin": format!("loa/{}/0", communes[n].id),
                "source": "/media/usb", "first_entry": 1200 + n, "size": 5000, "known_size": 5400, "count": 3,
                "evidence": format!("loa/{}/0/evidence/1", communes[n].id),
            });
            let incident: Incident = serde_json::from_value(json).expect("the incident is valid");
            ListedIncident {
                station_name: registry.station_name(&communes[n].id).unwrap_or_default().to_owned(),
                claimed_station: None,
                history: IncidentHistory {
                    seq: 10 + n as u64,
                    at: "2023-05-03T02:15:00Z".to_owned(),
                    incident,
                    seen_again: n as u64 % 2,
                    last_seen_at: (n % 2 == 1).then(|| "2023-05-20T02:00:00Z".to_owned()),
                    whole_since: None,
                    answer: None,
                },
            }
        };
        IncidentList { has_journal: true, faults: Vec::new(), incidents: (0..count).map(incident).collect() }
    }
}

fn evidence(n: usize, commune: &communes::Commune, registry: &Registry) -> LogEvidence {
    LogEvidence {
        station: commune.id.clone(),
        name: registry.station_name(&commune.id).unwrap_or_default().to_owned(),
        origin: format!("loa/{}/00000000000000000000000000000000", commune.id),
        entries: 12_345 + n as u64,
        root: format!("{:064x}", n + 1),
        cosigned_at: Some("2023-06-15T02:00:00Z".to_owned()),
        head: "head".to_owned(),
        ..LogEvidence::default()
    }
}

/// Invents the airings of a day: eight, most of them whole.
fn day_of_airings(station: u32, day: NaiveDate, dice: &mut Dice) -> Vec<Fact> {
    let airing = |n: u32| {
        let topic = n % 5;
        let planned_ms = 240_000 + i64::from(topic) * 61_000;
        let state = match dice.below(100) {
            0 | 1 => FactState::Missed(Some(Reason::PowerOff)),
            2 => FactState::Missed(Some(Reason::FileMissing)),
            3 => FactState::Partial(Some(Reason::OperatorStop)),
            4 if station.is_multiple_of(9) => FactState::Level0,
            5 if station.is_multiple_of(7) => FactState::Unknown,
            6 if station.is_multiple_of(11) => FactState::Implausible,
            _ => FactState::Aired,
        };
        let played_ms = match state {
            FactState::Aired => planned_ms,
            FactState::Partial(_) => planned_ms / 3,
            _ => 0,
        };
        Fact {
            has_low_volume: false,
            station,
            date: day,
            at_us: 0,
            state,
            segment: 4 + topic,
            title: 9 + topic,
            campaign: 0,
            topic: u16::try_from(topic + 1).ok(),
            language: 1 + u32::from(topic == 2) + 2 * u32::from(topic == 3 && station.is_multiple_of(2)),
            planned_ms,
            last_known_ms: 0,
            played_ms,
            late_us: Some(i64::try_from(dice.below(250_000)).expect("the number fits")),
            is_clock_confirmed: true,
            recording: Some(14 + topic),
            earliest_countersigned_at_us: None,
            enrolled_at_us: None,
        }
    };
    (0..8).map(airing).collect()
}

fn explanations(communes: &[communes::Commune], registry: &Registry) -> Vec<Explanation> {
    let explanation = |(n, commune): (usize, &communes::Commune)| Explanation {
        station: commune.id.clone(),
        name: registry.station_name(&commune.id).unwrap_or_default().to_owned(),
        planned_at: format!("2023-04-{:02}T05:15:00+07:00", n % 28 + 1),
        title: TOPICS[n % 5].to_owned(),
        state: FactState::Missed(Some(Reason::PowerOff)),
        outcome: 400 + n as u64,
        note: "Mất điện cả xã từ 4 giờ sáng đến 9 giờ, điện lực có thông báo trước (hư cấu)".to_owned(),
        answer: None,
    };
    communes.iter().enumerate().step_by(4).map(explanation).collect()
}
