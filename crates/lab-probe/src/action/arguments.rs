//! Rules for arguments.

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

/// A text that is more than space, as the argument `what`.
///
/// # Errors
///
/// What is wrong, naming the argument; no full stop.
pub fn check_text(what: &str, text: &str) -> Result<(), String> {
    if text.trim().is_empty() { Err(format!("`{what}` must not be empty")) } else { Ok(()) }
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
}
