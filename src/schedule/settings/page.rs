//! `[page]`: who may reach the station's page for a browser.

/// The settings in `[page]`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub struct PageSettings {
    /// From where the page can be reached.
    pub network: PageNetwork,
}

/// From where the page can be reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum PageNetwork {
    /// From the station's computer alone.
    #[default]
    ThisComputer,
    /// Also from paired telephones in the same network, over HTTP, which others in that network can read.
    Http,
    /// Also from paired telephones in the same network, encrypted.
    Tls,
}
