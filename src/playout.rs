//! Step 4 of the flow: the plan becomes sound.
pub mod clock;
pub mod engine;
pub mod output;
