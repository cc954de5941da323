//! Dates that somebody writes.

use super::names::shown;
use crate::rest::moment;

/// A time as Airflow takes it. A day alone is its first moment, by UTC.
pub(super) fn full(date: &str) -> Option<String> {
    if moment::of(date).is_some() {
        return Some(date.to_owned());
    }
    let first = format!("{date}T00:00:00Z");
    moment::of(&first).map(|_| first)
}

/// A time, as the argument `what`, in Unix milliseconds.
pub(super) fn check(what: &str, date: &str) -> Result<i64, String> {
    full(date).as_deref().and_then(moment::of).ok_or_else(|| {
        format!(
            "`{what}` must be a day like `2026-11-30`, or a time like `2026-11-30T06:00:00Z`, not `{}`",
            shown(date)
        )
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_day_is_its_first_moment_and_no_day_is_refused() {
        assert_eq!(full("2026-11-30").as_deref(), Some("2026-11-30T00:00:00Z"));
        assert_eq!(full("2026-11-30T06:00:00+01:00").as_deref(), Some("2026-11-30T06:00:00+01:00"));
        for date in
            ["", "yesterday", "2026-11-31", "30.11.2026", "2026-11-30 06:00", "2026-11-30T06:00", "2026-11-30\n"]
        {
            let told = check("from", date).unwrap_err();
            assert!(told.starts_with("`from` must be a day like"), "{told}");
        }
    }
}
