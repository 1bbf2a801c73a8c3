//! The arguments of `loa enrol`.
use std::path::PathBuf;

use clap::Args;

use crate::cli::args::DateArg;

/// Arguments of `loa enrol`.
#[derive(Debug, Args)]
#[allow(missing_docs)]
pub struct EnrolArgs {
    #[arg(required_unless_present_any = ["accept_registry", "station_id", "list"])]
    pub vkey: Option<String>,
    #[arg(long, value_name = "STORE")]
    pub store: PathBuf,
    #[arg(long)]
    pub yes: bool,
    #[arg(long)]
    pub name: Option<String>,
    #[arg(long, value_name = "PLACE")]
    pub place: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub post: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub phone: Option<String>,
    #[arg(long, value_name = "TEXT")]
    pub mail: Option<String>,
    #[arg(long)]
    pub second_log: bool,
    #[arg(long = "station", value_name = "ID", conflicts_with_all = ["vkey", "exposed", "list", "second_log"])]
    pub station_id: Option<String>,
    #[arg(long, value_name = "DATE", requires = "station_id")]
    pub from: Option<DateArg>,
    #[arg(
        long,
        value_name = "FILE",
        conflicts_with_all = ["vkey", "exposed", "name", "place", "post", "phone", "mail", "second_log"]
    )]
    pub list: Option<PathBuf>,
    #[arg(long)]
    pub exposed: bool,
    #[arg(
        long = "accept",
        conflicts_with_all = ["vkey", "name", "place", "post", "phone", "mail", "exposed", "station_id", "list"]
    )]
    pub accept_registry: bool,
}
