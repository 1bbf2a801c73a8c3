//! A device that is missing is opened soon after it appears, and an ordinary boot sends no alarm.
use loa::concern::ConcernSeverity;
use loa::playout::engine::{OperatorCommand, UrgentSource};

use super::{codes, concern_entries, logged_counts, station, statuses};
use crate::station::{OutputFault, Station, id};

const GIB: u64 = 1 << 30;

/// The seconds at which the log says that a device was opened, counted from 05:00.
fn opened_at_s(station: &Station) -> Vec<i64> {
    let opened =
        |record: &crate::record::Record| record.kind == "device" && record.body.state.as_deref() == Some("opened");
    let start = crate::station::at("2023-03-20T05:00:00");
    station.log().iter().filter(|record| opened(record)).map(|record| record.wall().since(start) / 1_000_000).collect()
}

#[test]
fn a_sound_card_that_appears_five_seconds_after_loa_starts_causes_no_alarm() {
    let station = station().device_unavailable(0, 5);
    let station = station.command(3, OperatorCommand::Status).command(20, OperatorCommand::Status).run_for(600);
    let statuses = statuses(&station);
    assert_eq!(codes(&statuses[0]), ["no-device"], "the status shows it at once");
    assert_eq!(statuses[0].concerns[0].severity, ConcernSeverity::Critical);
    assert_eq!(codes(&statuses[1]), [""; 0]);
    let opened = opened_at_s(&station);
    assert!(matches!(opened[..], [5..=9]), "{opened:?}");
    assert!(logged_counts(&station).is_empty(), "{:?}", logged_counts(&station));
    assert!(station.concern_notices().is_empty());
}

#[test]
fn a_device_that_stays_absent_after_boot_is_reported_after_two_minutes() {
    let station = station().device_unavailable(0, 9000).run_for(900);
    let entry = concern_entries(&station).into_iter().find(|entry| entry.code == "no-device").expect("it is reported");
    assert_eq!(entry.since.format("%H:%M:%S").to_string(), "05:00:00");
    let raised = station.log().into_iter().find(|record| record.kind == "concern").expect("find the entry");
    let after_s = raised.wall().since(crate::station::at("2023-03-20T05:00:00")) / 1_000_000;
    assert!((120..=130).contains(&after_s), "{after_s} s");
}

/// The machine has been up for long, and only loa starts again.
#[test]
fn a_missing_device_is_reported_soon_if_the_machine_has_been_up_for_long() {
    let station = station().run_and_kill(600).restarted_after(10).device_unavailable(0, 9000).run_for(200);
    let raised = station.log().into_iter().find(|record| record.kind == "concern").expect("it is reported");
    let after_s = raised.wall().since(crate::station::at("2023-03-20T05:10:10")) / 1_000_000;
    assert!((20..=40).contains(&after_s), "{after_s} s");
}

/// The card is plugged in after ten minutes, but can be opened only a minute later.
#[test]
fn the_device_is_tested_often_again_after_the_sound_cards_change() {
    let playlist = super::PLAYLIST.replace("05:15", "06:15");
    let station = station().playlist(&playlist).free_bytes(0, 20 * GIB);
    let station = station.device_unavailable(0, 668).sound_cards(610, 2).run_for(900);
    let opened = opened_at_s(&station);
    assert!(matches!(opened[..], [668..=672]), "{opened:?}");
}

/// The old device neither opens nor fails. While the urgent message waits for it, the operator corrects the settings.
#[test]
fn a_corrected_device_replaces_one_that_is_still_being_opened() {
    let urgent = OperatorCommand::Urgent { source: UrgentSource::Segment(id("tin")), repeat: 1 };
    for edit_s in [101, 130, 400] {
        let station = station().with_output_fault(OutputFault::HangsOpening).command(100, urgent.clone());
        let station = station.edit_settings(edit_s, "[output]\ndevice = \"null\"\n").run_for(800);
        let start = crate::station::at("2023-03-20T05:00:00");
        let starts = station.log().into_iter().filter(|record| record.kind == "start");
        let starts: Vec<i64> = starts.map(|record| record.wall().since(start) / 1_000_000).collect();
        assert!(matches!(starts[..], [at_s] if (edit_s..=edit_s + 2).contains(&at_s)), "edit at {edit_s}: {starts:?}");
    }
}

/// What the operator plays does not become a miss when the device is corrected in the same moment.
#[test]
fn a_played_segment_moves_to_the_corrected_device() {
    let play = OperatorCommand::Play(id("tin"));
    let station = station().with_output_fault(OutputFault::HangsOpening).command(100, play);
    let station = station.edit_settings(102, "[output]\ndevice = \"null\"\n").run_for(300);
    let outcomes: Vec<String> =
        station.log().iter().filter(|record| record.kind == "outcome").map(crate::station::outcome_line).collect();
    assert!(outcomes.len() == 1 && outcomes[0].contains("aired"), "{outcomes:?}");
}
