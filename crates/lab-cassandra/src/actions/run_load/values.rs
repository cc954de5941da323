//! Values of a load, made by the number of the request straight into the request's bytes: nothing is allocated.

use std::io::Write as _;

use scylla::{
    errors::SerializationError,
    frame::response::result::NativeType,
    serialize::{
        row::{RowSerializationContext, SerializeRow},
        writers::RowWriter,
    },
};

use crate::wire::native;

/// The longest value: a word of text with a number.
const LONGEST: usize = 40;
/// A moment of the year 2026, for columns of time: values depend on the request's number alone.
const MOMENT_MS: u64 = 1_767_225_600_000;
/// The same in hundreds of nanoseconds since 1582, as time-based ids count.
const MOMENT_TICKS: u64 = MOMENT_MS * 10_000 + 0x01B2_1DD2_1381_4000;

/// Makes the values of one column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Maker {
    kind: NativeType,
    /// Part of the partition key: the key's number counts, not the request's.
    key: bool,
}

impl Maker {
    /// For a column of a type; none if no values of it are made.
    pub(super) fn of(cql_type: &str, key: bool) -> Option<Self> {
        let kind = native(cql_type)?;
        let made = !matches!(kind, NativeType::Counter | NativeType::Duration);
        made.then_some(Self { kind, key })
    }

    /// The value for a number, in the first bytes of the buffer; gives how many.
    #[allow(clippy::cast_possible_truncation, clippy::cast_possible_wrap, reason = "small types take the last digits")]
    #[allow(clippy::cast_precision_loss, reason = "a temperature needs no more")]
    fn make(&self, n: u64, buffer: &mut [u8; LONGEST]) -> usize {
        let degrees = (n % 500) as f64 / 10.0;
        match self.kind {
            NativeType::Ascii | NativeType::Text => {
                let mut rest = &mut buffer[..];
                // A number of 64 bits always fits.
                let _ = write!(rest, "{}{n}", if self.key { 'k' } else { 'v' });
                LONGEST - rest.len()
            }
            NativeType::Int => put(buffer, &(n as i32).to_be_bytes()),
            NativeType::SmallInt => put(buffer, &((n % 30_000) as i16).to_be_bytes()),
            NativeType::TinyInt => put(buffer, &[(n % 100) as u8]),
            NativeType::Boolean => put(buffer, &[(n % 2) as u8]),
            NativeType::Double => put(buffer, &degrees.to_be_bytes()),
            NativeType::Float => put(buffer, &(degrees as f32).to_be_bytes()),
            NativeType::Decimal => {
                put(buffer, &1i32.to_be_bytes());
                buffer[4..12].copy_from_slice(&n.to_be_bytes());
                12
            }
            NativeType::Timestamp => put(buffer, &(MOMENT_MS + n).to_be_bytes()),
            NativeType::Date => put(buffer, &((1u32 << 31) + 20_454 + (n % 365) as u32).to_be_bytes()),
            NativeType::Time => put(buffer, &(n % 86_400 * 1_000_000_000).to_be_bytes()),
            NativeType::Uuid => put(buffer, &uuid::Builder::from_random_bytes(spread(n)).into_uuid().into_bytes()),
            NativeType::Timeuuid => {
                let id = uuid::Builder::from_gregorian_timestamp(MOMENT_TICKS + n, 0, b"pipewr");
                put(buffer, id.as_uuid().as_bytes())
            }
            NativeType::Inet => put(buffer, &[10, (n >> 16) as u8, (n >> 8) as u8, n as u8]),
            _ => put(buffer, &n.to_be_bytes()),
        }
    }
}

fn put(buffer: &mut [u8; LONGEST], bytes: &[u8]) -> usize {
    buffer[..bytes.len()].copy_from_slice(bytes);
    bytes.len()
}

fn spread(n: u64) -> [u8; 16] {
    let high = n.wrapping_mul(0x9E37_79B9_7F4A_7C15);
    (u128::from(high) << 64 | u128::from(n)).to_be_bytes()
}

/// The values of one request.
#[derive(Debug, Clone, Copy)]
pub(super) struct Values<'a> {
    pub(super) makers: &'a [Maker],
    /// The number of the request.
    pub(super) n: u64,
    /// The number of its key.
    pub(super) key: u64,
}

impl SerializeRow for Values<'_> {
    fn serialize(
        &self,
        _context: &RowSerializationContext<'_>,
        writer: &mut RowWriter<'_>,
    ) -> Result<(), SerializationError> {
        let mut buffer = [0; LONGEST];
        for maker in self.makers {
            let length = maker.make(if maker.key { self.key } else { self.n }, &mut buffer);
            writer.make_cell_writer().set_value(&buffer[..length]).map_err(SerializationError::new)?;
        }
        Ok(())
    }

    fn is_empty(&self) -> bool {
        self.makers.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::wire::{UserTypes, named, render};

    #[test]
    fn every_type_that_is_made_reads_as_what_it_is() {
        for (cql_type, expected) in [
            ("text", "v1234"),
            ("ascii", "v1234"),
            ("int", "1234"),
            ("bigint", "1234"),
            ("smallint", "1234"),
            ("tinyint", "34"),
            ("varint", "1234"),
            ("boolean", "False"),
            ("double", "23.4"),
            ("float", "23.4"),
            ("decimal", "123.4"),
            ("timestamp", "2026-01-01 00:00:01.234000+0000"),
            ("date", "2026-05-20"),
            ("time", "00:20:34.000000000"),
            ("inet", "10.0.4.210"),
            ("blob", "0x00000000000004d2"),
        ] {
            let maker = Maker::of(cql_type, false).unwrap();
            let mut buffer = [0; LONGEST];
            let length = maker.make(1234, &mut buffer);
            assert_eq!(render(&named(cql_type, &UserTypes::new()).unwrap(), &buffer[..length]), expected, "{cql_type}");
        }
        assert!(Maker::of("counter", false).is_none() && Maker::of("set<text>", false).is_none());
    }

    #[test]
    fn ids_are_of_their_version_and_all_different() {
        for (cql_type, version) in [("uuid", 4), ("timeuuid", 1)] {
            let maker = Maker::of(cql_type, true).unwrap();
            let id = |n| {
                let mut buffer = [0; LONGEST];
                assert_eq!(maker.make(n, &mut buffer), 16);
                uuid::Uuid::from_slice(&buffer[..16]).unwrap()
            };
            assert_eq!(id(7).get_version_num(), version);
            assert_ne!(id(7), id(8));
        }
    }

    #[test]
    fn the_longest_number_fits() {
        let mut buffer = [0; LONGEST];
        assert_eq!(Maker::of("text", true).unwrap().make(u64::MAX, &mut buffer), 21);
    }
}
