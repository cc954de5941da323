//! Numbers with their noun.

use std::fmt::Display;

/// `1 partition`, `3 partitions`.
pub fn counted<N: Display + Copy + PartialEq + From<u8>>(number: N, noun: &str) -> String {
    let plural = if number == N::from(1) { "" } else { "s" };
    format!("{number} {noun}{plural}")
}
