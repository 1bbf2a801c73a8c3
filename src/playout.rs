//! Step 4 of the flow: the plan becomes sound.
mod deck;
pub mod output;
