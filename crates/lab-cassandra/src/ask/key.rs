//! A partition key: from the words a person writes to CQL, to a token, and to what the agent takes.

use lab_model::facts::cassandra::TableSeen;
use scylla::routing::partitioner::{Murmur3Partitioner, Partitioner as _, PartitionerHasher as _};

use crate::wire::{Connection, CqlType, Failure, quoted};

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
        let values = if columns.len() > 1 { several(written)? } else { vec![written.to_owned()] };
        if values.len() != columns.len() {
            return Err(format!("its partition key has {} columns, not {}", columns.len(), values.len()));
        }
        let part = |(column, text): (&&lab_model::facts::cassandra::ColumnSeen, String)| {
            let kind = column.cql_type.clone();
            let literal = literal(&kind, &text)?;
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

    /// Its token. The node itself turns the values into bytes, so every type is as the node takes it.
    pub(crate) async fn token(&self, connection: &mut Connection) -> Result<i64, Failure> {
        let asked = self.columns.iter().enumerate().map(|(place, part)| match part.kind.as_str() {
            "blob" => format!("{} AS b{place}", part.literal),
            kind => format!("{kind}_as_blob(({kind}){}) AS b{place}", part.literal),
        });
        let cql = format!("SELECT {} FROM system.local", asked.collect::<Vec<_>>().join(", "));
        let table = connection.rows(&cql).await?;
        let row = table.rows().next();
        let bytes = (0..self.columns.len()).map(|place| row?.raw(&format!("b{place}")));
        let bytes: Option<Vec<&[u8]>> = bytes.collect();
        let bytes = bytes.ok_or_else(|| Failure::NoAnswer("it did not say the key's bytes".into()))?;
        Ok(token(&bytes))
    }
}

/// The token of a key's bytes.
fn token(values: &[&[u8]]) -> i64 {
    let mut hasher = Murmur3Partitioner.build_hasher();
    match values {
        [one] => hasher.write(one),
        several => {
            for value in several {
                hasher.write(&u16::try_from(value.len()).unwrap_or(u16::MAX).to_be_bytes());
                hasher.write(value);
                hasher.write(&[0]);
            }
        }
    }
    hasher.finish().value()
}

fn several(written: &str) -> Result<Vec<String>, String> {
    let values: Vec<serde_json::Value> = serde_json::from_str(written)
        .map_err(|_| "its partition key has several columns: write it as a JSON array".to_owned())?;
    let text = |value: serde_json::Value| match value {
        serde_json::Value::String(text) => text,
        other => other.to_string(),
    };
    Ok(values.into_iter().map(text).collect())
}

/// A name as CQL takes it, whatever its case.
pub(crate) fn name(name: &str) -> String {
    format!("\"{}\"", name.replace('"', "\"\""))
}

/// Text as a literal of a type of one word. Nothing can be smuggled in by it.
pub(crate) fn literal(kind: &str, text: &str) -> Result<String, String> {
    let kind_read = CqlType::named(kind).ok_or_else(|| format!("a key of type {kind} cannot be written here"))?;
    let plain = |legal: fn(char) -> bool| {
        let legal = !text.is_empty() && text.chars().all(legal);
        if legal { Ok(text.to_owned()) } else { Err(format!("`{text}` is no {kind}")) }
    };
    match kind_read {
        CqlType::Ascii | CqlType::Text | CqlType::Inet | CqlType::Date | CqlType::Time | CqlType::Timestamp => {
            Ok(quoted(text))
        }
        CqlType::Uuid | CqlType::Timeuuid => plain(|letter| letter.is_ascii_hexdigit() || letter == '-'),
        CqlType::Boolean if matches!(text, "true" | "false") => Ok(text.to_owned()),
        CqlType::Blob if text.starts_with("0x") => plain(|letter| letter == 'x' || letter.is_ascii_hexdigit()),
        CqlType::Bigint | CqlType::Int | CqlType::Smallint | CqlType::Tinyint | CqlType::Varint => {
            plain(|letter| letter.is_ascii_digit() || letter == '-')
        }
        CqlType::Decimal | CqlType::Double | CqlType::Float => {
            plain(|letter| letter.is_ascii_digit() || matches!(letter, '-' | '+' | '.' | 'e' | 'E'))
        }
        _ => Err(format!("`{text}` is no {kind}")),
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use lab_model::facts::cassandra::ColumnSeen;

    use super::*;

    fn table(columns: &[(&str, &str, &str)]) -> TableSeen {
        let column = |(name, kind, cql_type): &(&str, &str, &str)| ColumnSeen {
            name: (*name).into(),
            kind: (*kind).into(),
            cql_type: (*cql_type).into(),
        };
        TableSeen { name: "t".into(), columns: columns.iter().map(column).collect(), options: BTreeMap::new() }
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
        for (kind, text) in [("int", "1 OR 1=1"), ("int", ""), ("uuid", "x"), ("boolean", "1"), ("blob", "0x0g")] {
            assert!(literal(kind, text).is_err(), "{kind} {text}");
        }
        assert_eq!(literal("text", "'; DROP").as_deref(), Ok("'''; DROP'"));
        assert_eq!(literal("double", "-1.5e3").as_deref(), Ok("-1.5e3"));
    }

    #[test]
    fn tokens_as_cassandra_computes_them() {
        // cqlsh on a node of version 5.0.8: SELECT k, token(k) …
        assert_eq!(token(&[b"a"]), -8_839_064_797_231_613_815);
        assert_eq!(token(&[b"k1"]), -8_074_529_310_846_540_294);
        assert_eq!(token(&[b"z"]), -8_910_172_594_085_141_869);
    }
}
