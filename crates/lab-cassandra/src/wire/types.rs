//! Types of columns, as the metadata of an answer and as `system_schema` write them.

use super::reader::{Garbled, Reader};

/// A type of CQL.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) enum CqlType {
    Ascii,
    Bigint,
    Blob,
    Boolean,
    Counter,
    Date,
    Decimal,
    Double,
    Duration,
    Float,
    Inet,
    Int,
    Smallint,
    Text,
    Time,
    Timestamp,
    Timeuuid,
    Tinyint,
    Uuid,
    Varint,
    List(Box<CqlType>),
    Set(Box<CqlType>),
    Map(Box<CqlType>, Box<CqlType>),
    Tuple(Vec<CqlType>),
    Udt(Vec<(String, CqlType)>),
    /// Something else; its values are shown as bytes.
    Other(String),
}

impl CqlType {
    /// Reads an `[option]`.
    pub(crate) fn read(reader: &mut Reader<'_>) -> Result<Self, Garbled> {
        Ok(match reader.short()? {
            0x01 => Self::Ascii,
            0x02 => Self::Bigint,
            0x03 => Self::Blob,
            0x04 => Self::Boolean,
            0x05 => Self::Counter,
            0x06 => Self::Decimal,
            0x07 => Self::Double,
            0x08 => Self::Float,
            0x09 => Self::Int,
            0x0B => Self::Timestamp,
            0x0C => Self::Uuid,
            0x0D => Self::Text,
            0x0E => Self::Varint,
            0x0F => Self::Timeuuid,
            0x10 => Self::Inet,
            0x11 => Self::Date,
            0x12 => Self::Time,
            0x13 => Self::Smallint,
            0x14 => Self::Tinyint,
            0x15 => Self::Duration,
            0x20 => Self::List(Self::boxed(reader)?),
            0x21 => Self::Map(Self::boxed(reader)?, Self::boxed(reader)?),
            0x22 => Self::Set(Self::boxed(reader)?),
            0x30 => Self::read_udt(reader)?,
            0x31 => Self::Tuple((0..reader.short()?).map(|_| Self::read(reader)).collect::<Result<_, _>>()?),
            0x00 => Self::custom(reader.string()?),
            _ => return Err(Garbled),
        })
    }

    fn boxed(reader: &mut Reader<'_>) -> Result<Box<Self>, Garbled> {
        Self::read(reader).map(Box::new)
    }

    fn read_udt(reader: &mut Reader<'_>) -> Result<Self, Garbled> {
        let (_keyspace, _name) = (reader.string()?, reader.string()?);
        let fields = (0..reader.short()?).map(|_| Ok((reader.string()?, Self::read(reader)?)));
        Ok(Self::Udt(fields.collect::<Result<_, _>>()?))
    }

    /// Version 4 of the protocol has no code for durations.
    fn custom(class: String) -> Self {
        if class.ends_with(".DurationType") { Self::Duration } else { Self::Other(class) }
    }

    /// A type that is one word, by the word `system_schema` has for it.
    pub(crate) fn named(name: &str) -> Option<Self> {
        Some(match name {
            "ascii" => Self::Ascii,
            "bigint" => Self::Bigint,
            "blob" => Self::Blob,
            "boolean" => Self::Boolean,
            "counter" => Self::Counter,
            "date" => Self::Date,
            "decimal" => Self::Decimal,
            "double" => Self::Double,
            "duration" => Self::Duration,
            "float" => Self::Float,
            "inet" => Self::Inet,
            "int" => Self::Int,
            "smallint" => Self::Smallint,
            "text" | "varchar" => Self::Text,
            "time" => Self::Time,
            "timestamp" => Self::Timestamp,
            "timeuuid" => Self::Timeuuid,
            "tinyint" => Self::Tinyint,
            "uuid" => Self::Uuid,
            "varint" => Self::Varint,
            _ => return None,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nested_types_are_read_to_their_end() {
        // map<text, list<int>>, then one byte of something else.
        let bytes = [0, 0x21, 0, 0x0D, 0, 0x20, 0, 0x09, 0xFF];
        let mut reader = Reader::of(&bytes);
        let list = CqlType::List(Box::new(CqlType::Int));
        assert_eq!(CqlType::read(&mut reader), Ok(CqlType::Map(Box::new(CqlType::Text), Box::new(list))));
        assert_eq!(reader.byte(), Ok(0xFF));
        assert_eq!(CqlType::read(&mut Reader::of(&[0, 0x20])), Err(Garbled));
    }
}
