//! The files of a new station.
use std::io;
use std::path::Path;

use toml_edit::{DocumentMut, Value};

use super::identity::StationIdentity;
use super::new_files::NewFiles;

/// The files of the sample station: the path of each file in the station's folder, and its bytes. The root of this
/// repository is the sample station.
const SAMPLE_FILES: &[(&str, &[u8])] = &[
    ("station.toml", include_bytes!("../../../../station.toml")),
    ("playlists/giam-ngheo-2023.toml", include_bytes!("../../../../playlists/giam-ngheo-2023.toml")),
    ("playlists/thuong-nhat.toml", include_bytes!("../../../../playlists/thuong-nhat.toml")),
    ("audio/nhac-hieu.ogg", include_bytes!("../../../../audio/nhac-hieu.ogg")),
    ("audio/loi-chao.mp3", include_bytes!("../../../../audio/loi-chao.mp3")),
    ("audio/loi-ket.mp3", include_bytes!("../../../../audio/loi-ket.mp3")),
    ("audio/nuoc-sach.mp3", include_bytes!("../../../../audio/nuoc-sach.mp3")),
    ("audio/phong-chay.mp3", include_bytes!("../../../../audio/phong-chay.mp3")),
    ("audio/giao-thong.mp3", include_bytes!("../../../../audio/giao-thong.mp3")),
    ("audio/muc-tieu-2023.mp3", include_bytes!("../../../../audio/muc-tieu-2023.mp3")),
    ("audio/thi-dua.mp3", include_bytes!("../../../../audio/thi-dua.mp3")),
    ("audio/can-bo.mp3", include_bytes!("../../../../audio/can-bo.mp3")),
    ("audio/u-phan-ca-phe.mp3", include_bytes!("../../../../audio/u-phan-ca-phe.mp3")),
    ("audio/guong-sang.mp3", include_bytes!("../../../../audio/guong-sang.mp3")),
    ("audio/phe-phan.mp3", include_bytes!("../../../../audio/phe-phan.mp3")),
    ("audio/viec-lam.mp3", include_bytes!("../../../../audio/viec-lam.mp3")),
    ("audio/vay-von.mp3", include_bytes!("../../../../audio/vay-von.mp3")),
];

/// The playlist of a station without sample content. It has only comments, which explain segments and sessions.
const BLANK_PLAYLIST: (&str, &str) = ("playlists/lich-phat.toml", include_str!("lich-phat.toml"));

/// What a new station holds besides its settings.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum InitialContent {
    /// The sample's playlists and audio.
    Sample,
    /// A playlist for the operator to fill in.
    Blank,
}

/// Writes the sample station into `dir`.
///
/// # Errors
/// If a file or a folder cannot be written. Everything that this call created is then removed.
pub fn write_sample(dir: &Path) -> io::Result<()> {
    let (settings, content) =
        SAMPLE_FILES.split_first().map_or((None, SAMPLE_FILES), |(first, others)| (Some(first), others));
    // Without station.toml the folder is no station, so that file comes last.
    NewFiles::write(dir, &[], content.iter().chain(settings).copied())
}

/// Writes a station with an identity of its own into `dir`.
///
/// # Errors
/// Same as [`write_sample`].
pub fn write_station(dir: &Path, identity: &StationIdentity, content: InitialContent) -> io::Result<()> {
    let settings = settings_of(identity);
    let settings = ("station.toml", settings.as_bytes());
    match content {
        InitialContent::Sample => NewFiles::write(dir, &[], SAMPLE_FILES.iter().skip(1).copied().chain([settings])),
        InitialContent::Blank => {
            let playlist = (BLANK_PLAYLIST.0, BLANK_PLAYLIST.1.as_bytes());
            NewFiles::write(dir, &["audio"], [playlist, settings].into_iter())
        }
    }
}

/// Returns the sample's settings with another identity. The comments stay, except the one about the sample.
fn settings_of(identity: &StationIdentity) -> String {
    let sample = include_str!("../../../../station.toml");
    // Drops the first comment, which says that this is the sample.
    let settings = sample.find("# Mỗi dòng").map_or(sample, |start| &sample[start..]);
    let Ok(mut document) = settings.parse::<DocumentMut>() else { unreachable!("a test parses the sample's settings") };
    let values = [("id", identity.id.as_str()), ("name", &identity.name), ("agency", &identity.agency)];
    for (key, text) in values {
        if let Some(value) = document["station"][key].as_value_mut() {
            let decor = value.decor().clone();
            *value = Value::from(text);
            *value.decor_mut() = decor;
        }
    }
    document.to_string()
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::base::hash::sha256_hex;
    use crate::schedule::sample::{is_sample_id, is_sample_recording};
    use crate::schedule::{Id, SourceFile, read};

    #[test]
    fn all_spoken_recordings_of_the_sample_are_known() {
        for (name, bytes) in SAMPLE_FILES.iter().filter(|(name, _)| name.starts_with("audio/")) {
            // The signal tune has no words, so a real station may use it.
            assert_eq!(is_sample_recording(&sha256_hex(bytes)), *name != "audio/nhac-hieu.ogg", "{name}");
        }
        let settings = read(&[SourceFile::new(SAMPLE_FILES[0].0, SAMPLE_FILES[0].1)]).schedule.station;
        assert!(is_sample_id(&settings.id) && settings.name.starts_with("Đài mẫu"), "{settings:?}");
    }

    #[test]
    fn station_toml_is_the_first_file_of_the_sample() {
        assert_eq!(SAMPLE_FILES[0].0, "station.toml");
        assert_eq!(SAMPLE_FILES.iter().filter(|(name, _)| *name == "station.toml").count(), 1);
    }

    #[test]
    fn settings_keep_the_special_characters_of_a_name() {
        for name in ["Đài \"xã\" \\ N'Drung", "# x = 1", "'''", "]]"] {
            let identity = StationIdentity {
                id: Id::new("a").expect("make the id"),
                name: name.to_owned(),
                agency: name.to_owned(),
            };
            let settings = settings_of(&identity);
            let parsed = read(&[SourceFile::new("station.toml", settings.as_bytes())]);
            assert_eq!(parsed.problems, []);
            let station = &parsed.schedule.station;
            assert_eq!((station.id.as_str(), &*station.name, &*station.agency), ("a", name, name));
            assert!(!settings.contains("mẫu"), "{settings}");
        }
    }

    #[test]
    fn the_example_in_the_blank_playlist_is_valid_without_its_comment_signs() {
        let (name, text) = BLANK_PLAYLIST;
        assert!(text.lines().all(|line| line.starts_with('#')), "{text}");
        let settings = SourceFile::new("station.toml", b"[station]\nid = \"a\"\n");
        let example: Vec<&str> = text.lines().filter_map(|line| line.strip_prefix("#:")).map(str::trim).collect();
        let parsed = read(&[settings, SourceFile::new(name, example.join("\n").as_bytes())]);
        assert_eq!(parsed.problems, []);
        assert_eq!((parsed.schedule.segments.len(), parsed.schedule.sessions.len()), (2, 1));
    }
}
