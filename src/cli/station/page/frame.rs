//! What every screen of the page has: the station's name, the way to the other screens, and the style.
use maud::{DOCTYPE, Markup, html};

use crate::text::page::PageText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The style of all screens: letters of 19 px and more, a strong contrast, targets of at least 48 px (WCAG 2.2), one
/// column that fits 360 px.
pub(super) const STYLE: &str = "
* { box-sizing: border-box; }
body { margin: 0 auto; max-width: 46rem; padding: 0 16px 32px; font: 19px/1.5 system-ui, sans-serif; color: #111;
  background: #fff; overflow-wrap: break-word; }
header { padding: 12px 0; border-bottom: 2px solid #111; }
header p { margin: 0; }
h1 { font-size: 1.25rem; margin: 0; }
h2 { font-size: 1.1rem; margin: 28px 0 8px; }
nav { display: grid; grid-template-columns: repeat(3, 1fr); gap: 8px; padding: 12px 0; }
nav a { padding: 10px 2px; text-align: center; font-size: 17px; }
nav a, .action, button { display: inline-block; min-height: 48px; min-width: 48px; padding: 10px 18px; border: 2px solid #0b3d6b;
  border-radius: 6px; color: #0b3d6b; background: #fff; font: inherit; font-weight: 600; text-decoration: none; }
nav a[aria-current] { background: #0b3d6b; color: #fff; }
nav a.urgent, .action.urgent { border-color: #8b0000; background: #8b0000; color: #fff; }
.action.main, button.main { background: #0b3d6b; color: #fff; }
a:focus-visible, button:focus-visible, input:focus-visible, select:focus-visible, summary:focus-visible, audio:focus-visible { outline: 4px solid #b35900; outline-offset: 2px; }
button.order { background: #8b0000; border-color: #8b0000; color: #fff; }
.banner { margin: 12px 0; padding: 16px; border: 3px solid #1b5e20; border-radius: 6px; font-size: 1.25rem; font-weight: 600; }
.banner.warning { border-color: #7a4100; background: #fff6e5; }
.banner.critical { border-color: #8b0000; background: #fdecec; }
ul { padding-left: 1.2em; } li { margin: 8px 0; }
label { display: block; font-weight: 600; margin-bottom: 6px; }
input, select { font: inherit; min-height: 48px; padding: 8px 12px; border: 2px solid #333; border-radius: 6px; max-width: 100%; }
input[type=text], input[type=file], select { width: 100%; margin-bottom: 16px; background: #fff; color: #111; }
input[type=radio], input[type=checkbox] { width: 28px; min-height: 28px; height: 28px; vertical-align: middle; accent-color: #0b3d6b; }
.radio { display: block; min-height: 48px; padding: 10px 0; }
.days { display: grid; grid-template-columns: repeat(auto-fill, minmax(88px, 1fr)); gap: 8px; }
fieldset, .choice { border: 2px solid #666; border-radius: 6px; padding: 8px 16px; margin: 16px 0; min-width: 0; }
.step { color: #333; font-size: 1rem; margin: 12px 0 0; }
.banner p, .banner ul { margin: 4px 0; }
.qr { display: block; width: min(100%, 320px); margin: 12px 0; }
.address { overflow-wrap: anywhere; font-family: monospace; }
.time-of-day label { display: inline-block; margin-right: 16px; }
.time-of-day select, .item select { width: auto; margin: 4px 8px 4px 0; min-width: 84px; }
.item { display: block; font-weight: 400; }
.month { display: grid; grid-template-columns: repeat(7, 1fr); gap: 2px; margin: 8px -12px; }
.month-head { text-align: center; font-size: 1rem; }
.day { min-height: 64px; padding: 4px 0; border: 2px solid #666; border-radius: 4px; color: #111; text-align: center;
  text-decoration: none; font-size: 17px; line-height: 1.3; }
.day .state { display: block; font-weight: 600; white-space: nowrap; }
.lunar { font-weight: 400; color: #333; }
.new { background: #e7f0fa; padding: 4px; }
.outline { display: block; width: 100%; height: 96px; margin: 12px 0; } .outline path { stroke: #0b3d6b; stroke-width: 1; }
audio { width: 100%; min-height: 54px; margin: 12px 0; }
progress { width: 100%; height: 28px; }
summary { min-height: 48px; padding: 10px 0; font-weight: 600; }
details { margin: 16px 0; }
.row { display: flex; flex-wrap: wrap; gap: 12px; align-items: end; margin: 12px 0; }
h3 { font-size: 1.05rem; margin: 24px 0 4px; }
.sessions { list-style: none; padding: 0; }
.sessions a { display: block; min-height: 48px; padding: 10px 12px; border: 2px solid #666; border-radius: 6px; color: #111;
  text-decoration: none; }
.time { font-variant-numeric: tabular-nums; font-weight: 600; }
.state.good { color: #1b5e20; } .state.warning { color: #7a4100; } .state.critical { color: #8b0000; } .state.now { color: #0b3d6b; }
.items { padding-left: 1.4em; }
footer { margin-top: 28px; color: #333; font-size: 1rem; }
";

/// A screen of the page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Screen {
    /// What is on now.
    Today,
    /// What was aired on a day.
    DayLog,
    /// The question before an order, and what was said to it.
    Order,
    /// A recording on its way into the schedule.
    Add,
    /// An urgent message.
    Urgent,
    /// The way to further screens.
    More,
    /// The sessions of the coming days.
    Week,
    /// The segments of the station.
    Library,
    /// The copy of the log for the department.
    HandIn,
    /// The paired telephones.
    Phones,
    /// A message in place of a screen.
    Message,
}

impl Screen {
    fn title(self) -> Option<PageText> {
        match self {
            Self::Today | Self::Order => Some(PageText::Today {}),
            Self::DayLog => Some(PageText::DayLog {}),
            Self::Add => Some(PageText::AddRecording {}),
            Self::Urgent => Some(PageText::Urgent {}),
            Self::More => Some(PageText::More {}),
            Self::Week => Some(PageText::Week {}),
            Self::Library => Some(PageText::Library {}),
            Self::HandIn => Some(PageText::HandIn {}),
            Self::Phones => Some(PageText::Phones {}),
            Self::Message => None,
        }
    }
}

/// The script that renews the screen of today.
pub(super) const SCRIPT: &str = include_str!("page.js");
/// The part of it that runs in the browser's audio thread.
pub(super) const RECORDER: &str = include_str!("recorder.js");

/// Renders a screen. That of today is renewed by the script.
pub(super) fn screen(name: &str, which: Screen, content: &Markup, lang: Lang) -> String {
    let name = strip_unprintable(name);
    let is_renewed = which == Screen::Today;
    let title = which.title().map(|title| title.to_plain(lang));
    let place = if matches!(which, Screen::Library | Screen::HandIn | Screen::Phones) { Screen::More } else { which };
    let link = |target: &str, to: Screen| -> Markup {
        html! {
            @if let Some(title) = to.title() {
                a.urgent[to == Screen::Urgent] href=(target) aria-current=[(to == place).then_some("page")] { (title.to_plain(lang)) }
            }
        }
    };
    html! {
        (DOCTYPE)
        html lang=(if lang == Lang::Vi { "vi" } else { "en" }) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { @if let Some(title) = &title { (title) " – " } (name) }
                link rel="stylesheet" href="/style.css";
            }
            body {
                header { h1 { (name) } }
                @if which != Screen::Message {
                    nav {
                        (link("/", Screen::Today))
                        (link("/them-tin", Screen::Add))
                        (link("/nhat-ky", Screen::DayLog))
                        (link("/lich-phat", Screen::Week))
                        (link("/them-nua", Screen::More))
                        (link("/khan-cap", Screen::Urgent))
                    }
                }
                main data-renewed[is_renewed] { (content) }
                @if is_renewed || which == Screen::Add { script src="/trang.js" {} }
            }
        }
    }
    .into_string()
}

/// Renders a message in place of a screen.
pub(super) fn message(name: &str, text: &PageText, lang: Lang) -> String {
    screen(name, Screen::Message, &html! { p.banner.warning { (text.to_plain(lang)) } }, lang)
}
