//! The little that actions of all engines share: rules for arguments, and words of a command line.
//!
//! What an action is stays with each engine: it runs with what that engine has at hand and fails in its own words.

use std::borrow::Cow;

/// A name that somebody gives to a client or a group, as the argument `what`: it stands in pictures, record ids and
/// command lines, so it is 1 to 60 printable characters.
///
/// # Errors
///
/// What is wrong, naming the argument; no full stop.
pub fn check_name(what: &str, name: &str) -> Result<(), String> {
    if name.is_empty() || name.chars().count() > 60 || name.chars().any(char::is_control) {
        return Err(format!("`{what}` must be 1 to 60 printable characters"));
    }
    Ok(())
}

/// A number as the argument `what`: from `least` to `most`, both included.
///
/// # Errors
///
/// What is wrong, naming the argument; no full stop.
pub fn check_range<N: PartialOrd + std::fmt::Display + Copy>(
    what: &str,
    number: N,
    least: N,
    most: N,
) -> Result<(), String> {
    if number < least || number > most {
        return Err(format!("`{what}` must be from {least} to {most}, not {number}"));
    }
    Ok(())
}

/// As a shell takes it for one word; quoted only where it must be, for it is to be read by people too.
pub fn quoted(word: &str) -> Cow<'_, str> {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "_-./:=,@+%".contains(letter);
    if !word.is_empty() && word.chars().all(plain) {
        return Cow::Borrowed(word);
    }
    // Only a NUL cannot be quoted, and no argument has one.
    shlex::try_quote(word).unwrap_or(Cow::Borrowed("''"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn bounds_are_included_and_named() {
        assert_eq!((check_range("rate", 1, 1, 9), check_range("rate", 9, 1, 9)), (Ok(()), Ok(())));
        assert_eq!(check_range("rate", 10, 1, 9), Err("`rate` must be from 1 to 9, not 10".into()));
        assert_eq!((check_name("name", "ö"), check_name("name", &"ö".repeat(60))), (Ok(()), Ok(())));
        for name in ["", "a\nb", &"ö".repeat(61)] {
            assert_eq!(check_name("name", name), Err("`name` must be 1 to 60 printable characters".into()));
        }
    }

    #[test]
    fn only_what_must_be_is_quoted() {
        assert_eq!(quoted("--topic=a.b"), "--topic=a.b");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted(""), "''");
    }
}
