//! (being written)
/// placeholder
pub struct Reading;
/// placeholder
pub fn read() -> Reading {
    Reading
}
