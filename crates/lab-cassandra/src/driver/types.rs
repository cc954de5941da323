//! The driver's names of types, as the raw protocol's.

use scylla::frame::response::result::{CollectionType, ColumnType, NativeType};

use crate::wire::CqlType;

impl From<&ColumnType<'_>> for CqlType {
    fn from(kind: &ColumnType<'_>) -> Self {
        let boxed = |of: &ColumnType<'_>| Box::new(Self::from(of));
        match kind {
            ColumnType::Native(native) => self::native(native),
            ColumnType::Collection { typ: CollectionType::List(of), .. } => Self::List(boxed(of)),
            ColumnType::Collection { typ: CollectionType::Set(of), .. } => Self::Set(boxed(of)),
            ColumnType::Collection { typ: CollectionType::Map(key, value), .. } => Self::Map(boxed(key), boxed(value)),
            ColumnType::UserDefinedType { definition, .. } => {
                let fields = definition.field_types.iter();
                Self::Udt(fields.map(|(name, kind)| (name.to_string(), Self::from(kind))).collect())
            }
            ColumnType::Tuple(of) => Self::Tuple(of.iter().map(Self::from).collect()),
            other => Self::Other(format!("{other:?}")),
        }
    }
}

fn native(kind: &NativeType) -> CqlType {
    match kind {
        NativeType::Ascii => CqlType::Ascii,
        NativeType::Boolean => CqlType::Boolean,
        NativeType::Blob => CqlType::Blob,
        NativeType::Counter => CqlType::Counter,
        NativeType::Date => CqlType::Date,
        NativeType::Decimal => CqlType::Decimal,
        NativeType::Double => CqlType::Double,
        NativeType::Duration => CqlType::Duration,
        NativeType::Float => CqlType::Float,
        NativeType::Int => CqlType::Int,
        NativeType::BigInt => CqlType::Bigint,
        NativeType::Text => CqlType::Text,
        NativeType::Timestamp => CqlType::Timestamp,
        NativeType::Inet => CqlType::Inet,
        NativeType::SmallInt => CqlType::Smallint,
        NativeType::TinyInt => CqlType::Tinyint,
        NativeType::Time => CqlType::Time,
        NativeType::Timeuuid => CqlType::Timeuuid,
        NativeType::Uuid => CqlType::Uuid,
        NativeType::Varint => CqlType::Varint,
        other => CqlType::Other(format!("{other:?}")),
    }
}
