//! One member of a JSON object as it is written there. A value of megabytes is not made a tree of for it, and a number of
//! thirty digits stays the one it is.

/// The member of that name of the object that `json` is; none if it is no such object.
pub(crate) fn member<'a>(json: &'a str, name: &str) -> Option<&'a str> {
    let bytes = json.as_bytes();
    let mut at = space(bytes, 0);
    if bytes.get(at) != Some(&b'{') {
        return None;
    }
    at = space(bytes, at + 1);
    while bytes.get(at) == Some(&b'"') {
        let key_end = value_end(bytes, at)?;
        let colon = space(bytes, key_end);
        if bytes.get(colon) != Some(&b':') {
            return None;
        }
        let value = space(bytes, colon + 1);
        let end = value_end(bytes, value)?;
        let key: String = serde_json::from_str(json.get(at..key_end)?).ok()?;
        if key == name {
            return json.get(value..end);
        }
        at = space(bytes, end);
        if bytes.get(at) != Some(&b',') {
            return None;
        }
        at = space(bytes, at + 1);
    }
    None
}

fn space(bytes: &[u8], from: usize) -> usize {
    let gap = bytes.iter().skip(from).take_while(|byte| byte.is_ascii_whitespace()).count();
    from + gap
}

/// Where the value that begins there ends.
fn value_end(bytes: &[u8], from: usize) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, from);
    loop {
        match *bytes.get(at)? {
            b'"' => at = text_end(bytes, at)?,
            b'{' | b'[' => {
                depth += 1;
                at += 1;
            }
            b'}' | b']' => {
                depth = depth.checked_sub(1)?;
                at += 1;
            }
            _ if depth == 0 => at = word_end(bytes, at)?,
            _ => at += 1,
        }
        if depth == 0 {
            return Some(at);
        }
    }
}

/// Of a text, which begins with its quote.
fn text_end(bytes: &[u8], from: usize) -> Option<usize> {
    let mut at = from + 1;
    loop {
        match *bytes.get(at)? {
            b'\\' => at += 2,
            b'"' => return Some(at + 1),
            _ => at += 1,
        }
    }
}

/// Of a number, or of `true`, `false`, `null`.
fn word_end(bytes: &[u8], from: usize) -> Option<usize> {
    let is_of_word = |byte: &&u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'+' | b'.');
    let length = bytes.iter().skip(from).take_while(is_of_word).count();
    (length > 0).then_some(from + length)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_member_is_what_is_written() {
        let json = r#" { "key" : "a\"}", "value": {"x": [1, "]}", 123456789012345678901234567890], "value": 2}, "n":-1.5e3 } "#;
        let value = r#"{"x": [1, "]}", 123456789012345678901234567890], "value": 2}"#;
        assert_eq!(member(json, "value"), Some(value));
        assert_eq!((member(json, "n"), member(json, "key")), (Some("-1.5e3"), Some(r#""a\"}""#)));
        assert_eq!(member(value, "value"), Some("2"));
        assert_eq!(member(r#"{"größe":null}"#, "größe"), Some("null"));
        assert_eq!(member(r#"{"gr\u00f6\u00dfe":[]}"#, "größe"), Some("[]"));
    }

    #[test]
    fn what_is_no_such_object_has_none() {
        for json in [
            "",
            "{",
            "{}",
            "[1]",
            "null",
            r#"{"a""#,
            r#"{"a":"#,
            r#"{"a":[1"#,
            r#"{"a":"x\"#,
            r#"{"a":}"#,
            r#"{"a" 1}"#,
        ] {
            assert_eq!(member(json, "a"), None, "{json}");
        }
        assert_eq!(member(r#"{"b":1}"#, "a"), None);
    }
}
