//! Orders from the page: end what is on the air, confirm the clock. Each takes two taps, and the second one says what
//! follows from it.
use std::path::Path;
use std::sync::Arc;
use std::thread;
use std::time::Duration;

use axum::Router;
use axum::extract::{Extension, Form, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use maud::{Markup, html};
use serde::{Deserialize, Serialize};

use super::access::PageDevice;
use super::daemon_answer::{DaemonAnswer, no_answer_text};
use super::frame::{Screen, screen};
use super::state::{PageState, SharedState, html as html_body, on_reader};
use crate::cli::station::control::{effect_text, reply_text, retry_while_stopping};
use crate::cli::station::when::{format_instant, format_when};
use crate::playout::control::{ControlError, request_through};
use crate::playout::engine::{CommandReply, OnAir, OperatorCommand, StationStatus};
use crate::schedule::Id;
use crate::text::page::PageText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The interval at which a segment that was just saved is ordered again.
const ADOPTION_POLL_INTERVAL: Duration = Duration::from_millis(200);
/// The time in which a running station adopts an edit of its schedule, even if a long recording must be examined.
const ADOPTION_TIMEOUT: Duration = Duration::from_secs(20);

/// Returns the routes.
pub(super) fn routes() -> Router<Arc<PageState>> {
    PageOrder::ALL.into_iter().fold(Router::new(), |routes, order| {
        let ask = async move |State(state): SharedState| ask_before(state, order).await;
        let obey =
            async move |State(state): SharedState,
                        Extension(device): Extension<PageDevice>,
                        Form(form): Form<OrderForm>| { obey(state, order, device, form).await };
        routes.route(order.path(), get(ask).post(obey))
    })
}

/// Asks before an order.
async fn ask_before(state: Arc<PageState>, order: PageOrder) -> Response {
    on_reader(move || html_body(order_screen(&state.name(), order, &state.ask_daemon(), state.lang)).into_response())
        .await
}

/// Gives an order to the daemon.
async fn obey(state: Arc<PageState>, order: PageOrder, device: PageDevice, form: OrderForm) -> Response {
    on_reader(move || {
        let said = give_order(&state, order, &device, &form);
        html_body(said_screen(&state.name(), &said, state.lang)).into_response()
    })
    .await
}

/// What the daemon says to an order.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(super) struct OrderAnswer {
    /// True if it does what it was told.
    pub(super) is_done: bool,
    /// The sentence for the person.
    pub(super) sentence: String,
}

impl OrderAnswer {
    fn refused(sentence: String) -> Self {
        Self { is_done: false, sentence }
    }
}

/// Plays a segment of the schedule at once. The running station adopts an edit of its schedule only after a moment, so a
/// segment that was just saved is ordered again until it is there.
pub(super) fn play_segment(state: &PageState, device: &PageDevice, segment: &Id) -> OrderAnswer {
    let is_unknown = |reply: &Result<CommandReply, _>| matches!(reply, Ok(CommandReply::NoSuchSegment(_)));
    let mut waited = Duration::ZERO;
    loop {
        let reply = send(state, device, OperatorCommand::Play(segment.clone()));
        if !is_unknown(&reply) || waited >= ADOPTION_TIMEOUT {
            return answer_of(reply, &state.station, state.lang);
        }
        thread::park_timeout(ADOPTION_POLL_INTERVAL);
        waited += ADOPTION_POLL_INTERVAL;
    }
}

/// Sends a command that a person gives through this device.
fn send(state: &PageState, device: &PageDevice, command: OperatorCommand) -> Result<CommandReply, ControlError> {
    let code = device.log_code();
    retry_while_stopping(|| request_through(&state.station, command.clone(), Some(code.clone())))
}

/// Puts the reply of the daemon into words.
fn answer_of(reply: Result<CommandReply, ControlError>, station: &Path, lang: Lang) -> OrderAnswer {
    match reply {
        Ok(CommandReply::Performed { effect, .. }) => {
            OrderAnswer { is_done: true, sentence: effect_text(&effect, station, lang).to_plain(lang) }
        }
        Ok(reply) => OrderAnswer::refused(reply_text(&reply).to_plain(lang)),
        Err(error) => OrderAnswer::refused(no_answer_text(&error).to_plain(lang)),
    }
}

/// An order that the page can give.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum PageOrder {
    /// End the sounding item.
    Skip,
    /// End the running session, or the urgent message.
    Stop,
    /// Confirm that the clock is right.
    ConfirmClock,
}

/// The fields of an order's form.
#[derive(Debug, Deserialize)]
struct OrderForm {
    /// The id of the airing that the person saw on the air; empty for an order about something else.
    #[serde(default)]
    seen: String,
}

impl PageOrder {
    const ALL: [Self; 3] = [Self::Skip, Self::Stop, Self::ConfirmClock];

    /// Returns the path of the order's screen.
    fn path(self) -> &'static str {
        match self {
            Self::Skip => "/bo-qua",
            Self::Stop => "/dung",
            Self::ConfirmClock => "/dong-ho-dung",
        }
    }

    /// Returns the words on the order's button.
    fn button(self, status: &StationStatus) -> PageText {
        match self {
            Self::Skip => PageText::Skip {},
            Self::Stop if status.on_air.as_ref().is_some_and(OnAir::is_urgent) => PageText::StopUrgent {},
            Self::Stop => PageText::Stop {},
            Self::ConfirmClock => PageText::ClockIsRight {},
        }
    }

    fn command(self) -> OperatorCommand {
        match self {
            Self::Skip => OperatorCommand::Skip,
            Self::Stop => OperatorCommand::Stop,
            Self::ConfirmClock => OperatorCommand::ConfirmClock,
        }
    }

    /// Returns true if the order makes sense now. An airing that is being cut ends in a moment.
    fn is_possible(self, status: &StationStatus) -> bool {
        let sounds_on = status.on_air.as_ref().is_some_and(|on_air| !on_air.is_being_cut);
        match self {
            // An urgent message has one item, and one button.
            Self::Skip => sounds_on && !status.on_air.as_ref().is_some_and(OnAir::is_urgent),
            Self::Stop => sounds_on || status.between_items.is_some(),
            Self::ConfirmClock => !status.clock_trusted,
        }
    }

    /// Returns the question before the order, with what follows from it.
    fn question(self, status: &StationStatus, lang: Lang) -> PageText {
        let on_air = status.on_air.as_ref();
        let title = on_air.map_or_else(String::new, |on_air| strip_unprintable(&on_air.title));
        let session = on_air.and_then(|on_air| on_air.session_title.clone()).or_else(|| status.between_items.clone());
        match (self, session) {
            (Self::ConfirmClock, _) => PageText::ClockQuestion { at: format_instant(&status.at, lang) },
            (Self::Skip, _) => PageText::SkipQuestion { title },
            (Self::Stop, Some(session)) => PageText::StopQuestion { session: strip_unprintable(&session) },
            (Self::Stop, None) => PageText::StopOneQuestion { title },
        }
    }
}

/// Renders the links to the orders that are possible now.
pub(super) fn order_links(status: &StationStatus, lang: Lang) -> Markup {
    let possible = PageOrder::ALL.into_iter().filter(|order| order.is_possible(status));
    html! {
        div.row {
            @for order in possible {
                @let is_urgent = order == PageOrder::Stop && status.on_air.as_ref().is_some_and(OnAir::is_urgent);
                a.action.urgent[is_urgent] href=(order.path()) { (order.button(status).to_plain(lang)) }
            }
        }
    }
}

/// Renders the screen that asks before an order.
fn order_screen(name: &str, order: PageOrder, answer: &DaemonAnswer, lang: Lang) -> String {
    let status = match answer {
        Ok(status) if order.is_possible(status) => status,
        Ok(_) => return said_screen(name, &OrderAnswer::refused(PageText::NothingToOrder {}.to_plain(lang)), lang),
        Err(text) => return said_screen(name, &OrderAnswer::refused(text.to_plain(lang)), lang),
    };
    let next = status.next.as_ref().map(|next| PageText::StillPlays {
        title: strip_unprintable(next.session_title.as_ref().unwrap_or(&next.title)),
        when: format_when(&next.start, &status.at, lang),
    });
    let seen = status.on_air.as_ref().map(|on_air| on_air.id.as_str()).unwrap_or_default();
    let content = html! {
        p.banner.warning { (order.question(status, lang).to_plain(lang)) }
        @if let Some(next) = next.filter(|_| order == PageOrder::Stop) { p { (next.to_plain(lang)) } }
        form.row method="post" action=(order.path()) {
            input type="hidden" name="seen" value=(seen);
            button.order type="submit" { (order.button(status).to_plain(lang)) }
            a.action href="/" { (PageText::No {}.to_plain(lang)) }
        }
    };
    screen(name, Screen::Order, &content, lang)
}

/// Gives an order, and returns what the daemon says.
fn give_order(state: &PageState, order: PageOrder, device: &PageDevice, form: &OrderForm) -> OrderAnswer {
    let lang = state.lang;
    let answer = state.ask_daemon();
    let status = match &answer {
        Ok(status) if order.is_possible(status) => status,
        Ok(_) => return OrderAnswer::refused(PageText::NothingToOrder {}.to_plain(lang)),
        Err(text) => return OrderAnswer::refused(text.to_plain(lang)),
    };
    // Between the two taps the next item may have begun, which the person did not mean.
    let on_air = status.on_air.as_ref().map(|on_air| on_air.id.as_str()).unwrap_or_default();
    let is_meant = match order {
        PageOrder::Skip => on_air == form.seen,
        PageOrder::Stop => session_key(on_air) == session_key(&form.seen) || on_air.is_empty(),
        PageOrder::ConfirmClock => true,
    };
    if !is_meant {
        return OrderAnswer::refused(PageText::ChangedMeanwhile {}.to_plain(lang));
    }
    answer_of(send(state, device, order.command()), &state.station, lang)
}

/// Returns the part of an airing's id that names its session and the time of the session.
fn session_key(id: &str) -> &str {
    id.split_once('#').map_or(id, |(key, _)| key)
}

/// Renders what was said to an order. It stays until the person goes on.
pub(super) fn said_screen(name: &str, answer: &OrderAnswer, lang: Lang) -> String {
    let content = html! {
        p.banner.warning[!answer.is_done] role="status" { (answer.sentence) }
        p { a.action href="/" { (PageText::BackToToday {}.to_plain(lang)) } }
    };
    screen(name, Screen::Order, &content, lang)
}
