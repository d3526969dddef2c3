//! Turns a point in time as a manifest has it into the text that the API server stores.

/// `text` as `Time.MarshalJSON` writes what `Time.UnmarshalJSON` read of it (apimachinery `meta/v1/time.go`): in UTC, to
/// the second. `None` where it is no time of RFC 3339.
pub(super) fn in_utc(text: &str) -> Option<String> {
    let (date, rest) = text.split_once('T')?;
    let (year, month, day) = three(date, '-', [4, 2, 2])?;
    let (clock, offset) = split_offset(rest)?;
    let clock = clock.split_once(['.', ',']).map_or(Some(clock), |(clock, fraction)| {
        (!fraction.is_empty() && fraction.bytes().all(|byte| byte.is_ascii_digit())).then_some(clock)
    })?;
    let (hour, minute, second) = three(clock, ':', [2, 2, 2])?;
    if !(1..=12).contains(&month)
        || !(1..=days_in(year, month)).contains(&day)
        || hour > 23
        || minute > 59
        || second > 59
    {
        return None;
    }
    let minutes = (days_since_era(year, month, day) * 24 + hour) * 60 + minute - offset;
    let (year, month, day) = date_of(minutes.div_euclid(24 * 60));
    let minutes = minutes.rem_euclid(24 * 60);
    Some(format!("{year:04}-{month:02}-{day:02}T{:02}:{:02}:{second:02}Z", minutes / 60, minutes % 60))
}

/// The clock and the minutes that it is ahead of UTC.
fn split_offset(text: &str) -> Option<(&str, i64)> {
    if let Some(clock) = text.strip_suffix('Z') {
        return Some((clock, 0));
    }
    let at = text.rfind(['+', '-'])?;
    let (clock, offset) = text.split_at(at);
    let (hours, minutes) = offset[1..].split_once(':')?;
    let (hours, minutes) = (number(hours, 2)?, number(minutes, 2)?);
    let size = hours * 60 + minutes;
    (hours < 24 && minutes < 60).then_some((clock, if offset.starts_with('-') { -size } else { size }))
}

fn three(text: &str, between: char, widths: [usize; 3]) -> Option<(i64, i64, i64)> {
    let mut parts = text.split(between);
    let [first, second, third] = widths.map(|width| parts.next().and_then(|part| number(part, width)));
    if parts.next().is_some() { None } else { Some((first?, second?, third?)) }
}

fn number(digits: &str, width: usize) -> Option<i64> {
    (digits.len() == width && digits.bytes().all(|byte| byte.is_ascii_digit())).then(|| digits.parse().ok()).flatten()
}

fn days_in(year: i64, month: i64) -> i64 {
    match month {
        2 if year % 4 == 0 && (year % 100 != 0 || year % 400 == 0) => 29,
        2 => 28,
        4 | 6 | 9 | 11 => 30,
        _ => 31,
    }
}

/// Days since the first of March of the year 0, in which leap days stand at the end of years.
fn days_since_era(year: i64, month: i64, day: i64) -> i64 {
    let year = if month > 2 { year } else { year - 1 };
    let month = (month + 9) % 12;
    year * 365 + year.div_euclid(4) - year.div_euclid(100) + year.div_euclid(400) + (153 * month + 2) / 5 + day - 1
}

/// The inverse of [`days_since_era`].
fn date_of(days: i64) -> (i64, i64, i64) {
    const ERA: i64 = 146_097;
    let (era, day) = (days.div_euclid(ERA), days.rem_euclid(ERA));
    let year = (day - day / 1460 + day / 36_524 - day / (ERA - 1)) / 365;
    let day = day - (365 * year + year / 4 - year / 100);
    let month = (5 * day + 2) / 153;
    let day = day - (153 * month + 2) / 5 + 1;
    let (month, carry) = if month < 10 { (month + 3, 0) } else { (month - 9, 1) };
    (era * 400 + year + carry, month, day)
}

#[cfg(test)]
mod tests {
    use super::in_utc;

    #[test]
    fn times_are_stored_in_utc_to_the_second() {
        for (text, want) in [
            ("2024-02-29T23:30:15Z", Some("2024-02-29T23:30:15Z")),
            ("2024-02-29T23:30:15.123456Z", Some("2024-02-29T23:30:15Z")),
            ("2024-02-29T23:30:15-01:00", Some("2024-03-01T00:30:15Z")),
            ("2023-01-01T00:15:00+05:30", Some("2022-12-31T18:45:00Z")),
            ("2000-03-01T00:00:00+00:01", Some("2000-02-29T23:59:00Z")),
            ("1999-12-31T23:59:59Z", Some("1999-12-31T23:59:59Z")),
            ("2023-02-29T00:00:00Z", None),
            ("2023-13-01T00:00:00Z", None),
            ("2023-01-01 00:00:00Z", None),
            ("2023-01-01T00:00:00", None),
            ("2023-01-01T24:00:00Z", None),
            ("yesterday", None),
            ("", None),
        ] {
            assert_eq!(in_utc(text).as_deref(), want, "{text}");
        }
    }
}
