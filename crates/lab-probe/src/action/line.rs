//! Command lines that a person can type.

use std::borrow::Cow;

/// `docker exec <how> <container> <words>`: one of an engine's own tools, run in a container of the lab.
pub fn exec<'a>(how: &str, container: &str, words: impl IntoIterator<Item = &'a str>) -> String {
    let mut line = format!("docker exec {how} {}", quoted(container));
    for word in words {
        line.push(' ');
        line.push_str(&quoted(word));
    }
    line
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
    fn only_what_must_be_is_quoted() {
        assert_eq!(quoted("--topic=a.b"), "--topic=a.b");
        assert_eq!(quoted("two words"), "'two words'");
        assert_eq!(quoted(""), "''");
        assert_eq!(exec("-it", "a b", ["nodetool", "it's"]), "docker exec -it 'a b' nodetool \"it's\"");
    }
}
