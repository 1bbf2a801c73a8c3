//! Clock steps, future times, and the confirmation of the clock.
use super::*;

#[test]
fn an_unlogged_clock_step_is_found_and_makes_later_airings_implausible() {
    for step_s in [-7200_i64, -120, 120, 7200] {
        let move_time = |entry: &mut serde_json::Value| {
            let at: chrono::DateTime<chrono::FixedOffset> =
                entry["at"].as_str().expect("the value is a string").parse().expect("the time is valid");
            let at = at + chrono::TimeDelta::seconds(step_s);
            entry["at"] = at.to_rfc3339_opts(chrono::SecondsFormat::Micros, false).into();
        };
        // The clock steps at 17:00. The plans keep their dates.
        let findings = findings_after(&honest_station(), |entry| {
            if entry["boottime_us"].as_i64().expect("the value is a number") >= 14 * 3600 * SECOND_US {
                move_time(entry);
            }
        });
        assert_eq!(findings[0].cause, Implausibility::ClockMoved { by_us: step_s * SECOND_US }, "{findings:?}");
        let first = findings.iter().find(|f| f.airing.is_some()).expect("find an airing after the clock step");
        assert_eq!(first.airing.as_deref(), Some("sang@2023-03-20T17:00:00#1"));
        assert!(findings.iter().all(|f| f.cause == findings[0].cause), "{findings:?}");
    }
    // A logged step of any size is not a finding, nor is an unlogged step of less than half a second.
    let station = Station::new("2023-03-20T03:00:00").playlist(PLAYLIST).step(40_000, -7200).step_ms(70_000_000, 400);
    let station = station.run_for(3 * 86_400);
    assert_eq!(findings(&lines(station.disk()), station.disk()), []);
}

/// When a clock steps forward by days, the new dates are planned while the current airing still sounds.
#[test]
fn an_airing_that_sounds_while_the_clock_steps_by_days_is_not_reported_as_missing_its_outcome() {
    let playlist = "[[segment]]\nid = 'dai'\ntitle = 'D'\nfile = 's-3600.mp3'\n[[session]]\nid = 'dem'\nat = '23:55'\nplay = ['dai', 'dai']\npriority = 'urgent'\n";
    let station = Station::new("2023-03-20T03:00:00").playlist(playlist).step(75_610, 182_089).run_for(8 * 86_400);
    let outcome = station
        .log()
        .into_iter()
        .find(|r| r.kind == "outcome" && r.body.played_ms > 0)
        .expect("the log has an outcome");
    assert!(outcome.wall() > at("2023-03-23T02:00:00"), "the airing ends after the step: {outcome:?}");
    assert_eq!(findings(&lines(station.disk()), station.disk()), []);
    let findings_without_outcome = findings_after(&station, |entry| {
        if entry["type"] == "outcome" && entry["id"] == "dem@2023-03-20T23:55:00#1" {
            entry["type"] = "note".into();
        }
    });
    assert!(
        causes_of(&findings_without_outcome).iter().any(|cause| matches!(cause, Implausibility::NoOutcome { .. })),
        "a missing outcome is found: {findings_without_outcome:?}"
    );
}

#[test]
fn entries_later_than_the_readers_clock_are_found() {
    let mut fold = fold_of(&lines(honest_station().disk()), honest_station().disk());
    assert_eq!(fold.future_entry_finding(at("2023-03-22T03:00:00")), None);
    assert_eq!(fold.future_entry_finding(at("2023-03-21T04:00:00")), None, "within a day");
    let stored_fold: PlausibilityFold =
        serde_json::from_str(&serde_json::to_string(&fold).expect("serialise to JSON")).expect("parse the JSON");
    for fold in [&mut fold, &mut stored_fold.clone()] {
        let finding = fold.future_entry_finding(at("2023-02-20T03:00:00")).expect("a future entry is found");
        assert_eq!(finding.seq, 1, "the first entry with a trusted clock");
        assert!(
            matches!(finding.cause, Implausibility::InFuture { by_us } if by_us > 28 * 86_400 * SECOND_US),
            "{finding:?}"
        );
    }
    // A station whose clock battery is dead does not trust its clock, so its entries in the far future are not
    // findings.
    let station_with_untrusted_clock =
        Station::new("2099-03-20T03:00:00").unsynchronised().playlist(PLAYLIST).run_for(3600);
    assert_eq!(
        fold_of(&lines(station_with_untrusted_clock.disk()), station_with_untrusted_clock.disk())
            .future_entry_finding(at("2023-03-20T00:00:00")),
        None
    );
}

#[test]
fn the_fold_returns_who_confirmed_the_clock_of_each_airing() {
    use loa::playout::engine::OperatorCommand;
    let vouchers = |station: &Station| {
        let mut fold = PlausibilityFold::default();
        let entries: Vec<FoldedEntry> =
            lines(station.disk()).iter().map(|l| fold.add_line(l.as_bytes(), &mut |_| None)).collect();
        let voucher_of = |entry: FoldedEntry| match entry {
            FoldedEntry::Outcome { vouched, sounded: true } => vouched,
            _ => None,
        };
        (entries.into_iter().filter_map(voucher_of).collect::<Vec<_>>(), fold.sounded_counts())
    };
    assert_eq!(vouchers(&honest_station()), (vec![ClockVoucher::Synchronised; 8], (8, 0)));
    let unconfirmed_station = Station::new("2023-03-20T03:00:00").unsynchronised().playlist(PLAYLIST);
    assert_eq!(vouchers(&unconfirmed_station.run_for(86_400)), (vec![ClockVoucher::Nobody; 4], (4, 4)));
    let confirmed_station = Station::new("2023-03-20T03:00:00")
        .unsynchronised()
        .playlist(PLAYLIST)
        .command(60, OperatorCommand::ConfirmClock);
    let (vouchers_after_confirmation, counts) = vouchers(&confirmed_station.run_for(86_400));
    assert!(vouchers_after_confirmation.len() == 4 && counts.0 == 4, "{vouchers_after_confirmation:?}");
}

#[test]
fn remarks_are_not_findings() {
    assert_eq!(age_remark(0, 40 * 86_400), Some(PlausibilityRemark::OlderThanWitness { days: 40 }));
    assert_eq!(age_remark(40 * 86_400, 0), None);
    // The clock was set back by three hours while the machine ran without the program.
    let station = honest_station().off_for(3600).run_for(3600);
    let lines_of_one_boot: Vec<String> = lines(station.disk())
        .iter()
        .map(|line| {
            let mut entry: serde_json::Value = serde_json::from_str(line).expect("parse the JSON");
            if entry["boot"] == "boot-2" {
                entry["boot"] = "boot-1".into();
                let boottime =
                    entry["boottime_us"].as_i64().expect("the value is a number") + (2 * 86_400 + 4 * 3600) * SECOND_US;
                entry["boottime_us"] = boottime.into();
            }
            entry_line(&entry)
        })
        .collect();
    let mut fold = fold_of(&lines_of_one_boot, station.disk());
    assert_eq!(fold.take_findings(), []);
    let remarks = fold.take_remarks();
    assert!(
        matches!(remarks[..], [PlausibilityRemark::MovedWhileOff { by_us, .. }] if (by_us + 3 * 3600 * SECOND_US).abs() < 10 * SECOND_US),
        "{remarks:?}"
    );
    assert!(fold.first_entry_at() <= Some(WallTime(at("2023-03-20T03:00:01").0)));
}
