//! The commands `add`, `remove` and `list`. `add` and `remove` keep everything else in the playlists unchanged.
mod undo;

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use loa::library::{FileStatus, Library};
use loa::schedule::read;
use loa::station;

use crate::media;
use crate::program;

/// A folder with a station in `dai`, and new audio files in `usb`. The station has a playlist with a campaign, and an
/// everyday playlist.
struct StationFolder {
    dir: tempfile::TempDir,
}

const CAMPAIGN: &str = "# của Sở gửi về\n[campaign]\nid = \"cd\"   # đừng đổi\ntitle = \"Chiến dịch\"\n\n[campaign.topics]\n1 = \"Một\"\n5 = \"Năm\"\n";
const EVERYDAY: &str = "[[segment]]\nid = \"nhac\"\ntitle = \"Nhạc hiệu\"\nfile = \"nhac.wav\"\n\n# buổi sáng\n[[session]]\nid = \"sang\"\nat = \"05:15\"\nplay = [\"nhac\"] # còn thêm\n";

impl StationFolder {
    #[must_use]
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let station_folder = Self { dir };
        for folder in ["dai/playlists", "dai/audio", "dai/airlog", "usb"] {
            fs::create_dir_all(station_folder.dir.path().join(folder)).unwrap();
        }
        fs::write(station_folder.station().join("station.toml"), "[station]\nid = \"thu\"\nlanguage = \"en\"\n")
            .unwrap();
        station_folder.write("chien-dich", CAMPAIGN);
        station_folder.write("thuong-nhat", EVERYDAY);
        media::encode_signal(&station_folder.station().join("audio"), "nhac.wav", 48_000, 48_000, 1, &[]);
        station_folder
    }

    fn station(&self) -> PathBuf {
        self.dir.path().join("dai")
    }

    fn write(&self, playlist: &str, text: &str) {
        fs::write(self.station().join(format!("playlists/{playlist}.toml")), text).unwrap();
    }

    fn playlist(&self, name: &str) -> String {
        fs::read_to_string(self.station().join(format!("playlists/{name}.toml"))).unwrap()
    }

    /// Makes an audio file in the folder `usb`.
    fn new_file(&self, name: &str, seconds: usize, args: &[&str]) -> PathBuf {
        media::encode_signal(&self.dir.path().join("usb"), name, seconds * 24_000, 24_000, 1, args)
    }

    fn loa(&self, arguments: &[&str], files: &[&Path]) -> Output {
        let mut command = program::loa(self.dir.path());
        command.args(arguments).args(files).current_dir(self.station()).output().expect("loa starts")
    }

    /// The paths and contents of all playlists and audio files.
    fn all_files(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut files = Vec::new();
        for folder in ["playlists", "audio"] {
            for entry in fs::read_dir(self.station().join(folder)).unwrap() {
                let path = entry.unwrap().path();
                files.push((path.clone(), fs::read(path).unwrap()));
            }
        }
        files.sort();
        files
    }
}

fn printed(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_file_becomes_a_segment_with_its_own_title_and_hash() {
    let station_folder = StationFolder::new();
    let args = ["-c:a", "libmp3lame", "-metadata", "title=Ủ vỏ cà phê"];
    let file = station_folder.new_file("Zalo 123.mp3", 5, &args);
    let arguments =
        ["add", "--topic", "5", "--language", "cmo", "--approved-by", "Trưởng đài", "--approved-on", "2023-03-18"];
    let addition = station_folder.loa(&arguments, &[&file]);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    assert!(
        printed(&addition).contains("Ủ vỏ cà phê") && printed(&addition).contains("u-vo-ca-phe"),
        "{}",
        printed(&addition)
    );
    assert_eq!(
        station_folder.playlist("thuong-nhat"),
        EVERYDAY,
        "the topic did not select the playlist of the campaign"
    );
    let text = station_folder.playlist("chien-dich");
    assert!(text.starts_with(CAMPAIGN), "{text}");
    let files = station::read_sources(&station_folder.station()).unwrap();
    let parsed = read(&files);
    let segment = parsed.schedule.segments.iter().find(|s| s.id.as_str() == "u-vo-ca-phe").expect("find a segment");
    assert_eq!((segment.topic, segment.language.as_str()), (Some(5), "cmo"));
    assert_eq!(segment.approved_by.as_deref(), Some("Trưởng đài"));
    let copy = station_folder.station().join("audio").join(&segment.file);
    assert_eq!(fs::read(&copy).unwrap(), fs::read(&file).unwrap());
    let (hash, _) = loa::library::file::sha256(&mut loa::library::file::open(&copy).unwrap()).unwrap();
    assert_eq!(segment.sha256, Some(hash));
    let check = station_folder.loa(&["check"], &[]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    // The same file again is refused; with `--anyway` it gets another id and is not copied.
    let second_addition = station_folder.loa(&["add", "--topic", "5"], &[&file]);
    assert!(
        second_addition.status.code() == Some(1) && printed(&second_addition).contains("exactly this sound"),
        "{}",
        printed(&second_addition)
    );
    let second_addition = station_folder.loa(&["add", "--topic", "5", "--anyway"], &[&file]);
    assert!(printed(&second_addition).contains("u-vo-ca-phe-2"), "{}", printed(&second_addition));
    assert_eq!(fs::read_dir(station_folder.station().join("audio")).unwrap().count(), 2);
}

#[test]
fn a_different_file_with_the_same_name_does_not_replace_the_first() {
    let station_folder = StationFolder::new();
    let bytes = fs::read(station_folder.station().join("audio/nhac.wav")).unwrap();
    let file = station_folder.new_file("nhac.wav", 3, &[]);
    let addition = station_folder.loa(&["add", "--playlist", "thuong-nhat", "--title", "Nhạc mới"], &[&file]);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    assert_eq!(fs::read(station_folder.station().join("audio/nhac.wav")).unwrap(), bytes);
    assert_eq!(fs::read(station_folder.station().join("audio/nhac-2.wav")).unwrap(), fs::read(&file).unwrap());
    let text = station_folder.playlist("thuong-nhat");
    assert!(text.contains("file = \"nhac-2.wav\"") && text.contains("# buổi sáng\n[[session]]"), "{text}");
}

#[test]
fn a_file_that_would_fail_on_air_is_refused_and_changes_nothing() {
    let station_folder = StationFolder::new();
    let good_file = station_folder.new_file("tin.wav", 4, &[]);
    let bytes_of_good_file = fs::read(&good_file).unwrap();
    let write_file = |name: &str, bytes: &[u8]| {
        let path = station_folder.dir.path().join("usb").join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let cut_file = write_file("cat.wav", &bytes_of_good_file[..bytes_of_good_file.len() / 2]);
    let web_page = write_file("trang.mp3", b"<!DOCTYPE html><html><body>Not found</body></html>");
    let silent_file = media::encode_signal(
        &station_folder.dir.path().join("usb"),
        "lang.wav",
        24_000,
        24_000,
        1,
        &["-af", "volume=0"],
    );
    let files_before = station_folder.all_files();
    let cases: [(&Path, &[&str], &str); 7] = [
        (&cut_file, &[], "cut off"),
        (&web_page, &[], "a web page"),
        (&silent_file, &[], "nothing can be heard"),
        (&station_folder.dir.path().join("usb"), &[], "a folder"),
        (&station_folder.dir.path().join("usb/khong-co.mp3"), &[], "no such file"),
        (&good_file, &["--topic", "7"], "playlist"),
        (&good_file, &["--topic", "1", "--id", "nhac"], "nhac"),
    ];
    for (file, options, expected) in cases {
        let arguments = [&["add", "--playlist", "chien-dich"], options].concat();
        let output = station_folder.loa(&arguments, &[file]);
        assert_ne!(output.status.code(), Some(0), "{expected}");
        assert!(printed(&output).contains(expected), "{expected}: {}", printed(&output));
        assert!(station_folder.all_files() == files_before, "{expected}: a file was changed");
    }
    let forced_addition = station_folder.loa(&["add", "--playlist", "thuong-nhat", "--anyway"], &[&cut_file]);
    assert_eq!(forced_addition.status.code(), Some(0), "{}", printed(&forced_addition));
    // Without `--playlist`, both playlists are possible.
    let ambiguous_addition = station_folder.loa(&["add"], &[&good_file]);
    assert!(printed(&ambiguous_addition).contains("chien-dich, thuong-nhat"), "{}", printed(&ambiguous_addition));
    // The station's `inbox` is used if neither a topic nor a playlist is given.
    let settings = station_folder.station().join("station.toml");
    let text = fs::read_to_string(&settings).unwrap();
    fs::write(&settings, format!("{text}inbox = \"thuong-nhat\"\n")).unwrap();
    let addition_to_inbox = station_folder.loa(&["add", "--id", "mac-dinh"], &[&good_file]);
    assert!(addition_to_inbox.status.success(), "{}", printed(&addition_to_inbox));
    assert!(station_folder.playlist("thuong-nhat").contains("mac-dinh"));
    fs::write(&settings, text).unwrap();
    station_folder.loa(&["remove", "mac-dinh"], &[]);
    // A bad file does not prevent the addition of a good file.
    let addition = station_folder.loa(&["add", "--topic", "1"], &[&web_page, &good_file]);
    assert_eq!(addition.status.code(), Some(1));
    assert!(station_folder.playlist("chien-dich").contains("file = \"tin.wav\""));
}

/// A segment that is matched by part of its title or id is only a guess. In a test, nobody can confirm the guess, so
/// nothing is removed, with or without `--yes`.
#[test]
fn remove_does_not_guess() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("cat.wav", 2, &[]);
    let title = "Lịch cắt điện thôn Một";
    let addition = station_folder.loa(&["add", "--playlist", "chien-dich", "--title", title], &[&file]);
    assert!(addition.status.success(), "{}", printed(&addition));
    let files_before = station_folder.all_files();
    for arguments in [&["remove", "điện"][..], &["remove", "cắt điện", "--yes"], &["remove", "lich-cat", "--yes"]]
    {
        let removal = station_folder.loa(arguments, &[]);
        assert_eq!(removal.status.code(), Some(1), "{arguments:?}: {}", printed(&removal));
        assert!(station_folder.all_files() == files_before, "{arguments:?}");
    }
    assert!(station_folder.loa(&["remove", "lịch cắt điện thôn một"], &[]).status.success());
}

#[test]
fn remove_deletes_a_segment_from_its_playlist_and_the_sessions() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tin.wav", 2, &[]);
    assert!(station_folder.loa(&["add", "--playlist", "chien-dich", "--id", "tin"], &[&file]).status.success());
    station_folder.write("thuong-nhat", &EVERYDAY.replace("[\"nhac\"]", "[\"nhac\", \"tin\"]"));
    // A session plays the segment, and in a test nobody can confirm the removal, so the command needs `--yes`.
    let files_before = station_folder.all_files();
    let unconfirmed_removal = station_folder.loa(&["remove", "tin"], &[]);
    assert_eq!(unconfirmed_removal.status.code(), Some(1));
    assert!(
        printed(&unconfirmed_removal).contains("is played by “sang”. To remove"),
        "{}",
        printed(&unconfirmed_removal)
    );
    let unconfirmed_removal = printed(&station_folder.loa(&["remove", "tin", "--lang", "vi"], &[]));
    assert!(unconfirmed_removal.contains("đang có trong buổi phát “sang”. Nếu đúng"), "{unconfirmed_removal}");
    assert!(station_folder.all_files() == files_before);
    let removal = station_folder.loa(&["remove", "tin", "--yes"], &[]);
    assert_eq!(removal.status.code(), Some(0), "{}", printed(&removal));
    assert_eq!(
        (station_folder.playlist("chien-dich").as_str(), station_folder.playlist("thuong-nhat").as_str()),
        (CAMPAIGN, EVERYDAY)
    );
    assert!(station_folder.station().join("audio/tin.wav").exists(), "the audio file was deleted");
    let files_before = station_folder.all_files();
    let removal_of_only_item = station_folder.loa(&["remove", "nhac"], &[]);
    assert!(
        removal_of_only_item.status.code() == Some(1) && printed(&removal_of_only_item).contains("sang"),
        "{}",
        printed(&removal_of_only_item)
    );
    assert_eq!(station_folder.loa(&["remove", "tin"], &[]).status.code(), Some(1));
    assert!(station_folder.all_files() == files_before);
}

#[test]
fn a_title_in_any_case_selects_a_segment_if_only_one_fits() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("Lịch tiêm.wav", 2, &[]);
    for title in ["Lịch tiêm phòng", "Lịch họp thôn"] {
        let arguments = ["add", "--playlist", "thuong-nhat", "--anyway", "--title", title];
        assert!(station_folder.loa(&arguments, &[&file]).status.success());
    }
    let files_before = station_folder.all_files();
    let ambiguous_refusal = printed(&station_folder.loa(&["remove", "lich"], &[]));
    assert!(ambiguous_refusal.contains("“Lịch tiêm phòng”, “Lịch họp thôn”"), "{ambiguous_refusal}");
    let unknown_refusal = printed(&station_folder.loa(&["remove", "Lịch cúp điện"], &[]));
    assert!(unknown_refusal.contains("no segment `Lịch cúp điện`"), "{unknown_refusal}");
    assert!(station_folder.all_files() == files_before);
    let removal = station_folder.loa(&["remove", "LICH TIEM phong"], &[]);
    assert!(removal.status.success() && printed(&removal).contains("`Lịch tiêm phòng`"), "{}", printed(&removal));
    let playlist = station_folder.playlist("thuong-nhat");
    assert!(!playlist.contains("Lịch tiêm phòng") && playlist.contains("Lịch họp thôn"), "{playlist}");
    // The title of a campaign also selects its playlist.
    let addition = station_folder.loa(&["add", "--playlist", "chiến dịch", "--anyway", "--id", "moi"], &[&file]);
    assert!(addition.status.success() && station_folder.playlist("chien-dich").contains("\"moi\""));
}

#[test]
fn dates_of_a_segment_are_accepted_in_everyday_notation() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tin.wav", 2, &[]);
    let labels = ["--approved-by", "Trưởng đài", "--approved-on", "18/3/2023", "--valid-until", "31.12.2099"];
    let addition =
        station_folder.loa(&[&["add", "--playlist", "thuong-nhat", "--id", "tin"], &labels[..]].concat(), &[&file]);
    assert!(addition.status.success(), "{}", printed(&addition));
    let playlist = station_folder.playlist("thuong-nhat");
    assert!(
        playlist.contains("approved-on = 2023-03-18") && playlist.contains("valid-until = 2099-12-31"),
        "{playlist}"
    );
}

#[test]
fn the_list_shows_lengths_and_next_airings() {
    let station_folder = StationFolder::new();
    let list = station_folder.loa(&["list", "--format", "json"], &[]);
    let rows: serde_json::Value = serde_json::from_slice(&list.stdout).expect("parse the JSON");
    assert_eq!((rows[0]["segment"].as_str(), rows[0]["duration_ms"].as_i64()), (Some("nhac"), Some(1000)));
    assert!(rows[0]["next_airing"].as_str().is_some_and(|at| at.contains("T05:15:00")), "{rows}");
    assert!(rows[0]["last_aired"].is_null() && rows[0]["playable"] == true, "{rows}");
    let text = printed(&station_folder.loa(&["list"], &[]));
    assert!(text.contains("nhac") && text.contains("0:01") && text.contains("05:15"), "{text}");
}

#[test]
fn a_stored_scan_is_used_only_while_the_file_is_unchanged() {
    let station_folder = StationFolder::new();
    let schedule = read(&station::read_sources(&station_folder.station()).unwrap()).schedule;
    let load_status =
        || station::load_library(&station_folder.station(), &schedule, &Library::default()).files["nhac.wav"].clone();
    let original_status = load_status();
    assert!(
        matches!(&original_status, FileStatus::Good(scan) if scan.length.frames == 48_000 && scan.measure.integrated.is_some())
    );
    let scan_index = station_folder.station().join("airlog/scans.json");
    let index_text = fs::read_to_string(&scan_index).expect("read the index");
    assert!(index_text.contains("nhac.wav"));
    // The changed file has the same length and modification time, so only its bytes differ.
    let audio = station_folder.station().join("audio/nhac.wav");
    let modified = fs::metadata(&audio).and_then(|m| m.modified()).unwrap();
    let mut bytes = fs::read(&audio).unwrap();
    bytes[50_000..].fill(0);
    fs::write(&audio, bytes).unwrap();
    fs::File::options().write(true).open(&audio).unwrap().set_modified(modified).unwrap();
    let changed_status = load_status();
    assert_ne!(original_status, changed_status);
    // A damaged index is ignored.
    for nonsense in
        ["", "[]", "{\"version\":1}", &index_text[..index_text.len() / 2], &index_text.replace("48000", "1")]
    {
        fs::write(&scan_index, nonsense).unwrap();
        assert_eq!(load_status(), changed_status, "{nonsense}");
    }
    fs::remove_file(&audio).unwrap();
    assert!(matches!(load_status(), FileStatus::Missing { .. }));
}

#[test]
fn a_file_is_added_to_a_session_for_some_dates_only() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tiem-phong.wav", 3, &[]);
    let arguments = [
        "add",
        "--playlist",
        "chien-dich",
        "--session",
        "sang",
        "--on",
        "16/3/2099",
        "--on",
        "2099-03-20..22/3/2099",
        "--id",
        "tiem",
    ];
    let addition = station_folder.loa(&arguments, &[&file]);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    assert!(printed(&addition).contains("first at 05:15 on 2099-03-16"), "{}", printed(&addition));
    assert_eq!(
        station_folder.playlist("thuong-nhat"),
        EVERYDAY.replace(
            "[\"nhac\"]",
            "[\"nhac\", { segment = \"tiem\", dates = [2099-03-16, \"2099-03-20..2099-03-22\"] }]"
        )
    );
    assert!(station_folder.playlist("chien-dich").contains("id = \"tiem\""));
    let check = station_folder.loa(&["check"], &[]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    for (date, is_planned) in [("2099-03-16", true), ("2099-03-17", false), ("2099-03-21", true), ("2099-03-23", false)]
    {
        let plan = station_folder.loa(&["plan", "--date", date, "--format", "json"], &[]);
        assert_eq!(printed(&plan).contains(&format!("sang@{date}T05:15:00#2")), is_planned, "{}", printed(&plan));
    }
    let removal = station_folder.loa(&["remove", "tiem", "--yes"], &[]);
    assert_eq!(removal.status.code(), Some(0), "{}", printed(&removal));
    assert_eq!(station_folder.playlist("thuong-nhat"), EVERYDAY);
}

#[test]
fn the_only_session_and_its_playlist_need_not_be_named() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tin.wav", 3, &[]);
    let today = || (chrono::Utc::now() + chrono::TimeDelta::hours(7)).date_naive();
    let earliest = today().succ_opt().unwrap();
    let addition = station_folder.loa(&["add", "--id", "tin", "--on", "ngày", "mai"], &[&file]);
    let latest = today().succ_opt().unwrap();
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    let text = station_folder.playlist("thuong-nhat");
    let has_item = |date| text.contains(&format!("play = [\"nhac\", {{ segment = \"tin\", dates = [{date}] }}]"));
    assert!(has_item(earliest) || has_item(latest), "{text}");
    assert_eq!(station_folder.playlist("chien-dich"), CAMPAIGN);
    // Without `--on`, the segment airs with every start of the session.
    for (name, seconds, placement) in [("cuoi", 4, &["--session", "SANG"]), ("dau", 5, &["--before", "nhạc hiệu"])]
    {
        let file = station_folder.new_file(&format!("{name}.wav"), seconds, &[]);
        let addition = station_folder.loa(&[&["add", "--id", name], &placement[..]].concat(), &[&file]);
        assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    }
    let text = station_folder.playlist("thuong-nhat");
    assert!(text.contains("play = [\"dau\", \"nhac\", {") && text.contains(" }, \"cuoi\"] # còn thêm"), "{text}");
}

#[test]
fn dates_on_which_a_session_does_not_air_are_refused() {
    let station_folder = StationFolder::new();
    let weekly_session = "\n[[session]]\nid = \"tuan\"\ntitle = \"Bản tin đầu tuần\"\nat = \"17:00\"\ndays = \"mon\"\nplay = [\"nhac\"]\n";
    station_folder.write("thuong-nhat", &format!("{EVERYDAY}{weekly_session}"));
    let file = station_folder.new_file("tin.wav", 3, &[]);
    let files_before = station_folder.all_files();
    let refusals: [(&[&str], i32, &str); 8] = [
        (&["--session", "tuan", "--before", "tin"], 2, "has no segment `tin`"),
        (&["--on", "2099-03-16"], 2, "sang (“sang”), tuan (“Bản tin đầu tuần”)"),
        (&["--session", "trua"], 2, "there is no session `trua`"),
        (&["--session", "tuan", "--on", "2099-03-17"], 1, "does not air on 2099-03-17"),
        (&["--session", "tuan", "--on", "2099-03-17..2099-03-22"], 1, "airs on no day from 2099-03-17 to 2099-03-22"),
        (&["--session", "tuan", "--on", "2020-03-16"], 1, "2020-03-16 is over"),
        (&["--session", "tuan", "--on", "2099-03-16..2099-03-15"], 2, "after its last day"),
        (&["--session", "tuan", "--on", "thứ"], 2, "`thứ` is not a date"),
    ];
    for (arguments, code, message) in refusals {
        let addition = station_folder.loa(&[&["add", "--lang", "en"], arguments].concat(), &[&file]);
        assert_eq!(addition.status.code(), Some(code), "{}", printed(&addition));
        assert!(printed(&addition).contains(message), "{}", printed(&addition));
        assert!(station_folder.all_files() == files_before, "{arguments:?} changed a file");
    }
    let addition =
        station_folder.loa(&["add", "--session", "bản tin ĐẦU tuần", "--on", "2099-03-16..2099-03-22"], &[&file]);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    assert!(station_folder.playlist("thuong-nhat").contains("dates = [\"2099-03-16..2099-03-22\"]"));
}

/// The everyday playlist, with an error in the time of its session, which also plays `tin`.
fn everyday_with_bad_time() -> String {
    EVERYDAY.replace("05:15", "25:00").replace("[\"nhac\"]", "[\"nhac\", \"tin\"]")
}

#[test]
fn a_session_with_an_error_is_named_by_remove_and_add() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tin.wav", 2, &[]);
    assert!(station_folder.loa(&["add", "--playlist", "chien-dich", "--id", "tin"], &[&file]).status.success());
    station_folder.write("thuong-nhat", &everyday_with_bad_time());
    let files_before = station_folder.all_files();
    let removal = station_folder.loa(&["remove", "tin"], &[]);
    assert_eq!(removal.status.code(), Some(1), "{}", printed(&removal));
    assert!(printed(&removal).contains("is played by “sang”"), "{}", printed(&removal));
    let other_file = station_folder.new_file("khac.wav", 3, &[]);
    for arguments in [&["add", "--playlist", "chien-dich", "--session", "sang"][..], &["add", "--on", "mai"]] {
        let addition = station_folder.loa(arguments, &[&other_file]);
        assert_eq!(addition.status.code(), Some(78), "{}", printed(&addition));
        let message = "the session `sang` has an error in playlists/thuong-nhat.toml, line 9";
        assert!(printed(&addition).contains(message), "{}", printed(&addition));
    }
    // A session that plays a nonexistent segment is named too.
    station_folder.write("thuong-nhat", &EVERYDAY.replace("[\"nhac\"]", "[\"nhac\", \"khong-co\"]"));
    let addition = station_folder.loa(&["add", "--session", "sang"], &[&other_file]);
    assert!(printed(&addition).contains("thuong-nhat.toml, line 10"), "{}", printed(&addition));
    station_folder.write("thuong-nhat", &everyday_with_bad_time());
    assert!(station_folder.all_files() == files_before);
}

#[test]
fn remove_reports_a_remaining_file_only_if_the_file_exists() {
    let station_folder = StationFolder::new();
    let segment = "\n[[segment]]\nid = \"thieu\"\ntitle = \"Thiếu\"\nfile = \"thieu.wav\"\n";
    station_folder.write("chien-dich", &format!("{CAMPAIGN}{segment}"));
    let removal = station_folder.loa(&["remove", "thieu"], &[]);
    assert!(removal.status.success() && !printed(&removal).contains("thieu.wav"), "{}", printed(&removal));
}

#[test]
fn add_puts_the_missing_file_of_a_segment_back() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tin.wav", 2, &[]);
    let add = |options: &[&str], file: &Path| station_folder.loa(&[&["add"], options].concat(), &[file]);
    let labels = ["--session", "sang", "--id", "tin", "--title", "Tin"];
    assert!(add(&labels, &file).status.success());
    let (copy, files) = (station_folder.station().join("audio/tin.wav"), station_folder.all_files());
    // The same bytes, under another name.
    fs::remove_file(&copy).unwrap();
    let renamed_file = station_folder.dir.path().join("usb/ten khac.wav");
    fs::copy(&file, &renamed_file).unwrap();
    let addition = add(&["--session", "sang"], &renamed_file);
    assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
    for part in ["audio/tin.wav again", "missing file of the segment `Tin`", "No segment was added", "have no effect"] {
        assert!(printed(&addition).contains(part), "{part}: {}", printed(&addition));
    }
    assert!(station_folder.all_files() == files);
    // Another sound must not take the place of the approved one by its name.
    fs::remove_file(&copy).unwrap();
    let (files_before, other_sound) = (station_folder.all_files(), station_folder.dir.path().join("usb/khac/tin.wav"));
    fs::create_dir(station_folder.dir.path().join("usb/khac")).unwrap();
    fs::rename(station_folder.new_file("tin moi.wav", 4, &[]), &other_sound).unwrap();
    for options in [&["--session", "sang"][..], &["--anyway", "--session", "sang"]] {
        let addition = add(options, &other_sound);
        assert_eq!(addition.status.code(), Some(1), "{}", printed(&addition));
        assert!(
            printed(&addition).contains("not the same as the file that was added before"),
            "{}",
            printed(&addition)
        );
        assert!(station_folder.all_files() == files_before);
    }
    // If a segment was written by hand, any sound with the file name of the segment is accepted.
    let handwritten_segment = "\n[[segment]]\nid = \"tay\"\ntitle = \"Viết tay\"\nfile = \"viet tay.wav\"\n";
    station_folder.write("chien-dich", &format!("{CAMPAIGN}{handwritten_segment}"));
    let addition = add(&["--playlist", "chien-dich", "--lang", "vi"], &station_folder.new_file("viet tay.wav", 5, &[]));
    assert!(printed(&addition).contains("tệp bị thiếu của mục phát “Viết tay”"), "{}", printed(&addition));
    assert_eq!(station_folder.playlist("chien-dich"), format!("{CAMPAIGN}{handwritten_segment}"));
    assert!(station_folder.station().join("audio/viet tay.wav").exists());
    // A file that is put back needs no place, so no playlist has to be named.
    fs::remove_file(station_folder.station().join("audio/viet tay.wav")).unwrap();
    for file in [&file, &station_folder.dir.path().join("usb/viet tay.wav")] {
        let addition = add(&[], file);
        assert_eq!(addition.status.code(), Some(0), "{}", printed(&addition));
        assert!(printed(&addition).contains("No segment was added"), "{}", printed(&addition));
    }
    // Another file still needs one, even while a file is missing.
    fs::remove_file(&copy).unwrap();
    let files_before = station_folder.all_files();
    let addition = add(&[], &station_folder.new_file("moi.wav", 6, &[]));
    assert_eq!(addition.status.code(), Some(1), "{}", printed(&addition));
    assert!(printed(&addition).contains("several playlists"), "{}", printed(&addition));
    assert!(station_folder.all_files() == files_before);
}

#[test]
fn a_dry_run_says_what_would_change_and_changes_nothing() {
    let station_folder = StationFolder::new();
    let file = station_folder.new_file("tiem-phong.wav", 3, &[]);
    let before = station_folder.all_files();
    let arguments = ["add", "--playlist", "chien-dich", "--session", "sang", "--on", "2099-03-16", "--dry-run"];
    let told = station_folder.loa(&arguments, &[&file]);
    assert_eq!(told.status.code(), Some(0), "{}", printed(&told));
    assert!(printed(&told).contains("Nothing is written. With `tiem phong`"), "{}", printed(&told));
    assert!(
        printed(&told).contains("~ Session `sang` at 05:15, 16 Mar: also plays “tiem phong”"),
        "{}",
        printed(&told)
    );
    assert!(!printed(&told).contains("undo") && station_folder.all_files() == before, "{}", printed(&told));
    assert!(!station_folder.station().join("undo").exists());
    let json = |arguments: &[&str], file: &Path| -> serde_json::Value {
        let output = station_folder.loa(&[arguments, &["--format", "json"]].concat(), &[file]);
        serde_json::from_slice(&output.stdout).unwrap_or_else(|e| panic!("{e}: {}", printed(&output)))
    };
    let told = json(&arguments, &file);
    assert_eq!(told["added"][0]["items"][1]["title"], "tiem phong", "{told:#}");
    assert_eq!(told["added"][0]["items"][1]["is_new"], true, "{told:#}");
    assert_eq!(told["added"][0]["first_date"], "2099-03-16", "{told:#}");
    assert_eq!(station_folder.all_files(), before);
    // What it said is what happens.
    let done = json(&arguments[..arguments.len() - 1], &file);
    assert_eq!(done["added"][0]["segment"], told["added"][0]["segment"], "{done:#}");
    assert_eq!(done["messages"][0]["kind"], "done", "{done:#}");
    assert_ne!(station_folder.all_files(), before);
    let again = json(&arguments, &file);
    assert_eq!((&again["anyway_helps"], &again["added"]), (&true.into(), &serde_json::json!([])), "{again:#}");
    let nowhere = json(&["add", "--session", "khuya", "--dry-run"], &file);
    assert_eq!((&nowhere["anyway_helps"], &nowhere["messages"][0]["kind"]), (&false.into(), &"error".into()));
    let undone = station_folder.loa(&["undo", ".", "--format", "json"], &[]);
    let undone: Vec<serde_json::Value> = serde_json::from_slice(&undone.stdout).unwrap();
    assert!(undone.iter().all(|message| message["kind"] == "done") && !undone.is_empty(), "{undone:#?}");
    let playlists = |files: Vec<(PathBuf, Vec<u8>)>| {
        files.into_iter().filter(|(path, _)| path.extension() == Some("toml".as_ref())).collect::<Vec<_>>()
    };
    assert_eq!(playlists(station_folder.all_files()), playlists(before));
}

#[test]
fn a_session_is_changed_with_one_command_and_put_back_with_another() {
    let station_folder = StationFolder::new();
    let (before, everyday) = (station_folder.all_files(), station_folder.playlist("thuong-nhat"));
    let told =
        station_folder.loa(&["session", "sang", "--skip", "ngày", "mai", "--at", "05:30,17:00", "--dry-run"], &[]);
    assert_eq!(told.status.code(), Some(0), "{}", printed(&told));
    assert!(printed(&told).contains("Nothing is written") && printed(&told).contains("+ New: session `sang` at 17:00"));
    assert_eq!(station_folder.all_files(), before);
    let done = station_folder.loa(&["session", "sang", "--at", "05:30", "--days", "t2,cn", "--format", "json"], &[]);
    let done: serde_json::Value = serde_json::from_slice(&done.stdout).unwrap();
    assert_eq!(done["is_accepted"], true, "{done:#}");
    let changed = everyday.replace("05:15", "05:30").replace("# còn thêm\n", "# còn thêm\ndays = [\"mon\", \"sun\"]\n");
    assert_eq!(station_folder.playlist("thuong-nhat"), changed);
    let check = station_folder.loa(&["check"], &[]);
    assert_eq!(check.status.code(), Some(0), "{}", printed(&check));
    for (arguments, words) in [
        (&["session", "sang"][..], "nothing to change was named"),
        (&["session", "khuya", "--at", "5:00"], "there is no session `khuya`"),
        (&["session", "sang", "--items", "2"], "item 2 does not exist"),
        (&["session", "sang", "--items", "0"], "numbered from 1"),
        (&["session", "sang", "--title", ""], "cannot be changed like this"),
    ] {
        let output = station_folder.loa(arguments, &[]);
        assert_ne!(output.status.code(), Some(0), "{arguments:?}");
        assert!(printed(&output).contains(words), "{arguments:?}: {}", printed(&output));
    }
    assert_eq!(station_folder.playlist("thuong-nhat"), changed);
    let undone = station_folder.loa(&["undo", "."], &[]);
    assert!(printed(&undone).contains("The session “sang” is as it was before"), "{}", printed(&undone));
    assert_eq!(station_folder.all_files(), before);
}
