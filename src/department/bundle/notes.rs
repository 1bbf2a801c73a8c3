//! The stations' notes about airings, and what the department answered.
use super::csv_table::render_csv;
use crate::text::spreadsheet_cell;

/// The columns of the notes.
const COLUMNS: [&str; 5] = ["number", "airing", "note", "verdict", "reasons"];
/// The smallest number of digits in a row that can be a telephone number.
const MIN_PHONE_DIGITS: usize = 9;

/// A station's note about an airing.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AiringNote {
    /// The station's words.
    pub text: String,
    /// The department's verdict and its reasons, if it has answered: `accepted` or `refused`.
    pub answer: Option<(String, String)>,
}

/// Renders notes as CSV; each with the number and the id of its airing.
#[must_use]
pub fn notes_csv(notes: &[(usize, &str, &AiringNote)]) -> Vec<u8> {
    let rows: Vec<Vec<String>> = notes
        .iter()
        .map(|(number, airing, note)| {
            let (verdict, reasons) = note.answer.clone().unwrap_or_default();
            let (text, reasons) = (without_contacts(&note.text), without_contacts(&reasons));
            [number.to_string(), (*airing).to_owned(), text, verdict, reasons]
                .map(|cell| spreadsheet_cell(&cell))
                .to_vec()
        })
        .collect();
    render_csv(&COLUMNS, &rows)
}

/// Replaces what looks like a telephone number or a mail address: people write them into notes, and a bundle can be
/// printed in a newspaper.
fn without_contacts(text: &str) -> String {
    let words = text.split_whitespace().map(|word| if word.contains('@') { "[…]" } else { word });
    let text = words.collect::<Vec<_>>().join(" ");
    let mut out = String::new();
    let mut rest = text.as_str();
    while let Some(start) = rest.find(|c: char| c.is_ascii_digit() || c == '+') {
        out.push_str(&rest[..start]);
        rest = &rest[start..];
        let run = rest.find(|c: char| !(c.is_ascii_digit() || matches!(c, '+' | ' ' | '.' | '-' | '(' | ')')));
        let run = rest[..run.unwrap_or(rest.len())].trim_end();
        let digits = run.bytes().filter(u8::is_ascii_digit).count();
        // A telephone number begins with 0, or with + or the country's 84. A date begins otherwise, or is shorter.
        let is_phone = digits >= MIN_PHONE_DIGITS && (run.starts_with(['0', '+']) || run.starts_with("84"));
        out.push_str(if is_phone { "[…]" } else { run });
        rest = &rest[run.len()..];
    }
    out + rest
}

#[cfg(test)]
mod tests {
    use super::without_contacts;

    #[test]
    fn no_telephone_number_and_no_mail_address_leaves_the_department() {
        for (text, expected) in [
            ("Gọi 0912 345 678 để hỏi", "Gọi […] để hỏi"),
            ("ĐT +84 (0)912.345.678, a.b@xa.gov.vn", "ĐT […], […]"),
            ("84912345678", "[…]"),
            ("Mất điện từ 05:00 ngày 20/03/2023 đến 21.03.2023", "Mất điện từ 05:00 ngày 20/03/2023 đến 21.03.2023"),
            ("2023-03-20 05:15", "2023-03-20 05:15"),
            ("mất  12 lượt", "mất 12 lượt"),
        ] {
            assert_eq!(without_contacts(text), expected);
        }
    }
}
