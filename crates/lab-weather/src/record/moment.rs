//! Times as records write them: Singapore's, whole seconds, `2024-01-01T06:00:00+08:00`; and days, `2024-01-01`.

use time::{OffsetDateTime, PrimitiveDateTime, UtcOffset, format_description::well_known::Iso8601};

use super::shown;

/// Singapore's distance from UTC.
const OFFSET: &str = "+08:00";
const OFFSET_SECONDS: i64 = 8 * 3600;

/// Milliseconds since 1970, of a time written as records write it.
pub(super) fn read(text: &str) -> Option<i64> {
    let (day, rest) = (text.get(..10)?, text.get(10..)?);
    let clock = rest.strip_prefix('T')?.strip_suffix(OFFSET)?;
    let bytes = clock.as_bytes();
    let [_, _, b':', _, _, b':', _, _] = bytes else { return None };
    let [hour, minute, second] = [&clock[..2], &clock[3..5], &clock[6..8]].map(digits);
    let (hour, minute, second) = (hour.filter(|h| *h < 24)?, minute.filter(|m| *m < 60)?, second.filter(|s| *s < 60)?);
    let year = digits(day.get(..4)?)?;
    if !(2000..2300).contains(&year) {
        return None;
    }
    let seconds = i64::from(self::day(day)?) * 86_400 + hour * 3600 + minute * 60 + second - OFFSET_SECONDS;
    Some(seconds * 1000)
}

/// Days since 1970, of a day written as records write it.
pub(super) fn day(text: &str) -> Option<i32> {
    let bytes = text.as_bytes();
    let [_, _, _, _, b'-', _, _, b'-', _, _] = bytes else { return None };
    let [year, month, day] = [text.get(..4)?, text.get(5..7)?, text.get(8..)?].map(digits);
    let month = time::Month::try_from(u8::try_from(month?).ok()?).ok()?;
    let year = i32::try_from(year?).ok().filter(|year| *year > 0)?;
    let date = time::Date::from_calendar_date(year, month, u8::try_from(day?).ok()?).ok()?;
    Some(date.to_julian_day() - time::OffsetDateTime::UNIX_EPOCH.date().to_julian_day())
}

fn digits(text: &str) -> Option<i64> {
    text.bytes().all(|byte| byte.is_ascii_digit()).then(|| text.parse().ok()).flatten()
}

/// Why a text is no time as records write it.
pub(super) fn check(text: &str) -> Result<(), String> {
    if read(text).is_some() {
        return Ok(());
    }
    let told = shown(&text.into());
    // A space in the place of the T is well known.
    let usual = match text.as_bytes().get(10) {
        Some(b' ') => text.replacen(' ', "T", 1),
        _ => text.to_owned(),
    };
    let Ok(when) = OffsetDateTime::parse(&usual, &Iso8601::DEFAULT) else {
        return Err(match PrimitiveDateTime::parse(&usual, &Iso8601::DEFAULT) {
            Ok(_) => format!("is {told}: it does not tell its distance from UTC, as {OFFSET} does"),
            Err(_) => format!("is {told}, not a time like 2024-01-01T06:00:00{OFFSET}"),
        });
    };
    if !(2000..2300).contains(&when.year()) {
        return Err(format!("is {told}: the year must be from 2000 to 2299"));
    }
    Err(format!("is {told}: records write {}", written(when)))
}

fn written(when: OffsetDateTime) -> String {
    let when = when.to_offset(UtcOffset::from_hms(8, 0, 0).unwrap_or(UtcOffset::UTC));
    let (date, clock) = (when.date(), when.time());
    format!(
        "{:04}-{:02}-{:02}T{:02}:{:02}:{:02}{OFFSET}",
        date.year(),
        u8::from(date.month()),
        date.day(),
        clock.hour(),
        clock.minute(),
        clock.second()
    )
}
