//! The screen of a month in the log: each day with a sign and a number, and the month for printing.
use std::sync::Arc;

use axum::Router;
use axum::extract::{Query, State};
use axum::http::header;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use chrono::{Datelike, Months, NaiveDate, TimeDelta, Weekday};
use maud::{Markup, html};
use serde::Deserialize;

use super::child::run_loa;
use super::frame::Screen;
use super::state::{PageState, SharedState, on_reader};
use crate::cli::record::log::{DayState, DaySummary, day_summaries, days_page};
use crate::cli::station::week_table::weekday_name;
use crate::text::Localize;
use crate::text::page_month::MonthPageText;

/// The month that is asked for: `2023-03`, or a day of it.
#[derive(Debug, Deserialize)]
struct AskedMonth {
    thang: Option<String>,
}

impl AskedMonth {
    /// Returns the first day of the month: that of today without one, or for a text that is no month.
    fn first_day(&self, today: NaiveDate) -> NaiveDate {
        let text = self.thang.as_deref().unwrap_or_default();
        let day = format!("{text}-01").parse().or_else(|_| text.parse()).unwrap_or(today);
        day.with_day(1).unwrap_or(day)
    }
}

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    Router::new().route("/nhat-ky/thang", get(show)).route("/nhat-ky/thang.pdf", get(print))
}

/// Shows the month.
async fn show(State(state): SharedState, Query(asked): Query<AskedMonth>) -> Response {
    on_reader(move || {
        let today = state.now().date_naive();
        let first = asked.first_day(today);
        let last = first.checked_add_months(Months::new(1)).map_or(first, |next| next - TimeDelta::days(1));
        let summaries = days_page(&state.station, first, last.min(today.max(first)));
        let content = match summaries {
            Ok(page) => calendar(&state, first, last, &day_summaries(&page), page.fault.is_some()),
            Err(_) => html! { p.banner.critical role="alert" { (MonthPageText::Unreadable {}.to_plain(state.lang)) } },
        };
        state.screen(Screen::DayLog, &content)
    })
    .await
}

fn calendar(state: &PageState, first: NaiveDate, last: NaiveDate, days: &[DaySummary], is_changed: bool) -> Markup {
    let text = |text: MonthPageText| text.to_plain(state.lang);
    let week: Vec<Weekday> = (0..7).map(|number| (0..number).fold(Weekday::Mon, |day, _| day.succ())).collect();
    let blanks = first.weekday().num_days_from_monday();
    let month = |date: Option<NaiveDate>| date.map(|date| format!("/nhat-ky/thang?thang={}", date.format("%Y-%m")));
    let counted = |wanted: DayState| days.iter().filter(|day| day.state == wanted).count() as u64;
    html! {
        h2 { (text(MonthPageText::Heading { month: first.format("%m/%Y").to_string() })) }
        @if is_changed { p.banner.critical role="alert" { (text(MonthPageText::Changed {})) } }
        p { (text(MonthPageText::Counts {
            complete: counted(DayState::Complete), partial: counted(DayState::Partial), missed: counted(DayState::Missed),
        })) }
        div.month {
            @for day in &week { span.month-head aria-hidden="true" { (weekday_name(*day, state.lang)) } }
            @for _ in 0..blanks { span {} }
            @for date in first.iter_days().take_while(|date| *date <= last) {
                (cell(state, date, days.iter().find(|day| day.date == date)))
            }
        }
        p { (text(MonthPageText::Signs {})) }
        div.row {
            a.action href=(format!("/nhat-ky/thang.pdf?thang={}", first.format("%Y-%m"))) { (text(MonthPageText::Print {})) }
            @if let Some(path) = month(first.checked_sub_months(Months::new(1))) { a.action href=(path) { (text(MonthPageText::Before {})) } }
            @if let Some(path) = month(first.checked_add_months(Months::new(1))) { a.action href=(path) { (text(MonthPageText::After {})) } }
        }
    }
}

/// Renders a day: its number, its sign, and in words for those who do not see it.
fn cell(state: &PageState, date: NaiveDate, day: Option<&DaySummary>) -> Markup {
    let (sign, class, words) = match day {
        Some(day) => {
            let (complete, sessions) = (day.complete as u64, day.sessions.into());
            match day.state {
                DayState::Complete => ("●", "state good", MonthPageText::Complete { complete, sessions }),
                DayState::Partial => ("◐", "state warning", MonthPageText::Partial { complete, sessions }),
                DayState::Missed => ("○", "state critical", MonthPageText::Missed { sessions }),
                DayState::Open => ("…", "state", MonthPageText::Open { sessions }),
                DayState::Empty => ("·", "state", MonthPageText::Empty {}),
            }
        }
        None => ("", "state", MonthPageText::Unknown {}),
    };
    let counts = day.filter(|day| day.sessions > 0 && day.state != DayState::Open);
    let label = format!("{}: {}", date.format("%d/%m"), words.to_plain(state.lang));
    html! {
        a.day href=(format!("/nhat-ky?ngay={date}")) aria-label=(label) {
            span { (date.day()) } " "
            span class=(class) { (sign) @if let Some(day) = counts { " " (day.complete) "/" (day.sessions) } }
        }
    }
}

/// Makes the log book of the month for printing: `loa log --month … --format pdf`.
async fn print(State(state): SharedState, Query(asked): Query<AskedMonth>) -> Response {
    on_reader(move || {
        let month = asked.first_day(state.now().date_naive()).format("%Y-%m").to_string();
        let arguments = ["log".as_ref(), state.station.as_os_str(), "--month".as_ref(), month.as_ref()];
        let format = ["--format".as_ref(), "pdf".as_ref()];
        let answer = run_loa(&[arguments.as_slice(), format.as_slice()].concat(), state.lang);
        match answer.map(|answer| answer.stdout) {
            Ok(pdf) if pdf.starts_with(b"%PDF") => {
                let name = format!("attachment; filename=\"nhat-ky-{month}.pdf\"");
                let headers =
                    [(header::CONTENT_TYPE, "application/pdf".to_owned()), (header::CONTENT_DISPOSITION, name)];
                (headers, pdf).into_response()
            }
            _ => {
                let content =
                    html! { p.banner.critical role="alert" { (MonthPageText::NotPrinted {}.to_plain(state.lang)) } };
                state.screen(Screen::DayLog, &content)
            }
        }
    })
    .await
}
