//! Turns the files of a Helm chart into the one hint to render it.

use std::path::{Path, PathBuf};

/// The file that makes a folder a chart.
pub(super) const CHART: &str = "Chart.yaml";

/// How `check` reads a chart that is rendered; other commands say their own name in its place.
pub const READ_RENDERED: &str = "stslint check -";

/// The chart whose templates or subcharts `folder` is, or is among.
pub(super) fn around(folder: &Path) -> Option<PathBuf> {
    let inner = folder.ancestors().filter(|inner| inner.ends_with("templates") || inner.ends_with("charts"));
    let mut outer = inner.filter_map(Path::parent);
    outer.find(|outer| outer.join(CHART).is_file()).map(Path::to_owned)
}

/// Why the chart at `shown` is passed over, and what to do.
pub(super) fn reason(shown: &str, files: usize) -> String {
    let plain = |letter: char| letter.is_ascii_alphanumeric() || "._/-".contains(letter);
    let quoted =
        if shown.chars().all(plain) { shown.to_owned() } else { format!("'{}'", shown.replace('\'', r"'\''")) };
    let plural = if files == 1 { "" } else { "s" };
    format!("a Helm chart ({files} file{plural}); render it: helm template {quoted} | {READ_RENDERED}")
}
