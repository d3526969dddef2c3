//! Writes the time of a story as a person reads it.

use crate::controller::state::Seconds;

/// A time from the start: `42s`, `3m05s`, `2h03m05s`.
pub(super) fn clock(seconds: Seconds) -> String {
    let (hours, minutes, seconds) = (seconds / 3600, seconds / 60 % 60, seconds % 60);
    match (hours, minutes) {
        (0, 0) => format!("{seconds}s"),
        (0, _) => format!("{minutes}m{seconds:02}s"),
        _ => format!("{hours}h{minutes:02}m{seconds:02}s"),
    }
}
