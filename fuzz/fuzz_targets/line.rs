//! Turns whatever libFuzzer makes up into the reports and plans of the objects in it.
#![no_main]

#[path = "../../tests/hostile/line.rs"]
mod line;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    line::print(bytes);
});
