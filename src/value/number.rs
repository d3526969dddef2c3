//! Turns a floating-point number into the text that Go's `encoding/json` makes of it.

/// The text of a finite number (`floatEncoder.encode`, encoding/json `encode.go`): the fewest digits that are read back
/// as the same number, with an exponent below 1e-6 and from 1e21 on.
pub fn go_float(number: f64) -> String {
    let size = number.abs();
    if size == 0.0 || (1e-6..1e21).contains(&size) {
        return number.to_string();
    }
    // Rust writes `1e21`, Go `1e+21`.
    let text = format!("{number:e}");
    match text.split_once('e') {
        Some((digits, exponent)) if !exponent.starts_with('-') => format!("{digits}e+{exponent}"),
        _ => text,
    }
}
