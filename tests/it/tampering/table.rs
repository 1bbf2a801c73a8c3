//! The cases of tampering with a station's folders, clock, schedule and audio files.
use super::*;

fn remove_all(storage: &MemoryStorage) {
    let mut storage = storage.clone();
    storage.names().iter().for_each(|name| storage.remove(name).expect("in-memory storage never fails"));
}

/// Replaces the contents of a storage with those of an older copy.
fn replace_contents(storage: &MemoryStorage, old: &MemoryStorage) {
    remove_all(storage);
    let mut storage = storage.clone();
    old.names().iter().for_each(|name| storage.replace(name, &old.bytes(name)).expect("in-memory storage never fails"));
}

/// Renames every file whose path contains `from`.
fn rename(storage: &MemoryStorage, from: &str, to: &str) {
    let mut storage = storage.clone();
    for name in storage.names().into_iter().filter(|name| name.contains(from)) {
        storage.rename(&name, &name.replacen(from, to, 1)).expect("in-memory storage never fails");
    }
}

/// Replaces the last occurrence of `from` in the first file of the log.
fn edit(storage: &MemoryStorage, from: &str, to: &str) {
    let text = String::from_utf8(storage.bytes("log.jsonl")).expect("the text is UTF-8");
    if let Some(position) = text.rfind(from) {
        let new_text = format!("{}{to}{}", &text[..position], &text[position + from.len()..]);
        storage.clone().replace("log.jsonl", new_text.as_bytes()).expect("in-memory storage never fails");
    }
}

/// Appends a copy of the newest progress mark, with another frame count or with its time moved by `shift_s` seconds.
fn append_mark(storage: &MemoryStorage, frames: Option<u64>, shift_s: i64) {
    let text = String::from_utf8(storage.bytes("progress")).expect("the text is UTF-8");
    let Some(newest_line) = text.lines().last() else { return };
    let mut mark: serde_json::Value = serde_json::from_str(newest_line).expect("parse the JSON");
    if let Some(frames) = frames {
        (mark["frames"], mark["rate"]) = (frames.into(), 48_000.into());
    }
    mark["wall"] = (mark["wall"].as_i64().expect("the value is a number") + shift_s * SECOND_US).into();
    storage.clone().append("progress", format!("{mark}\n").as_bytes()).expect("in-memory storage never fails");
}

/// Appends an outcome that nobody has signed.
fn append_unsigned_outcome(storage: &MemoryStorage) {
    let text = String::from_utf8(storage.bytes("log.jsonl")).expect("the text is UTF-8");
    let Some(outcome) = text.lines().rfind(|line| line.contains("\"type\":\"outcome\"")) else { return };
    let line = outcome.replacen("@2023-03-19", "@2023-03-20", 1);
    storage.clone().append("log.jsonl", format!("{line}\n").as_bytes()).expect("in-memory storage never fails");
}

/// One case of tampering: the changes that it makes.
#[derive(Clone, Copy)]
pub(super) struct Tampering {
    pub(super) name: &'static str,
    /// Changes the folders at the moment of the tampering.
    pub(super) tamper: fn(&Folders),
    /// Changes the folders in the evening.
    pub(super) tamper_in_evening: fn(&Folders),
    /// The sessions of the playlist after the moment of the tampering, and those after the evening; `None` for no edit.
    pub(super) sessions: Option<(&'static str, &'static str)>,
    /// The settings after the moment of the tampering; `None` for no edit.
    pub(super) settings: Option<&'static str>,
    /// The length in seconds of the recording that replaces the file of `a`; `None` for no replacement.
    pub(super) new_length_s: Option<u64>,
    /// The seconds by which the clock is set.
    pub(super) clock_change_s: i64,
    /// Words from the sentence in which `docs/airlog-format.md` names this limit; `None` if the tampering must be
    /// prevented or visible.
    pub(super) documented_limit_phrase: Option<&'static str>,
}

pub(super) const NO_TAMPERING: Tampering = Tampering {
    name: "",
    tamper: |_| (),
    tamper_in_evening: |_| (),
    sessions: None,
    settings: None,
    new_length_s: None,
    clock_change_s: 0,
    documented_limit_phrase: None,
};

const LATE_SESSION: &str = "[[session]]\nid = \"khuya\"\nat = \"20:40\"\nplay = [\"c\"]\n";

const SESSIONS_WITH_PAST_AIRING: &str = "[[session]]\nid = \"sang\"\nat = [\"06:00\", \"05:30\"]\n\
                    play = [\"a\", \"b\", \"c\"]\n\n\
                    [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"a\", \"b\"]\n\n\
                    [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\", \"a\"]\n";

const SHORTER_SESSIONS: &str = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\"]\n\n\
                       [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"a\"]\n\n\
                       [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\"]\n";

const QUIET_DAY: &str = "[quiet-hours]\nfrom = \"05:55\"\nuntil = \"23:00\"\n";

const MUTED: &str = "[output]\nvolume = 0\n";

const OTHER_ZONE: &str = "[station]\ntimezone = \"Asia/Tokyo\"\n";

/// All cases: the files of the log, the keys, the clock, the schedule and the audio files.
pub(super) const TAMPERING_CASES: &[Tampering] = &[
    Tampering {
        name: "kept/ moved away, the day's sessions edited out, kept/ put back",
        tamper: |folders| rename(&folders.airlog, "kept/", "aside/"),
        tamper_in_evening: |folders| rename(&folders.airlog, "aside/", "kept/"),
        sessions: Some((LATE_SESSION, LATE_SESSION)),
        ..NO_TAMPERING
    },
    Tampering {
        name: "kept/ deleted, the day's sessions edited out",
        tamper: |folders| rename(&folders.airlog, "kept/", "gone/"),
        sessions: Some((LATE_SESSION, LATE_SESSION)),
        ..NO_TAMPERING
    },
    Tampering {
        name: "kept/ moved away and put back",
        tamper: |folders| rename(&folders.airlog, "kept/", "aside/"),
        tamper_in_evening: |folders| rename(&folders.airlog, "aside/", "kept/"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "plans in kept/ replaced by an empty plan",
        tamper: |folders| {
            let mut airlog = folders.airlog.clone();
            for name in airlog.names().iter().filter(|name| name.starts_with("kept/") && name.ends_with(".json")) {
                airlog.replace(name, b"{\"airings\":[]}").expect("in-memory storage never fails");
            }
        },
        sessions: Some((LATE_SESSION, LATE_SESSION)),
        ..NO_TAMPERING
    },
    Tampering {
        name: "kept/ and its copy beside the keys deleted, the day's sessions edited out",
        tamper: |folders| {
            rename(&folders.airlog, "kept/", "gone/");
            rename(&folders.keys, "/kept/", "/gone/");
        },
        sessions: Some((LATE_SESSION, LATE_SESSION)),
        ..NO_TAMPERING
    },
    Tampering {
        name: "an invented progress mark of two minutes",
        tamper: |folders| append_mark(&folders.airlog, Some(5_760_000), 0),
        ..NO_TAMPERING
    },
    Tampering {
        name: "an invented progress mark from next year",
        tamper: |folders| append_mark(&folders.airlog, None, 365 * 86_400),
        ..NO_TAMPERING
    },
    Tampering {
        name: "progress marks deleted",
        tamper: |folders| folders.airlog.clone().remove("progress").expect("in-memory storage never fails"),
        ..NO_TAMPERING
    },
    Tampering { name: "the clock set back three hours", clock_change_s: -10_800, ..NO_TAMPERING },
    Tampering { name: "the clock set forward three hours", clock_change_s: 10_800, ..NO_TAMPERING },
    Tampering { name: "the clock set back ten minutes", clock_change_s: -600, ..NO_TAMPERING },
    Tampering {
        name: "yesterday's copy of airlog/ put back",
        tamper: |folders| replace_contents(&folders.airlog, &folders.day_before.airlog),
        ..NO_TAMPERING
    },
    Tampering {
        name: "a copy of airlog/ put back in the evening",
        tamper_in_evening: |folders| replace_contents(&folders.airlog, &folders.at_tampering.airlog),
        ..NO_TAMPERING
    },
    Tampering {
        name: "yesterday's copies of airlog/ and of the keys' folder put back",
        tamper: |folders| {
            replace_contents(&folders.airlog, &folders.day_before.airlog);
            replace_contents(&folders.keys, &folders.day_before.keys);
        },
        documented_limit_phrase: Some("put back, or"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "copies of airlog/ and of the keys' folder put back in the evening",
        tamper_in_evening: |folders| {
            replace_contents(&folders.airlog, &folders.at_tampering.airlog);
            replace_contents(&folders.keys, &folders.at_tampering.keys);
        },
        documented_limit_phrase: Some("put back, or"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "`missed` edited to `aired`",
        tamper: |folders| edit(&folders.airlog, "\"missed\"", "\"aired\""),
        ..NO_TAMPERING
    },
    Tampering {
        name: "`missed` edited to `aired` in the evening",
        tamper_in_evening: |folders| edit(&folders.airlog, "\"missed\"", "\"aired\""),
        ..NO_TAMPERING
    },
    Tampering {
        name: "a played length edited in the evening",
        tamper_in_evening: |folders| edit(&folders.airlog, "\"played_ms\":0", "\"played_ms\":9"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "the last lines cut off",
        tamper: |folders| {
            let text = String::from_utf8(folders.airlog.bytes("log.jsonl")).expect("the text is UTF-8");
            let lines: Vec<&str> = text.lines().collect();
            let text =
                lines[..lines.len().saturating_sub(2)].iter().map(|line| format!("{line}\n")).collect::<String>();
            folders.airlog.clone().replace("log.jsonl", text.as_bytes()).expect("in-memory storage never fails");
        },
        ..NO_TAMPERING
    },
    Tampering {
        name: "an unsigned outcome appended to the log",
        tamper: |folders| append_unsigned_outcome(&folders.airlog),
        ..NO_TAMPERING
    },
    Tampering {
        name: "the head deleted",
        tamper: |folders| folders.airlog.clone().remove("checkpoint").expect("in-memory storage never fails"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "yesterday's head put back",
        tamper: |folders| {
            folders
                .airlog
                .clone()
                .replace("checkpoint", &folders.day_before.airlog.bytes("checkpoint"))
                .expect("in-memory storage never fails")
        },
        ..NO_TAMPERING
    },
    Tampering {
        name: "closings deleted",
        tamper: |folders| folders.airlog.clone().remove("closings").expect("in-memory storage never fails"),
        ..NO_TAMPERING
    },
    Tampering { name: "airlog/ deleted", tamper: |folders| remove_all(&folders.airlog), ..NO_TAMPERING },
    Tampering {
        name: "airlog/ deleted in the evening",
        tamper_in_evening: |folders| remove_all(&folders.airlog),
        ..NO_TAMPERING
    },
    Tampering { name: "the keys deleted", tamper: |folders| remove_all(&folders.keys), ..NO_TAMPERING },
    Tampering {
        name: "airlog/ and the keys deleted",
        tamper: |folders| {
            remove_all(&folders.airlog);
            remove_all(&folders.keys);
        },
        ..NO_TAMPERING
    },
    Tampering { name: "all sessions edited out", sessions: Some((LATE_SESSION, LATE_SESSION)), ..NO_TAMPERING },
    Tampering {
        name: "all sessions edited out, and restored in the evening",
        sessions: Some((LATE_SESSION, SESSIONS)),
        ..NO_TAMPERING
    },
    Tampering { name: "the playlist emptied", sessions: Some(("", "")), ..NO_TAMPERING },
    Tampering {
        name: "an airing added in the past",
        sessions: Some((SESSIONS_WITH_PAST_AIRING, SESSIONS_WITH_PAST_AIRING)),
        ..NO_TAMPERING
    },
    Tampering { name: "sessions made shorter", sessions: Some((SHORTER_SESSIONS, SHORTER_SESSIONS)), ..NO_TAMPERING },
    Tampering { name: "quiet hours all day", settings: Some(QUIET_DAY), ..NO_TAMPERING },
    Tampering { name: "volume 0", settings: Some(MUTED), ..NO_TAMPERING },
    Tampering { name: "another time zone", settings: Some(OTHER_ZONE), ..NO_TAMPERING },
    Tampering { name: "a file replaced by a shorter recording", new_length_s: Some(2), ..NO_TAMPERING },
    Tampering { name: "a file replaced by a longer recording", new_length_s: Some(90), ..NO_TAMPERING },
];
