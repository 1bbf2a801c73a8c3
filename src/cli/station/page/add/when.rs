//! The fourth step: when the recording airs.
use axum::Form;
use axum::extract::{Path, State};
use axum::response::Response;
use chrono::NaiveDate;
use maud::{Markup, html};
use serde::Deserialize;

use super::super::state::{PageState, SharedState, on_reader};
use super::choices::{Choices, When, keep_and_go, last_offered_date};
use super::starts::{SessionOnDate, coming_starts, day_label, times_text};
use super::{complete_draft, draft_path, no_draft, step};
use crate::cli::station::week_table::weekday_name;
use crate::cli::table::strip_unprintable;
use crate::text::Localize;
use crate::text::page_add::AddPageText;

/// The fields of the step.
#[derive(Debug, Deserialize)]
pub(super) struct WhenForm {
    cach: Way,
    #[serde(default, rename = "buoi-ngay")]
    start: String,
    #[serde(default, rename = "buoi")]
    session: String,
    #[serde(default, rename = "den-het")]
    until: String,
    t2: Option<String>,
    t3: Option<String>,
    t4: Option<String>,
    t5: Option<String>,
    t6: Option<String>,
    t7: Option<String>,
    cn: Option<String>,
}

/// The names of the weekdays' fields, Monday first.
const WEEKDAY_FIELDS: [&str; 7] = ["t2", "t3", "t4", "t5", "t6", "t7", "cn"];

/// The ways to air a recording.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Way {
    MotLan,
    HangNgay,
    PhatNgay,
    CatKho,
}

impl WhenForm {
    /// Returns what was chosen; `None` if something is missing.
    fn chosen(&self, today: NaiveDate) -> Option<When> {
        Some(match self.cach {
            Way::MotLan => {
                let (session, date) = SessionOnDate::parse(&self.start)?;
                When::Once { session, date }
            }
            Way::HangNgay => {
                let until =
                    self.until.parse().ok().filter(|until| *until >= today && *until <= last_offered_date(today))?;
                let days = [&self.t2, &self.t3, &self.t4, &self.t5, &self.t6, &self.t7, &self.cn];
                let weekdays = days.map(|day| day.is_some());
                let session = Some(self.session.clone()).filter(|session| !session.is_empty())?;
                weekdays.contains(&true).then_some(When::Until { session, until, weekdays })?
            }
            Way::PhatNgay => When::Now,
            Way::CatKho => When::Keep,
        })
    }
}

/// Shows the step.
pub(super) async fn show(State(state): SharedState, Path(key): Path<String>) -> Response {
    on_reader(move || match complete_draft(&state, &key) {
        Some(_) => step(&state, 4, &AddPageText::WhenAired {}, &content(&state, &key, false)),
        None => no_draft(&state),
    })
    .await
}

/// Keeps the choice, and shows what follows from it.
pub(super) async fn keep(State(state): SharedState, Path(key): Path<String>, Form(form): Form<WhenForm>) -> Response {
    on_reader(move || {
        if complete_draft(&state, &key).is_none() {
            return no_draft(&state);
        }
        let Some(when) = form.chosen(state.now().date_naive()) else {
            return step(&state, 4, &AddPageText::WhenAired {}, &content(&state, &key, true));
        };
        // Another session has other neighbours.
        let choices = Choices { when: Some(when), before: None, ..Choices::of(&state, &key) };
        keep_and_go(&state, &key, &choices, format!("{}/xem-truoc", draft_path(&key)))
    })
    .await
}

fn content(state: &PageState, key: &str, lacks_something: bool) -> Markup {
    let lang = state.lang;
    let text = |text: AddPageText| text.to_plain(lang);
    let schedule = state.schedule();
    let now = state.now();
    let today = now.date_naive();
    let starts = coming_starts(&schedule, now.naive_local());
    let chosen = Choices::of(state, key).when;
    let has_sessions = !schedule.sessions.is_empty();
    let is_chosen = |way: Way| match (&chosen, way) {
        (Some(When::Once { .. }), Way::MotLan)
        | (Some(When::Until { .. }), Way::HangNgay)
        | (Some(When::Now), Way::PhatNgay)
        | (Some(When::Keep), Way::CatKho) => true,
        (None, Way::MotLan) => !starts.is_empty(),
        (None, Way::CatKho) => starts.is_empty(),
        _ => false,
    };
    // Without a choice, the next session of tomorrow or later is offered: today's one is often too near.
    let offered = match &chosen {
        Some(When::Once { session, date }) => Some(format!("{session}|{date}")),
        _ => starts.iter().find(|start| start.date > today).or(starts.first()).map(SessionOnDate::value),
    };
    let radio = |value: &str, way: Way, label: AddPageText| {
        html! {
            label.radio { input type="radio" name="cach" value=(value) checked[is_chosen(way)] required; " " (text(label)) }
        }
    };
    html! {
        @if lacks_something { p.banner.critical role="alert" { (text(AddPageText::WhenLacks {})) } }
        form method="post" action=(format!("{}/khi-nao", draft_path(key))) {
            @if !starts.is_empty() {
                fieldset {
                    (radio("mot-lan", Way::MotLan, AddPageText::Once {}))
                    label for="buoi-ngay" { (text(AddPageText::InWhichSession {})) }
                    select #buoi-ngay name="buoi-ngay" {
                        @for start in &starts {
                            option value=(start.value()) selected[offered.as_deref() == Some(start.value().as_str())] {
                                (start.label(today, lang))
                            }
                        }
                    }
                }
            }
            @if has_sessions { (daily_fields(state, &schedule, today, &radio("hang-ngay", Way::HangNgay, AddPageText::UntilDate {}))) }
            fieldset { (radio("phat-ngay", Way::PhatNgay, AddPageText::AtOnce {})) }
            fieldset { (radio("cat-kho", Way::CatKho, AddPageText::KeepIt {})) }
            div.row {
                button.main type="submit" { (text(AddPageText::Preview {})) }
                a.action href=(format!("{}/ten", draft_path(key))) { (text(AddPageText::Back {})) }
            }
        }
    }
}

/// Renders the choice of a session for several days.
fn daily_fields(state: &PageState, schedule: &crate::schedule::Schedule, today: NaiveDate, radio: &Markup) -> Markup {
    let lang = state.lang;
    let text = |text: AddPageText| text.to_plain(lang);
    let monday = chrono::Weekday::Mon;
    let names = (0..7).map(|days| (0..days).fold(monday, |day, _| day.succ())).map(|day| weekday_name(day, lang));
    html! {
        fieldset {
            (radio)
            label for="buoi" { (text(AddPageText::InWhichSession {})) }
            select #buoi name="buoi" {
                @for session in &schedule.sessions {
                    option value=(session.id) {
                        (strip_unprintable(&session.title)) ", " (times_text(&session.start_times))
                    }
                }
            }
            label for="den-het" { (text(AddPageText::UntilWhichDate {})) }
            // Not a field for dates: some browsers show the month first.
            select #den-het name="den-het" {
                @for date in today.iter_days().take_while(|date| *date <= last_offered_date(today)) {
                    option value=(date) selected[date == today + chrono::TimeDelta::days(6)] { (day_label(date, today, lang)) }
                }
            }
            p { (text(AddPageText::OnWhichDays {})) }
            div.days {
                @for (field, name) in WEEKDAY_FIELDS.iter().zip(names) {
                    label.radio { input type="checkbox" name=(field) value="1" checked; " " (name) }
                }
            }
        }
    }
}
