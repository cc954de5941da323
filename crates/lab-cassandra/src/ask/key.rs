//! A partition key: from the words a person writes to CQL, to a token, and to what the agent takes.

use lab_model::facts::cassandra::{ColumnSeen, TableSeen};
use scylla::frame::response::result::NativeType;
use scylla::routing::partitioner::{Murmur3Partitioner, Partitioner as _, PartitionerHasher as _};

use crate::wire::{Connection, Failure, bytes_of_hex, native, quoted};

/// A partition key's values, one per column, as text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Key {
    columns: Vec<Part>,
}

#[derive(Debug, Clone, PartialEq, Eq)]
struct Part {
    name: String,
    /// The type's name in CQL.
    kind: String,
    literal: String,
    text: String,
}

impl Key {
    /// Reads a key of `table`: a value as text, or a JSON array where the key has several columns.
    pub(crate) fn read(table: &TableSeen, written: &str) -> Result<Self, String> {
        let columns: Vec<_> = table.columns.iter().filter(|column| column.kind == "partition_key").collect();
        let values = if columns.len() > 1 { several(&columns, written)? } else { vec![written.to_owned()] };
        if written.is_empty() {
            return Err("a partition key is never empty".to_owned());
        }
        let part = |(column, text): (&&ColumnSeen, String)| {
            let kind = column.cql_type.clone();
            let literal = literal(&kind, &text)?;
            // Without quotes or `0x` it is what Java's types read.
            let text = if kind == "blob" { literal.trim_start_matches("0x").to_owned() } else { text };
            Ok(Part { name: column.name.clone(), kind, literal, text })
        };
        Ok(Self { columns: columns.iter().zip(values).map(part).collect::<Result<_, String>>()? })
    }

    /// `"station" = 'x' AND "day" = 5`.
    pub(crate) fn condition(&self) -> String {
        let parts = self.columns.iter().map(|part| format!("{} = {}", name(&part.name), part.literal));
        parts.collect::<Vec<_>>().join(" AND ")
    }

    /// As an operator writes it for `nodetool getendpoints`: several columns are joined by colons.
    pub(crate) fn for_agent(&self) -> String {
        match self.columns.as_slice() {
            [one] => one.text.clone(),
            several => several.iter().map(|part| part.text.replace(':', "\\:")).collect::<Vec<_>>().join(":"),
        }
    }

    /// The bytes of its values. The node itself makes them, so every type is as the node takes it.
    async fn values(&self, connection: &mut Connection) -> Result<Vec<Vec<u8>>, Failure> {
        let asked = self.columns.iter().enumerate().map(|(place, part)| match part.kind.as_str() {
            // What a literal alone is, the node does not infer.
            "blob" => format!("(blob){} AS b{place}", part.literal),
            kind => format!("{kind}_as_blob(({kind}){}) AS b{place}", part.literal),
        });
        let cql = format!("SELECT {} FROM system.local", asked.collect::<Vec<_>>().join(", "));
        let table = connection.rows(&cql).await?;
        let row = table.rows().next();
        let bytes = (0..self.columns.len()).map(|place| Some(row?.raw(&format!("b{place}"))?.to_vec()));
        bytes.collect::<Option<_>>().ok_or_else(|| Failure::NoAnswer("it did not say the key's bytes".into()))
    }

    /// The key as it lies in the ring.
    pub(crate) async fn placed(self, connection: &mut Connection) -> Result<Placed, Failure> {
        let bytes = serialized(&self.values(connection).await?);
        Ok(Placed { token: token(&bytes), bytes, key: self })
    }
}

/// A key with its place in the ring.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Placed {
    pub(crate) key: Key,
    /// The bytes as Cassandra writes them.
    pub(crate) bytes: Vec<u8>,
    pub(crate) token: i64,
}

/// One value is itself; several are each written with their length before and a zero behind.
fn serialized(values: &[Vec<u8>]) -> Vec<u8> {
    if let [one] = values {
        return one.clone();
    }
    let part = |value: &Vec<u8>| {
        let length = u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes();
        [&length[..], value, &[0]].concat()
    };
    values.iter().flat_map(part).collect()
}

/// The token of a key's bytes.
fn token(bytes: &[u8]) -> i64 {
    let mut hasher = Murmur3Partitioner.build_hasher();
    hasher.write(bytes);
    hasher.finish().value()
}

fn several(columns: &[&ColumnSeen], written: &str) -> Result<Vec<String>, String> {
    let why = || {
        let named: Vec<String> = columns.iter().map(|column| format!("{} {}", column.name, column.cql_type)).collect();
        let example = columns.iter().map(|column| match example(&column.cql_type) {
            plain if plain.parse::<f64>().is_ok() || plain == "true" => plain.to_owned(),
            quoted => format!("\"{quoted}\""),
        });
        let example = example.collect::<Vec<_>>().join(", ");
        format!("the partition key has the columns {}: write it as a JSON array, e.g. [{example}]", named.join(", "))
    };
    let values: Vec<serde_json::Value> = serde_json::from_str(written).map_err(|_| why())?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    let values: Vec<String> = values.into_iter().map(text).collect();
    if values.len() == columns.len() { Ok(values) } else { Err(why()) }
}

/// A name as CQL takes it, whatever its case.
pub(crate) fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// A value of a type, as a person writes it.
fn example(kind: &str) -> &'static str {
    match native(kind) {
        Some(NativeType::Blob) => "0xcafe",
        Some(NativeType::Boolean) => "true",
        Some(NativeType::Date) => "2026-01-31",
        Some(NativeType::Decimal | NativeType::Double | NativeType::Float) => "1.5",
        Some(NativeType::Inet) => "127.0.0.1",
        Some(NativeType::Time) => "13:30:00",
        Some(NativeType::Timestamp) => "2026-01-31 13:30:00+0000",
        Some(NativeType::Timeuuid) => "50554d6e-29bb-11e5-b345-feff819cdc9f",
        Some(NativeType::Uuid) => "123e4567-e89b-42d3-a456-426614174000",
        Some(NativeType::Ascii | NativeType::Text) => "a",
        _ => "42",
    }
}

/// Text as a literal of a type of one word. Nothing can be smuggled in by it.
pub(crate) fn literal(kind: &str, text: &str) -> Result<String, String> {
    let unwritten =
        || format!("a key of type {kind} cannot be typed here; Pipewright reads keys of one plain type per column");
    let kind_read = native(kind).ok_or_else(unwritten)?;
    let wrong = || format!("`{}` is no {kind}; e.g. {}", first(text), example(kind));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|letter| letter.is_ascii_digit());
    let signed = |text: &str| digits(text.strip_prefix('-').unwrap_or(text));
    let fits = |fits: bool| if fits { Ok(text.to_owned()) } else { Err(wrong()) };
    match kind_read {
        NativeType::Text => Ok(quoted(text)),
        NativeType::Ascii => fits(text.is_ascii()).map(|text| quoted(&text)),
        NativeType::Timestamp | NativeType::Date if signed(text) => Ok(text.to_owned()),
        NativeType::Timestamp => fits(!text.is_empty()).map(|_| quoted(&to_millis(text))),
        NativeType::Date | NativeType::Time => fits(!text.is_empty()).map(|text| quoted(&text)),
        // A name would be looked up by the node.
        NativeType::Inet => fits(text.parse::<std::net::IpAddr>().is_ok()).map(|text| quoted(&text)),
        NativeType::Uuid => fits(is_uuid(text)),
        NativeType::Timeuuid => fits(is_uuid(text) && text.as_bytes().get(14) == Some(&b'1')),
        NativeType::Boolean => fits(["true", "false"].iter().any(|word| word.eq_ignore_ascii_case(text))),
        NativeType::Blob => {
            let hex = text.strip_prefix("0x").unwrap_or(text);
            if bytes_of_hex(hex).is_some() { Ok(format!("0x{hex}")) } else { Err(wrong()) }
        }
        NativeType::BigInt => fits(text.parse::<i64>().is_ok() && signed(text)),
        NativeType::Int => fits(text.parse::<i32>().is_ok() && signed(text)),
        NativeType::SmallInt => fits(text.parse::<i16>().is_ok() && signed(text)),
        NativeType::TinyInt => fits(text.parse::<i8>().is_ok() && signed(text)),
        NativeType::Varint => fits(signed(text)),
        NativeType::Double | NativeType::Float if matches!(text, "NaN" | "Infinity" | "-Infinity") => {
            Ok(text.to_owned())
        }
        NativeType::Decimal | NativeType::Double | NativeType::Float => {
            let legal = |letter: char| letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.' | 'e' | 'E');
            fits(text.parse::<f64>().is_ok() && text.chars().all(legal))
        }
        _ => Err(unwritten()),
    }
}

fn is_uuid(text: &str) -> bool {
    text.len() == 36 && uuid::Uuid::try_parse(text).is_ok()
}

/// Timestamps as they are shown have six digits behind the second, of which the node reads three.
fn to_millis(text: &str) -> String {
    let cut = text.rfind('.').filter(|point| {
        let digits = text[point + 1..].bytes().take_while(u8::is_ascii_digit).count();
        digits == 6 && text[point + 4..].starts_with("000")
    });
    cut.map_or_else(|| text.to_owned(), |point| format!("{}{}", &text[..point + 4], &text[point + 7..]))
}

/// What is shown of text that somebody typed.
fn first(text: &str) -> String {
    let short: String = text.chars().take(40).collect();
    lab_model::escaped(&short, false)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use super::*;

    fn table(columns: &[(&str, &str, &str)]) -> TableSeen {
        let column = |(name, kind, cql_type): &(&str, &str, &str)| ColumnSeen {
            name: (*name).into(),
            kind: (*kind).into(),
            cql_type: (*cql_type).into(),
        };
        TableSeen {
            name: "t".into(),
            columns: columns.iter().map(column).collect(),
            id: String::new(),
            options: BTreeMap::new(),
        }
    }

    #[test]
    fn keys_of_one_and_of_several_columns() {
        let one = table(&[("k", "partition_key", "text"), ("v", "regular", "int")]);
        let key = Key::read(&one, "it's").unwrap();
        assert_eq!((key.condition().as_str(), key.for_agent().as_str()), ("\"k\" = 'it''s'", "it's"));
        let two = table(&[("k", "partition_key", "text"), ("D", "partition_key", "int")]);
        let key = Key::read(&two, r#"["a:b", 5]"#).unwrap();
        assert_eq!((key.condition().as_str(), key.for_agent().as_str()), ("\"k\" = 'a:b' AND \"D\" = 5", "a\\:b:5"));
        assert!(Key::read(&two, "a").is_err() && Key::read(&two, r#"["a"]"#).is_err());
    }

    #[test]
    fn a_key_cannot_be_more_than_a_value() {
        for (kind, text) in [
            ("int", "1 OR 1=1"),
            ("int", ""),
            ("int", "+5"),
            ("int", "2147483648"),
            ("tinyint", "300"),
            ("uuid", "x"),
            ("timeuuid", "123e4567-e89b-42d3-a456-426614174000"),
            ("boolean", "1"),
            ("blob", "0x0g"),
            ("blob", "abc"),
            ("inet", "localhost"),
            ("double", "inf"),
            ("frozen<list<int>>", "[1]"),
        ] {
            assert!(literal(kind, text).is_err(), "{kind} {text}");
        }
        assert_eq!(literal("text", "'; DROP").as_deref(), Ok("'''; DROP'"));
        assert_eq!(literal("double", "-1.5e3").as_deref(), Ok("-1.5e3"));
        assert_eq!(literal("int", "abc").unwrap_err(), "`abc` is no int; e.g. 42");
    }

    #[test]
    fn typed_text_is_read_by_the_type_of_the_column() {
        for (kind, text, expected) in [
            ("blob", "0xcafe", "0xcafe"),
            ("blob", "cafe", "0xcafe"),
            ("text", r#"["x"]"#, r#"'["x"]'"#),
            ("text", "5", "'5'"),
            ("int", "5", "5"),
            ("timestamp", "1764119491234", "1764119491234"),
            ("timestamp", "2025-11-26 01:11:31.234000+0000", "'2025-11-26 01:11:31.234+0000'"),
            ("date", "2026-01-31", "'2026-01-31'"),
            ("inet", "::1", "'::1'"),
            ("float", "NaN", "NaN"),
            ("boolean", "True", "True"),
        ] {
            assert_eq!(literal(kind, text).as_deref(), Ok(expected), "{kind} {text}");
        }
        let two = table(&[("p", "partition_key", "text"), ("n", "partition_key", "int")]);
        assert_eq!(Key::read(&two, r#"["p",1]"#).unwrap().condition(), "\"p\" = 'p' AND \"n\" = 1");
        let why = "the partition key has the columns p text, n int: write it as a JSON array, e.g. [\"a\", 42]";
        assert_eq!(Key::read(&two, "p").unwrap_err(), why);
        assert_eq!(Key::read(&two, "[1]").unwrap_err(), why);
    }

    #[test]
    fn no_text_panics_or_closes_its_literal() {
        const KINDS: [&str; 12] = [
            "ascii",
            "text",
            "int",
            "varint",
            "double",
            "blob",
            "uuid",
            "timestamp",
            "date",
            "time",
            "inet",
            "boolean",
        ];
        let two = table(&[("p", "partition_key", "text"), ("n", "partition_key", "timestamp")]);
        bolero::check!().with_iterations(10_000).for_each(|bytes: &[u8]| {
            let text: &str = &String::from_utf8_lossy(bytes);
            let _ = Key::read(&two, text);
            for literal in KINDS.iter().filter_map(|kind| literal(kind, text).ok()) {
                let inside = literal.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\''));
                let plain =
                    |text: &str| text.chars().all(|letter| letter.is_ascii_alphanumeric() || "+-.".contains(letter));
                assert!(inside.map_or(plain(&literal), |inside| !inside.replace("''", "").contains('\'')), "{literal}");
            }
        });
    }

    #[test]
    fn tokens_as_cassandra_computes_them() {
        // cqlsh on a node of version 5.0.8: SELECT k, token(k) …
        assert_eq!(token(b"a"), -8_839_064_797_231_613_815);
        assert_eq!(token(b"k1"), -8_074_529_310_846_540_294);
        assert_eq!(token(b"z"), -8_910_172_594_085_141_869);
    }
}
