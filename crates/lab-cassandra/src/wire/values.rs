//! Values as text: alone as `cqlsh` prints them, within collections as CQL writes them.
//!
//! The driver's own decoder reads them, a library does calendars and another one numbers of any length. How they are
//! written stays here: the driver has no text for them. Where it is not as `cqlsh` writes it, `values_cqlsh.tsv` says why:
//! numbers are not rounded, for one, so that two values never look the same.

use lab_model::Datum;
use scylla::{
    deserialize::{FrameSlice, value::DeserializeValue as _},
    frame::response::result::{ColumnType, NativeType},
    value::CqlValue,
};
use sha2::{Digest as _, Sha256};

use super::{CqlType, moments, numbers, reader::Reader};

/// Numbers of more bytes are not written out: that takes the square of their length.
const LONGEST_NUMBER: usize = 4096;

/// A value as it is shown, compared, and kept.
pub(crate) fn datum(kind: &CqlType, bytes: Option<&[u8]>) -> Datum {
    let Some(bytes) = bytes else { return Datum::default() };
    match kind {
        ColumnType::Native(NativeType::Ascii | NativeType::Text) => Datum::of_bytes(Some(bytes), digest),
        _ if bytes.is_empty() => Datum::of_bytes(Some(bytes), digest),
        ColumnType::Native(NativeType::Blob) => blob(bytes, bytes.len() as u64, || digest(bytes)),
        _ => match read(kind, bytes) {
            Ok(value) => Datum::of_literal(&top(&value), bytes.len() as u64, digest),
            Err(why) => Datum::unread(&why, bytes.len() as u64),
        },
    }
}

/// The same of a value of which only the beginning came, with its whole length and digest.
pub(crate) fn datum_of_beginning(kind: &CqlType, begin: &[u8], length: u64, digest: &str) -> Datum {
    let digest: String = digest.chars().take(DIGEST).collect();
    match kind {
        ColumnType::Native(NativeType::Ascii | NativeType::Text) => {
            let readable = begin.utf8_chunks().next().map_or("", |chunk| chunk.valid());
            let datum = Datum::of_bytes(Some(readable.as_bytes()), |_| String::new());
            Datum { bytes: length, digest: Some(digest), ..datum }
        }
        ColumnType::Native(NativeType::Blob) => blob(begin, length, || digest),
        _ => Datum::too_large(length),
    }
}

/// Something that was put together as a literal, of so many bytes.
pub(crate) fn shown(literal: &str, bytes: u64) -> Datum {
    Datum::of_literal(literal, bytes, digest)
}

/// Bytes of a blob that are kept.
const BLOB_KEPT: usize = 100;

fn blob(bytes: &[u8], length: u64, digest: impl FnOnce() -> String) -> Datum {
    let cut = length > BLOB_KEPT as u64;
    let text = hex(&bytes[..bytes.len().min(BLOB_KEPT)]);
    Datum { kind: lab_model::DatumKind::Bytes, text, bytes: length, digest: cut.then(digest) }
}

/// Letters of a digest that tell two values apart.
const DIGEST: usize = 16;

/// The beginning of the SHA-256 of bytes.
pub(crate) fn digest(bytes: &[u8]) -> String {
    bare_hex(&Sha256::digest(bytes)).chars().take(DIGEST).collect()
}

/// A value as text. What cannot be read by its type is shown as bytes.
pub(crate) fn render(kind: &CqlType, bytes: &[u8]) -> String {
    read(kind, bytes).map_or_else(|_| hex(bytes), |value| top(&value))
}

/// A value as CQL would write it.
pub(crate) fn literal(kind: &CqlType, bytes: &[u8]) -> String {
    let Ok(value) = read(kind, bytes) else { return hex(bytes) };
    let mut text = String::new();
    write(&value, &mut text);
    text
}

/// Text as a CQL literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `8-4-4-4-12`.
pub(crate) fn uuid_text(bytes: [u8; 16]) -> String {
    uuid::Uuid::from_bytes(bytes).hyphenated().to_string()
}

/// `0x…`.
pub(crate) fn hex(bytes: &[u8]) -> String {
    format!("0x{}", bare_hex(bytes))
}

fn bare_hex(bytes: &[u8]) -> String {
    const DIGITS: &[u8; 16] = b"0123456789abcdef";
    let digit = |half: u8| char::from(DIGITS[usize::from(half & 0xF)]);
    bytes.iter().flat_map(|byte| [digit(byte >> 4), digit(*byte)]).collect()
}

/// Bytes written as pairs of hex digits; none where they are not.
pub(crate) fn bytes_of_hex(text: &str) -> Option<Vec<u8>> {
    let digit = |letter: u8| char::from(letter).to_digit(16).and_then(|digit| u8::try_from(digit).ok());
    let pairs = text.as_bytes().chunks(2);
    pairs.map(|pair| Some(digit(*pair.first()?)? << 4 | digit(*pair.get(1)?)?)).collect()
}

fn read(kind: &CqlType, bytes: &[u8]) -> Result<CqlValue, String> {
    let read = CqlValue::deserialize(kind, Some(FrameSlice::new_borrowed(bytes))).ok();
    let read = read.or_else(|| match kind {
        ColumnType::Vector { typ, dimensions } if !is_fixed(typ) => vector(typ, usize::from(*dimensions), bytes),
        _ => None,
    });
    read.ok_or_else(|| "its bytes are no value of its type".to_owned())
}

/// A vector whose elements have lengths of their own. The driver takes an empty last one for none, and refuses the vector.
fn vector(of: &CqlType, dimensions: usize, bytes: &[u8]) -> Option<CqlValue> {
    let mut reader = Reader::of(bytes);
    let mut element = || {
        let length = reader.length().ok()?;
        read(of, reader.take(length).ok()?).ok()
    };
    let all: Vec<CqlValue> = (0..dimensions).map_while(|_| element()).collect();
    (all.len() == dimensions && reader.is_at_end()).then_some(CqlValue::Vector(all))
}

/// Elements of these types stand in a vector without their lengths.
fn is_fixed(kind: &CqlType) -> bool {
    match kind {
        ColumnType::Native(native) => matches!(
            native,
            NativeType::BigInt
                | NativeType::Boolean
                | NativeType::Double
                | NativeType::Float
                | NativeType::Int
                | NativeType::Timestamp
                | NativeType::Timeuuid
                | NativeType::Uuid
        ),
        ColumnType::Vector { typ, .. } => is_fixed(typ),
        _ => false,
    }
}

/// Alone, text and moments stand without quotes.
fn top(value: &CqlValue) -> String {
    match value {
        CqlValue::Ascii(text) | CqlValue::Text(text) => text.clone(),
        CqlValue::Inet(address) => address.to_string(),
        CqlValue::Timestamp(at) => moments::timestamp(at.0),
        CqlValue::Date(day) => moments::date(day.0),
        CqlValue::Time(at) => moments::time(at.0),
        other => {
            let mut text = String::new();
            write(other, &mut text);
            text
        }
    }
}

fn write(value: &CqlValue, out: &mut String) {
    match value {
        CqlValue::Ascii(_)
        | CqlValue::Text(_)
        | CqlValue::Inet(_)
        | CqlValue::Timestamp(_)
        | CqlValue::Date(_)
        | CqlValue::Time(_) => out.push_str(&quoted(&top(value))),
        CqlValue::List(all) | CqlValue::Vector(all) => listed('[', all.iter(), write, ']', out),
        CqlValue::Set(all) => listed('{', all.iter(), write, '}', out),
        CqlValue::Map(all) => {
            let entry = |(key, value): &(CqlValue, CqlValue), out: &mut String| {
                write(key, out);
                out.push_str(": ");
                write(value, out);
            };
            listed('{', all.iter(), entry, '}', out);
        }
        CqlValue::Tuple(all) => listed('(', all.iter(), write_or_null, ')', out),
        CqlValue::UserDefinedType { fields, .. } => {
            let field = |(name, value): &(String, Option<CqlValue>), out: &mut String| {
                out.push_str(name);
                out.push_str(": ");
                write_or_null(value, out);
            };
            listed('{', fields.iter(), field, '}', out);
        }
        plain => out.push_str(&word(plain)),
    }
}

/// A value that has no parts and takes no quotes.
fn word(value: &CqlValue) -> String {
    match value {
        CqlValue::Boolean(yes) => if *yes { "True" } else { "False" }.to_owned(),
        CqlValue::Blob(bytes) => hex(bytes),
        CqlValue::Counter(count) => count.0.to_string(),
        CqlValue::BigInt(number) => number.to_string(),
        CqlValue::Int(number) => number.to_string(),
        CqlValue::SmallInt(number) => number.to_string(),
        CqlValue::TinyInt(number) => number.to_string(),
        CqlValue::Float(number) => numbers::floating(f64::from(*number), number.to_string(), &format!("{number:e}")),
        CqlValue::Double(number) => numbers::floating(*number, number.to_string(), &format!("{number:e}")),
        CqlValue::Varint(number) => match number.as_signed_bytes_be_slice() {
            bytes if bytes.len() > LONGEST_NUMBER => format!("a number of {} bytes", bytes.len()),
            bytes => numbers::integer(bytes),
        },
        CqlValue::Decimal(number) => match number.as_signed_be_bytes_slice_and_exponent() {
            (bytes, _) if bytes.len() > LONGEST_NUMBER => format!("a number of {} bytes", bytes.len()),
            (bytes, scale) => numbers::decimal(bytes, scale),
        },
        CqlValue::Duration(long) => moments::duration(long.months, long.days, long.nanoseconds),
        CqlValue::Uuid(id) => id.hyphenated().to_string(),
        CqlValue::Timeuuid(id) => uuid_text(*id.as_bytes()),
        // A value of no bytes is no null, and no text either.
        CqlValue::Empty => "empty".to_owned(),
        other => format!("{other:?}"),
    }
}

fn write_or_null(value: &Option<CqlValue>, out: &mut String) {
    match value {
        Some(value) => write(value, out),
        None => out.push_str("null"),
    }
}

fn listed<T>(open: char, all: impl Iterator<Item = T>, write: impl Fn(T, &mut String), close: char, out: &mut String) {
    out.push(open);
    for (place, one) in all.enumerate() {
        if place > 0 {
            out.push_str(", ");
        }
        write(one, out);
    }
    out.push(close);
}

#[cfg(test)]
#[path = "values_test.rs"]
mod tests;
