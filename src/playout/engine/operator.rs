//! Carries out the operator's commands, logs them with the person who gave them, and replies.
pub(super) mod command;
mod play;
mod removal;
pub(super) mod reply;
mod stop;

use super::Engine;
use super::action::Action;
use super::department_notes::department_bodies;
use super::phase::Phase;
use crate::airlog::entry::{Body, OperatorAction, OperatorEntry, PeerUser, RemarkEntry};
use crate::playout::clock::ClockSnapshot;
use command::OperatorCommand;
use reply::CommandReply;

/// The longest remark, characters.
const MAX_REMARK: usize = 1000;
/// The longest id in a remark, characters.
const MAX_REMARK_ID: usize = 200;

impl Engine {
    /// Carries out a command and replies.
    pub(super) fn handle_command(&mut self, now: ClockSnapshot, command: OperatorCommand, who: PeerUser) {
        let reply = match command {
            OperatorCommand::Status => CommandReply::Status(Box::new(self.status(now))),
            _ if self.phase != Phase::Running => CommandReply::Ending,
            OperatorCommand::Play(segment) => self.play(now, &segment, who),
            OperatorCommand::Urgent { what, repeat } => self.queue_urgent(now, what, repeat, &who),
            OperatorCommand::Skip => self.skip(who),
            OperatorCommand::Stop => self.stop(now, who),
            OperatorCommand::Note { id, text } => self.log_remark(id, &text, who),
            OperatorCommand::ConfirmClock => self.confirm_clock(now, who),
            OperatorCommand::AcceptRemoval { files } => self.accept_removal(now, &files, &who),
            OperatorCommand::Amplifier { on } => self.set_amplifier(now, on, who),
            OperatorCommand::Collect { notes } => self.log_department_notes(notes),
        };
        self.actions.after_log.push(Action::Reply(reply));
    }

    /// Logs a command.
    pub(super) fn log_operator(&mut self, action: OperatorAction, id: Option<String>, who: PeerUser) {
        self.actions.log.push(Body::Operator(OperatorEntry { action, id, who }));
    }

    fn log_remark(&mut self, id: String, text: &str, who: PeerUser) -> CommandReply {
        let text: String = unicode_normalization::UnicodeNormalization::nfc(text.trim()).collect();
        let fits = |s: &str, max| !s.is_empty() && s.chars().count() <= max && !s.chars().any(char::is_control);
        if !fits(&text, MAX_REMARK) || !fits(&id, MAX_REMARK_ID) {
            return CommandReply::BadText;
        }
        self.actions.log.push(Body::Remark(RemarkEntry { id, text, who }));
        CommandReply::Done
    }

    fn confirm_clock(&mut self, now: ClockSnapshot, who: PeerUser) -> CommandReply {
        let was_trusted = self.clock_trust.trusted;
        if self.clock_trust.confirm(now).is_err() {
            return CommandReply::ClockImpossible;
        }
        self.log_operator(OperatorAction::ConfirmClock, None, who);
        if !was_trusted {
            self.log_clock_trust();
            self.on_trust_changed(now);
        }
        CommandReply::Done
    }

    fn log_department_notes(&mut self, notes: Vec<String>) -> CommandReply {
        self.actions.log.extend(department_bodies(notes));
        self.actions.after_log.push(Action::RotateEpoch);
        CommandReply::Done
    }
}
