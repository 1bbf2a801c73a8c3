//! The checks of the log after a simulation.
use super::*;

/// Checks the reasons of outcomes against the facts of the simulation.
pub(super) fn check_reasons(station: &Station, simulation: &Simulation) -> Result<(), TestCaseError> {
    const TOLERANCE_US: i64 = 6 * SECOND_US;
    let airings = station.airings();
    let log = station.log();
    let (mut was_untrusted, mut has_shutdown) = (false, false);
    for record in &log {
        was_untrusted |= record.body.trusted == Some(false);
        has_shutdown |= record.kind == "shutdown";
        let (id, reason) = (record.body.id.as_deref().unwrap_or_default(), record.body.reason);
        let (Some(airing), "outcome") = (airings.get(id), record.kind.as_str()) else { continue };
        let may_follow_edit = simulation.first_entry_after_edit.is_some_and(|seq| record.seq >= seq);
        prop_assert!(reason != Some(Reason::Withdrawn) || may_follow_edit, "{id}: no edit has withdrawn the airing");
        let was_stopped_uncleanly = simulation.downtimes.iter().any(|downtime| !downtime.follows_clean_stop);
        prop_assert!(reason != Some(Reason::PowerOff) || was_stopped_uncleanly, "{id}: no power cut");
        prop_assert!(reason != Some(Reason::ClockUntrusted) || was_untrusted, "{id}: the clock was trusted");
        let has_valid_shutdown_reason = has_shutdown
            || record.body.result == Some(Outcome::Partial)
            || record.body.reason != Some(Reason::Shutdown);
        prop_assert!(has_valid_shutdown_reason, "{id}: no clean stop");
        let starts_at = airing.starts_at();
        let has_exact_start =
            simulation.first_entry_after_step.is_none_or(|seq| record.seq < seq) && airing.late == LateRule::Skip;
        let reasons_before_start = [Reason::Withdrawn, Reason::NothingEligible, Reason::EndBy, Reason::Expired];
        if !has_exact_start || reason.is_some_and(|reason| reasons_before_start.contains(&reason)) {
            continue;
        }
        let reason_of =
            |downtime: &Downtime| if downtime.follows_clean_stop { Reason::Shutdown } else { Reason::PowerOff };
        let contains_start = |downtime: &&Downtime| {
            downtime.has_reliable_times
                && downtime.from.plus(TOLERANCE_US) <= starts_at
                && starts_at.plus(TOLERANCE_US) <= downtime.until
        };
        if let Some(downtime) = simulation.downtimes.iter().find(contains_start)
            && record.wall() >= downtime.until
        {
            let actual = (record.body.result, reason);
            let history = || history(station, record.seq);
            prop_assert_eq!(
                actual,
                (Some(Outcome::Missed), Some(reason_of(downtime))),
                "{} in {:?}:\n{}",
                id,
                downtime,
                history()
            );
        }
        if record.body.result == Some(Outcome::Missed)
            && let Some(actual @ (Reason::PowerOff | Reason::Shutdown)) = reason
            && record.wall() >= starts_at
        {
            // The downtime at the start of the airing, or the next one if an urgent session has delayed the airing.
            let is_near_start = |downtime: &&Downtime| {
                downtime.until >= starts_at.plus(-TOLERANCE_US) && downtime.from <= starts_at.plus(TOLERANCE_US)
            };
            let next_downtime = simulation.downtimes.iter().find(|downtime| downtime.until > starts_at);
            let is_possible = simulation
                .downtimes
                .iter()
                .filter(is_near_start)
                .chain(next_downtime)
                .any(|downtime| reason_of(downtime) == actual);
            // A clean stop also settles airings that wait for an urgent session.
            let is_settled_by_stop =
                actual == Reason::Shutdown && log.iter().any(|r| r.kind == "shutdown" && r.seq > record.seq);
            prop_assert!(
                is_possible || is_settled_by_stop,
                "{id}: {actual:?} at {}, {:?}",
                record.at,
                simulation.downtimes
            );
        }
    }
    Ok(())
}

/// The entries around the entry with this number: time, kind, id, result and reason.
pub(super) fn history(station: &Station, seq: u64) -> String {
    let entries = station.log().into_iter().filter(|r| (seq.saturating_sub(14)..seq + 3).contains(&r.seq));
    let lines = entries.map(|r| {
        let body = r.body;
        format!("{} {} {:?} {:?} {:?}", r.at, r.kind, body.id, body.result, body.reason)
    });
    lines.collect::<Vec<_>>().join("\n")
}

/// Checks that `stop` ends every sound, and that every start of a sound is in the log.
pub(super) fn check_sound(station: &Station) -> Result<(), TestCaseError> {
    let log = station.log();
    let logged_start_count = log.iter().filter(|r| matches!(r.kind.as_str(), "start" | "resume")).count() as u64;
    // An airing that is cut at the very instant of its start has not sounded.
    let min_start_count = station.start_count() - station.silent_start_count();
    prop_assert!(
        (min_start_count..=station.start_count()).contains(&logged_start_count),
        "{} starts of the output, {logged_start_count} of them in the log",
        station.start_count()
    );
    let mut sounding_ids: BTreeSet<&str> = BTreeSet::new();
    let mut sounding_at_stop: Vec<(&str, i64)> = Vec::new();
    for record in &log {
        let id = record.body.id.as_deref().unwrap_or_default();
        let overdue: Vec<_> =
            sounding_at_stop.iter().filter(|(_, since)| record.boottime_us - since > 2 * SECOND_US).collect();
        prop_assert!(
            overdue.is_empty() || record.kind == "boot",
            "an airing still sounds after a stop, at {}: {overdue:?}",
            record.at
        );
        match record.kind.as_str() {
            "start" | "resume" => drop(sounding_ids.insert(id)),
            "outcome" | "interrupt" => {
                sounding_ids.remove(id);
                sounding_at_stop.retain(|(stopped_id, _)| *stopped_id != id);
            }
            "boot" => (sounding_ids, sounding_at_stop) = (BTreeSet::new(), Vec::new()),
            "operator" if record.body.action.as_deref() == Some("stop") => {
                sounding_at_stop.extend(sounding_ids.iter().map(|id| (*id, record.boottime_us)));
            }
            _ => {}
        }
    }
    Ok(())
}

/// Checks that every planned airing has one outcome that its entries support, and that nothing starts in quiet hours.
pub(super) fn check_outcomes(station: &Station, has_quiet_hours: bool) -> Result<(), TestCaseError> {
    let log = station.log();
    let mut outcome_counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut relay_counts: BTreeMap<&str, usize> = BTreeMap::new();
    let mut started_ids = BTreeSet::new();
    let mut stepped_at_us = None;
    for record in &log {
        let body = &record.body;
        let id = body.id.as_deref().unwrap_or_default();
        if matches!(record.kind.as_str(), "clock-step" | "clock-trust") {
            stepped_at_us = Some(record.boottime_us);
        }
        if record.kind == "start" {
            let local = record.at.time();
            // The start entry immediately follows the first sound. Only urgent messages are allowed to sound from 21:00
            // to 05:00.
            let is_urgent = body.priority == Priority::Urgent;
            // A start at the very instant of a clock step is timed by the clock before the step.
            let is_allowed = !has_quiet_hours
                || is_urgent
                || stepped_at_us == Some(record.boottime_us)
                || (5..21).contains(&local.hour());
            prop_assert!(is_allowed, "started in quiet hours: {id} at {}", record.at);
            prop_assert!(started_ids.insert(id), "started twice: {}", id);
        }
        if record.kind == "relay" {
            *relay_counts.entry(id).or_default() += 1;
        }
        if record.kind != "outcome" {
            continue;
        }
        *outcome_counts.entry(id).or_default() += 1;
        let frames_ms = (body.frames * 1000 + u64::from(body.rate) / 2).checked_div(u64::from(body.rate)).unwrap_or(0);
        prop_assert_eq!(body.played_ms as u64, frames_ms);
        let is_length_known = body.planned_ms > 0;
        prop_assert!(!is_length_known || body.played_ms <= body.planned_ms, "{} played longer than its file", id);
        match body.result {
            Some(Outcome::Aired) => {
                prop_assert_eq!(body.played_ms, body.planned_ms, "aired in part: {}", id);
                prop_assert!(body.reason.is_none() && started_ids.contains(id), "{}", id);
            }
            Some(Outcome::Partial) => prop_assert!(body.reason.is_some() && started_ids.contains(id), "{}", id),
            Some(Outcome::Missed) => {
                prop_assert!(body.reason.is_some() && body.frames == 0, "{}", id);
                prop_assert!(!started_ids.contains(id), "missed although it started: {}", id);
            }
            None => prop_assert!(false, "no result"),
        }
    }
    for id in started_ids {
        prop_assert!(outcome_counts.contains_key(id), "sounded but has no outcome: {}", id);
    }
    let relay_ids = station.relay_ids();
    for id in &relay_ids {
        prop_assert_eq!(relay_counts.get(id.as_str()).copied().unwrap_or(0), 1, "ends of the relay slot {}", id);
    }
    let mut planned_ids = station.planned_ids();
    planned_ids.retain(|id| !relay_ids.contains(id));
    for id in &planned_ids {
        prop_assert_eq!(outcome_counts.get(id.as_str()).copied().unwrap_or(0), 1, "outcomes of {}", id);
    }
    for (id, count) in outcome_counts {
        prop_assert_eq!(count, 1, "outcomes of {}", id);
        prop_assert!(
            planned_ids.contains(id) || id.starts_with("operator@") || id.starts_with("urgent@"),
            "never planned: {}",
            id
        );
    }
    Ok(())
}

/// Checks that two airings never sound at the same time, that the amplifier is never switched off while something
/// sounds, and that it stays off for `min-off`.
pub(super) fn check_line(station: &Station) -> Result<(), TestCaseError> {
    let log = station.log();
    let mut sounding_ids = BTreeSet::new();
    let mut switched_off_at = None;
    for record in &log {
        let id = record.body.id.as_deref().unwrap_or_default();
        match record.kind.as_str() {
            "start" | "resume" => {
                sounding_ids.insert(id);
                prop_assert!(sounding_ids.len() == 1, "two airings sound at {}: {:?}", record.at, sounding_ids);
            }
            "outcome" | "interrupt" => drop(sounding_ids.remove(id)),
            "boot" => (sounding_ids, switched_off_at) = (BTreeSet::new(), None),
            // After a clock step, the time since the amplifier was last switched is unknown.
            "clock-step" | "clock-trust" => switched_off_at = None,
            "amplifier" if record.body.done == Some(true) => {
                let is_on = record.body.to.as_deref() == Some("on");
                prop_assert!(
                    is_on || sounding_ids.is_empty(),
                    "switched off at {} while {:?} sounds",
                    record.at,
                    sounding_ids
                );
                let was_off_long_enough = switched_off_at.is_none_or(|since| record.wall().since(since) >= 30_000_000);
                prop_assert!(!is_on || was_off_long_enough, "on again too early, at {}", record.at);
                switched_off_at = (!is_on).then(|| record.wall());
            }
            _ => {}
        }
    }
    Ok(())
}
