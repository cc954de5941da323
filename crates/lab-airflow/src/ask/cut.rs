//! The beginnings of long texts, and how long they are.

/// The first `most` characters, and how many there are in all.
pub(super) fn start(text: &str, most: usize) -> (String, u64) {
    let end = text.char_indices().nth(most).map_or(text.len(), |(end, _)| end);
    let length = text.chars().count() as u64;
    (text.get(..end).unwrap_or_default().to_owned(), length)
}

/// The first `most` characters, with a mark where there are more.
pub(super) fn short(text: &str, most: usize) -> String {
    let (start, length) = start(text, most);
    if length > most as u64 { format!("{start}…") } else { start }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn characters_are_counted_not_bytes() {
        assert_eq!(start("größer", 3), ("grö".to_owned(), 6));
        assert_eq!(start("", 3), (String::new(), 0));
        assert_eq!((short("größe", 5).as_str(), short("größer", 5).as_str()), ("größe", "größe…"));
    }
}
