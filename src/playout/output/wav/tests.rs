use super::*;
use crate::library::scan::scan;

#[test]
fn a_file_is_readable_after_each_header_update_and_can_be_appended_to() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.wav");
    let mut writer = WavWriter::create(&path, 48_000, 2).unwrap();
    for n in 1..=3 {
        writer.write(&[0.25; 200]).unwrap();
        writer.update_header().unwrap();
        assert_eq!(scan(&path).unwrap().length.frames, n * 100);
    }
    drop(writer);
    let mut writer = WavWriter::append(&path, 48_000, 2).unwrap();
    writer.write(&[-2.0, 2.0]).unwrap();
    writer.update_header().unwrap();
    assert_eq!(scan(&path).unwrap().length.frames, 301);
    let bytes = std::fs::read(&path).unwrap();
    assert_eq!(bytes[bytes.len() - 4..], [0x00, 0x80, 0xff, 0x7f]);
}

#[test]
fn a_writer_stops_at_the_maximum_length_and_overwrites_no_file_of_another_program() {
    let dir = tempfile::tempdir().unwrap();
    let path = dir.path().join("out.wav");
    drop(WavWriter::create(&path, 48_000, 2).unwrap());
    // The file is sparse, so it takes no space on the disk.
    File::options().write(true).open(&path).unwrap().set_len(MAX_DATA_BYTES + HEADER_LEN_BYTES - 4).unwrap();
    let mut writer = WavWriter::append(&path, 48_000, 2).unwrap();
    writer.write(&[0.5, 0.5]).unwrap();
    assert_eq!(writer.write(&[0.5, 0.5]).unwrap_err().kind(), io::ErrorKind::FileTooLarge);

    let foreign_bytes = "the file of another program, which is longer than the header of a wave file".as_bytes();
    std::fs::write(&path, foreign_bytes).unwrap();
    assert!(WavWriter::append(&path, 48_000, 2).is_err());
    assert!(WavWriter::create(&path, 48_000, 2).is_err());
    let link = dir.path().join("link.wav");
    std::os::unix::fs::symlink(&path, &link).unwrap();
    assert!(WavWriter::create(&link, 48_000, 2).is_err());
    assert!(WavWriter::create(&dir.path().join("log.jsonl"), 48_000, 2).is_err());
    assert_eq!(std::fs::read(&path).unwrap(), foreign_bytes);
    assert!(!dir.path().join("log.jsonl").exists());
}
