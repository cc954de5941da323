//! Reading source text the way rules need it: with line numbers, and without what only tests see.

/// The lines of a Rust file that are no test code, with their numbers from 1.
pub(super) fn without_tests(text: &str) -> Vec<(usize, &str)> {
    let mut kept = Vec::new();
    let mut lines = text.lines().enumerate().map(|(index, line)| (index + 1, line));
    while let Some((number, line)) = lines.next() {
        if !is_test_attribute(line) {
            kept.push((number, line));
            continue;
        }
        // The item behind the attribute ends with its semicolon or, as rustfmt writes it, with a brace in column one.
        let mut opened = false;
        for (_, line) in lines.by_ref() {
            opened |= line.ends_with('{');
            if (opened && line == "}") || (!opened && (line.ends_with(';') || line.ends_with('}'))) {
                break;
            }
        }
    }
    kept
}

fn is_test_attribute(line: &str) -> bool {
    line.starts_with("#[cfg(test)]") || line.starts_with("#[cfg(all(test")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tests_are_left_out_and_what_follows_is_kept() {
        let text =
            "//! Why.\n#[cfg(test)]\nmod tests;\nfn a() {}\n#[cfg(test)]\nmod tests {\n    fn b() {}\n}\nfn c() {}\n";
        let kept: Vec<_> = without_tests(text).into_iter().collect();
        assert_eq!(kept, [(1, "//! Why."), (4, "fn a() {}"), (9, "fn c() {}")]);
    }
}
