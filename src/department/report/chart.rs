//! The charts of a report. HTML shows them as SVG, PDF as shapes.
mod growth;
mod style;
mod weekly;

pub use self::growth::growth_chart;
pub use self::weekly::weekly_chart;
