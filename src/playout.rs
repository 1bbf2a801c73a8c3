//! Turns the plan into sound.
//!
//! [`engine`] makes every decision. [`Playout`] is the loop around it: the loop reads the clock, passes events to the
//! engine, and carries out the engine's actions through the three traits [`clock::Clock`], [`output::Output`] and
//! [`Storage`](crate::airlog::storage::Storage). [`assembly`] connects these parts for [`daemon`], [`rehearsal`] and
//! the tests.
pub mod adoption;
pub mod amplifier;
pub mod assembly;
pub mod clock;
mod command;
pub mod control;
pub mod daemon;
mod effects;
pub mod engine;
pub mod epoch_rotation;
pub mod error;
pub mod external_command;
mod fd_wait;
mod hand_in_watch;
pub mod host_watch;
pub mod key_location;
mod loader;
pub mod lock;
mod log_health;
pub mod log_identity;
mod loop_handle;
pub mod notice;
pub mod output;
pub mod player;
pub mod rehearsal;
pub mod removal_confirmation;
mod run_loop;
pub(crate) mod signals;
pub mod user;
pub mod watch;

pub use command::PlayoutCommand;
pub use effects::{AlarmFactsReader, Effects};
pub use notice::PlayoutNotice;
pub use run_loop::Playout;
