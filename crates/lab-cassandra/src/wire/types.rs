//! Types of columns, as the metadata of an answer, as `system_schema` and as Java's class names write them.
//!
//! The driver reads them too, but only out of answers of its own; here they come with questions that it cannot ask.

use std::{collections::BTreeMap, sync::Arc};

use scylla::frame::response::result::{CollectionType, ColumnType, NativeType, UserDefinedType};

use super::reader::{Garbled, Reader};

/// A type of CQL. One that is not known is taken for a blob: its values are shown as bytes.
pub(crate) type CqlType = ColumnType<'static>;

/// The types that people made in one keyspace: by name, their fields with the types' names.
pub(crate) type UserTypes = BTreeMap<String, Vec<(String, String)>>;

/// Nobody nests deeper, and who claims to shall not exhaust the stack.
const DEEPEST: usize = 32;

/// Reads an `[option]`.
pub(super) fn read(reader: &mut Reader<'_>) -> Result<CqlType, Garbled> {
    read_within(reader, DEEPEST)
}

fn read_within(reader: &mut Reader<'_>, depth: usize) -> Result<CqlType, Garbled> {
    let depth = depth.checked_sub(1).ok_or(Garbled)?;
    let next = |reader: &mut Reader<'_>| read_within(reader, depth).map(Box::new);
    Ok(match reader.short()? {
        0x00 => class(&reader.string()?),
        0x20 => collection(CollectionType::List(next(reader)?)),
        0x21 => collection(CollectionType::Map(next(reader)?, next(reader)?)),
        0x22 => collection(CollectionType::Set(next(reader)?)),
        0x30 => {
            let (keyspace, name) = (reader.string()?, reader.string()?);
            let fields = (0..reader.short()?).map(|_| Ok((reader.string()?, *next(reader)?)));
            user_type(&keyspace, &name, fields.collect::<Result<_, _>>()?)
        }
        0x31 => {
            let parts = (0..reader.short()?).map(|_| next(reader).map(|part| *part));
            ColumnType::Tuple(parts.collect::<Result<_, _>>()?)
        }
        code => ColumnType::Native(native_by_code(code).ok_or(Garbled)?),
    })
}

fn native_by_code(code: u16) -> Option<NativeType> {
    Some(match code {
        0x01 => NativeType::Ascii,
        0x02 => NativeType::BigInt,
        0x03 => NativeType::Blob,
        0x04 => NativeType::Boolean,
        0x05 => NativeType::Counter,
        0x06 => NativeType::Decimal,
        0x07 => NativeType::Double,
        0x08 => NativeType::Float,
        0x09 => NativeType::Int,
        0x0B => NativeType::Timestamp,
        0x0C => NativeType::Uuid,
        0x0D => NativeType::Text,
        0x0E => NativeType::Varint,
        0x0F => NativeType::Timeuuid,
        0x10 => NativeType::Inet,
        0x11 => NativeType::Date,
        0x12 => NativeType::Time,
        0x13 => NativeType::SmallInt,
        0x14 => NativeType::TinyInt,
        0x15 => NativeType::Duration,
        _ => return None,
    })
}

/// A type by the name that `system_schema` has for it; none if there is no such type.
pub(crate) fn named(name: &str, of_keyspace: &UserTypes) -> Option<CqlType> {
    named_within(name, of_keyspace, DEEPEST)
}

/// A type that is one word.
pub(crate) fn native(name: &str) -> Option<NativeType> {
    Some(match name {
        "ascii" => NativeType::Ascii,
        "bigint" => NativeType::BigInt,
        "blob" => NativeType::Blob,
        "boolean" => NativeType::Boolean,
        "counter" => NativeType::Counter,
        "date" => NativeType::Date,
        "decimal" => NativeType::Decimal,
        "double" => NativeType::Double,
        "duration" => NativeType::Duration,
        "float" => NativeType::Float,
        "inet" => NativeType::Inet,
        "int" => NativeType::Int,
        "smallint" => NativeType::SmallInt,
        "text" | "varchar" => NativeType::Text,
        "time" => NativeType::Time,
        "timestamp" => NativeType::Timestamp,
        "timeuuid" => NativeType::Timeuuid,
        "tinyint" => NativeType::TinyInt,
        "uuid" => NativeType::Uuid,
        "varint" => NativeType::Varint,
        _ => return None,
    })
}

fn named_within(name: &str, types: &UserTypes, depth: usize) -> Option<CqlType> {
    let depth = depth.checked_sub(1)?;
    let name = name.trim();
    if let Some(native) = native(name) {
        return Some(ColumnType::Native(native));
    }
    if let Some(class_name) = name.strip_prefix('\'').and_then(|rest| rest.strip_suffix('\'')) {
        return Some(class(class_name));
    }
    let Some((kind, inside)) = name.strip_suffix('>').and_then(|open| open.split_once('<')) else {
        let own = name.trim_matches('"');
        let field = |(field, kind): &(String, String)| Some((field.clone(), named_within(kind, types, depth)?));
        return Some(user_type("", own, types.get(own)?.iter().map(field).collect::<Option<_>>()?));
    };
    let parts = split(inside, '<', '>');
    let part = |place: usize| named_within(parts.get(place)?, types, depth).map(Box::new);
    Some(match kind {
        "frozen" => *part(0)?,
        "list" => collection(CollectionType::List(part(0)?)),
        "set" => collection(CollectionType::Set(part(0)?)),
        "map" => collection(CollectionType::Map(part(0)?, part(1)?)),
        "vector" => ColumnType::Vector { typ: part(0)?, dimensions: parts.get(1)?.trim().parse().ok()? },
        "tuple" => {
            let parts = parts.iter().map(|part| named_within(part, types, depth));
            ColumnType::Tuple(parts.collect::<Option<_>>()?)
        }
        _ => return None,
    })
}

/// A type by its class in Java, as version 4 of the protocol writes what it has no code for.
fn class(name: &str) -> CqlType {
    class_within(name, DEEPEST).unwrap_or(ColumnType::Native(NativeType::Blob))
}

fn class_within(name: &str, depth: usize) -> Option<CqlType> {
    let depth = depth.checked_sub(1)?;
    let (class, inside) = match name.trim().strip_suffix(')') {
        Some(open) => open.split_once('(')?,
        None => (name.trim(), ""),
    };
    let parts = split(inside, '(', ')');
    let part = |place: usize| class_within(parts.get(place)?, depth).map(Box::new);
    Some(match class.rsplit('.').next()? {
        "FrozenType" | "ReversedType" => *part(0)?,
        "ListType" => collection(CollectionType::List(part(0)?)),
        "SetType" => collection(CollectionType::Set(part(0)?)),
        "MapType" => collection(CollectionType::Map(part(0)?, part(1)?)),
        "VectorType" => ColumnType::Vector { typ: part(0)?, dimensions: parts.get(1)?.trim().parse().ok()? },
        "TupleType" => {
            let parts = parts.iter().map(|part| class_within(part, depth));
            ColumnType::Tuple(parts.collect::<Option<_>>()?)
        }
        "UserType" => {
            let field = |part: &&str| {
                let (field, kind) = part.split_once(':')?;
                Some((unhexed(field)?, class_within(kind, depth)?))
            };
            let fields = parts.iter().skip(2).map(field).collect::<Option<_>>()?;
            user_type(parts.first()?, &unhexed(parts.get(1)?)?, fields)
        }
        other => ColumnType::Native(native_by_class(other)?),
    })
}

fn native_by_class(class: &str) -> Option<NativeType> {
    Some(match class {
        "AsciiType" => NativeType::Ascii,
        "LongType" => NativeType::BigInt,
        "BytesType" => NativeType::Blob,
        "BooleanType" => NativeType::Boolean,
        "CounterColumnType" => NativeType::Counter,
        "SimpleDateType" => NativeType::Date,
        "DecimalType" => NativeType::Decimal,
        "DoubleType" => NativeType::Double,
        "DurationType" => NativeType::Duration,
        "FloatType" => NativeType::Float,
        "InetAddressType" => NativeType::Inet,
        "Int32Type" => NativeType::Int,
        "ShortType" => NativeType::SmallInt,
        "UTF8Type" => NativeType::Text,
        "TimeType" => NativeType::Time,
        "TimestampType" => NativeType::Timestamp,
        "TimeUUIDType" => NativeType::Timeuuid,
        "ByteType" => NativeType::TinyInt,
        "UUIDType" => NativeType::Uuid,
        "IntegerType" => NativeType::Varint,
        _ => return None,
    })
}

/// Parts between commas that stand in no brackets.
fn split(inside: &str, open: char, close: char) -> Vec<&str> {
    let (mut parts, mut depth, mut begin) = (Vec::new(), 0usize, 0);
    for (at, letter) in inside.char_indices() {
        if letter == open {
            depth += 1;
        } else if letter == close {
            depth = depth.saturating_sub(1);
        } else if letter == ',' && depth == 0 {
            parts.push(inside[begin..at].trim());
            begin = at + 1;
        }
    }
    parts.push(inside[begin..].trim());
    parts
}

fn unhexed(hex: &str) -> Option<String> {
    String::from_utf8(super::bytes_of_hex(hex.trim())?).ok()
}

fn collection(typ: CollectionType<'static>) -> CqlType {
    ColumnType::Collection { frozen: false, typ }
}

fn user_type(keyspace: &str, name: &str, fields: Vec<(String, CqlType)>) -> CqlType {
    let field_types = fields.into_iter().map(|(name, kind)| (name.into(), kind)).collect();
    let definition =
        UserDefinedType { name: name.to_owned().into(), keyspace: keyspace.to_owned().into(), field_types };
    ColumnType::UserDefinedType { frozen: false, definition: Arc::new(definition) }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn type_of(name: &str) -> Option<CqlType> {
        let types = UserTypes::from([("Place".into(), vec![("x".into(), "int".into()), ("y".into(), "text".into())])]);
        named(name, &types)
    }

    #[test]
    fn nested_types_are_read_to_their_end() {
        // map<text, list<int>>, then one byte of something else.
        let bytes = [0, 0x21, 0, 0x0D, 0, 0x20, 0, 0x09, 0xFF];
        let mut reader = Reader::of(&bytes);
        assert_eq!(read(&mut reader).ok(), type_of("map<text, frozen<list<int>>>"));
        assert_eq!(reader.byte(), Ok(0xFF));
        assert_eq!(read(&mut Reader::of(&[0, 0x20])), Err(Garbled));
        assert_eq!(read(&mut Reader::of(&[0, 0x20].repeat(10_000))), Err(Garbled));
    }

    #[test]
    fn a_class_and_a_name_are_the_same_type() {
        let of = "org.apache.cassandra.db.marshal.";
        for (name, written) in [
            ("vector<float, 3>", "VectorType({}FloatType , 3)"),
            ("vector<frozen<list<text>>, 2>", "VectorType({}FrozenType({}ListType({}UTF8Type)) , 2)"),
            ("duration", "DurationType"),
            ("tuple<int, frozen<set<inet>>>", "TupleType({}Int32Type,{}FrozenType({}SetType({}InetAddressType)))"),
        ] {
            assert_eq!(type_of(name), Some(class(&format!("{of}{}", written.replace("{}", of)))), "{name}");
        }
        let place = class("o.UserType(h,506c616365,78:o.Int32Type,79:o.UTF8Type)");
        assert!(matches!(place, ColumnType::UserDefinedType { definition, .. } if definition.field_types.len() == 2));
        assert!(matches!(type_of("frozen<\"Place\">"), Some(ColumnType::UserDefinedType { .. })));
        assert_eq!(class("com.example.Strange"), ColumnType::Native(NativeType::Blob));
        assert_eq!(type_of("nonsense"), None);
    }
}
