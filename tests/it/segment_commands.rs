//! The library's commands: files come in, are listed, and leave; nothing that a person wrote is lost on the way.
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Output;

use loa::library::{FileStatus, Library};
use loa::schedule::read;
use loa::station;

use crate::media;
use crate::program;

/// A station with a campaign and an everyday playlist, and a folder beside it with files that came by stick.
struct Desk {
    dir: tempfile::TempDir,
}

const CAMPAIGN: &str = "# của Sở gửi về\n[campaign]\nid = \"cd\"   # đừng đổi\ntitle = \"Chiến dịch\"\n\n[campaign.topics]\n1 = \"Một\"\n5 = \"Năm\"\n";
const EVERYDAY: &str = "[[segment]]\nid = \"nhac\"\ntitle = \"Nhạc hiệu\"\nfile = \"nhac.wav\"\n\n# buổi sáng\n[[session]]\nid = \"sang\"\nat = \"05:15\"\nplay = [\"nhac\"] # còn thêm\n";

impl Desk {
    #[must_use]
    fn new() -> Self {
        let dir = tempfile::tempdir().unwrap();
        let desk = Self { dir };
        for folder in ["dai/playlists", "dai/audio", "dai/airlog", "usb"] {
            fs::create_dir_all(desk.dir.path().join(folder)).unwrap();
        }
        fs::write(desk.station().join("station.toml"), "[station]\nid = \"thu\"\nlanguage = \"en\"\n").unwrap();
        desk.write("chien-dich", CAMPAIGN);
        desk.write("thuong-nhat", EVERYDAY);
        media::make(&desk.station().join("audio"), "nhac.wav", 48_000, 48_000, 1, &[]);
        desk
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

    /// A file on the stick.
    fn stick(&self, name: &str, seconds: usize, args: &[&str]) -> PathBuf {
        media::make(&self.dir.path().join("usb"), name, seconds * 24_000, 24_000, 1, args)
    }

    fn loa(&self, words: &[&str], files: &[&Path]) -> Output {
        let mut command = program::loa(self.dir.path());
        command.args(words).args(files).current_dir(self.station()).output().expect("loa starts")
    }

    /// Everything in the station's folder: name and content.
    fn everything(&self) -> Vec<(PathBuf, Vec<u8>)> {
        let mut all = Vec::new();
        for folder in ["playlists", "audio"] {
            for entry in fs::read_dir(self.station().join(folder)).unwrap() {
                let path = entry.unwrap().path();
                all.push((path.clone(), fs::read(path).unwrap()));
            }
        }
        all.sort();
        all
    }
}

fn said(output: &Output) -> String {
    format!("{}{}", String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr))
}

#[test]
fn a_file_becomes_a_segment_with_its_own_title_and_hash() {
    let desk = Desk::new();
    let args = ["-c:a", "libmp3lame", "-metadata", "title=Ủ vỏ cà phê"];
    let file = desk.stick("Zalo 123.mp3", 5, &args);
    let words =
        ["add", "--topic", "5", "--language", "cmo", "--approved-by", "Trưởng đài", "--approved-on", "2023-03-18"];
    let added = desk.loa(&words, &[&file]);
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    assert!(said(&added).contains("Ủ vỏ cà phê") && said(&added).contains("u-vo-ca-phe"), "{}", said(&added));
    assert_eq!(desk.playlist("thuong-nhat"), EVERYDAY, "the topic chose the other one");
    let text = desk.playlist("chien-dich");
    assert!(text.starts_with(CAMPAIGN), "{text}");
    let files = station::read_sources(&desk.station()).unwrap();
    let reading = read(&files);
    let segment = reading.schedule.segments.iter().find(|s| s.id.as_str() == "u-vo-ca-phe").expect("a segment");
    assert_eq!((segment.topic, segment.language.as_str()), (Some(5), "cmo"));
    assert_eq!(segment.approved_by.as_deref(), Some("Trưởng đài"));
    let copied = desk.station().join("audio").join(&segment.file);
    assert_eq!(fs::read(&copied).unwrap(), fs::read(&file).unwrap());
    let (hash, _) = loa::library::file::sha256(&mut loa::library::file::open(&copied).unwrap()).unwrap();
    assert_eq!(segment.sha256, Some(hash));
    let check = desk.loa(&["check"], &[]);
    assert_eq!(check.status.code(), Some(0), "{}", said(&check));
    // The same file once more: refused, or, if that is meant, given another id and not copied again.
    let again = desk.loa(&["add", "--topic", "5"], &[&file]);
    assert!(again.status.code() == Some(1) && said(&again).contains("exactly this sound"), "{}", said(&again));
    let again = desk.loa(&["add", "--topic", "5", "--anyway"], &[&file]);
    assert!(said(&again).contains("u-vo-ca-phe-2"), "{}", said(&again));
    assert_eq!(fs::read_dir(desk.station().join("audio")).unwrap().count(), 2);
}

#[test]
fn another_file_of_the_same_name_takes_nothing_away() {
    let desk = Desk::new();
    let before = fs::read(desk.station().join("audio/nhac.wav")).unwrap();
    let file = desk.stick("nhac.wav", 3, &[]);
    let added = desk.loa(&["add", "--playlist", "thuong-nhat", "--title", "Nhạc mới"], &[&file]);
    assert_eq!(added.status.code(), Some(0), "{}", said(&added));
    assert_eq!(fs::read(desk.station().join("audio/nhac.wav")).unwrap(), before);
    assert_eq!(fs::read(desk.station().join("audio/nhac-2.wav")).unwrap(), fs::read(&file).unwrap());
    let text = desk.playlist("thuong-nhat");
    assert!(text.contains("file = \"nhac-2.wav\"") && text.contains("# buổi sáng\n[[session]]"), "{text}");
}

#[test]
fn what_would_fail_on_air_is_refused_and_changes_nothing() {
    let desk = Desk::new();
    let good = desk.stick("tin.wav", 4, &[]);
    let whole = fs::read(&good).unwrap();
    let at = |name: &str, bytes: &[u8]| {
        let path = desk.dir.path().join("usb").join(name);
        fs::write(&path, bytes).unwrap();
        path
    };
    let cut = at("cat.wav", &whole[..whole.len() / 2]);
    let page = at("trang.mp3", b"<!DOCTYPE html><html><body>Not found</body></html>");
    let silent = media::make(&desk.dir.path().join("usb"), "lang.wav", 24_000, 24_000, 1, &["-af", "volume=0"]);
    let before = desk.everything();
    let cases: [(&Path, &[&str], &str); 7] = [
        (&cut, &[], "cut off"),
        (&page, &[], "a web page"),
        (&silent, &[], "nothing can be heard"),
        (&desk.dir.path().join("usb"), &[], "a folder"),
        (&desk.dir.path().join("usb/khong-co.mp3"), &[], "no such file"),
        (&good, &["--topic", "7"], "playlist"),
        (&good, &["--topic", "1", "--id", "nhac"], "nhac"),
    ];
    for (file, words, told) in cases {
        let words = [&["add", "--playlist", "chien-dich"], words].concat();
        let output = desk.loa(&words, &[file]);
        assert_ne!(output.status.code(), Some(0), "{told}");
        assert!(said(&output).contains(told), "{told}: {}", said(&output));
        assert!(desk.everything() == before, "{told}: something was changed");
    }
    let anyway = desk.loa(&["add", "--playlist", "thuong-nhat", "--anyway"], &[&cut]);
    assert_eq!(anyway.status.code(), Some(0), "{}", said(&anyway));
    // Which playlist, when none is named and both would do?
    let which = desk.loa(&["add"], &[&good]);
    assert!(said(&which).contains("chien-dich, thuong-nhat"), "{}", said(&which));
    // One bad file keeps no other out.
    let both = desk.loa(&["add", "--topic", "1"], &[&page, &good]);
    assert_eq!(both.status.code(), Some(1));
    assert!(desk.playlist("chien-dich").contains("file = \"tin.wav\""));
}

#[test]
fn a_segment_leaves_its_playlist_and_the_sessions() {
    let desk = Desk::new();
    let file = desk.stick("tin.wav", 2, &[]);
    assert!(desk.loa(&["add", "--playlist", "chien-dich", "--id", "tin"], &[&file]).status.success());
    desk.write("thuong-nhat", &EVERYDAY.replace("[\"nhac\"]", "[\"nhac\", \"tin\"]"));
    let removed = desk.loa(&["remove", "tin"], &[]);
    assert_eq!(removed.status.code(), Some(0), "{}", said(&removed));
    assert_eq!((desk.playlist("chien-dich").as_str(), desk.playlist("thuong-nhat").as_str()), (CAMPAIGN, EVERYDAY));
    assert!(desk.station().join("audio/tin.wav").exists(), "the file stays");
    let before = desk.everything();
    let last = desk.loa(&["remove", "nhac"], &[]);
    assert!(last.status.code() == Some(1) && said(&last).contains("sang"), "{}", said(&last));
    assert_eq!(desk.loa(&["remove", "tin"], &[]).status.code(), Some(1));
    assert!(desk.everything() == before);
}

#[test]
fn the_list_tells_lengths_and_times() {
    let desk = Desk::new();
    let list = desk.loa(&["list", "--format", "json"], &[]);
    let rows: serde_json::Value = serde_json::from_slice(&list.stdout).expect("JSON alone");
    assert_eq!((rows[0]["segment"].as_str(), rows[0]["duration_ms"].as_i64()), (Some("nhac"), Some(1000)));
    assert!(rows[0]["next_airing"].as_str().is_some_and(|at| at.contains("T05:15:00")), "{rows}");
    assert!(rows[0]["last_aired"].is_null() && rows[0]["playable"] == true, "{rows}");
    let text = said(&desk.loa(&["list"], &[]));
    assert!(text.contains("nhac") && text.contains("0:01") && text.contains("05:15"), "{text}");
}

#[test]
fn scans_are_remembered_and_changes_are_noticed() {
    let desk = Desk::new();
    let schedule = read(&station::read_sources(&desk.station()).unwrap()).schedule;
    let look = || station::load_library(&desk.station(), &schedule, &Library::default()).files["nhac.wav"].clone();
    let first = look();
    assert!(
        matches!(&first, FileStatus::Good(scan) if scan.length.frames == 48_000 && scan.measure.integrated.is_some())
    );
    let index = desk.station().join("airlog/scans.json");
    let kept = fs::read_to_string(&index).expect("an index");
    assert!(kept.contains("nhac.wav"));
    // As long as before, at the same time of change: its bytes tell.
    let audio = desk.station().join("audio/nhac.wav");
    let modified = fs::metadata(&audio).and_then(|m| m.modified()).unwrap();
    let mut bytes = fs::read(&audio).unwrap();
    bytes[50_000..].fill(0);
    fs::write(&audio, bytes).unwrap();
    fs::File::options().write(true).open(&audio).unwrap().set_modified(modified).unwrap();
    let second = look();
    assert_ne!(first, second);
    // Whatever stands in the index, the file counts.
    for nonsense in ["", "[]", "{\"version\":1}", &kept[..kept.len() / 2], &kept.replace("48000", "1")] {
        fs::write(&index, nonsense).unwrap();
        assert_eq!(look(), second, "{nonsense}");
    }
    fs::remove_file(&audio).unwrap();
    assert!(matches!(look(), FileStatus::Missing { .. }));
}
