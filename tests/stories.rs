//! Holds the plans in the documentation against what the program prints.
#![expect(clippy::unwrap_used, reason = "a test that cannot go on has failed")]

use std::process::Command;
use std::{env, fs};

const PAGES: [&str; 2] = ["README.md", "docs/plan.md"];
const PROMPT: &str = "$ stslint plan ";
/// The drawing in the README, and what it draws.
const DRAWING: (&str, &str) =
    ("docs/rollout.svg", "examples/stories/web-everywhere.yaml --against-path examples/stories/web.yaml -o svg");

/// What the program prints, and the code it exits with.
fn run(words: &str) -> String {
    let output = Command::new(env!("CARGO_BIN_EXE_stslint"))
        .arg("plan")
        .args(words.split_whitespace())
        .current_dir(env!("CARGO_MANIFEST_DIR"))
        .env_clear()
        .env("LC_ALL", "C.UTF-8")
        .output()
        .unwrap();
    assert!(output.stderr.is_empty(), "stslint plan {words}: {}", String::from_utf8_lossy(&output.stderr));
    assert_eq!(output.status.code(), Some(0), "stslint plan {words}");
    String::from_utf8(output.stdout).unwrap()
}

/// The page with what the program prints behind each of its prompts.
fn printed(page: &str) -> String {
    let mut printed = String::new();
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        printed.extend([line, "\n"]);
        if let Some(words) = line.strip_prefix(PROMPT) {
            printed += &run(words);
            lines.by_ref().find(|line| line.starts_with("```")).unwrap();
            printed += "```\n";
        }
    }
    printed
}

#[test]
fn pages_show_what_the_program_prints() {
    for name in PAGES {
        let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
        let page = fs::read_to_string(&path).unwrap();
        assert!(page.contains(PROMPT), "{name} shows nothing");
        let printed = printed(&page);
        if env::var_os("BLESS").is_some() {
            fs::write(&path, printed).unwrap();
        } else {
            let differing = page.lines().zip(printed.lines()).find(|(shown, printed)| shown != printed);
            assert!(page == printed, "{name}: {differing:?}; run `BLESS=1 cargo test`");
        }
    }
}

#[test]
fn the_drawing_shows_what_the_program_draws() {
    let (name, words) = DRAWING;
    let path = format!("{}/{name}", env!("CARGO_MANIFEST_DIR"));
    let drawn = run(words);
    if env::var_os("BLESS").is_some() {
        fs::write(&path, drawn).unwrap();
    } else {
        assert!(fs::read_to_string(&path).unwrap() == drawn, "{name}: run `BLESS=1 cargo test`");
    }
}
