//! The mappings of this process, read from maps(5) and smaps(5).

/// Returns the read-only mappings of files in smaps(5) whose pages all equal the file, in memory and in swap; with `of`,
/// only those of this file.
pub(super) fn clean_file_mappings(smaps: &str, of: Option<&std::path::Path>) -> Vec<std::ops::Range<usize>> {
    let mut found = Vec::new();
    let mut mapping = None;
    for line in smaps.lines() {
        let mut words = line.split_ascii_whitespace();
        match (words.next(), words.next()) {
            // A relocated page that was swapped out counts as swap, not as anonymous.
            (Some("Anonymous:" | "Swap:"), Some(kb)) if kb != "0" => mapping = None,
            (Some("Swap:"), Some(_)) => found.extend(mapping.take()),
            (Some(key), _) if key.ends_with(':') => {}
            _ => mapping = read_only_mapping(line, of),
        }
    }
    found
}

/// Reads one line of maps(5). Returns the range if the mapping is private, read-only and of a file; with `of`, of this
/// file.
pub(super) fn read_only_mapping(line: &str, of: Option<&std::path::Path>) -> Option<std::ops::Range<usize>> {
    let mut words = line.split_ascii_whitespace();
    let (range, rights) = (words.next()?, words.next()?);
    let file = words.nth(3).filter(|path| path.starts_with('/'))?;
    let ours = of.is_none_or(|of| of.as_os_str() == file);
    parse_address_range(range).filter(|_| ours && matches!(rights, "r-xp" | "r--p"))
}

fn parse_address_range(text: &str) -> Option<std::ops::Range<usize>> {
    let (from, to) = text.split_once('-')?;
    let range = usize::from_str_radix(from, 16).ok()?..usize::from_str_radix(to, 16).ok()?;
    (range.start < range.end).then_some(range)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_what_is_the_same_in_its_file_is_given_back() {
        let smaps = "\
            1000-3000 r-xp 00000000 fe:00 12 /usr/bin/loa\nRss: 8 kB\nAnonymous: 0 kB\nSwap: 0 kB\n\
            3000-4000 r--p 00002000 fe:00 12 /usr/bin/loa\nRss: 4 kB\nAnonymous: 4 kB\nSwap: 0 kB\n\
            4000-5000 rw-p 00003000 fe:00 12 /usr/bin/loa\nAnonymous: 0 kB\nSwap: 0 kB\n\
            5000-6000 r--p 00004000 fe:00 12 /usr/bin/loa\nAnonymous: 0 kB\nSwap: 8 kB\n\
            6000-7000 r--p 00005000 fe:00 12 /usr/bin/loa\nAnonymous: 0 kB\nSwap: 0 kB\nLocked: 0 kB\n\
            7000-8000 r-xp 00000000 fe:00 13 /usr/lib/libx.so\nAnonymous: 0 kB\nSwap: 0 kB\n\
            8000-9000 r-xp 00000000 00:00 0 [vdso]\nAnonymous: 0 kB\nSwap: 0 kB\n\
            a000-9000 r-xp 00000000 fe:00 12 /usr/bin/loa\nAnonymous: 0 kB\nSwap: 0 kB\n";
        let found = clean_file_mappings(smaps, Some(std::path::Path::new("/usr/bin/loa")));
        let found: Vec<_> = found.iter().map(|range| (range.start, range.end)).collect();
        assert_eq!(found, [(0x1000, 0x3000), (0x6000, 0x7000)]);
    }
}
