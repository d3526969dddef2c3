//! Holds what the README shows against what the program prints.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::{Command, Output};
use std::{env, fs};

const README: &str = "README.md";
const PROMPT: &str = "$ stslint check examples/shop\n";

fn check(folder: &str) -> Output {
    Command::new(env!("CARGO_BIN_EXE_stslint"))
        .args(["check", folder])
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap()
}

#[test]
fn the_readme_opens_with_what_the_program_prints() {
    let path = format!("{}/{README}", env!("CARGO_MANIFEST_DIR"));
    let page = fs::read_to_string(&path).unwrap();
    let start = page.find(PROMPT).unwrap() + PROMPT.len();
    let end = start + page[start..].find("```").unwrap();
    let output = check("examples/shop");
    let printed = String::from_utf8(output.stdout).unwrap();
    if env::var_os("BLESS").is_some() {
        fs::write(&path, format!("{}{printed}{}", &page[..start], &page[end..])).unwrap();
    } else {
        assert_eq!(&page[start..end], printed, "run `BLESS=1 cargo test`");
    }
    assert_eq!(output.status.code(), Some(1));
}

#[test]
fn the_repaired_example_is_clean() {
    let output = check("examples/shop-fixed");
    let printed = String::from_utf8(output.stdout).unwrap();
    assert!(printed.contains("no findings"), "{printed}");
    assert_eq!(output.status.code(), Some(0), "{printed}");
}
