//! To be replaced.
/// E.
#[derive(Debug, thiserror::Error)]
#[error("pdf")]
pub struct PdfError;
/// P.
/// # Errors
/// none
pub fn pdf(_: &super::Report, _: crate::text::Lang) -> Result<Vec<u8>, PdfError> {
    Err(PdfError)
}
