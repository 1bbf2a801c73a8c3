//! The questions of `loa init` at a terminal. The first asks for the name, from which loa proposes the other answers.
use std::io::{self, BufRead, Read, Write};

use super::files::InitialContent;
use super::identity::{GivenIdentity, IdentityFault, StationIdentity, valid_agency, valid_id, valid_name};
use crate::cli::answer::says_yes;
use crate::schedule::station_name::{proposed_agency, proposed_id};
use crate::text::init::InitText;
use crate::text::{Lang, Localize, strip_unprintable};

/// The maximum number of bytes read as one answer.
const MAX_ANSWER_BYTES: u64 = 4096;
/// The maximum number of answers to one question. After them, loa gives up.
const MAX_ATTEMPTS: usize = 10;

/// Asks the operator: the questions go to `output`, the answers come from `input`.
pub struct Questions<R, W> {
    pub input: R,
    pub output: W,
    pub lang: Lang,
}

impl<R: BufRead, W: Write> Questions<R, W> {
    /// Asks for everything that is not given. Returns `None` if an answer is missing, so that no station is made.
    ///
    /// # Errors
    /// If the input or the output fails.
    pub fn ask(
        &mut self,
        given: GivenIdentity,
        content: Option<InitialContent>,
    ) -> io::Result<Option<(StationIdentity, InitialContent)>> {
        let lang = self.lang;
        let Some(name) = self.ask_until_valid(&InitText::AskName {}, None, |text| valid_name(text, lang))? else {
            return Ok(None);
        };
        let id = match given.id {
            Some(id) => Some(id),
            None => {
                // The sample's id is never proposed.
                let proposal = proposed_id(&name).and_then(|id| valid_id(id.as_str(), lang).ok()).map(String::from);
                let question = proposal.clone().map_or(InitText::AskOwnId {}, |id| InitText::AskId { id });
                self.ask_until_valid(&question, proposal, |text| valid_id(text, lang))?
            }
        };
        let Some(id) = id else { return Ok(None) };
        let agency = match given.agency {
            Some(agency) => Some(agency),
            None => {
                let proposal = proposed_agency(&name);
                let question =
                    proposal.clone().map_or(InitText::AskAnyAgency {}, |agency| InitText::AskAgency { agency });
                self.ask_until_valid(&question, Some(proposal.unwrap_or_default()), |text| valid_agency(text, lang))?
            }
        };
        let Some(agency) = agency else { return Ok(None) };
        let content = match content {
            Some(content) => Some(content),
            None => self.ask_once(&InitText::AskSample {})?.map(|answer| match says_yes(&answer) {
                true => InitialContent::Sample,
                false => InitialContent::Blank,
            }),
        };
        Ok(content.map(|content| (StationIdentity { id, name, agency }, content)))
    }

    /// Asks until the answer is valid. An empty answer takes the proposal.
    fn ask_until_valid<T>(
        &mut self,
        question: &InitText,
        proposal: Option<String>,
        parse: impl Fn(&str) -> Result<T, IdentityFault>,
    ) -> io::Result<Option<T>> {
        for _ in 0..MAX_ATTEMPTS {
            let Some(answer) = self.ask_once(question)? else { return Ok(None) };
            let Some(text) = Some(answer).filter(|answer| !answer.is_empty()).or_else(|| proposal.clone()) else {
                writeln!(self.output, "{}", InitText::AnswerMissing {}.to_plain(self.lang))?;
                continue;
            };
            match parse(&text) {
                Ok(value) => return Ok(Some(value)),
                Err(fault) => {
                    for line in fault.0.lines() {
                        writeln!(self.output, "{}", strip_unprintable(line))?;
                    }
                }
            }
        }
        Ok(None)
    }

    /// Asks once. Returns the answer without the spaces around it; `None` if there are no more answers.
    fn ask_once(&mut self, question: &InitText) -> io::Result<Option<String>> {
        write!(self.output, "{}", question.to_plain(self.lang))?;
        self.output.flush()?;
        let mut line = Vec::new();
        self.input.by_ref().take(MAX_ANSWER_BYTES).read_until(b'\n', &mut line)?;
        if line.is_empty() {
            writeln!(self.output)?;
            return Ok(None);
        }
        Ok(Some(String::from_utf8_lossy(&line).trim().to_owned()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn ask_with(answers: &str) -> (Option<(StationIdentity, InitialContent)>, String) {
        let given = GivenIdentity { name: None, id: None, agency: None };
        let mut questions = Questions { input: answers.as_bytes(), output: Vec::new(), lang: Lang::Vi };
        let station = questions.ask(given, None).expect("ask the questions");
        (station, String::from_utf8(questions.output).expect("decode the questions"))
    }

    #[test]
    fn an_empty_answer_accepts_the_proposal() {
        let (station, printed) = ask_with("Đài Truyền thanh xã Đắk N'Drung\n\n\n\n");
        let (identity, content) = station.expect("get a station");
        assert_eq!((identity.id.as_str(), &*identity.agency), ("dak-ndrung", "UBND xã Đắk N'Drung"));
        assert_eq!(content, InitialContent::Blank, "a real station begins without the sample");
        assert!(printed.contains("“dak-ndrung”"), "{printed}");
    }

    #[test]
    fn an_answer_overrides_the_proposal() {
        let (station, _) = ask_with("Ea Pô\nea-po-cu-jut\nUBND xã Ea Pô\ncó\n");
        let (identity, content) = station.expect("get a station");
        assert_eq!((identity.id.as_str(), &*identity.agency), ("ea-po-cu-jut", "UBND xã Ea Pô"));
        assert_eq!(content, InitialContent::Sample);
    }

    #[test]
    fn an_invalid_answer_is_explained_and_the_question_is_repeated() {
        let (station, printed) = ask_with("\n  \nĐài mẫu\ndai-mau\nĐắk Ru\ndak-ru\n\n\n");
        assert_eq!(station.expect("get a station").0.id.as_str(), "dak-ru");
        assert!(printed.contains("Hãy gõ câu trả lời") && printed.contains("mã của đài mẫu"), "{printed}");
        assert!(printed.contains("không phải là mã") && printed.contains("“dak-ru”"), "{printed}");
    }

    #[test]
    fn no_station_is_made_unless_every_question_is_answered() {
        for answers in ["", "Ea Pô", "Ea Pô\n\n", "Ea Pô\n\n\n", &"\n".repeat(50), &"x".repeat(100_000)] {
            let (station, _) = ask_with(answers);
            assert!(station.is_none(), "{answers:.20}");
        }
    }
}
