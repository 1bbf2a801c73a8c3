//! The events of a run, applied to the station.
use super::*;

/// Appends a line to the progress marks, as anyone with access to the folder could: for `kind` 0 or 1 a changed copy of
/// the newest mark, otherwise a forged mark.
fn append_mark(disk: &MemoryStorage, kind: u8) {
    let newest_mark =
        String::from_utf8(disk.bytes(PROGRESS)).ok().and_then(|text| text.lines().last().map(str::to_owned));
    let line = match (kind, newest_mark) {
        (0, Some(line)) => line.replacen("\"frames\":", "\"frames\":9", 1),
        (1, Some(line)) => line.replacen("\"boottime_us\":", "\"boottime_us\":9", 1),
        _ => "{\"wall\":2524608000000000,\"trusted\":true,\"id\":null,\"frames\":0,\"rate\":0}".to_owned(),
    };
    // While the folder is elsewhere, the append fails.
    if disk.clone().append(PROGRESS, format!("{line}\n").as_bytes()).is_ok() {
        disk.clone().sync(PROGRESS).expect("in-memory storage never fails");
    }
}

impl Simulation {
    pub(super) fn schedule_event(&self, station: Station, at_s: i64, length_s: i64, event: Event) -> Station {
        match event {
            Event::ClockStep(by) => station.step(at_s, by),
            Event::ClockSync(is_synchronised) => station.sync(at_s, is_synchronised),
            Event::PlaylistEdit(schedule) => station.edit(at_s, &schedule.toml()),
            Event::PlaylistEmptied(seconds) => {
                let playlist = self.schedule.toml();
                station.edit(at_s, "").edit((at_s + seconds).min(length_s), &playlist)
            }
            Event::ZoneEdit(zone) => {
                let zone = format!("[station]\ntimezone = \"{}\"\n", ZONES[zone]);
                station.edit_settings(at_s, &format!("{zone}{}", self.settings))
            }
            Event::PlaylistHidden(seconds) => {
                let playlist = self.schedule.toml();
                station.vanish(at_s, "playlists/test.toml", "").edit((at_s + seconds).min(length_s), &playlist)
            }
            Event::KeptFilesMoved => {
                let is_beside_keys = self.moves_key_folder_copies;
                station.change_disk(at_s, move |disk, keys| {
                    move_kept_files_aside(if is_beside_keys { keys } else { disk })
                })
            }
            Event::MarkAppended(kind) => station.change_disk(at_s, move |disk, _| append_mark(disk, kind)),
            Event::AirlogMoved(seconds) => station
                .change_disk(at_s, |disk, _| disk.set_moved(true))
                .change_disk((at_s + seconds).min(length_s), |disk, _| disk.set_moved(false)),
            Event::DeviceOutage(seconds) => station.device_unavailable(at_s, at_s + seconds),
            Event::RelayOutage(seconds) => station.relay_broken(at_s, at_s + seconds),
            Event::Command(0) => station.command(at_s, OperatorCommand::Skip),
            Event::Command(1) => station.command(at_s, OperatorCommand::Stop),
            Event::Command(2) => station.command(at_s, OperatorCommand::Play(id("m2"))),
            Event::Command(3) => {
                station.command(at_s, OperatorCommand::Note { id: "x".to_owned(), text: "y".to_owned() })
            }
            Event::Command(4) => station.command(at_s, OperatorCommand::ConfirmClock),
            Event::Command(n @ 8..) => station.command(at_s, OperatorCommand::Amplifier { on: n == 8 }),
            Event::Command(n) => {
                let source = UrgentSource::Segment(id(["m1", "m2", "m3"][usize::from(n) % 3]));
                station.command(at_s, OperatorCommand::Urgent { source, repeat: u16::from(n) - 4 })
            }
        }
    }
}
