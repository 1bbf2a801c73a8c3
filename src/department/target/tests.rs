use chrono::NaiveDate;

use super::check::{LoggedLabels, check_targets};
use super::read::{MAX_TARGETS, ParsedTargets, read_targets};
use super::result::{TargetResults, TargetRow};
use super::tally::TargetTally;
use super::week::{MatchedAirtime, TargetWeek, WeekState};
use super::{TargetAmount, TargetPlace};
use crate::department::registry::Registry;
use crate::department::report::fact::{Fact, FactState, SymbolTable};
use crate::department::report::period::DateRange;
use crate::department::report::tally::ReportContext;
use crate::schedule::SourceFile;
use crate::schedule::problem::{Problem, Severity, line_and_column};

const GOOD: &str = "[[target]]\nid = \"a\"\ntitle = \"Chính sách\"\ncampaign = \"mau\"\ntopic = 5\n\
    minutes-per-week = 30\nfrom = 2023-03-20\nuntil = 2023-12-31\ndocument = \"Công văn 123\"\ndated = 2023-03-15\n";

fn date(text: &str) -> NaiveDate {
    text.parse().expect("parse the date")
}

fn read(text: &str) -> ParsedTargets {
    read_targets(&SourceFile::new("targets.toml", text.as_bytes()))
}

/// Returns the code and the line of each problem.
fn findings(text: &str) -> Vec<(&'static str, usize)> {
    let place = |problem: &Problem| (problem.code(), line_and_column(text, problem.span.range.start).0);
    read(text).problems.iter().map(place).collect()
}

#[test]
fn a_target_has_every_property_of_its_table() {
    let text = GOOD.to_owned()
        + "[[target]]\nid = \"b\"\ntitle = \"M'Nông\"\nlanguage = \"cmo\"\nhours = \"05:00..07:00\"\ncommune = \"24691\"\n\
           airings-per-day = 2\nfrom = 2023-03-20\ndocument = \"Công văn 124\"\ndated = 2023-03-16\n";
    let parsed = read(&text);
    assert_eq!(parsed.problems, []);
    let [(a, _), (b, _)] = &parsed.targets[..] else { panic!("{:?}", parsed.targets) };
    assert_eq!((a.amount, &a.place), (TargetAmount::MinutesPerWeek(30), &TargetPlace::AllStations));
    assert_eq!((a.selection.topic, a.until, a.dated), (Some(5), Some(date("2023-12-31")), date("2023-03-15")));
    assert_eq!((b.amount, &b.place), (TargetAmount::AiringsPerDay(2), &TargetPlace::Commune("24691".to_owned())));
    assert!(b.holds_on(date("2099-01-01")) && !b.holds_on(date("2023-03-19")));
    let time = |text: &str| text.parse().ok();
    assert!(b.selection.includes_time(time("05:00:00")) && b.selection.includes_time(time("06:59:59")));
    assert!(!b.selection.includes_time(time("07:00:00")) && !b.selection.includes_time(None));
    let night = read(&text.replace("05:00..07:00", "22:00..05:00")).targets[1].0.selection.clone();
    assert!(night.includes_time(time("23:00:00")) && night.includes_time(time("04:59:59")));
    assert!(!night.includes_time(time("12:00:00")));
}

#[test]
fn each_mistake_is_found_at_its_line() {
    for (from, to, expected) in [
        ("title = \"Chính sách\"\n", "", ("missing-key", 1)),
        ("id = \"a\"", "id = \"Chính sách\"", ("bad-id", 2)),
        ("topic = 5", "topc = 5", ("unknown-key", 5)),
        ("topic = 5", "topic = \"5\"", ("wrong-type", 5)),
        ("topic = 5", "topic = 1000", ("bad-number", 5)),
        ("campaign = \"mau\"\n", "", ("target-topic-alone", 4)),
        ("minutes-per-week = 30\n", "", ("target-amount", 1)),
        ("minutes-per-week = 30", "minutes-per-week = 30\nairings-per-day = 2", ("target-amount", 7)),
        ("minutes-per-week = 30", "minutes-per-week = 10081", ("bad-number", 6)),
        ("minutes-per-week = 30", "minutes-per-week = 0", ("bad-number", 6)),
        ("until = 2023-12-31", "until = 2023-02-31", ("bad-date", 8)),
        ("until = 2023-12-31", "until = 2023-03-19", ("from-after-until", 7)),
        ("from = 2023-03-20\n", "", ("missing-key", 1)),
        ("topic = 5", "hours = \"7h\"", ("bad-range", 5)),
        ("topic = 5", "hours = \"00:00..24:00\"", ("whole-day", 5)),
        ("topic = 5", "language = \"M'Nông\"", ("bad-language", 5)),
        ("topic = 5", "language = \"xyz\"", ("rare-language", 5)),
        ("topic = 5", "district = \"663\"\nstation = \"a\"", ("target-places", 6)),
        ("topic = 5", "district = 663", ("wrong-type", 5)),
        ("topic = 5", "district = \"\"", ("empty-text", 5)),
        ("[[target]]", "[target]", ("one-table", 1)),
        ("[[target]]", "[[targets]]", ("unknown-table", 1)),
        ("[[target]]\n", "number = 1\n[[target]]\n", ("key-outside", 1)),
        ("document = \"Công văn 123\"", "document = \"\\u001b[31m\"", ("control-in-text", 9)),
        ("title = \"Chính sách\"", "title = \"Chính \\u202esách\"", ("control-in-text", 3)),
    ] {
        let text = GOOD.replace(from, to);
        assert_ne!(text, GOOD);
        let found = findings(&text);
        assert_eq!(found, [expected], "{to}");
    }
    assert_eq!(findings(""), [("no-targets", 1)]);
    let many: String = (0..=MAX_TARGETS)
        .map(|n| {
            GOOD.replace("id = \"a\"", &format!("id = \"a{n}\"")).replace("topic = 5", &format!("topic = {}", n + 1))
        })
        .collect();
    assert_eq!(findings(&many), [("too-many", 1)]);
    let long = format!("# {}", "a".repeat(1024 * 1024));
    assert_eq!(findings(&long), [("too-large", 1)]);
    assert_eq!(read_targets(&SourceFile::new("targets.toml", b"\xff")).problems[0].code(), "not-utf8");
}

const CAMPAIGN_TABLE: &str = "[[campaign]]\nid = \"mau\"\ntitle = \"Chiến dịch mẫu\"\nreference = \"Kế hoạch 1\"\n\
    [[campaign.topic]]\nnumber = 5\ntitle = \"Chính sách\"\n[[campaign.topic]]\nnumber = 1\ntitle = \"Mục tiêu\"\n";

#[test]
fn a_campaign_has_a_title_a_document_and_topics() {
    let parsed = read(&format!("{CAMPAIGN_TABLE}{GOOD}"));
    assert_eq!(parsed.problems, []);
    let campaign = &parsed.campaigns[0].0;
    assert_eq!((campaign.title.as_str(), campaign.reference.as_str()), ("Chiến dịch mẫu", "Kế hoạch 1"));
    let topics: Vec<(u16, &str)> = campaign.topics.iter().map(|(number, title)| (*number, title.as_str())).collect();
    assert_eq!(topics, [(1, "Mục tiêu"), (5, "Chính sách")]);
    assert_eq!(findings(CAMPAIGN_TABLE), [], "a file may have no targets");
}

#[test]
fn each_mistake_in_a_campaign_is_found_at_its_line() {
    for (from, to, expected) in [
        ("title = \"Chiến dịch mẫu\"\n", "", ("missing-key", 1)),
        ("reference = \"Kế hoạch 1\"", "referenc = \"Kế hoạch 1\"", ("unknown-key", 4)),
        ("reference = \"Kế hoạch 1\"", "reference = \"\"", ("empty-text", 4)),
        ("reference = \"Kế hoạch 1\"", "reference = \"Kế \\u202ehoạch\"", ("control-in-text", 4)),
        ("number = 5\n", "", ("missing-key", 5)),
        ("number = 5", "number = 0", ("bad-number", 6)),
        ("number = 1", "number = 5", ("topic-twice", 9)),
        ("title = \"Mục tiêu\"", "titel = \"Mục tiêu\"", ("unknown-key", 10)),
        ("[[campaign.topic]]\nnumber = 5", "[campaign.topic]\nnumber = 5", ("one-table", 5)),
        ("[[campaign]]", "[[campagne]]", ("unknown-table", 1)),
    ] {
        let mut text = CAMPAIGN_TABLE.replacen(from, to, 1);
        if to.starts_with('[') {
            text = text.split("[[campaign.topic]]").next().unwrap_or_default().to_owned();
        }
        assert_ne!(text, CAMPAIGN_TABLE);
        assert_eq!(findings(&text), [expected], "{to}");
    }
    let twice = format!("{CAMPAIGN_TABLE}{CAMPAIGN_TABLE}");
    assert_eq!(findings(&twice), [("duplicate-id", 12)]);
    let undefined = format!("{CAMPAIGN_TABLE}{}", GOOD.replace("topic = 5", "topic = 4"));
    assert_eq!(findings(&undefined), [("topic-not-in-campaign", 15)]);
}

#[test]
fn targets_that_contradict_or_repeat_each_other_are_found() {
    let second = |from: &str, to: &str| {
        let second = GOOD.replace("id = \"a\"", "id = \"b\"").replace(from, to);
        findings(&format!("{GOOD}{second}"))
    };
    assert_eq!(second("", ""), [("target-repeated", 12)]);
    assert_eq!(second("week = 30", "week = 40"), [("targets-contradict", 12)]);
    assert_eq!(second("topic = 5", "topic = 4"), []);
    assert_eq!(second("minutes-per-week", "airings-per-week"), [], "minutes and airings do not contradict each other");
    assert_eq!(second("from = 2023-03-20\nuntil = 2023-12-31", "from = 2024-01-01"), []);
    assert_eq!(second("topic = 5", "topic = 5\ndistrict = \"663\""), [("target-no-effect", 12)]);
    assert_eq!(second("topic = 5\nminutes-per-week = 30", "topic = 5\nminutes-per-week = 40\ndistrict = \"663\""), []);
    assert_eq!(second("until = 2023-12-31", "until = 2024-12-31\ndistrict = \"663\""), []);
    assert_eq!(findings(&GOOD.repeat(2)), [("duplicate-id", 12)]);
}

fn registry() -> Registry {
    let station = |id: &str, commune: &str| {
        format!(
            "[[station]]\nid = \"{id}\"\nname = \"Đài {id}\"\n[[station.place]]\ncommune = \"Thuận An\"\n\
             commune-code = \"{commune}\"\ndistrict = \"Đắk Mil\"\ndistrict-code = \"663\"\n"
        )
    };
    Registry::parse(&(station("xa-1", "24691") + &station("xa-2", "24692"))).expect("parse the registry")
}

#[test]
fn places_and_words_that_nobody_knows_are_found() {
    let mut labels = LoggedLabels::default();
    labels.campaigns.insert("mau".to_owned());
    labels.topics.insert(("mau".to_owned(), 5));
    labels.languages.insert("vi".to_owned());
    let check = |from: &str, to: &str| {
        let parsed = read(&GOOD.replace(from, to));
        assert_eq!(parsed.problems, []);
        let problems = check_targets(&parsed, &registry(), Some(&labels));
        problems.iter().map(|problem| (problem.code(), problem.severity)).collect::<Vec<_>>()
    };
    let (error, warning) = (Severity::Error, Severity::Warning);
    assert_eq!(check("", ""), []);
    assert_eq!(check("topic = 5", "topic = 5\ndistrict = \"663\""), []);
    assert_eq!(check("topic = 5", "topic = 5\ndistrict = \"664\""), [("no-station-in-place", error)]);
    assert_eq!(check("topic = 5", "topic = 5\ncommune = \"Thuận An\""), [("no-station-in-place", error)]);
    assert_eq!(check("topic = 5", "topic = 5\nstation = \"xa-3\""), [("unregistered-station", error)]);
    assert_eq!(check("topic = 5", "topic = 4"), [("topic-never-logged", warning)]);
    assert_eq!(check("campaign = \"mau\"", "campaign = \"moi\""), [("campaign-never-logged", warning)]);
    assert_eq!(check("topic = 5", "topic = 5\nlanguage = \"cmo\""), [("language-never-logged", warning)]);
    let parsed = read(&GOOD.replace("topic = 5", "topic = 5\ncommune = \"Thuận An\""));
    let hint = format!("{:?}", check_targets(&parsed, &registry(), None)[0].hint);
    assert!(hint.contains("24691"), "{hint}");
}

fn airtime(planned: i64, counted: i64, unknown: i64) -> MatchedAirtime {
    MatchedAirtime { planned, counted, unknown }
}

/// Judges a week that begins on Monday, 20 March 2023. A day is its airtime, and false if it has no log.
fn week(amount: TargetAmount, days: &[(MatchedAirtime, bool)]) -> TargetWeek {
    let dates = date("2023-03-20").iter_days();
    let days: Vec<_> = dates.zip(days).map(|(date, (airtime, is_logged))| (date, *airtime, *is_logged)).collect();
    TargetWeek::new(0, "xa-1".to_owned(), amount, &days).expect("the week has days")
}

#[test]
fn a_week_is_below_only_if_everything_is_known() {
    let minutes = TargetAmount::MinutesPerWeek(7);
    let minute = airtime(60_000, 60_000, 0);
    let state = |days: &[(MatchedAirtime, bool)]| week(minutes, days).state;
    assert_eq!(state(&[(minute, true); 7]), WeekState::Met);
    let short = airtime(60_000, 59_999, 0);
    assert_eq!(state(&[[(minute, true); 6].as_slice(), &[(short, true)]].concat()), WeekState::Below);
    let pending = airtime(60_000, 59_999, 1);
    assert_eq!(state(&[[(minute, true); 6].as_slice(), &[(pending, true)]].concat()), WeekState::Undecided);
    let nothing = airtime(0, 0, 0);
    assert_eq!(state(&[[(minute, true); 6].as_slice(), &[(nothing, false)]].concat()), WeekState::Undecided);
    assert_eq!(state(&[(nothing, false); 7]), WeekState::NoLog);
    assert_eq!(state(&[(nothing, true); 7]), WeekState::Below);
    let rich = airtime(600_000, 600_000, 0);
    assert_eq!(state(&[[(nothing, false); 6].as_slice(), &[(rich, true)]].concat()), WeekState::Met);
    let cut = week(minutes, &[(minute, true); 3]);
    assert_eq!((cut.asked, cut.is_cut(), cut.state), (180_000, true, WeekState::Met));
    assert_eq!(week(TargetAmount::MinutesPerWeek(10), &[(minute, true); 3]).asked, 257_143);
    assert_eq!(week(TargetAmount::AiringsPerWeek(3), &[(minute, true); 4]).asked, 2);
    assert_eq!(week(TargetAmount::AiringsPerWeek(1), &[(minute, true); 3]).asked, 0);
}

#[test]
fn many_airings_on_one_day_do_not_make_up_for_another() {
    let daily = TargetAmount::AiringsPerDay(2);
    let (three, one) = (airtime(3, 3, 0), airtime(3, 1, 0));
    let week_of = |last: MatchedAirtime| week(daily, &[[(three, true); 6].as_slice(), &[(last, true)]].concat());
    let below = week_of(one);
    assert_eq!((below.asked, below.airtime, below.state), (14, airtime(14, 13, 0), WeekState::Below));
    assert_eq!(below.share_permille(), Some(929));
    let pending = week_of(airtime(3, 1, 2));
    assert_eq!((pending.airtime, pending.state), (airtime(14, 13, 1), WeekState::Undecided));
}

const STATION: u32 = 1;
const CAMPAIGN: u32 = 2;
const LANGUAGE: u32 = 3;

fn context() -> ReportContext {
    let texts = ["", "xa-1", "mau", "vi"].map(str::to_owned).to_vec();
    let days = date("2023-03-20").iter_days().take(7).collect();
    ReportContext {
        symbols: SymbolTable(texts),
        logged_days: [("xa-1".to_owned(), days)].into(),
        ..ReportContext::default()
    }
}

fn fact(day: &str, state: FactState) -> Fact {
    Fact {
        station: STATION,
        date: date(day),
        at_us: 0,
        state,
        segment: 0,
        title: 0,
        campaign: CAMPAIGN,
        topic: Some(5),
        language: LANGUAGE,
        planned_ms: 600_000,
        last_known_ms: 0,
        played_ms: 590_000,
        late_us: None,
        is_clock_confirmed: true,
        recording: None,
        has_low_volume: false,
        earliest_countersigned_at_us: None,
        enrolled_at_us: None,
    }
}

/// Counts airings at 05:15 in the weeks from 20 March to 2 April 2023.
fn results(targets: &str, facts: &[Fact]) -> TargetResults {
    let (context, registry) = (context(), registry());
    let range = DateRange { from: date("2023-03-20"), until: date("2023-04-02") };
    let targets = read(targets).targets.into_iter().map(|(target, _)| target).collect();
    let mut tally = TargetTally::new(targets, range, date("2023-05-01"), &context, &registry);
    for fact in facts {
        tally.add(fact, Some(&format!("{}T05:15:00+07:00", fact.date)));
    }
    tally.into_results()
}

#[test]
fn airings_count_towards_every_target_that_they_match() {
    let second = |from: &str, to: &str| GOOD.replace("id = \"a\"", "id = \"b\"").replace(from, to);
    let targets = GOOD.to_owned() + &second("minutes-per-week = 30", "airings-per-week = 3\nhours = \"05:00..06:00\"");
    let facts = [
        fact("2023-03-20", FactState::Aired),
        fact("2023-03-21", FactState::Partial(None)),
        fact("2023-03-22", FactState::Missed(None)),
        fact("2023-03-23", FactState::Unplanned),
        Fact { topic: Some(4), ..fact("2023-03-24", FactState::Aired) },
        Fact { campaign: 0, ..fact("2023-03-24", FactState::Aired) },
    ];
    let results = results(&targets, &facts);
    let first_weeks: Vec<_> = results
        .weeks
        .iter()
        .filter(|week| week.station == "xa-1" && week.days.0 == date("2023-03-20"))
        .map(|week| (week.airtime, week.state))
        .collect();
    assert_eq!(
        first_weeks,
        [(airtime(1_800_000, 1_180_000, 0), WeekState::Below), (airtime(3, 1, 0), WeekState::Below)]
    );
    let other_weeks: Vec<WeekState> =
        results.weeks.iter().filter(|week| week.days.0 != date("2023-03-20")).map(|week| week.state).collect();
    assert_eq!(other_weeks, [WeekState::NoLog; 4], "a week without a log is not below");
}

#[test]
fn rows_come_worst_first_and_unjudged_weeks_are_not_in_their_sums() {
    let results = results(GOOD, &[fact("2023-03-20", FactState::Aired)]);
    let [first, second] = &results.rows[..] else { panic!("{:?}", results.rows) };
    assert_eq!((first.station.as_str(), first.below, first.unlogged), ("xa-1", 1, 1));
    assert_eq!((first.asked, first.planned, first.counted), (1_800_000, 600_000, 590_000));
    assert_eq!(first.share_permille(), Some(328));
    assert_eq!((second.station.as_str(), second.unlogged, second.share_permille()), ("xa-2", 2, None));
    assert_eq!(first.name, "Đài xa-1");
}

#[test]
fn a_rich_week_does_not_make_up_for_a_poor_one() {
    let (rich, poor) = (airtime(0, 60_000 * 20, 0), airtime(0, 0, 0));
    let amount = TargetAmount::MinutesPerWeek(7);
    let weeks = [week(amount, &[(rich, true); 7]), week(amount, &[(poor, true); 7])];
    let rows = TargetRow::from_weeks(&weeks, |_| String::new());
    assert_eq!((rows[0].met, rows[0].below, rows[0].share_permille()), (1, 1, Some(500)));
}
