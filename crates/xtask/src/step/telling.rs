//! Which lines of a failed command's output tell why: a log of a thousand lines hides the one that matters, and whoever
//! reads only the end of a run's output sees no other.

use std::path::Path;

use regex::Regex;

/// How many lines are picked at most, and how long each may be, in characters.
const MOST: usize = 24;
const WIDEST: usize = 320;

/// A failed test, assertion, lint or proof in the words of the runners that we use: cargo, clippy, Playwright, Vitest,
/// node, `pipewright check`.
const TELLING: &str = concat!(
    r#"^error(\[|:)|^\s+--> |^test .* FAILED|panicked at|assertion .*failed|^\s+(left|right): |^\s*✘|^\s*✗|^not ok "#,
    r#"|^\s+\d+\) |^\s+(\w*Error: |Locator: |Expected|Received|Test timeout)|^\s+at .*spec\.ts|"holds":false|^NO "#,
    r#"|^\s+error: |FAIL |^\[warn\]|^\s+\d+:\d+\s+error"#
);

/// The lines of a log that tell why its command failed, in their order; none where the log cannot be read.
pub(super) fn lines(log: &Path) -> Vec<String> {
    let text = std::fs::read(log).map(|bytes| String::from_utf8_lossy(&bytes).into_owned()).unwrap_or_default();
    pick(&console::strip_ansi_codes(&text))
}

fn pick(text: &str) -> Vec<String> {
    let Ok(telling) = Regex::new(TELLING) else { return Vec::new() };
    text.lines().filter(|line| telling.is_match(line)).take(MOST).map(short).collect()
}

fn short(line: &str) -> String {
    let mut short: String = line.trim_end().chars().take(WIDEST).collect();
    if short.len() < line.trim_end().len() {
        short.push('…');
    }
    short
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_failed_is_picked_and_what_passed_is_not() {
        let text = "  ✓   2 [labs] › flows/cassandra.spec.ts:67:1 › a key (48.2s)\n\
                    \x20 ✘  11 [labs] › flows/lab.spec.ts:11:1 › three brokers (1.2m)\n\
                    \x20   Error: expect(locator).toContainText(expected) failed\n\
                    \x20       123 × locator resolved to <p></p>\n\
                    {\"lesson\":\"kafka/x\",\"holds\":true}\n{\"lesson\":\"kafka/y\",\"holds\":false}\n\
                    test a ... ok\ntest b ... FAILED\n";
        let picked = pick(text);
        assert_eq!(picked.len(), 4, "{picked:?}");
        assert!(picked.iter().all(|line| !line.contains('✓') && !line.contains("true")), "{picked:?}");
    }

    #[test]
    fn a_long_line_is_cut_and_many_are_few() {
        let picked = pick(&format!("error: {}\n", "x".repeat(5000)).repeat(100));
        assert_eq!(picked.len(), MOST);
        assert!(picked.iter().all(|line| line.chars().count() == WIDEST + 1));
    }
}
