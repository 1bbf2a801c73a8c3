//! One week of one station under one target.
use chrono::NaiveDate;

use super::TargetAmount;
use crate::base::permille::permille;

/// The airtime of a station that matches a target, on one day or in one week: in milliseconds for a target in minutes,
/// else in airings.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct MatchedAirtime {
    /// What the station planned.
    pub planned: i64,
    /// What counts: the airtime on the line, or the number of complete airings.
    pub counted: i64,
    /// What was planned, but whose outcome has not been collected.
    pub unknown: i64,
}

/// The state of a week under a target.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum WeekState {
    /// The target was met.
    Met,
    /// The logs cover the week, and the target was not met.
    Below,
    /// What is known does not meet the target, but something is not known yet.
    Undecided,
    /// No log covers any day of the week.
    NoLog,
}

impl WeekState {
    /// Returns the name of the state in CSV.
    #[must_use]
    pub fn code(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Below => "below",
            Self::Undecided => "undecided",
            Self::NoLog => "no-log",
        }
    }
}

/// One week of one station under one target.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetWeek {
    /// The index of the target.
    pub target: usize,
    /// The station's id.
    pub station: String,
    /// The first and the last day of the week that count.
    pub days: (NaiveDate, NaiveDate),
    /// The number of days that count.
    pub day_count: i64,
    /// The number of these days without a log.
    pub unlogged_days: i64,
    /// The amount that the target asks for these days.
    pub asked: i64,
    /// What the station planned and aired.
    pub airtime: MatchedAirtime,
    /// The state.
    pub state: WeekState,
}

impl TargetWeek {
    /// Judges a week. `days` are the days that count, in order, each with its airtime, and with false if no log covers
    /// it. Returns `None` without days.
    #[must_use]
    pub fn new(
        target: usize,
        station: String,
        amount: TargetAmount,
        days: &[(NaiveDate, MatchedAirtime, bool)],
    ) -> Option<Self> {
        let ((first, ..), (last, ..)) = days.first().zip(days.last())?;
        let day_count = i64::try_from(days.len()).unwrap_or(i64::MAX);
        let unlogged_days = days.iter().filter(|(_, _, is_logged)| !is_logged).count().try_into().unwrap_or(i64::MAX);
        let mut airtime = MatchedAirtime::default();
        for (_, day, _) in days {
            let capped = capped_day(*day, amount);
            airtime.planned = airtime.planned.saturating_add(capped.planned);
            airtime.counted = airtime.counted.saturating_add(capped.counted);
            airtime.unknown = airtime.unknown.saturating_add(capped.unknown);
        }
        let asked = asked_for_days(amount, day_count);
        let state = match () {
            () if unlogged_days == day_count => WeekState::NoLog,
            () if airtime.counted >= asked => WeekState::Met,
            () if unlogged_days == 0 && airtime.counted.saturating_add(airtime.unknown) < asked => WeekState::Below,
            () => WeekState::Undecided,
        };
        Some(Self { target, station, days: (*first, *last), day_count, unlogged_days, asked, airtime, state })
    }

    /// Returns whether the week has fewer than seven days that count. It is then asked for a part of the amount.
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.day_count < 7
    }

    /// Returns what counts in thousandths of what the target asks; `None` if it asks for nothing.
    #[must_use]
    pub fn share_permille(&self) -> Option<i64> {
        permille(self.airtime.counted, self.asked)
    }
}

/// Limits the airtime of a day to what a target in airings a day asks. More airings on one day do not make up for
/// fewer on another.
fn capped_day(day: MatchedAirtime, amount: TargetAmount) -> MatchedAirtime {
    let TargetAmount::AiringsPerDay(asked) = amount else { return day };
    let cap = |number: i64| number.min(i64::from(asked));
    let counted = cap(day.counted);
    MatchedAirtime { planned: cap(day.planned), counted, unknown: cap(day.counted + day.unknown) - counted }
}

/// Returns the amount that a target asks for this number of days of a week: of an amount a week the same part, rounded
/// half up.
fn asked_for_days(amount: TargetAmount, day_count: i64) -> i64 {
    let part_of = |weekly: i64| (weekly * day_count * 2 + 7) / 14;
    match amount {
        TargetAmount::MinutesPerWeek(minutes) => part_of(i64::from(minutes) * 60_000),
        TargetAmount::AiringsPerWeek(airings) => part_of(i64::from(airings)),
        TargetAmount::AiringsPerDay(airings) => i64::from(airings) * day_count,
    }
}
