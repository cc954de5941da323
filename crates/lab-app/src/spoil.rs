//! Texts that nobody would write, for tests: right ones with a few letters changed. The same ones in every run.

/// What stands for letters that are taken out.
const PIECES: [&str; 16] = [
    "",
    "\"",
    "'",
    "=",
    "[",
    "]",
    "{",
    "}",
    ",",
    ":",
    "null",
    "-1e999",
    "99999999999999999999",
    "\u{0}",
    "\u{1b}[31m",
    "日本",
];

/// So many spoiled texts, each made of one of `right`.
pub(crate) fn spoiled(right: &[&str], count: u64) -> impl Iterator<Item = String> {
    (1..=count).map(move |seed| {
        let mut state = seed.wrapping_mul(0x9E37_79B9_7F4A_7C15);
        let mut below = |limit: usize| {
            state ^= state << 13;
            state ^= state >> 7;
            state ^= state << 17;
            usize::try_from(state % limit.max(1) as u64).unwrap_or_default()
        };
        let mut letters: Vec<char> = right[below(right.len())].chars().collect();
        for _ in 0..=below(3) {
            let from = below(letters.len() + 1);
            let to = (from + below(6)).min(letters.len());
            letters.splice(from..to, PIECES[below(PIECES.len())].chars());
        }
        letters.into_iter().collect()
    })
}
