//! Numbers as text, all of their digits.

use num_bigint::BigInt;

/// Zeros that are written out before or after a number; more of them become an exponent.
const ZEROS: i64 = 40;

/// A whole number of any length, two's complement.
pub(super) fn integer(bytes: &[u8]) -> String {
    BigInt::from_signed_bytes_be(bytes).to_string()
}

/// The whole number that the bytes are, with so many of its digits behind the point.
pub(super) fn decimal(bytes: &[u8], scale: i32) -> String {
    let unscaled = integer(bytes);
    let (sign, digits) = unscaled.strip_prefix('-').map_or(("", unscaled.as_str()), |digits| ("-", digits));
    let missing = i64::from(scale) - i64::try_from(digits.len()).unwrap_or(i64::MAX);
    match usize::try_from(scale) {
        Ok(0) => unscaled,
        Ok(after) if missing <= ZEROS => {
            let digits = format!("{digits:0>width$}", width = after + 1);
            let (whole, part) = digits.split_at(digits.len() - after);
            format!("{sign}{whole}.{part}")
        }
        _ => format!("{unscaled}E{:+}", -i64::from(scale)),
    }
}

/// A number with a floating point, given as it is, as plain digits, and with an exponent.
pub(super) fn floating(number: f64, plain: String, with_exponent: String) -> String {
    let size = number.abs();
    if number.is_nan() {
        "NaN".to_owned()
    } else if number.is_infinite() {
        if number > 0.0 { "Infinity".to_owned() } else { "-Infinity".to_owned() }
    } else if size != 0.0 && !(1e-5..1e16).contains(&size) {
        with_exponent
    } else {
        plain
    }
}
