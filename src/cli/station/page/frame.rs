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
nav { display: flex; flex-wrap: wrap; gap: 8px; padding: 12px 0; }
nav a, .action, button { display: inline-block; min-height: 48px; min-width: 48px; padding: 10px 18px; border: 2px solid #0b3d6b;
  border-radius: 6px; color: #0b3d6b; background: #fff; font: inherit; font-weight: 600; text-decoration: none; }
nav a[aria-current] { background: #0b3d6b; color: #fff; }
a:focus-visible, button:focus-visible, input:focus-visible { outline: 4px solid #b35900; outline-offset: 2px; }
button.order { background: #8b0000; border-color: #8b0000; color: #fff; }
.banner { margin: 12px 0; padding: 16px; border: 3px solid #1b5e20; border-radius: 6px; font-size: 1.15rem; font-weight: 600; }
.banner.warning { border-color: #7a4100; background: #fff6e5; }
.banner.critical { border-color: #8b0000; background: #fdecec; }
ul { padding-left: 1.2em; } li { margin: 8px 0; }
label { display: block; font-weight: 600; margin-bottom: 6px; }
input { font: inherit; min-height: 48px; padding: 8px 12px; border: 2px solid #333; border-radius: 6px; max-width: 100%; }
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
    /// A message in place of a screen.
    Message,
}

impl Screen {
    fn title(self) -> Option<PageText> {
        match self {
            Self::Today | Self::Order => Some(PageText::Today {}),
            Self::DayLog => Some(PageText::DayLog {}),
            Self::Message => None,
        }
    }
}

/// The script that renews the screen of today.
pub(super) const SCRIPT: &str = include_str!("page.js");

/// Renders a screen. That of today is renewed by the script.
pub(super) fn screen(name: &str, which: Screen, content: &Markup, lang: Lang) -> String {
    let name = strip_unprintable(name);
    let is_renewed = which == Screen::Today;
    let title = which.title().map(|title| title.to_plain(lang));
    let link = |target: &str, to: Screen| -> Markup {
        html! {
            @if let Some(title) = to.title() {
                a href=(target) aria-current=[(to == which).then_some("page")] { (title.to_plain(lang)) }
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
                    nav { (link("/", Screen::Today)) (link("/nhat-ky", Screen::DayLog)) }
                }
                main data-renewed[is_renewed] { (content) }
                @if is_renewed { script src="/trang.js" {} }
            }
        }
    }
    .into_string()
}

/// Renders a message in place of a screen.
pub(super) fn message(name: &str, text: &PageText, lang: Lang) -> String {
    screen(name, Screen::Message, &html! { p.banner.warning { (text.to_plain(lang)) } }, lang)
}
