//! Commands of the station: what the operator plans, plays and hands in.
pub mod add;
pub mod amplifier;
pub mod check;
pub mod control;
pub mod demo;
pub mod export;
pub mod init;
pub mod list;
pub mod plan;
mod plan_changes;
pub mod push;
pub mod rehearse;
pub mod remove;
pub mod run;
pub mod scan;
pub mod urgent;
mod week_table;
