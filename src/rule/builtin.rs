//! Holds the rules that stslint brings along, as the build found them in `rules/`.

include!(concat!(env!("OUT_DIR"), "/rules.rs"));
