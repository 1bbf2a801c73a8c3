use super::*;
use crate::text::problem::Hint;

const SEGMENT: &str = "[[segment]]\nid = 'a'\ntitle = 'A'\nfile = 'a.mp3'\n";
const SESSION: &str = "[[session]]\nid = 's'\nat = '06:00'\nplay = ['a']\n";

/// Reads these playlists. Returns the parsed schedule and the codes of its problems.
fn read_playlists(texts: &[&str]) -> (ParsedSchedule, Vec<String>) {
    let name = |n: usize| format!("playlists/{n}.toml");
    let files: Vec<_> = texts.iter().enumerate().map(|(n, t)| SourceFile::new(&name(n), t.as_bytes())).collect();
    let parsed = read(&files);
    let codes = parsed.problems.iter().map(|problem| problem.code().to_owned()).collect();
    (parsed, codes)
}

/// Returns the number of segments and of sessions that are read from one playlist, and the codes of its problems.
fn counts_and_codes(text: &str) -> (usize, usize, Vec<String>) {
    let (parsed, codes) = read_playlists(&[text]);
    (parsed.schedule.segments.len(), parsed.schedule.sessions.len(), codes)
}

fn codes(names: &[&str]) -> Vec<String> {
    names.iter().map(|code| (*code).to_owned()).collect()
}

#[test]
fn a_valid_segment_and_session_are_read() {
    assert_eq!(counts_and_codes(&format!("{SEGMENT}{SESSION}")), (1, 1, vec![]));
}

#[test]
fn a_segment_with_one_invalid_field_is_rejected() {
    for (line, code) in [
        ("valid-untill = 2023-03-20", "unknown-key"),
        ("valid-until = '2023-02-30'", "bad-date"),
        ("approved-by = ''", "empty-text"),
        ("topic = 1", "topic-no-campaign"),
    ] {
        assert_eq!(counts_and_codes(&format!("{SEGMENT}{line}\n")), (0, 0, codes(&[code])), "{line}");
    }
}

#[test]
fn a_session_with_one_invalid_field_is_rejected() {
    for (line, code) in [
        ("until = '31/12/2023'", "bad-date-text"),
        ("dayz = ['mon']", "unknown-key"),
        ("late = 'never'", "bad-late"),
        ("title = ''", "empty-text"),
        ("from = 2023-02-02\nuntil = 2023-01-01", "from-after-until"),
    ] {
        assert_eq!(counts_and_codes(&format!("{SEGMENT}{SESSION}{line}\n")), (1, 0, codes(&[code])), "{line}");
    }
    let one_valid_time_of_two = SESSION.replace("'06:00'", "['06:00', '25:00']");
    assert_eq!(counts_and_codes(&format!("{SEGMENT}{one_valid_time_of_two}")), (1, 0, codes(&["bad-time"])));
}

#[test]
fn a_file_with_a_broken_campaign_is_rejected() {
    for (campaign, code) in [
        ("[campaign]\nid = 'c'\n", "missing-key"),
        ("[campaign]\nid = 'c'\ntitle = 'C'\nuntil = '2023-02-30'\n", "bad-date"),
        ("campaign = 1\n", "wrong-type"),
    ] {
        let text = format!("{campaign}{SEGMENT}topic = 1\n{SESSION}");
        assert_eq!(counts_and_codes(&text), (0, 0, codes(&[code])), "{campaign}");
    }
}

#[test]
fn a_second_campaign_with_the_same_id_is_rejected_with_its_file() {
    let campaign = "[campaign]\nid = 'c'\ntitle = 'C'\n";
    let other_playlist = format!("{campaign}{}", SEGMENT.replace("'a'", "'b'"));
    let (parsed, found_codes) = read_playlists(&[&format!("{campaign}{SEGMENT}"), &other_playlist]);
    assert_eq!(found_codes, ["duplicate-id"]);
    assert_eq!(parsed.schedule.segments.len(), 1);
}

#[test]
fn a_broken_segment_does_not_silence_the_other_items_of_its_session() {
    let broken_segment = "[[segment]]\nid = 'b'\ntitle = 'B'\nfile = '../b.mp3'\n";
    let (parsed, found_codes) =
        read_playlists(&[&format!("{SEGMENT}{broken_segment}{}", SESSION.replace("['a']", "['b', 'a']"))]);
    assert_eq!(found_codes, ["bad-file"]);
    // `a` keeps its position, so the ids of its airings do not change.
    let play: Vec<_> = parsed.schedule.sessions[0].segments().map(crate::schedule::Id::as_str).collect();
    assert_eq!(play, ["b", "a"]);
}

#[test]
fn a_broken_file_does_not_silence_sessions_in_other_files() {
    let segment = "[[segment]]\nid = 'b'\ntitle = 'B'\nfile = 'b.mp3'\n";
    let session = SESSION.replace("['a']", "['a', 'b']");
    let (parsed, found_codes) = read_playlists(&["[[segment]]\nid = “a”\n", &format!("{segment}{session}")]);
    assert_eq!(found_codes, ["curly-quote"]);
    assert_eq!(parsed.schedule.sessions.len(), 1);
}

#[test]
fn a_session_with_an_unknown_segment_is_rejected() {
    assert_eq!(
        counts_and_codes(&format!("{SEGMENT}{}", SESSION.replace("['a']", "['a', 'x']"))),
        (1, 0, codes(&["no-such-segment"]))
    );
}

#[test]
fn titles_of_topics_are_validated_like_other_titles() {
    let campaign = "[campaign]\nid = 'c'\ntitle = 'C'\n[campaign.topics]\n";
    assert_eq!(counts_and_codes(&format!("{campaign}1 = \"\\u001b[31m\"\n")).2, codes(&["control-in-text"]));
    assert_eq!(counts_and_codes(&format!("{campaign}1 = '{}'\n", "x".repeat(201))).2, codes(&["long-text"]));
}

#[test]
fn an_agency_can_be_empty() {
    let files = [SourceFile::new("station.toml", b"[station]\nagency = ''\n")];
    assert_eq!(read(&files).problems, []);
}

#[test]
fn too_many_warnings_add_an_error_so_that_the_edit_is_refused() {
    // Warnings alone would not cause the station to refuse the edit.
    let segments: String = (0..=MAX_PROBLEMS)
        .map(|n| format!("[[segment]]\nid = 's{n}'\ntitle = 'S'\nfile = 'a.mp3'\nlanguage = 'xx'\n"))
        .collect();
    let (parsed, found_codes) = read_playlists(&[&segments]);
    assert_eq!(found_codes.len(), MAX_PROBLEMS + 1);
    assert_eq!(found_codes.last().map(String::as_str), Some("more-problems"));
    assert!(parsed.problems.iter().any(|p| p.is_structural));
}

#[test]
fn sessions_beyond_the_airing_limit_are_rejected() {
    let times: Vec<_> = (0..100).map(|n| format!("'{:02}:{:02}'", n / 60, n % 60)).collect();
    let dense_session = |id: &str| {
        let session = SESSION.replace("'s'", &format!("'{id}'")).replace("['a']", &format!("[{}]", "'a',".repeat(200)));
        session.replace("'06:00'", &format!("[{}]", times.join(",")))
    };
    assert_eq!(counts_and_codes(&format!("{SEGMENT}{}", dense_session("s"))), (1, 1, vec![]));
    let (segments, sessions, found_codes) =
        counts_and_codes(&format!("{SEGMENT}{}{}{}", dense_session("s"), dense_session("t"), dense_session("u")));
    assert_eq!((segments, sessions, found_codes), (1, 1, codes(&["too-many"])));
}

/// Returns the valid keys of a table, as the reader lists them for an unknown key.
fn known_keys(file: &str, text: &str) -> Vec<String> {
    let parsed = read(&[SourceFile::new(file, text.as_bytes())]);
    let listed_keys = parsed.problems.iter().find_map(|problem| match &problem.hint {
        Hint::KeysHere { keys } => Some(keys.clone()),
        _ => None,
    });
    listed_keys.unwrap_or_default().split(", ").map(str::to_owned).collect()
}

/// Returns the keys of `station.toml` by section, without the weekdays of `[quiet-hours]`.
fn station_keys() -> Vec<(&'static str, Vec<String>)> {
    let is_weekday = |key: &String| days::WEEKDAYS.iter().any(|(en, vi, _)| key == en || key == vi);
    let keys = |section: &str| {
        let section_keys = known_keys("station.toml", &format!("[{section}]\nqqqqqqqqqq = 1\n"));
        section_keys.into_iter().filter(|key| !is_weekday(key)).collect()
    };
    settings::KEYS.iter().map(|(section, _)| (*section, keys(section))).collect()
}

#[test]
fn the_listed_keys_of_each_section_match_the_keys_that_are_read() {
    for ((section, mut read_keys), (_, listed_keys)) in station_keys().into_iter().zip(settings::KEYS) {
        let mut listed_keys = listed_keys.to_vec();
        listed_keys.sort_unstable();
        read_keys.sort_unstable();
        assert_eq!(read_keys, listed_keys, "{section}");
    }
}

#[test]
fn every_key_is_in_the_documentation() {
    let pages = [include_str!("../../../docs/station.md"), include_str!("../../../docs/schedule.md")];
    // Every second part between backquotes is code; a fence has three backquotes.
    let code = pages.iter().flat_map(|page| page.split('`').skip(1).step_by(2));
    let is_part_of_key = |c: char| c.is_ascii_alphanumeric() || c == '-';
    let documented_keys: std::collections::HashSet<&str> =
        code.flat_map(|code| code.split(move |c| !is_part_of_key(c))).collect();
    let mut keys: Vec<String> = station_keys().into_iter().flat_map(|(_, keys)| keys).collect();
    for table in ["[campaign]", "[[segment]]", "[[session]]", "[[holiday]]"] {
        keys.extend(known_keys("playlists/a.toml", &format!("{table}\nqqqqqqqqqq = 1\n")));
    }
    for item in ["topic = 1", "pool = 'a'", "relay = 'A', for = '1m'"] {
        let play = format!("[[session]]\nid = 's'\nat = '06:00'\nplay = [{{ {item}, qqqqqqqqqq = 1 }}]\n");
        keys.extend(known_keys("playlists/a.toml", &play));
    }
    assert!(keys.len() > 50, "{keys:?}");
    for key in keys {
        assert!(documented_keys.contains(key.as_str()), "{key}");
    }
}

#[test]
fn a_file_name_or_title_in_place_of_an_id_suggests_the_id() {
    let segment = "[[segment]]\nid = 'tin-moi'\ntitle = 'Tin mới'\nfile = 'tin moi.mp3'\n";
    let hint = |text: &str| {
        let (parsed, codes) =
            read_playlists(&[&format!("{segment}[[session]]\nid = 's'\nat = '06:00'\nplay = ['{text}']\n")]);
        assert_eq!(codes, ["bad-id"], "{text}");
        parsed.problems[0].hint.clone()
    };
    let tin_moi = Hint::UseId { id: "tin-moi".to_owned() };
    assert_eq!(hint("tin moi.mp3"), tin_moi);
    assert_eq!(hint("Tin mới"), tin_moi);
    assert_eq!(hint("khac.mp3"), Hint::NameSegmentById);
}
