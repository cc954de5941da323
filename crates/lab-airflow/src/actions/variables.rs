//! Variables: what the actions on them share.

use super::{kept::Kept, names::check_words, refused::Advice};

pub(super) const ADVICE: Advice = Advice {
    missing: "Look at the list of variables: keys are told apart by large and small letters.",
    conflict: "Look at the variable: somebody else may have changed it meanwhile.",
};

pub(super) fn check_key(key: &str) -> Result<(), String> {
    check_words("key", key, 250)
}

pub(super) fn kept(key: &str) -> Kept<'_> {
    Kept { all: "variables", name: key }
}
