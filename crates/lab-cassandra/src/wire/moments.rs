//! Dates, times and durations as text.

use time::{Date, OffsetDateTime, UtcDateTime};

/// The calendar ends here for `cqlsh`; what lies beyond is a plain number there, and so it is here.
const YEARS: std::ops::RangeInclusive<i32> = 1..=9999;
/// 1970-01-01 as a Julian day.
const JULIAN_1970: i64 = 2_440_588;
/// The day that stands for 1970-01-01 in a date's bytes.
const DAY_1970: i64 = 1 << 31;

/// Days, 1970-01-01 being 2^31.
pub(super) fn date(day: u32) -> String {
    let days = i64::from(day) - DAY_1970;
    let date = i32::try_from(days + JULIAN_1970).ok().and_then(|julian| Date::from_julian_day(julian).ok());
    date.filter(|date| YEARS.contains(&date.year())).map_or_else(|| days.to_string(), calendar)
}

fn calendar(date: Date) -> String {
    format!("{:04}-{:02}-{:02}", date.year(), u8::from(date.month()), date.day())
}

/// Milliseconds since 1970.
pub(super) fn timestamp(unix_ms: i64) -> String {
    let at = OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000).map(UtcDateTime::from);
    let Some(at) = at.ok().filter(|at| YEARS.contains(&at.year())) else { return unix_ms.to_string() };
    let (hour, minute, second, micros) = at.time().as_hms_micro();
    format!("{} {hour:02}:{minute:02}:{second:02}.{micros:06}+0000", calendar(at.date()))
}

/// Nanoseconds since midnight.
pub(super) fn time(nanos: i64) -> String {
    let seconds = nanos / 1_000_000_000;
    format!("{:02}:{:02}:{:02}.{:09}", seconds / 3600, seconds / 60 % 60, seconds % 60, nanos % 1_000_000_000)
}

/// What has no single length: `1y2mo3d4h5m6s7ms8us9ns`.
pub(super) fn duration(months: i32, days: i32, nanos: i64) -> String {
    let sign = if months < 0 || days < 0 || nanos < 0 { "-" } else { "" };
    let (months, days, nanos) = (months.unsigned_abs(), days.unsigned_abs(), nanos.unsigned_abs());
    let (micros, millis, seconds) = (nanos / 1000, nanos / 1_000_000, nanos / 1_000_000_000);
    let parts: [(u64, &str); 9] = [
        (u64::from(months / 12), "y"),
        (u64::from(months % 12), "mo"),
        (u64::from(days), "d"),
        (seconds / 3600, "h"),
        (seconds / 60 % 60, "m"),
        (seconds % 60, "s"),
        (millis % 1000, "ms"),
        (micros % 1000, "us"),
        (nanos % 1000, "ns"),
    ];
    let said: String =
        parts.iter().filter(|(count, _)| *count > 0).map(|(count, unit)| format!("{count}{unit}")).collect();
    if said.is_empty() { "0ns".to_owned() } else { format!("{sign}{said}") }
}
