//! The questions of `loa init` at a terminal: the name first, from which the others are proposed.
use std::io::{self, BufRead, Read, Write};

use super::files::InitialContent;
use super::identity::{GivenIdentity, IdentityFault, StationIdentity, valid_agency, valid_id, valid_name};
use crate::cli::answer::says_yes;
use crate::schedule::station_name::{proposed_agency, proposed_id};
use crate::text::init::InitText;
use crate::text::{Lang, Localize, strip_unprintable};

/// A longer line is no answer.
const MAX_ANSWER_BYTES: u64 = 4096;
/// So many answers to one question are looked at; then loa gives up.
const MAX_TRIES: usize = 10;

/// Questions to a person: what is asked goes to `output`, the answers come from `input`.
pub struct Questions<R, W> {
    pub input: R,
    pub output: W,
    pub lang: Lang,
}

impl<R: BufRead, W: Write> Questions<R, W> {
    /// Asks for what is not given. Returns `None` if the answers end too early: then nothing is to be made.
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
            None => self.answer_to(&InitText::AskSample {})?.map(|answer| match says_yes(&answer) {
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
        for _ in 0..MAX_TRIES {
            let Some(answer) = self.answer_to(question)? else { return Ok(None) };
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

    /// Returns the answer without the spaces around it; `None` if there are no more answers.
    fn answer_to(&mut self, question: &InitText) -> io::Result<Option<String>> {
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

    fn answered(answers: &str) -> (Option<(StationIdentity, InitialContent)>, String) {
        let given = GivenIdentity { name: None, id: None, agency: None };
        let mut questions = Questions { input: answers.as_bytes(), output: Vec::new(), lang: Lang::Vi };
        let station = questions.ask(given, None).expect("memory takes everything");
        (station, String::from_utf8(questions.output).expect("UTF-8"))
    }

    #[test]
    fn enter_takes_what_is_proposed() {
        let (station, asked) = answered("Đài Truyền thanh xã Đắk N'Drung\n\n\n\n");
        let (identity, content) = station.expect("a station");
        assert_eq!((identity.id.as_str(), &*identity.agency), ("dak-ndrung", "UBND xã Đắk N'Drung"));
        assert_eq!(content, InitialContent::Blank, "a real station begins without the sample");
        assert!(asked.contains("“dak-ndrung”"), "{asked}");
    }

    #[test]
    fn an_own_answer_goes_before_the_proposal() {
        let (station, _) = answered("Ea Pô\nea-po-cu-jut\nUBND xã Ea Pô\ncó\n");
        let (identity, content) = station.expect("a station");
        assert_eq!((identity.id.as_str(), &*identity.agency), ("ea-po-cu-jut", "UBND xã Ea Pô"));
        assert_eq!(content, InitialContent::Sample);
    }

    #[test]
    fn a_wrong_answer_is_explained_and_asked_again() {
        let (station, asked) = answered("\n  \nĐài mẫu\ndai-mau\nĐắk Ru\ndak-ru\n\n\n");
        assert_eq!(station.expect("a station").0.id.as_str(), "dak-ru");
        assert!(asked.contains("Hãy gõ câu trả lời") && asked.contains("mã của đài mẫu"), "{asked}");
        assert!(asked.contains("không phải là mã") && asked.contains("“dak-ru”"), "{asked}");
    }

    #[test]
    fn answers_that_end_make_no_station() {
        for answers in ["", "Ea Pô", "Ea Pô\n\n", "Ea Pô\n\n\n", &"\n".repeat(50), &"x".repeat(100_000)] {
            let (station, _) = answered(answers);
            assert!(station.is_none(), "{answers:.20}");
        }
    }
}
