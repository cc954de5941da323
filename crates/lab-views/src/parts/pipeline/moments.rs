//! Moments as the pipeline's engines write them.

use time::{OffsetDateTime, format_description::well_known::Rfc3339};

/// Unix milliseconds of `2024-01-01T06:00:00+08:00`, as records write it, or of `2024-01-01 06:00:00.000000+0000`, as
/// Cassandra's values are shown.
pub(crate) fn unix_ms(text: &str) -> Option<i64> {
    let text = text.trim().replacen(' ', "T", 1);
    let text = text.strip_suffix("+0000").map(|start| format!("{start}Z")).unwrap_or(text);
    let at = OffsetDateTime::parse(&text, &Rfc3339).ok()?;
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()
}

/// A moment as records write it: Singapore's time, whole seconds.
pub(crate) fn written(unix_ms: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(unix_ms.div_euclid(1000).saturating_add(8 * 3600));
    at.map_or_else(
        |_| unix_ms.to_string(),
        |at| {
            let (hour, minute, second) = at.time().as_hms();
            format!("{}T{hour:02}:{minute:02}:{second:02}+08:00", at.date())
        },
    )
}

/// The day of a moment in Singapore, which is eight hours ahead: days since 1970.
pub(crate) fn day_in_singapore(unix_ms: i64) -> i64 {
    unix_ms.saturating_add(8 * 3_600_000).div_euclid(86_400_000)
}

/// `2024-01-01`, of days since 1970.
pub(crate) fn date(day: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp(day.saturating_mul(86_400));
    at.map_or_else(|_| day.to_string(), |at| at.date().to_string())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn records_and_rows_say_one_moment_in_two_ways() {
        let record = unix_ms("2024-01-01T06:00:00+08:00").unwrap();
        assert_eq!(Some(record), unix_ms("2023-12-31 22:00:00.000000+0000"));
        assert_eq!(unix_ms("2026-11-29T05:00:00.123+00:00"), Some(1_795_928_400_123));
        assert_eq!((day_in_singapore(record), date(day_in_singapore(record)).as_str()), (19_723, "2024-01-01"));
        assert_eq!(written(record), "2024-01-01T06:00:00+08:00");
        assert_eq!((unix_ms(""), unix_ms("yesterday"), unix_ms("2024-01-01")), (None, None, None));
    }
}
