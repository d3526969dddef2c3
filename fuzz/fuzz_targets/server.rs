//! Turns whatever libFuzzer makes up into what is said of the objects in it.
#![no_main]

#[path = "../../tests/hostile/server.rs"]
mod server;

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| {
    server::ask(bytes);
});
