//! Charts of a report: drawn in HTML as SVG, in PDF as shapes.
mod growth;
mod style;
mod weekly;

pub use self::growth::growth_chart;
pub use self::weekly::weekly_chart;
