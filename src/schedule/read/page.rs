//! Reads `[page]`.
use super::fields::TableReader;
use super::values::read_choice;
use crate::schedule::settings::{PageNetwork, PageSettings};

/// Reads the settings of the page.
pub fn read(fields: &mut TableReader<'_, '_>, page: &mut PageSettings) {
    let networks = [("off", PageNetwork::ThisComputer), ("http", PageNetwork::Http), ("tls", PageNetwork::Tls)];
    if let Some(network) = read_choice(fields, "network", &networks) {
        page.network = network;
    }
}
