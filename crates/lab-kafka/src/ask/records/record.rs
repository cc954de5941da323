//! A record in a batch, field by field. Each says its own length first, so one that makes no sense is stepped over.

use std::io::{BufRead, Error, ErrorKind, Read, Result};

use lab_model::{Datum, facts::kafka::HeaderSeen};
use sha2::{Digest as _, Sha256};

use super::ID_HEADER;

/// A field longer than this is not held, only counted.
const LARGEST_FIELD: u64 = 16 << 20;
/// Headers kept of a record.
pub(crate) const HEADERS: usize = 20;

/// A record, its offset and time counted from those of its batch.
#[derive(Debug, Default, PartialEq)]
pub(super) struct Record {
    pub(super) offset: i64,
    pub(super) time: i64,
    pub(super) id: Option<String>,
    pub(super) key: Field,
    pub(super) value: Field,
    pub(super) headers: Vec<HeaderSeen>,
    pub(super) headers_more: u32,
}

/// A record that was stepped over: how long it is, and which part of it made no sense.
#[derive(Debug, PartialEq)]
pub(super) struct Odd {
    /// The record's offset, if it was reached.
    pub(super) offset: Option<i64>,
    pub(super) bytes: u64,
    pub(super) why: String,
}

/// Bytes of a record.
#[derive(Debug, Default, PartialEq)]
pub(super) enum Field {
    #[default]
    Null,
    Bytes(Vec<u8>),
    TooLarge(u64),
}

impl Field {
    pub(super) fn bytes(&self) -> Option<&[u8]> {
        if let Self::Bytes(bytes) = self { Some(bytes) } else { None }
    }

    pub(super) fn datum(&self) -> Datum {
        match self {
            Self::Null => Datum::default(),
            Self::Bytes(bytes) => datum(Some(bytes)),
            Self::TooLarge(bytes) => Datum::too_large(*bytes),
        }
    }
}

/// Bytes as the lab keeps them.
pub(crate) fn datum(bytes: Option<&[u8]>) -> Datum {
    Datum::of_bytes(bytes, |all| Sha256::digest(all).iter().take(6).map(|byte| format!("{byte:02x}")).collect())
}

/// Reads the next record. An error is one of the stream: after it nothing more can be read of the batch.
pub(super) fn next(stream: &mut dyn BufRead) -> Result<std::result::Result<Record, Odd>> {
    let length = u64::try_from(varint(stream)?).map_err(|_| Error::other("a record has a negative length"))?;
    let mut within = Read::take(&mut *stream, length);
    let mut record = Record::default();
    let mut reached = None;
    let read = fields(&mut within, &mut record, &mut reached);
    let read = match read {
        // Still inside the record: it is the record that is odd, not the stream.
        Err(error) if error.kind() != ErrorKind::UnexpectedEof || within.limit() == 0 => Err(error.to_string()),
        Err(error) => return Err(error),
        Ok(()) if within.limit() > 0 => Err("it is longer than its parts".to_owned()),
        Ok(()) => Ok(()),
    };
    let left = within.limit();
    skip(stream, left)?;
    Ok(read.map(|()| record).map_err(|why| Odd { offset: reached, bytes: length, why }))
}

fn fields(stream: &mut impl BufRead, record: &mut Record, reached: &mut Option<i64>) -> Result<()> {
    let _attributes = byte(stream)?;
    record.time = varint(stream)?;
    record.offset = varint(stream)?;
    *reached = Some(record.offset);
    record.key = field(stream, "key")?;
    record.value = field(stream, "value")?;
    let headers = varint(stream)?;
    for _ in 0..headers {
        let (key, value) = (field(stream, "header key")?, field(stream, "header value")?);
        if key.bytes() == Some(ID_HEADER.as_bytes()) {
            record.id = value.bytes().map(|id| String::from_utf8_lossy(id).into_owned());
        } else if record.headers.len() < HEADERS {
            record.headers.push(HeaderSeen { key: key.datum(), value: value.datum() });
        } else {
            record.headers_more = record.headers_more.saturating_add(1);
        }
    }
    Ok(())
}

fn field(stream: &mut impl BufRead, name: &str) -> Result<Field> {
    let length = varint(stream)?;
    let Ok(length) = u64::try_from(length) else {
        let odd = || Err(Error::other(format!("its {name} has length {length}")));
        return if length == -1 { Ok(Field::Null) } else { odd() };
    };
    if length > LARGEST_FIELD {
        skip(stream, length)?;
        return Ok(Field::TooLarge(length));
    }
    let mut bytes = Vec::new();
    stream.take(length).read_to_end(&mut bytes)?;
    if (bytes.len() as u64) < length {
        return Err(Error::new(ErrorKind::UnexpectedEof, format!("its {name} ends early")));
    }
    Ok(Field::Bytes(bytes))
}

/// Reads on without keeping anything.
fn skip(stream: &mut (impl BufRead + ?Sized), bytes: u64) -> Result<()> {
    let skipped = std::io::copy(&mut stream.take(bytes), &mut std::io::sink())?;
    if skipped < bytes { Err(Error::new(ErrorKind::UnexpectedEof, "it ends early")) } else { Ok(()) }
}

fn byte(stream: &mut (impl BufRead + ?Sized)) -> Result<u8> {
    let mut byte = [0];
    stream.read_exact(&mut byte).map_err(|error| Error::new(error.kind(), "it ends early"))?;
    Ok(byte[0])
}

/// A number of seven bits a byte, the sign in the lowest bit.
fn varint(stream: &mut (impl BufRead + ?Sized)) -> Result<i64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let byte = byte(stream)?;
        number |= u64::from(byte & 0x7f) << shift;
        if byte & 0x80 == 0 {
            return Ok((number >> 1).cast_signed() ^ -(number & 1).cast_signed());
        }
    }
    Err(Error::other("a number in it has too many bytes"))
}
