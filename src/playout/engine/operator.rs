//! Performs the operator's commands, logs them with the user who gave them, and replies.
pub(super) mod command;
pub(super) mod effect;
mod play;
mod removal;
pub(super) mod reply;
mod stop;

use super::Engine;
use super::action::Action;
use super::department_notes::department_bodies;
use super::phase::Phase;
use crate::airlog::entry::{Body, OperatorAction, OperatorEntry, PeerUser, RemarkEntry};
use crate::base::instant::format_rfc3339;
use crate::base::limits::MAX_NOTE_CHARS;
use crate::playout::clock::ClockSnapshot;
use command::OperatorCommand;
use effect::CommandEffect;
use reply::CommandReply;

/// The maximum length of an airing's id in a remark, in characters.
const MAX_REMARK_ID_CHARS: usize = 200;

impl Engine {
    /// Performs a command and queues the reply.
    pub(super) fn handle_command(&mut self, now: ClockSnapshot, command: OperatorCommand, user: PeerUser) {
        let reply = match command {
            OperatorCommand::Status => {
                self.assess_concerns(now);
                CommandReply::Status(Box::new(self.status(now)))
            }
            _ if self.phase != Phase::Running => CommandReply::Ending,
            OperatorCommand::Play(segment) => self.play(now, &segment, user),
            OperatorCommand::Urgent { source, repeat } => self.queue_urgent(now, source, repeat, &user),
            OperatorCommand::Skip => self.skip(now, user),
            OperatorCommand::Stop => self.stop(now, user),
            OperatorCommand::Note { id, text } => self.log_remark(id, &text, user),
            OperatorCommand::ConfirmClock => self.confirm_clock(now, user),
            OperatorCommand::AcceptRemoval { files } => self.accept_removal(now, &files, &user),
            OperatorCommand::Amplifier { on } => self.set_amplifier(now, on, user),
            OperatorCommand::Collect { notes } => self.log_department_notes(notes),
        };
        self.actions.post_log_actions.push(Action::Reply(reply));
    }

    /// Logs a command with the user who gave it.
    pub(super) fn log_operator_command(&mut self, action: OperatorAction, id: Option<String>, user: PeerUser) {
        self.actions.log.push(Body::Operator(OperatorEntry { action, id, who: user }));
    }

    fn log_remark(&mut self, id: String, text: &str, user: PeerUser) -> CommandReply {
        let text: String = unicode_normalization::UnicodeNormalization::nfc(text.trim()).collect();
        let is_valid = |text: &str, max_chars| {
            !text.is_empty() && text.chars().count() <= max_chars && !text.chars().any(char::is_control)
        };
        if !is_valid(&text, MAX_NOTE_CHARS) || !is_valid(&id, MAX_REMARK_ID_CHARS) {
            return CommandReply::BadText;
        }
        self.actions.log.push(Body::Remark(RemarkEntry { id, text, who: user }));
        CommandEffect::Note.into()
    }

    fn confirm_clock(&mut self, now: ClockSnapshot, user: PeerUser) -> CommandReply {
        let was_trusted = self.clock_trust.is_trusted;
        if self.clock_trust.confirm(now).is_err() {
            return CommandReply::ClockImpossible;
        }
        self.log_operator_command(OperatorAction::ConfirmClock, None, user);
        // Outcomes wait for the clock to be corrected. A confirmed clock needs no correction.
        self.clock_grace_until = now.boot;
        if !was_trusted {
            self.log_clock_trust();
            self.on_trust_changed(now);
        }
        CommandEffect::ConfirmClock { at: format_rfc3339(now.wall, self.zone()) }.into()
    }

    fn log_department_notes(&mut self, notes: Vec<String>) -> CommandReply {
        self.actions.log.extend(department_bodies(notes));
        self.actions.post_log_actions.push(Action::RotateEpoch);
        CommandReply::Done
    }
}
