//! Numbers as text, all of their digits.

use num_bigint::BigInt;

/// From here on a decimal that begins with zeros is written with an exponent.
const SMALLEST: i64 = -6;
/// Exponents of numbers with a floating point that are written out.
const PLAIN: std::ops::Range<i32> = -4..16;

/// A whole number of any length, two's complement.
pub(super) fn integer(bytes: &[u8]) -> String {
    BigInt::from_signed_bytes_be(bytes).to_string()
}

/// The whole number that the bytes are, with so many of its digits behind the point.
pub(super) fn decimal(bytes: &[u8], scale: i32) -> String {
    let unscaled = integer(bytes);
    let (sign, digits) = unscaled.strip_prefix('-').map_or(("", unscaled.as_str()), |digits| ("-", digits));
    // The exponent of the first digit.
    let first = i64::try_from(digits.len()).unwrap_or(i64::MAX).saturating_sub(1).saturating_sub(i64::from(scale));
    match usize::try_from(scale) {
        Ok(0) => unscaled,
        Ok(after) if first >= SMALLEST => {
            let digits = format!("{digits:0>width$}", width = after + 1);
            let (whole, part) = digits.split_at(digits.len() - after);
            format!("{sign}{whole}.{part}")
        }
        _ => match digits.split_at(1) {
            (whole, "") => format!("{sign}{whole}E{first:+}"),
            (whole, part) => format!("{sign}{whole}.{part}E{first:+}"),
        },
    }
}

/// A number with a floating point, given as it is, as plain digits, and with an exponent.
pub(super) fn floating(number: f64, plain: String, with_exponent: &str) -> String {
    if number.is_nan() {
        return "NaN".to_owned();
    } else if number.is_infinite() {
        return if number > 0.0 { "Infinity" } else { "-Infinity" }.to_owned();
    }
    let (digits, exponent) = with_exponent.split_once('e').unwrap_or((with_exponent, "0"));
    match exponent.parse::<i32>() {
        Ok(exponent) if !PLAIN.contains(&exponent) => {
            let sign = if exponent < 0 { '-' } else { '+' };
            format!("{digits}e{sign}{:02}", exponent.unsigned_abs())
        }
        _ => plain,
    }
}
