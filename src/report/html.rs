//! To be replaced.
#[must_use]
pub fn html(_: &super::Report, _: crate::text::Lang) -> String {
    String::new()
}
