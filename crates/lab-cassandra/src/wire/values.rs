//! Values as text: alone as `cqlsh` prints them, within collections as CQL writes them.

use super::{
    CqlType,
    reader::{Reader, ip},
};

/// A value as text. What cannot be read by its type is shown as bytes.
pub(crate) fn render(kind: &CqlType, bytes: &[u8]) -> String {
    read(kind, bytes, false).unwrap_or_else(|| hex(bytes))
}

/// A value as CQL would write it.
pub(super) fn literal(kind: &CqlType, bytes: &[u8]) -> String {
    read(kind, bytes, true).unwrap_or_else(|| hex(bytes))
}

/// Text as a CQL literal.
pub(crate) fn quoted(text: &str) -> String {
    format!("'{}'", text.replace('\'', "''"))
}

/// `8-4-4-4-12`.
pub(crate) fn uuid_text(bytes: [u8; 16]) -> String {
    uuid::Uuid::from_bytes(bytes).hyphenated().to_string()
}

fn read(kind: &CqlType, bytes: &[u8], inner: bool) -> Option<String> {
    let quote = |text: String| if inner { quoted(&text) } else { text };
    Some(match kind {
        CqlType::Ascii | CqlType::Text => quote(std::str::from_utf8(bytes).ok()?.to_owned()),
        CqlType::Bigint | CqlType::Counter => i64::from_be_bytes(bytes.try_into().ok()?).to_string(),
        CqlType::Int => i32::from_be_bytes(bytes.try_into().ok()?).to_string(),
        CqlType::Smallint => i16::from_be_bytes(bytes.try_into().ok()?).to_string(),
        CqlType::Tinyint => i8::from_be_bytes(bytes.try_into().ok()?).to_string(),
        CqlType::Varint => integer(bytes)?,
        CqlType::Decimal => decimal(bytes)?,
        CqlType::Double => f64::from_be_bytes(bytes.try_into().ok()?).to_string(),
        CqlType::Float => f32::from_be_bytes(bytes.try_into().ok()?).to_string(),
        CqlType::Boolean => (*bytes.first()? != 0).to_string(),
        CqlType::Blob => hex(bytes),
        CqlType::Uuid | CqlType::Timeuuid => uuid_text(bytes.try_into().ok()?),
        CqlType::Inet => quote(ip(bytes)?.to_string()),
        CqlType::Timestamp => quote(timestamp(i64::from_be_bytes(bytes.try_into().ok()?))),
        CqlType::Date => quote(date(i64::from(u32::from_be_bytes(bytes.try_into().ok()?)) - (1 << 31))),
        CqlType::Time => quote(time(i64::from_be_bytes(bytes.try_into().ok()?))),
        CqlType::Duration => duration(bytes)?,
        CqlType::List(of) => format!("[{}]", elements(of, bytes)?),
        CqlType::Set(of) => format!("{{{}}}", elements(of, bytes)?),
        CqlType::Map(key, value) => format!("{{{}}}", entries(key, value, bytes)?),
        CqlType::Tuple(of) => format!("({})", fields(of.iter(), bytes)?.join(", ")),
        CqlType::Udt(of) => {
            let values = fields(of.iter().map(|(_, kind)| kind), bytes)?;
            let named: Vec<String> =
                of.iter().zip(values).map(|((name, _), value)| format!("{name}: {value}")).collect();
            format!("{{{}}}", named.join(", "))
        }
        CqlType::Other(_) => hex(bytes),
    })
}

fn element(kind: &CqlType, bytes: Option<&[u8]>) -> Option<String> {
    match bytes {
        Some(bytes) => read(kind, bytes, true),
        None => Some("null".into()),
    }
}

fn elements(of: &CqlType, bytes: &[u8]) -> Option<String> {
    let mut reader = Reader::of(bytes);
    let count = reader.count().ok()?;
    let all: Option<Vec<String>> = (0..count).map(|_| element(of, reader.bytes().ok()?)).collect();
    Some(all?.join(", "))
}

fn entries(key: &CqlType, value: &CqlType, bytes: &[u8]) -> Option<String> {
    let mut reader = Reader::of(bytes);
    let count = reader.count().ok()?;
    let entry = |reader: &mut Reader<'_>| {
        let key = element(key, reader.bytes().ok()?)?;
        Some(format!("{key}: {}", element(value, reader.bytes().ok()?)?))
    };
    let all: Option<Vec<String>> = (0..count).map(|_| entry(&mut reader)).collect();
    Some(all?.join(", "))
}

/// Later fields may be missing: they were added after the value was written.
fn fields<'a>(of: impl Iterator<Item = &'a CqlType>, bytes: &[u8]) -> Option<Vec<String>> {
    let mut reader = Reader::of(bytes);
    of.map(|kind| element(kind, reader.bytes().unwrap_or(None))).collect()
}

fn hex(bytes: &[u8]) -> String {
    bytes.iter().fold(String::from("0x"), |text, byte| format!("{text}{byte:02x}"))
}

/// A whole number of any length, two's complement.
fn integer(bytes: &[u8]) -> Option<String> {
    let negative = bytes.first()? & 0x80 != 0;
    let mut rest: Vec<u8> = bytes.iter().map(|byte| if negative { !byte } else { *byte }).collect();
    if negative {
        for byte in rest.iter_mut().rev() {
            let (sum, carry) = byte.overflowing_add(1);
            *byte = sum;
            if !carry {
                break;
            }
        }
    }
    let mut digits = Vec::new();
    while rest.iter().any(|byte| *byte != 0) {
        let mut remainder = 0u32;
        for byte in &mut rest {
            let value = (remainder << 8) | u32::from(*byte);
            *byte = u8::try_from(value / 10).ok()?;
            remainder = value % 10;
        }
        digits.push(char::from_digit(remainder, 10)?);
    }
    if digits.is_empty() {
        digits.push('0');
    }
    digits.extend(negative.then_some('-'));
    Some(digits.into_iter().rev().collect())
}

fn decimal(bytes: &[u8]) -> Option<String> {
    let (scale, unscaled) = bytes.split_at_checked(4)?;
    let scale = i32::from_be_bytes(scale.try_into().ok()?);
    let text = integer(unscaled)?;
    let Ok(after) = usize::try_from(scale) else { return Some(format!("{text}E{}", -i64::from(scale))) };
    if after == 0 {
        return Some(text);
    }
    if after > 1000 {
        return Some(format!("{text}E-{after}"));
    }
    let (sign, digits) = text.strip_prefix('-').map_or(("", text.as_str()), |digits| ("-", digits));
    let digits = format!("{digits:0>width$}", width = after + 1);
    let (whole, part) = digits.split_at(digits.len() - after);
    Some(format!("{sign}{whole}.{part}"))
}

/// Days since 1970 as a date of the Gregorian calendar.
fn date(days: i64) -> String {
    let shifted = days + 719_468;
    let era = shifted.div_euclid(146_097);
    let of_era = shifted.rem_euclid(146_097);
    let year_of_era = (of_era - of_era / 1460 + of_era / 36_524 - of_era / 146_096) / 365;
    let of_year = of_era - (365 * year_of_era + year_of_era / 4 - year_of_era / 100);
    let month_from_march = (5 * of_year + 2) / 153;
    let day = of_year - (153 * month_from_march + 2) / 5 + 1;
    let month = if month_from_march < 10 { month_from_march + 3 } else { month_from_march - 9 };
    let year = year_of_era + era * 400 + i64::from(month <= 2);
    format!("{year:04}-{month:02}-{day:02}")
}

fn timestamp(unix_ms: i64) -> String {
    let (days, ms) = (unix_ms.div_euclid(86_400_000), unix_ms.rem_euclid(86_400_000));
    let (hours, minutes, seconds) = (ms / 3_600_000, ms / 60_000 % 60, ms / 1000 % 60);
    format!("{}T{hours:02}:{minutes:02}:{seconds:02}.{:03}Z", date(days), ms % 1000)
}

fn time(nanos: i64) -> String {
    let seconds = nanos / 1_000_000_000;
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    format!("{hours:02}:{minutes:02}:{:02}.{:09}", seconds % 60, nanos % 1_000_000_000)
}

/// Months, days and nanoseconds, each as a zigzag number of variable length.
fn duration(bytes: &[u8]) -> Option<String> {
    let mut reader = Reader::of(bytes);
    let mut next = || -> Option<i64> {
        let first = reader.byte().ok()?;
        let extra = first.leading_ones();
        let mut number = if extra >= 8 { 0 } else { u64::from(first) & (0xFF >> extra) };
        for byte in reader.take(usize::try_from(extra).ok()?).ok()? {
            number = (number << 8) | u64::from(*byte);
        }
        Some(i64::try_from(number >> 1).ok()? ^ -i64::from(number & 1 == 1))
    };
    let (months, days, nanos) = (next()?, next()?, next()?);
    Some(format!("{months}mo{days}d{nanos}ns"))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_of_any_length() {
        for number in [0i128, 1, -1, 127, -128, 128, 1 << 70, -(1 << 70), i128::MAX, i128::MIN] {
            assert_eq!(integer(&number.to_be_bytes()), Some(number.to_string()));
        }
        assert_eq!(integer(&[0xFF]), Some("-1".into()));
        assert_eq!(render(&CqlType::Decimal, &[0, 0, 0, 2, 0x04, 0xD2]), "12.34");
        assert_eq!(render(&CqlType::Decimal, &[0, 0, 0, 3, 0xFF]), "-0.001");
        assert_eq!(render(&CqlType::Decimal, &[0xFF, 0xFF, 0xFF, 0xFE, 7]), "7E2");
    }

    #[test]
    fn times() {
        assert_eq!(timestamp(0), "1970-01-01T00:00:00.000Z");
        assert_eq!(timestamp(1_764_119_491_234), "2025-11-26T01:11:31.234Z");
        assert_eq!(timestamp(-1), "1969-12-31T23:59:59.999Z");
        assert_eq!(date(11_016), "2000-02-29");
        assert_eq!(render(&CqlType::Date, &(1u32 << 31).to_be_bytes()), "1970-01-01");
        assert_eq!(render(&CqlType::Time, &3_723_000_000_001i64.to_be_bytes()), "01:02:03.000000001");
        // 1mo2d3ns, and a number of two bytes: 300 days.
        assert_eq!(render(&CqlType::Duration, &[2, 4, 6]), "1mo2d3ns");
        assert_eq!(render(&CqlType::Duration, &[0, 0x82, 0x58, 1]), "0mo300d-1ns");
    }

    #[test]
    fn text_is_quoted_only_within_something() {
        assert_eq!(render(&CqlType::Text, "it's".as_bytes()), "it's");
        let list = [0, 0, 0, 2, 0, 0, 0, 4, b'i', b't', b'\'', b's', 0xFF, 0xFF, 0xFF, 0xFF];
        assert_eq!(render(&CqlType::List(Box::new(CqlType::Text)), &list), "['it''s', null]");
        let map = [0, 0, 0, 1, 0, 0, 0, 1, b'a', 0, 0, 0, 4, 0, 0, 0, 5];
        let kind = CqlType::Map(Box::new(CqlType::Text), Box::new(CqlType::Int));
        assert_eq!(render(&kind, &map), "{'a': 5}");
        let udt = CqlType::Udt(vec![("a".into(), CqlType::Tinyint), ("b".into(), CqlType::Boolean)]);
        assert_eq!(render(&udt, &[0, 0, 0, 1, 0xFE]), "{a: -2, b: null}");
    }

    #[test]
    fn what_cannot_be_read_is_shown_as_bytes() {
        assert_eq!(render(&CqlType::Int, &[1, 2]), "0x0102");
        assert_eq!(render(&CqlType::List(Box::new(CqlType::Int)), &[0, 0, 0, 9]), "0x00000009");
    }
}
