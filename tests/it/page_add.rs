//! The page's way from a recording to the schedule: it is sent, examined, named, placed, previewed, saved, taken back.
use std::fs;

use crate::daemon::{Folder, write_wav};
use crate::served_page::{ServedPage, location};

/// A station with one session on every day, the page, and a browser that may look.
struct Desk {
    folder: Folder,
    page: ServedPage,
    browser: String,
}

impl Desk {
    fn new() -> Self {
        let folder = Folder::new().segment("a", 1).segment("b", 1);
        let session = "[[session]]\nid = \"sang\"\ntitle = \"Buổi sáng\"\nat = \"05:15\"\nplay = [\"a\", \"b\"]\n";
        folder.write(&format!("{}{session}", folder.playlist()));
        let page = ServedPage::start(&folder);
        let browser = page.browser(&page.link);
        Self { folder, page, browser }
    }

    fn get(&self, path: &str) -> String {
        self.page.get(path, &self.browser)
    }

    fn form(&self, path: &str, fields: &[(&str, &str)]) -> String {
        self.page.post_form(path, &self.browser, fields)
    }

    fn part(&self, key: &str, from: usize, part: &[u8]) -> String {
        let path = format!("/tai-len/{key}?tu={from}");
        self.page.post(&path, &self.browser, "application/octet-stream", part)
    }

    /// Announces a recording, and returns its key.
    fn announce(&self, name: &str, bytes: usize) -> String {
        let path = format!("/tai-len?ten={name}&dai={bytes}");
        let answer = self.page.post(&path, &self.browser, "text/plain", b"");
        assert!(answer.starts_with("HTTP/1.1 201 "), "{answer}");
        field(&answer, "\"tin\":\"").to_owned()
    }

    /// Sends a whole recording, and waits until it is examined.
    fn send(&self, name: &str, sound: &[u8]) -> String {
        let key = self.announce(name, sound.len());
        for (number, part) in sound.chunks(200_000).enumerate() {
            let answer = self.part(&key, number * 200_000, part);
            assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
        }
        let path = format!("/them-tin/{key}");
        while self.get(&path).contains("Examining the file") {}
        path
    }

    fn playlist(&self) -> String {
        fs::read_to_string(self.folder.station().join("playlists/thu.toml")).expect("read the playlist")
    }

    /// A tone of this length, which no segment of the station has.
    fn sound(&self, seconds: u32) -> Vec<u8> {
        let path = self.folder.dir.path().join("sound.wav");
        write_wav(&path, seconds);
        fs::read(path).expect("read the file")
    }
}

/// The text between a mark and the next quotation mark.
fn field<'a>(text: &'a str, mark: &str) -> &'a str {
    let rest = text.split(mark).nth(1).unwrap_or_else(|| panic!("no {mark}: {text}"));
    rest.split('"').next().unwrap_or_default()
}

/// The value of the session on the second of the offered days.
fn offered_start(screen: &str) -> String {
    let options: Vec<&str> = screen.split("value=\"sang|").skip(1).collect();
    let date = options.get(1).and_then(|option| option.split('"').next());
    format!("sang|{}", date.unwrap_or_else(|| panic!("{screen}")))
}

#[test]
fn a_recording_goes_from_a_broken_connection_into_tomorrows_session_and_out_again() {
    let desk = Desk::new();
    let before = desk.playlist();
    let sound = desk.sound(4);
    // The connection breaks: a part comes twice, one is lost, and the station says where to go on.
    let key = desk.announce("B%E1%BA%A3n%20tin.wav", sound.len());
    let answer = desk.part(&key, 0, &sound[..100_000]);
    assert!(answer.starts_with("HTTP/1.1 200 ") && answer.contains("\"da-nhan\":100000"), "{answer}");
    for (from, part) in [(0, &sound[..100_000]), (200_000, &sound[200_000..300_000])] {
        let answer = desk.part(&key, from, part);
        assert!(answer.starts_with("HTTP/1.1 409 ") && answer.contains("\"da-nhan\":100000"), "{answer}");
    }
    let draft = format!("/them-tin/{key}");
    let unfinished = desk.get(&draft);
    assert!(unfinished.contains("26 % of the file") && desk.get("/them-tin").contains(&draft), "{unfinished}");
    for from in (100_000..sound.len()).step_by(150_000) {
        let answer = desk.part(&key, from, &sound[from..sound.len().min(from + 150_000)]);
        assert!(answer.starts_with("HTTP/1.1 200 "), "{answer}");
    }
    assert!(desk.part(&key, sound.len(), b"x").starts_with("HTTP/1.1 404 "), "it is complete");
    while desk.get(&draft).contains("Examining the file") {}
    let checked = desk.get(&draft);
    assert!(checked.contains("Good. It lasts 4 s") && checked.contains("<svg"), "{checked}");
    // The browser listens to it, part by part.
    let head = format!("{}Range: bytes=44-47\r\n", desk.browser);
    let heard = desk.page.get(&format!("{draft}/am-thanh"), &head);
    assert!(heard.starts_with("HTTP/1.1 206 ") && heard.contains(&format!("bytes 44-47/{}", sound.len())), "{heard}");
    // Name, topic and place.
    let named = desk.get(&format!("{draft}/ten"));
    assert!(named.contains("value=\"Bản tin\""), "the file's name is proposed: {named}");
    let answer = desk.form(&format!("{draft}/ten"), &[("ten", "Tin <b>mới</b> & hay"), ("ngon-ngu", "cmo")]);
    assert_eq!(location(&answer), format!("{draft}/khi-nao"));
    let start = offered_start(&desk.get(&format!("{draft}/khi-nao")));
    let lacks = desk.form(&format!("{draft}/khi-nao"), &[("cach", "mot-lan"), ("buoi-ngay", "nowhere")]);
    assert!(lacks.contains("Something is missing"), "{lacks}");
    let answer = desk.form(&format!("{draft}/khi-nao"), &[("cach", "mot-lan"), ("buoi-ngay", &start)]);
    assert_eq!(location(&answer), format!("{draft}/xem-truoc"));
    // The preview says what changes, and changes nothing.
    let preview = desk.get(&format!("{draft}/xem-truoc"));
    assert!(preview.contains("Tin &lt;b&gt;mới&lt;/b&gt; &amp; hay") && preview.contains("← new"), "{preview}");
    assert!(preview.contains("also plays") && desk.playlist() == before, "{preview}");
    let moved = desk.form(&format!("{draft}/cho"), &[("truoc", "b")]);
    assert_eq!(location(&moved), format!("{draft}/xem-truoc"));
    let preview = desk.get(&format!("{draft}/xem-truoc"));
    let (new, b) = (preview.find("← new"), preview.find("> Mục b<"));
    assert!(new.is_some() && new < b, "it stands before Mục b: {preview}");
    // Somebody else edits the schedule: what was seen is no longer true.
    let schedule = field(&preview, "name=\"lich\" value=\"").to_owned();
    desk.folder.write(&format!("{before}# Chị Lan\n"));
    let answer = desk.form(&format!("{draft}/luu"), &[("lich", &schedule)]);
    assert!(answer.contains("was changed elsewhere meanwhile") && !desk.playlist().contains("Tin "), "{answer}");
    let schedule = field(&desk.get(&format!("{draft}/xem-truoc")), "name=\"lich\" value=\"").to_owned();
    let answer = desk.form(&format!("{draft}/luu"), &[("lich", &schedule)]);
    assert_eq!(location(&answer), format!("{draft}/xong"));
    let saved = desk.get(&format!("{draft}/xong"));
    assert!(saved.contains("is saved. It airs at 05:15 on "), "{saved}");
    let playlist = desk.playlist();
    let item = playlist.find("{ segment = \"tin-b-moi-b-hay\"");
    assert!(item.is_some() && item < playlist.find("\"b\"]"), "{playlist}");
    assert!(playlist.contains("language = \"cmo\"") && playlist.contains("# Chị Lan"), "{playlist}");
    // A second tap saves nothing twice, and the draft is gone.
    let again = desk.form(&format!("{draft}/luu"), &[("lich", &schedule)]);
    assert_eq!(location(&again), format!("{draft}/xong"));
    assert_eq!(desk.playlist(), playlist);
    assert!(!desk.get("/them-tin").contains(&draft));
    let asked = desk.get("/hoan-tac");
    assert!(asked.contains("Take “Tin &lt;b&gt;mới&lt;/b&gt; &amp; hay” out of the schedule?"), "{asked}");
    let undone = desk.form("/hoan-tac", &[("so", field(&asked, "name=\"so\" value=\""))]);
    assert!(undone.contains("There is no change to undo") && !desk.playlist().contains("tin-b-moi"), "{undone}");
}

#[test]
fn a_plain_form_sends_a_recording_and_a_flaw_must_be_accepted() {
    let desk = Desk::new();
    // The bytes of a segment that the station has already.
    let sound = fs::read(desk.folder.station().join("audio/a.wav")).expect("read the file");
    let head = "--x\r\nContent-Disposition: form-data; name=\"tep\"; filename=\"../../../tin.wav\"\r\n\r\n";
    let body = [head.as_bytes(), &sound, b"\r\n--x--\r\n"].concat();
    let answer = desk.page.post("/them-tin/gui", &desk.browser, "multipart/form-data; boundary=x", &body);
    let draft = location(&answer);
    while desk.get(&draft).contains("Examining the file") {}
    let named = desk.get(&format!("{draft}/ten"));
    assert!(named.contains("value=\"tin\""), "{named}");
    desk.form(&format!("{draft}/ten"), &[("ten", "Tin")]);
    let answer = desk.form(&format!("{draft}/khi-nao"), &[("cach", "cat-kho")]);
    assert_eq!(location(&answer), format!("{draft}/xem-truoc"));
    let refused = desk.get(&format!("{draft}/xem-truoc"));
    assert!(refused.contains("already has exactly this sound") && !refused.contains("/luu\""), "{refused}");
    assert!(refused.contains("Use it anyway") && !refused.contains("--anyway"), "no words of the terminal: {refused}");
    desk.form(&format!("{draft}/van-dung"), &[]);
    let preview = desk.get(&format!("{draft}/xem-truoc"));
    let schedule = field(&preview, "name=\"lich\" value=\"").to_owned();
    let answer = desk.form(&format!("{draft}/luu"), &[("lich", &schedule)]);
    assert!(desk.get(&location(&answer)).contains("“Tin” is saved in the library"));
    assert!(desk.folder.station().join("audio/tin.wav").is_file() && desk.playlist().contains("id = \"tin\""));
    // The library shows where it is used, plays it, and takes it out.
    assert!(desk.get("/kho-tin").contains("/kho-tin/muc?muc=tin"));
    let shown = desk.get("/kho-tin/muc?muc=a");
    assert!(shown.contains("Buổi sáng") && shown.contains("Never aired"), "{shown}");
    assert!(desk.get("/kho-tin/am-thanh?muc=a").starts_with("HTTP/1.1 206 "));
    let asked = desk.get("/kho-tin/bo?muc=a");
    assert!(asked.contains("Sessions use it (1)") && desk.playlist().contains("id = \"a\""), "{asked}");
    let removed = desk.form("/kho-tin/bo", &[("muc", "a")]);
    assert!(removed.contains("Removed the segment `Mục a`") && !desk.playlist().contains("\"a\""), "{removed}");
    assert!(desk.form("/kho-tin/bo", &[("muc", "a")]).starts_with("HTTP/1.1 404 "));
    // The schedule of the coming days.
    let week = desk.get("/lich-phat");
    assert!(week.contains("Buổi sáng") && week.contains("1 item"), "{week}");
    let start = week.split("href=\"/lich-phat/buoi?").nth(1).and_then(|rest| rest.split('"').next()).expect("a start");
    let session = desk.get(&format!("/lich-phat/buoi?{}", start.replace("&amp;", "&")));
    assert!(session.contains("Mục b") && session.contains("05:15:00"), "{session}");
}

#[test]
fn recordings_that_are_too_large_lying_or_no_sound_are_refused() {
    let desk = Desk::new();
    let announce = |bytes: u64| {
        let path = format!("/tai-len?ten=a.mp3&dai={bytes}");
        desk.page.post(&path, &desk.browser, "text/plain", b"")
    };
    for bytes in [(500 << 20) + 1, u64::MAX] {
        let answer = announce(bytes);
        assert!(answer.starts_with("HTTP/1.1 413 ") && answer.contains("at most 500 MB"), "{answer}");
    }
    let key = desk.announce("a.mp3", 10);
    assert!(desk.part(&key, 0, &[0; 11]).starts_with("HTTP/1.1 413 "), "more than it said");
    assert!(desk.part(&key, 0, &vec![0; 300_000]).starts_with("HTTP/1.1 413 "), "a part is limited");
    for key in ["..", "%2e%2e", "..%2f..%2fetc", "x%00", &"k".repeat(200)] {
        assert!(desk.part(key, 0, b"x").starts_with("HTTP/1.1 404 "), "{key}");
        for screen in ["", "/ten", "/khi-nao", "/xem-truoc", "/xong", "/am-thanh"] {
            let answer = desk.get(&format!("/them-tin/{key}{screen}"));
            assert!(answer.starts_with("HTTP/1.1 404 "), "{key}{screen}: {answer}");
        }
    }
    let form = desk.page.post("/them-tin/gui", &desk.browser, "multipart/form-data; boundary=x", b"--x--\r\n");
    assert!(form.starts_with("HTTP/1.1 404 ") && form.contains("No file was received"), "{form}");
    let path = desk.send("virus.mp3", b"<script>alert(1)</script>");
    let refused = desk.get(&path);
    assert!(refused.contains("This file cannot be played") && !refused.contains("/ten\""), "{refused}");
    let drafts = desk.folder.dir.path().join("state/loa/page/drafts");
    assert!(drafts.is_dir(), "drafts stay in the state folder of the page's user");
    let gone = desk.form(&format!("{path}/bo"), &[]);
    assert_eq!(location(&gone), "/them-tin");
    assert!(desk.get(&path).starts_with("HTTP/1.1 404 "));
}

#[test]
fn nobody_adds_anything_without_a_link_or_from_another_page() {
    let desk = Desk::new();
    let key = desk.announce("a.wav", 100);
    let paths = [
        "/tai-len?ten=a.mp3&dai=5".to_owned(),
        format!("/tai-len/{key}?tu=0"),
        "/them-tin/gui".to_owned(),
        format!("/them-tin/{key}/luu"),
        format!("/them-tin/{key}/bo"),
        "/khan-cap/phat".to_owned(),
        "/khan-cap/huy".to_owned(),
        "/kho-tin/bo".to_owned(),
        "/kho-tin/phat".to_owned(),
        "/nop-so".to_owned(),
        "/hoan-tac".to_owned(),
    ];
    for path in &paths {
        assert!(desk.page.post(path, "", "text/plain", b"").starts_with("HTTP/1.1 401 "), "{path}");
        let host = desk.page.address;
        for origin in ["", "Origin: null\r\n", "Origin: http://evil.example\r\n"] {
            let browser = &desk.browser;
            let request = format!(
                "POST {path} HTTP/1.1\r\nHost: {host}\r\n{origin}{browser}Connection: close\r\nContent-Length: 0\r\n\r\n"
            );
            assert!(desk.page.send(&request).starts_with("HTTP/1.1 403 "), "{path} {origin}");
        }
    }
    for path in ["/them-tin", "/khan-cap", "/kho-tin", "/lich-phat", "/nop-so", "/them-nua", "/hoan-tac"] {
        assert!(desk.page.get(path, "").starts_with("HTTP/1.1 401 "), "{path}");
        assert!(desk.get(path).starts_with("HTTP/1.1 200 "), "{path}");
    }
    assert_eq!(desk.page.get(&format!("/tai-len/{key}"), "").split(' ').nth(1), Some("401"));
}

#[test]
fn a_session_gets_another_time_another_order_and_a_day_off() {
    let desk = Desk::new();
    let before = desk.playlist();
    let shown = desk.get("/lich-phat/sua?buoi=sang");
    assert!(shown.contains("value=\"Buổi sáng\"") && shown.contains("Mục a") && shown.contains("Mục b"), "{shown}");
    let fields = [
        ("buoi", "sang"),
        ("ten", "Buổi <i>sáng</i>"),
        ("gio", "6"),
        ("phut", "5"),
        ("gio", ""),
        ("phut", ""),
        ("thu", "mon"),
        ("thu", "tue"),
        ("thu", "wed"),
        ("thu", "thu"),
        ("thu", "fri"),
        // Only the first item was given another place.
        ("muc", "2"),
        ("muc", "2"),
    ];
    let preview = desk.form("/lich-phat/sua", &fields);
    assert!(preview.contains("New: session") && preview.contains("06:05") && desk.playlist() == before, "{preview}");
    let schedule = field(&preview, "name=\"lich\" value=\"").to_owned();
    let saving = [&[("lich", schedule.as_str())][..], &fields].concat();
    let saved = desk.form("/lich-phat/luu", &saving);
    assert!(saved.contains("The station uses it in a few seconds"), "{saved}");
    let text = desk.playlist();
    for words in [
        "title = \"Buổi <i>sáng</i>\"",
        "at = \"06:05\"",
        "days = [\"mon\", \"tue\", \"wed\", \"thu\", \"fri\"]",
        "play = [\"b\", \"a\"]",
    ] {
        assert!(text.contains(words), "{words}: {text}");
    }
    let again = desk.form("/lich-phat/luu", &saving);
    assert!(again.contains("was changed elsewhere meanwhile") && desk.playlist() == text, "{again}");
    for (path, bad) in [("gio", "x"), ("ten", ""), ("thu", "always"), ("muc", "x")] {
        let mut wrong = fields.to_vec();
        wrong.retain(|(name, _)| *name != path);
        wrong.push((path, bad));
        let answer = desk.form("/lich-phat/sua", &wrong);
        assert!(answer.contains("Something is missing"), "{path}={bad}: {answer}");
    }
    // A day off, from the screen of the session on that day.
    let week = desk.get("/lich-phat");
    // The start of today is over.
    let start = week.split("href=\"/lich-phat/buoi?").nth(2).and_then(|rest| rest.split('"').next()).expect("a start");
    let session = desk.get(&format!("/lich-phat/buoi?{}", start.replace("&amp;", "&")));
    let day_off =
        session.split("href=\"/lich-phat/nghi?").nth(1).and_then(|rest| rest.split('"').next()).expect("a day");
    let preview = desk.get(&format!("/lich-phat/nghi?{}", day_off.replace("&amp;", "&")));
    assert!(preview.contains("does not air on") && preview.contains("Removed: session"), "{preview}");
    let (date, schedule) = (field(&preview, "name=\"nghi\" value=\""), field(&preview, "name=\"lich\" value=\""));
    let saved = desk.form("/lich-phat/luu", &[("lich", schedule), ("buoi", "sang"), ("nghi", date)]);
    assert!(
        saved.contains("The station uses it") && desk.playlist().contains(&format!("except = [{date}]")),
        "{saved}"
    );
    let asked = desk.get("/hoan-tac");
    assert!(asked.contains("Put the session “Buổi &lt;i&gt;sáng&lt;/i&gt;” back as it was?"), "{asked}");
    desk.form("/hoan-tac", &[("so", field(&asked, "name=\"so\" value=\""))]);
    assert_eq!(desk.playlist(), text);
}

#[test]
fn days_without_a_start_are_refused_and_a_second_tap_undoes_nothing_more() {
    use chrono::{Datelike, NaiveDate};
    let desk = Desk::new();
    let path = desk.send("a.wav", &desk.sound(3));
    desk.form(&format!("{path}/ten"), &[("ten", "Tin")]);
    let shown = desk.get(&format!("{path}/khi-nao"));
    let today =
        shown.split("name=\"den-het\"").nth(1).map(|rest| field(rest, "value=\"")).expect("the days are offered");
    let weekday = today.parse::<NaiveDate>().expect("a date").weekday().num_days_from_monday() as usize;
    let tomorrow = ["t2", "t3", "t4", "t5", "t6", "t7", "cn"][(weekday + 1) % 7];
    let before = desk.playlist();
    let fields = [("cach", "hang-ngay"), ("buoi", "sang"), ("den-het", today), (tomorrow, "1")];
    assert_eq!(location(&desk.form(&format!("{path}/khi-nao"), &fields)), format!("{path}/xem-truoc"));
    let preview = desk.get(&format!("{path}/xem-truoc"));
    assert!(
        preview.contains("Something is missing") && !preview.contains("/luu\""),
        "without end otherwise: {preview}"
    );
    assert_eq!(desk.playlist(), before);
    // Two changes, and the form of the newer one sent twice.
    for (title, sound) in [("Một", 3), ("Hai", 2)] {
        let path = desk.send("b.wav", &desk.sound(sound));
        desk.form(&format!("{path}/ten"), &[("ten", title)]);
        desk.form(&format!("{path}/khi-nao"), &[("cach", "cat-kho")]);
        let preview = desk.get(&format!("{path}/xem-truoc"));
        desk.form(&format!("{path}/luu"), &[("lich", field(&preview, "name=\"lich\" value=\""))]);
    }
    let asked = desk.get("/hoan-tac");
    let number = field(&asked, "name=\"so\" value=\"").to_owned();
    for _ in 0..2 {
        desk.form("/hoan-tac", &[("so", &number)]);
    }
    let left = desk.playlist();
    assert!(left.contains("title = \"Một\"") && !left.contains("title = \"Hai\""), "{left}");
}
