//! Tiles (c2sp.org/tlog-tiles): files with the hashes and entries of a log. A full tile never changes.
mod builder;

pub use builder::TileBuilder;

/// Number of hashes or entries in a full tile.
pub const TILE_WIDTH: u64 = 256;
/// Maximum length of an entry, in bytes: a bundle stores the length in two bytes.
pub const MAX_ENTRY_BYTES: usize = 65_535;
/// Maximum size of a bundle of entries, in bytes: a full bundle of the longest entries.
pub const MAX_BUNDLE_BYTES: u64 = TILE_WIDTH * (MAX_ENTRY_BYTES as u64 + 2);

/// The coordinates of a tile.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Tile {
    /// Level of the hashes, 0 to 7; `None` for a bundle of entries.
    pub level: Option<u8>,
    /// Number of the tile on its level.
    pub number: u64,
    /// Number of hashes or entries in it, 1 to 256.
    pub width: u64,
}

impl Tile {
    /// Returns the path of the tile in an export.
    #[must_use]
    pub fn path(&self) -> String {
        let level = self.level.map_or_else(|| "entries".to_owned(), |level| level.to_string());
        let mut groups = vec![format!("{:03}", self.number % 1000)];
        let mut quotient = self.number / 1000;
        while quotient > 0 {
            groups.push(format!("x{:03}", quotient % 1000));
            quotient /= 1000;
        }
        groups.reverse();
        let width_suffix = if self.width < TILE_WIDTH { format!(".p/{}", self.width) } else { String::new() };
        format!("tile/{level}/{}{width_suffix}", groups.join("/"))
    }
}

/// Returns the tile with this number in a tree of `size` leaves; `None` when the tree has no such tile.
#[must_use]
pub fn tile_at(level: Option<u8>, number: u64, size: u64) -> Option<Tile> {
    let hash_count = size.checked_shr(8 * u32::from(level.unwrap_or(0))).unwrap_or(0);
    let width = hash_count.checked_sub(number * TILE_WIDTH)?.min(TILE_WIDTH);
    (width > 0).then_some(Tile { level, number, width })
}

/// Splits a bundle into its entries; `None` when it does not hold exactly `width` entries.
#[must_use]
pub fn split_bundle(bundle: &[u8], width: u64) -> Option<Vec<&[u8]>> {
    let mut entries = Vec::new();
    let mut remainder = bundle;
    while let Some((length, tail)) = remainder.split_first_chunk::<2>() {
        let length = usize::from(u16::from_be_bytes(*length));
        let (entry, tail) = tail.split_at_checked(length)?;
        entries.push(entry);
        remainder = tail;
    }
    (remainder.is_empty() && entries.len() as u64 == width).then_some(entries)
}
