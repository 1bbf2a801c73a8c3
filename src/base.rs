//! Shared building blocks: ids, instants, lengths, limits, durable files, locks, state folders, and the operating
//! system.
pub mod durable;
pub mod file_lock;
pub mod fold;
pub mod hash;
pub mod id;
pub mod instant;
pub mod length;
pub mod limits;
pub mod medium;
pub mod panic_text;
#[cfg(feature = "department")]
pub mod permille;
pub mod platform;
pub mod small_file;
pub mod state_dirs;
pub mod work_queue;
