//! The table of tamperings with a station's folders, clock, schedule and audio files.
use super::*;

fn remove_all(storage: &MemoryStorage) {
    let mut storage = storage.clone();
    storage.names().iter().for_each(|name| storage.remove(name).expect("memory"));
}

/// Replaces the contents with those of an older copy.
fn replace_contents(storage: &MemoryStorage, old: &MemoryStorage) {
    remove_all(storage);
    let mut storage = storage.clone();
    old.names().iter().for_each(|name| storage.replace(name, &old.bytes(name)).expect("memory"));
}

/// Renames every file whose path contains `from`.
fn rename(storage: &MemoryStorage, from: &str, to: &str) {
    let mut storage = storage.clone();
    for name in storage.names().into_iter().filter(|name| name.contains(from)) {
        storage.rename(&name, &name.replacen(from, to, 1)).expect("memory");
    }
}

/// Replaces the last occurrence of a text in the log's first file.
fn edit(storage: &MemoryStorage, from: &str, to: &str) {
    let text = String::from_utf8(storage.bytes("log.jsonl")).expect("text");
    if let Some(position) = text.rfind(from) {
        let new_text = format!("{}{to}{}", &text[..position], &text[position + from.len()..]);
        storage.clone().replace("log.jsonl", new_text.as_bytes()).expect("memory");
    }
}

/// Appends a copy of the newest progress mark, with other frames or with its time moved by `wall_s` seconds.
fn append_mark(storage: &MemoryStorage, frames: Option<u64>, wall_s: i64) {
    let text = String::from_utf8(storage.bytes("progress")).expect("text");
    let Some(newest_line) = text.lines().last() else { return };
    let mut mark: serde_json::Value = serde_json::from_str(newest_line).expect("a mark");
    if let Some(frames) = frames {
        (mark["frames"], mark["rate"]) = (frames.into(), 48_000.into());
    }
    mark["wall"] = (mark["wall"].as_i64().expect("a time") + wall_s * SECOND_US).into();
    storage.clone().append("progress", format!("{mark}\n").as_bytes()).expect("memory");
}

/// Appends an outcome that nobody has signed.
fn append_unsigned_outcome(storage: &MemoryStorage) {
    let text = String::from_utf8(storage.bytes("log.jsonl")).expect("text");
    let Some(outcome) = text.lines().rfind(|line| line.contains("\"type\":\"outcome\"")) else { return };
    let line = outcome.replacen("@2023-03-19", "@2023-03-20", 1);
    storage.clone().append("log.jsonl", format!("{line}\n").as_bytes()).expect("memory");
}

/// One tampering.
#[derive(Clone, Copy)]
pub(super) struct Tampering {
    pub(super) name: &'static str,
    /// A change on the disk at the moment.
    pub(super) disk: fn(&Folders),
    /// A change on the disk in the evening.
    pub(super) evening_disk: fn(&Folders),
    /// The sessions of the playlist from the moment on, and those from the evening on; `None` for no edit.
    pub(super) sessions: Option<(&'static str, &'static str)>,
    /// Settings from the moment on.
    pub(super) settings: Option<&'static str>,
    /// The length in seconds of another recording that replaces the file of `a`.
    pub(super) new_length_s: Option<u64>,
    /// The seconds by which the clock is set.
    pub(super) clock_s: i64,
    /// A part of the sentence in which the page names this limit.
    pub(super) limit: Option<&'static str>,
}

pub(super) const NO_TAMPERING: Tampering = Tampering {
    name: "",
    disk: |_| (),
    evening_disk: |_| (),
    sessions: None,
    settings: None,
    new_length_s: None,
    clock_s: 0,
    limit: None,
};

const LATE_SESSION: &str = "[[session]]\nid = \"khuya\"\nat = \"20:40\"\nplay = [\"c\"]\n";

const PAST_AIRING: &str = "[[session]]\nid = \"sang\"\nat = [\"06:00\", \"05:30\"]\nplay = [\"a\", \"b\", \"c\"]\n\n\
                    [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"a\", \"b\"]\n\n\
                    [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\", \"a\"]\n";

const SHORTER_SESSIONS: &str = "[[session]]\nid = \"sang\"\nat = \"06:00\"\nplay = [\"a\"]\n\n\
                       [[session]]\nid = \"trua\"\nat = \"12:00\"\nplay = [\"a\"]\n\n\
                       [[session]]\nid = \"chieu\"\nat = \"17:00\"\nplay = [\"b\"]\n";

const QUIET: &str = "[quiet-hours]\nfrom = \"05:55\"\nuntil = \"23:00\"\n";

const MUTE: &str = "[output]\nvolume = 0\n";

const ZONE: &str = "[station]\ntimezone = \"Asia/Tokyo\"\n";

/// All tamperings: with the files of the log, with the keys, with the clock, with the schedule and with audio files.
pub(super) const TAMPERINGS: &[Tampering] = &[
    Tampering {
        name: "kept/ moved away, the day's sessions edited out, kept/ put back",
        disk: |folders| rename(&folders.airlog, "kept/", "aside/"),
        evening_disk: |folders| rename(&folders.airlog, "aside/", "kept/"),
        sessions: Some((LATE_SESSION, LATE_SESSION)),
        ..NO_TAMPERING
    },
    Tampering {
        name: "kept/ deleted, the day's sessions edited out",
        disk: |folders| rename(&folders.airlog, "kept/", "gone/"),
        sessions: Some((LATE_SESSION, LATE_SESSION)),
        ..NO_TAMPERING
    },
    Tampering {
        name: "kept/ moved away and put back",
        disk: |folders| rename(&folders.airlog, "kept/", "aside/"),
        evening_disk: |folders| rename(&folders.airlog, "aside/", "kept/"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "plans in kept/ replaced by an empty one",
        disk: |folders| {
            let mut airlog = folders.airlog.clone();
            for name in airlog.names().iter().filter(|name| name.starts_with("kept/") && name.ends_with(".json")) {
                airlog.replace(name, b"{\"airings\":[]}").expect("memory");
            }
        },
        sessions: Some((LATE_SESSION, LATE_SESSION)),
        ..NO_TAMPERING
    },
    Tampering {
        name: "kept/ and its copy beside the keys deleted, the day's sessions edited out",
        disk: |folders| {
            rename(&folders.airlog, "kept/", "gone/");
            rename(&folders.keys, "/kept/", "/gone/");
        },
        sessions: Some((LATE_SESSION, LATE_SESSION)),
        ..NO_TAMPERING
    },
    Tampering {
        name: "a mark of two minutes made up",
        disk: |folders| append_mark(&folders.airlog, Some(5_760_000), 0),
        ..NO_TAMPERING
    },
    Tampering {
        name: "a mark of next year made up",
        disk: |folders| append_mark(&folders.airlog, None, 365 * 86_400),
        ..NO_TAMPERING
    },
    Tampering {
        name: "marks deleted",
        disk: |folders| folders.airlog.clone().remove("progress").expect("memory"),
        ..NO_TAMPERING
    },
    Tampering { name: "the clock set back three hours", clock_s: -10_800, ..NO_TAMPERING },
    Tampering { name: "the clock set forward three hours", clock_s: 10_800, ..NO_TAMPERING },
    Tampering { name: "the clock set back ten minutes", clock_s: -600, ..NO_TAMPERING },
    Tampering {
        name: "yesterday's copy of airlog/ put back",
        disk: |folders| replace_contents(&folders.airlog, &folders.old.0),
        ..NO_TAMPERING
    },
    Tampering {
        name: "a copy of airlog/ put back in the evening",
        evening_disk: |folders| replace_contents(&folders.airlog, &folders.then.0),
        ..NO_TAMPERING
    },
    Tampering {
        name: "yesterday's copies of airlog/ and of the keys' folder put back",
        disk: |folders| {
            replace_contents(&folders.airlog, &folders.old.0);
            replace_contents(&folders.keys, &folders.old.1);
        },
        limit: Some("put back, or"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "copies of airlog/ and of the keys' folder put back in the evening",
        evening_disk: |folders| {
            replace_contents(&folders.airlog, &folders.then.0);
            replace_contents(&folders.keys, &folders.then.1);
        },
        limit: Some("put back, or"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "a miss edited into an airing",
        disk: |folders| edit(&folders.airlog, "\"missed\"", "\"aired\""),
        ..NO_TAMPERING
    },
    Tampering {
        name: "a miss edited in the evening",
        evening_disk: |folders| edit(&folders.airlog, "\"missed\"", "\"aired\""),
        ..NO_TAMPERING
    },
    Tampering {
        name: "a length edited in the evening",
        evening_disk: |folders| edit(&folders.airlog, "\"played_ms\":0", "\"played_ms\":9"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "the last lines cut off",
        disk: |folders| {
            let text = String::from_utf8(folders.airlog.bytes("log.jsonl")).expect("text");
            let lines: Vec<&str> = text.lines().collect();
            let text =
                lines[..lines.len().saturating_sub(2)].iter().map(|line| format!("{line}\n")).collect::<String>();
            folders.airlog.clone().replace("log.jsonl", text.as_bytes()).expect("memory");
        },
        ..NO_TAMPERING
    },
    Tampering {
        name: "an outcome written behind the head",
        disk: |folders| append_unsigned_outcome(&folders.airlog),
        ..NO_TAMPERING
    },
    Tampering {
        name: "the head deleted",
        disk: |folders| folders.airlog.clone().remove("checkpoint").expect("memory"),
        ..NO_TAMPERING
    },
    Tampering {
        name: "yesterday's head put back",
        disk: |folders| {
            folders.airlog.clone().replace("checkpoint", &folders.old.0.bytes("checkpoint")).expect("memory")
        },
        ..NO_TAMPERING
    },
    Tampering {
        name: "closings deleted",
        disk: |folders| folders.airlog.clone().remove("closings").expect("memory"),
        ..NO_TAMPERING
    },
    Tampering { name: "airlog/ deleted", disk: |folders| remove_all(&folders.airlog), ..NO_TAMPERING },
    Tampering {
        name: "airlog/ deleted in the evening",
        evening_disk: |folders| remove_all(&folders.airlog),
        ..NO_TAMPERING
    },
    Tampering { name: "the keys deleted", disk: |folders| remove_all(&folders.keys), ..NO_TAMPERING },
    Tampering {
        name: "airlog/ and the keys deleted",
        disk: |folders| {
            remove_all(&folders.airlog);
            remove_all(&folders.keys);
        },
        ..NO_TAMPERING
    },
    Tampering { name: "all sessions edited out", sessions: Some((LATE_SESSION, LATE_SESSION)), ..NO_TAMPERING },
    Tampering {
        name: "all sessions edited out, and back in the evening",
        sessions: Some((LATE_SESSION, SESSIONS)),
        ..NO_TAMPERING
    },
    Tampering { name: "the playlist emptied", sessions: Some(("", "")), ..NO_TAMPERING },
    Tampering { name: "an airing added in the past", sessions: Some((PAST_AIRING, PAST_AIRING)), ..NO_TAMPERING },
    Tampering { name: "sessions made shorter", sessions: Some((SHORTER_SESSIONS, SHORTER_SESSIONS)), ..NO_TAMPERING },
    Tampering { name: "quiet hours over the day", settings: Some(QUIET), ..NO_TAMPERING },
    Tampering { name: "volume 0", settings: Some(MUTE), ..NO_TAMPERING },
    Tampering { name: "another zone", settings: Some(ZONE), ..NO_TAMPERING },
    Tampering { name: "a shorter recording in its place", new_length_s: Some(2), ..NO_TAMPERING },
    Tampering { name: "a longer recording in its place", new_length_s: Some(90), ..NO_TAMPERING },
];
