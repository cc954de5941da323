//! Airflow's times as Unix milliseconds.

use time::{
    OffsetDateTime,
    format_description::well_known::{Rfc2822, Rfc3339},
};

/// `2026-11-30T18:51:27.123456Z`, or with an offset; none if it is no such time.
pub(crate) fn of(written: &str) -> Option<i64> {
    millis(OffsetDateTime::parse(written, &Rfc3339).ok()?)
}

/// `Mon, 30 Nov 2026 18:51:27 GMT`, as HTTP writes it.
pub(super) fn of_header(written: &str) -> Option<i64> {
    millis(OffsetDateTime::parse(written, &Rfc2822).ok()?)
}

fn millis(at: OffsetDateTime) -> Option<i64> {
    i64::try_from(at.unix_timestamp_nanos() / 1_000_000).ok()
}

/// Now, as Airflow writes a time: `2026-11-30T18:51:27.123456+00:00`.
pub(crate) fn now() -> String {
    written(OffsetDateTime::now_utc())
}

/// Unix milliseconds, as Airflow writes a time; none if no such time can be written.
pub(crate) fn at(unix_ms: i64) -> Option<String> {
    OffsetDateTime::from_unix_timestamp_nanos(i128::from(unix_ms) * 1_000_000).ok().map(written)
}

fn written(at: OffsetDateTime) -> String {
    let (year, month, day) = (at.year(), u8::from(at.month()), at.day());
    let (hour, minute, second, micro) = (at.hour(), at.minute(), at.second(), at.microsecond());
    format!("{year:04}-{month:02}-{day:02}T{hour:02}:{minute:02}:{second:02}.{micro:06}+00:00")
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn airflows_times_and_those_of_http_are_read() {
        assert_eq!(of("2026-11-30T18:51:27.123456Z"), Some(1_796_064_687_123));
        assert_eq!(of("2026-11-30T18:51:27.123456+00:00"), of("2026-11-30T20:51:27.123+02:00"));
        assert_eq!(of_header("Mon, 30 Nov 2026 18:51:27 GMT"), Some(1_796_064_687_000));
        assert_eq!((of("yesterday"), of(""), of_header("yesterday")), (None, None, None));
    }

    #[test]
    fn a_time_of_ours_is_read_as_one_of_airflows() {
        let now = now();
        assert!(now.ends_with("+00:00") && of(&now).is_some(), "{now}");
        assert_eq!(at(1_796_064_687_123).as_deref(), Some("2026-11-30T18:51:27.123000+00:00"));
        assert_eq!(at(i64::MAX), None);
    }
}
