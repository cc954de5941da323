//! A value that somebody else wrote: a record's key, a cell, a header. Its kind is kept from the wire to the screen.
//!
//! Two different values never print the same: null, empty, text, numbers and bytes each look like what they are, and what
//! is cut carries its length and a digest of all of it. How an engine encodes values must not move in.

use std::fmt::{Display, Formatter, Result as FmtResult, Write as _};

use schemars::JsonSchema;
use serde::{Deserialize, Deserializer, Serialize};
use ts_rs::TS;

/// What a value is.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize, JsonSchema, TS)]
#[serde(rename_all = "snake_case")]
#[ts(export, export_to = "rpc/datum_kind.gen.ts")]
pub enum DatumKind {
    /// There is no value.
    #[default]
    Null,
    /// A value of no bytes.
    Empty,
    /// Text.
    Text,
    /// A literal of the engine's own that is no text: a number, a date, a list.
    Literal,
    /// Bytes that are no text.
    Bytes,
    /// A value that is there, and too large to be fetched or shown.
    TooLarge,
    /// A value that is there, and could not be read.
    Unread,
}

/// A value as it is shown and compared.
#[derive(Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, JsonSchema, TS)]
#[ts(export, export_to = "rpc/datum.gen.ts")]
pub struct Datum {
    /// What it is.
    pub kind: DatumKind,
    /// The text itself, the literal, bytes as `0x…`, or why it could not be read. Not escaped; cut where `digest` is set.
    pub text: String,
    /// Length of all of it, in bytes; 0 for null.
    #[ts(type = "number")]
    pub bytes: u64,
    /// The beginning of the SHA-256 of all of it, where `text` is only its beginning.
    #[serde(skip_serializing_if = "Option::is_none")]
    #[ts(optional)]
    pub digest: Option<String>,
}

/// Characters kept of a value.
const KEPT: usize = 200;

impl Datum {
    /// Bytes as an engine handed them out: text where they are UTF-8. `digest` computes the beginning of a SHA-256; it is
    /// asked only for what is cut.
    pub fn of_bytes(bytes: Option<&[u8]>, digest: impl FnOnce(&[u8]) -> String) -> Self {
        let Some(bytes) = bytes else { return Self::default() };
        let length = bytes.len() as u64;
        if bytes.is_empty() {
            return Self { kind: DatumKind::Empty, ..Self::default() };
        }
        let (kind, text, cut) = match std::str::from_utf8(bytes) {
            Ok(text) => {
                let (text, cut) = beginning(text);
                (DatumKind::Text, text.to_owned(), cut)
            }
            Err(_) => (DatumKind::Bytes, hex(&bytes[..bytes.len().min(KEPT / 2)]), bytes.len() > KEPT / 2),
        };
        Self { kind, text, bytes: length, digest: cut.then(|| digest(bytes)) }
    }

    /// A literal of the engine's own, e.g. `42` or `[1, 2]`, of a value of so many bytes.
    pub fn of_literal(literal: &str, bytes: u64, digest: impl FnOnce(&[u8]) -> String) -> Self {
        let (text, cut) = beginning(literal);
        let digest = cut.then(|| digest(literal.as_bytes()));
        Self { kind: DatumKind::Literal, text: text.to_owned(), bytes, digest }
    }

    /// Text that is short enough to be kept whole.
    pub fn of_text(text: &str) -> Self {
        Self::of_bytes(Some(text.as_bytes()), |_| String::new())
    }

    /// A value of so many bytes that was not fetched.
    pub fn too_large(bytes: u64) -> Self {
        Self { kind: DatumKind::TooLarge, bytes, ..Self::default() }
    }

    /// A value of so many bytes that could not be read, and why.
    pub fn unread(why: &str, bytes: u64) -> Self {
        Self { kind: DatumKind::Unread, text: beginning(why).0.to_owned(), bytes, digest: None }
    }

    /// As printed between such separators: in quotes where text of its own contains one.
    pub fn within(&self, separators: &[char]) -> String {
        if self.kind == DatumKind::Text && is_plain(&self.text) && self.text.contains(separators) {
            return format!("\"{}\"{}", escaped(&self.text, true), self.cut());
        }
        self.to_string()
    }

    /// What a text that is cut has behind it.
    fn cut(&self) -> String {
        let cut = self.digest.as_ref().map(|digest| format!("… ({}, sha256 {digest})", size(self.bytes)));
        cut.unwrap_or_default()
    }

    /// Whether there is no value.
    pub fn is_null(&self) -> bool {
        self.kind == DatumKind::Null
    }
}

/// The first characters, and whether that is not all.
fn beginning(text: &str) -> (&str, bool) {
    text.char_indices().nth(KEPT).map_or((text, false), |(end, _)| (&text[..end], true))
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("0x"), |mut text, byte| {
        let _ = write!(text, "{byte:02x}");
        text
    })
}

/// As terminal, tables and page print it: on one line, nothing in it acts on a terminal, and no two values look alike.
impl Display for Datum {
    fn fmt(&self, f: &mut Formatter<'_>) -> FmtResult {
        let cut = self.cut();
        match self.kind {
            DatumKind::Null => f.write_str("null"),
            DatumKind::Empty => f.write_str("\"\""),
            DatumKind::Text if is_plain(&self.text) => write!(f, "{}{cut}", self.text),
            DatumKind::Text => write!(f, "\"{}\"{cut}", escaped(&self.text, true)),
            DatumKind::Literal => write!(f, "{}{cut}", escaped(&self.text, false)),
            DatumKind::Bytes => write!(f, "{}{cut}", self.text),
            DatumKind::TooLarge => write!(f, "(too large to show: {})", size(self.bytes)),
            DatumKind::Unread => {
                write!(f, "(cannot be read: {}; {})", escaped(&self.text, false), size(self.bytes))
            }
        }
    }
}

/// Text that needs no quotes: it cannot be taken for null, bytes, or a remark of ours.
fn is_plain(text: &str) -> bool {
    let taken = text == "null" || text.starts_with("0x") || text.starts_with(['"', '(']) || text.contains('…');
    let padded = text.starts_with(' ') || text.ends_with(' ');
    !taken && !padded && !text.contains(acts)
}

/// A character that is not seen, or that acts on what shows it: controls, line ends, marks that turn the direction.
fn acts(letter: char) -> bool {
    letter.is_control()
        || (letter.is_whitespace() && letter != ' ')
        || matches!(letter, '\u{ad}' | '\u{61c}' | '\u{180e}' | '\u{200b}'..='\u{200f}' | '\u{202a}'..='\u{202e}'
            | '\u{2060}'..='\u{206f}' | '\u{feff}' | '\u{fff9}'..='\u{fffb}' | '\u{e0000}'..='\u{e007f}')
}

/// Text whose characters that act are written out, e.g. `\n`, `\u{1b}`; within quotes, also `"` and `\`.
pub fn escaped(text: &str, quoted: bool) -> String {
    text.chars().fold(String::with_capacity(text.len()), |mut out, letter| {
        match letter {
            '\n' | '\r' | '\t' => out.extend(letter.escape_default()),
            '"' | '\\' if quoted => out.extend(['\\', letter]),
            _ if acts(letter) => out.extend(letter.escape_unicode()),
            _ => out.push(letter),
        }
        out
    })
}

/// `17 bytes`, `70.0 MB` (of a million bytes).
fn size(bytes: u64) -> String {
    match bytes {
        1 => "1 byte".to_owned(),
        0..1000 => format!("{bytes} bytes"),
        1000..1_000_000 => format!("{}.{} kB", bytes / 1000, bytes % 1000 / 100),
        _ => format!("{}.{} MB", bytes / 1_000_000, bytes % 1_000_000 / 100_000),
    }
}

/// Also what journals of before held: a text, or null.
impl<'de> Deserialize<'de> for Datum {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        #[derive(Deserialize)]
        #[serde(untagged)]
        enum Written {
            Text(String),
            Whole {
                kind: DatumKind,
                #[serde(default)]
                text: String,
                #[serde(default)]
                bytes: u64,
                #[serde(default)]
                digest: Option<String>,
            },
            Null(()),
        }
        Ok(match Written::deserialize(deserializer)? {
            Written::Text(text) => Self::of_text(&text),
            Written::Whole { kind, text, bytes, digest } => Self { kind, text, bytes, digest },
            Written::Null(()) => Self::default(),
        })
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn shown(bytes: &[u8]) -> String {
        Datum::of_bytes(Some(bytes), |all| format!("d{}", all.len())).to_string()
    }

    #[test]
    fn different_values_never_look_alike() {
        let texts: [&[u8]; 22] = [
            b"",
            b"null",
            b"a",
            b"\"a\"",
            b"0xff01",
            b"\xff\x01",
            b"\xfe\x01",
            b" a",
            b"a ",
            b"a\nb",
            b"a\\nb",
            b"\x1b[31m",
            b"a\0b",
            b"a\rb",
            b"\"\"",
            b"(too large to show: 9 bytes)",
            "a\u{200b}b".as_bytes(),
            b"ab",
            "a… (9 bytes, sha256 d9)".as_bytes(),
            "\u{202e}abc".as_bytes(),
            b"\\u{1b}[31m",
            "\u{a0}a".as_bytes(),
        ];
        let mut seen: BTreeMap<String, Datum> = BTreeMap::from([("null".to_owned(), Datum::default())]);
        for bytes in texts {
            let datum = Datum::of_bytes(Some(bytes), |_| String::new());
            let text = datum.to_string();
            assert!(!text.contains(acts), "{text:?} acts on a terminal");
            assert_eq!(seen.insert(text.clone(), datum), None, "{text} is shown for two values");
        }
        assert_eq!(shown(b"station 1"), "station 1");
        assert_eq!(shown(b"a\nb"), r#""a\nb""#);
    }

    #[test]
    fn what_is_cut_says_how_long_it_is_and_what_it_is() {
        let long = vec![b'x'; 70_000_000];
        assert!(shown(&long).ends_with("x… (70.0 MB, sha256 d70000000)"));
        assert_eq!(shown(&[0xff; 101]), format!("0x{}… (101 bytes, sha256 d101)", "ff".repeat(100)));
        assert_eq!(Datum::too_large(1234).to_string(), "(too large to show: 1.2 kB)");
    }

    #[test]
    fn journals_of_before_are_read() {
        let read = |json: &str| serde_json::from_str::<Datum>(json).unwrap();
        assert_eq!(read(r#""a""#), Datum::of_text("a"));
        assert_eq!(read("null"), Datum::default());
        let bytes = Datum::of_bytes(Some(&[0xff; 300]), |_| "abcd".into());
        assert_eq!(read(&serde_json::to_string(&bytes).unwrap()), bytes);
    }

    /// The page prints the same: its test reads the same cases.
    #[test]
    fn every_kind_is_printed_as_the_page_prints_it() {
        #[derive(Deserialize)]
        struct Case {
            datum: Datum,
            shown: String,
        }
        let cases: Vec<Case> = serde_json::from_str(include_str!("datum.cases.json")).unwrap();
        for case in cases {
            assert_eq!(case.datum.to_string(), case.shown);
        }
    }
}
