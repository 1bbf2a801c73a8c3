//! The page that says how to check a bundle.
use maud::{DOCTYPE, Markup, PreEscaped, html};

use super::content::BundleContent;
use super::receipt_path;
use crate::department::registry::fingerprint;
use crate::department::report::figures::format_date;
use crate::proof::note::VerifierKey;
use crate::text::bundle::HowToText;
use crate::text::count::Grouped;
use crate::text::{Lang, Localize};

const STYLE: &str = "
@page { size: A4; margin: 15mm 18mm; }
body { font-family: 'Times New Roman', Tinos, 'Liberation Serif', serif; font-size: 16px; line-height: 1.35; color: #1a1a1a;
  max-width: 760px; margin: 0 auto; padding: 16px; }
h1 { font-size: 1.4em; } h2 { font-size: 1.05em; margin: 14px 0 2px; } p, ul { margin: 4px 0; }
pre { background: #f1f3f6; padding: 6px 8px; margin: 4px 0; white-space: pre-wrap; overflow-wrap: anywhere; font-size: 0.85em; }
@media print { body { padding: 0; font-size: 11pt; max-width: none; } }
";

/// Renders the page in this language.
pub(super) fn how_to_html(content: &BundleContent, department: &VerifierKey, lang: Lang) -> String {
    let text = |text: HowToText| text.localized(lang).to_string();
    let code = fingerprint(department);
    let (from, until) = (format_date(content.range.from), format_date(content.range.until));
    let airings = Grouped(content.airings.len().into());
    let key = content.airings.first().map_or_else(String::new, |airing| airing.key.to_string());
    let receipt = receipt_path(1);
    let commands = |lines: &[String]| -> Markup {
        html! { pre { (lines.join("\n")) } }
    };
    let placeholder = text(HowToText::Placeholder {});
    let limits = [HowToText::Limit1 {}, HowToText::Limit2 {}, HowToText::Limit3 {}, HowToText::Limit4 {}];
    html! {
        (DOCTYPE)
        html lang=(if lang == Lang::Vi { "vi" } else { "en" }) {
            head {
                meta charset="utf-8";
                meta name="viewport" content="width=device-width, initial-scale=1";
                title { (text(HowToText::Title {})) }
                style { (PreEscaped(STYLE)) }
            }
            body {
                h1 { (text(HowToText::Title {})) }
                p { (text(HowToText::Intro { airings, from, until })) }
                h2 { (text(HowToText::KeyHeading {})) }
                p { (text(HowToText::Key { code, placeholder: placeholder.clone() })) }
                h2 { (text(HowToText::ScriptHeading {})) }
                p { (text(HowToText::Script {})) }
                (commands(&["python3 check.py .".to_owned(), format!("python3 check.py . --department '{placeholder}'")]))
                h2 { (text(HowToText::OtherHeading {})) }
                p { (text(HowToText::Sums {})) }
                (commands(&["sha256sum --check SHA256SUMS".to_owned()]))
                p { (text(HowToText::Loa {})) }
                (commands(&[format!("loa verify . --witness-key '{placeholder}'")]))
                p { (text(HowToText::One {})) }
                (commands(&[format!("loa verify {receipt} --key '{key}' --witness-key '{placeholder}'")]))
                h2 { (text(HowToText::QrHeading {})) }
                p { (text(HowToText::Qr {})) }
                (commands(&["python3 check.py . --qr 'loa/receipt/v1\n...'".to_owned()]))
                h2 { (text(HowToText::FilesHeading {})) }
                p { (text(HowToText::FileList {})) }
                h2 { (text(HowToText::LimitsHeading {})) }
                ul {
                    @for limit in limits { li { (text(limit)) } }
                    @if content.without_outcome > 0 {
                        li { (text(HowToText::Missing { airings: Grouped(content.without_outcome.into()) })) }
                    }
                }
            }
        }
    }
    .into_string()
}
