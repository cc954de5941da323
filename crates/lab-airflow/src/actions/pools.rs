//! Pools: what the actions on them share.

use super::{kept::Kept, names::check_words, refused::Advice};

/// The pool of every task that names none. Airflow keeps it, and its description.
pub(super) const DEFAULT: &str = "default_pool";

pub(super) const ADVICE: Advice = Advice {
    missing: "Look at the list of pools: names are told apart by large and small letters.",
    conflict: "Look at the pool: somebody else may have changed it meanwhile.",
};

pub(super) fn check_pool(name: &str) -> Result<(), String> {
    check_words("name", name, 256)
}

pub(super) fn kept(name: &str) -> Kept<'_> {
    Kept { all: "pools", name }
}
