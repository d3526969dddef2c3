//! Writes a report as SARIF 2.1.0, the form in which code scanning services take findings.

mod fingerprint;
mod uri;

use std::io::{self, Write};

use serde::Serialize;

use self::fingerprint::Fingerprints;
use super::json::write_document;
use super::{Passed, Report, Skipped};
use crate::finding::{Finding, ObjectName, Related, RuleCard, Severity};
use crate::source::{Place, Sources};

/// GitHub refuses a run with more (its documentation, "SARIF results exceed one or more limits").
const MOST_RESULTS: usize = 25_000;
/// GitHub shows no more of a description.
const LONGEST_DESCRIPTION: usize = 1024;

/// Writes one log with one run.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_document(&Log::new(report), out)
}

#[derive(Serialize)]
struct Log<'r> {
    #[serde(rename = "$schema")]
    schema: &'static str,
    version: &'static str,
    runs: [Run<'r>; 1],
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Run<'r> {
    tool: Tool<'r>,
    automation_details: AutomationDetails,
    column_kind: &'static str,
    invocations: [Invocation; 1],
    results: Vec<SarifResult<'r>>,
}

#[derive(Serialize)]
struct Tool<'r> {
    driver: Driver<'r>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Driver<'r> {
    name: &'static str,
    semantic_version: &'static str,
    information_uri: &'static str,
    rules: Vec<Rule<'r>>,
}

#[derive(Serialize)]
struct AutomationDetails {
    id: &'static str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Rule<'r> {
    id: &'r str,
    short_description: Message,
    full_description: Message,
    #[serde(skip_serializing_if = "Option::is_none")]
    help_uri: Option<&'r str>,
    help: Message,
    default_configuration: Configuration,
    properties: Properties<'r>,
}

#[derive(Serialize)]
struct Configuration {
    level: &'static str,
}

#[derive(Serialize)]
struct Properties<'r> {
    #[serde(rename = "problem.severity")]
    severity: &'static str,
    precision: &'static str,
    tags: Vec<&'r str>,
}

#[derive(Serialize)]
struct Message {
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    markdown: Option<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Invocation {
    execution_successful: bool,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    tool_execution_notifications: Vec<Notification>,
}

#[derive(Serialize)]
struct Notification {
    level: &'static str,
    message: Message,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    locations: Vec<Location>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SarifResult<'r> {
    rule_id: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    rule_index: Option<usize>,
    level: &'static str,
    message: Message,
    locations: [Location; 1],
    #[serde(skip_serializing_if = "Vec::is_empty")]
    related_locations: Vec<Location>,
    partial_fingerprints: PartialFingerprints,
}

#[derive(Serialize)]
struct PartialFingerprints {
    #[serde(rename = "stslint/v1")]
    stslint: String,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Location {
    #[serde(skip_serializing_if = "Option::is_none")]
    id: Option<usize>,
    physical_location: PhysicalLocation,
    #[serde(skip_serializing_if = "Vec::is_empty")]
    logical_locations: Vec<LogicalLocation>,
    #[serde(skip_serializing_if = "Option::is_none")]
    message: Option<Message>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct PhysicalLocation {
    artifact_location: ArtifactLocation,
    #[serde(skip_serializing_if = "Option::is_none")]
    region: Option<Region>,
}

#[derive(Serialize)]
struct ArtifactLocation {
    uri: String,
}

/// All one-based; the end column is the one after the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region {
    start_line: u32,
    #[serde(skip_serializing_if = "Option::is_none")]
    start_column: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_line: Option<u32>,
    #[serde(skip_serializing_if = "Option::is_none")]
    end_column: Option<u32>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct LogicalLocation {
    fully_qualified_name: String,
    kind: &'static str,
}

impl<'r> Log<'r> {
    fn new(report: &'r Report<'_>) -> Self {
        Self {
            schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            version: "2.1.0",
            runs: [Run::new(report)],
        }
    }
}

impl<'r> Run<'r> {
    fn new(report: &'r Report<'_>) -> Self {
        let told = worst(&report.findings);
        let untold = report.findings.len() - told.len();
        let mut notifications: Vec<_> = report.skipped.iter().map(Notification::of_skipped).collect();
        notifications.extend((untold > 0).then(|| Notification::of_untold(untold)));
        let mut fingerprints = Fingerprints::default();
        Self {
            tool: Tool { driver: Driver::new(report) },
            automation_details: AutomationDetails { id: "stslint/" },
            column_kind: "unicodeCodePoints",
            invocations: [Invocation { execution_successful: true, tool_execution_notifications: notifications }],
            results: told.into_iter().map(|finding| SarifResult::new(finding, report, &mut fingerprints)).collect(),
        }
    }
}

/// As many findings as a run may hold, in their order; if there are more, the mildest and last ones are left out.
fn worst(findings: &[Finding]) -> Vec<&Finding> {
    let mut numbered: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    if numbered.len() > MOST_RESULTS {
        numbered.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
        numbered.truncate(MOST_RESULTS);
        numbered.sort_by_key(|&(number, _)| number);
    }
    numbered.into_iter().map(|(_, finding)| finding).collect()
}

impl<'r> Driver<'r> {
    fn new(report: &'r Report<'_>) -> Self {
        Self {
            name: env!("CARGO_PKG_NAME"),
            semantic_version: env!("CARGO_PKG_VERSION"),
            information_uri: env!("CARGO_PKG_REPOSITORY"),
            rules: report.rules.iter().map(Rule::new).collect(),
        }
    }
}

impl<'r> Rule<'r> {
    fn new(card: &'r RuleCard) -> Self {
        let why = card.why.trim();
        Self {
            id: &card.name,
            short_description: Message::plain(cut(&card.summary)),
            full_description: Message::plain(cut(why.split("\n\n").next().unwrap_or(why))),
            help_uri: Some(card.docs.as_str()).filter(|docs| !docs.is_empty()),
            help: Message { text: why.to_owned(), markdown: Some(why.to_owned()) },
            default_configuration: Configuration { level: level(card.severity) },
            properties: Properties {
                severity: problem_severity(card.severity),
                precision: "high",
                tags: vec!["kubernetes", "statefulset", &card.category],
            },
        }
    }
}

impl Message {
    fn plain(text: impl Into<String>) -> Self {
        Self { text: text.into(), markdown: None }
    }

    /// What is so (GitHub's title is its first sentence), what decided it, the next move, and links to related places.
    fn of_finding(finding: &Finding, sources: &Sources) -> Self {
        let mut lines = vec![format!("{}.", unlinked(&finding.message))];
        lines.extend(finding.notes.iter().map(|note| format!("note: {}", unlinked(note))));
        lines.extend((!finding.help.is_empty()).then(|| format!("help: {}", unlinked(&finding.help))));
        for (id, related) in numbered(&finding.related) {
            let file = sources.get(related.place.file);
            let line = file.position(related.place.span.start).line;
            lines.push(format!("see [line {line} of another place]({id}): {}", unlinked(&related.message)));
        }
        Self::plain(lines.join("\n"))
    }
}

/// Text from a manifest must not become a link: `[text](target)` is one (SARIF 2.1.0, 3.11.6).
fn unlinked(text: &str) -> String {
    text.replace("](", "] (")
}

/// Related places are linked to by number, from one up.
fn numbered(related: &[Related]) -> impl Iterator<Item = (usize, &Related)> {
    related.iter().enumerate().map(|(index, related)| (index + 1, related))
}

impl Notification {
    fn of_skipped(skipped: &Skipped) -> Self {
        let what = match skipped.what {
            Passed::File => "file skipped",
            Passed::Document => "document skipped",
            Passed::Rule => "rule not asked",
        };
        let region = skipped.line.map(Region::of_line);
        Self {
            level: "note",
            message: Message::plain(format!("{what}: {}", unlinked(&skipped.reason))),
            locations: vec![Location::new(PhysicalLocation::new(&skipped.path, region))],
        }
    }

    fn of_untold(count: usize) -> Self {
        let text = format!("{count} findings are left out, the mildest first: a run holds at most {MOST_RESULTS}");
        Self { level: "warning", message: Message::plain(text), locations: Vec::new() }
    }
}

impl<'r> SarifResult<'r> {
    fn new(finding: &'r Finding, report: &'r Report<'_>, fingerprints: &mut Fingerprints) -> Self {
        let path = &report.sources.get(finding.place.file).path;
        let location = Location {
            logical_locations: finding.object.iter().map(LogicalLocation::new).collect(),
            ..Location::new(PhysicalLocation::of_place(finding.place, report.sources))
        };
        let related = numbered(&finding.related).map(|(id, related)| Location {
            id: Some(id),
            message: Some(Message::plain(unlinked(&related.message))),
            ..Location::new(PhysicalLocation::of_place(related.place, report.sources))
        });
        Self {
            rule_id: &finding.rule,
            rule_index: report.rules.binary_search_by(|card| card.name.cmp(&finding.rule)).ok(),
            level: level(finding.severity),
            message: Message::of_finding(finding, report.sources),
            locations: [location],
            related_locations: related.collect(),
            partial_fingerprints: PartialFingerprints { stslint: fingerprints.next(finding, path) },
        }
    }
}

impl Location {
    fn new(physical_location: PhysicalLocation) -> Self {
        Self { id: None, physical_location, logical_locations: Vec::new(), message: None }
    }
}

impl PhysicalLocation {
    fn new(path: &str, region: Option<Region>) -> Self {
        Self { artifact_location: ArtifactLocation { uri: uri::from_path(path) }, region }
    }

    fn of_place(place: Place, sources: &Sources) -> Self {
        let file = sources.get(place.file);
        let (start, end) = (file.position(place.span.start), file.position(place.span.end));
        let region = Region {
            start_line: start.line,
            start_column: Some(start.column),
            end_line: Some(end.line),
            end_column: Some(end.column),
        };
        Self::new(&file.path, Some(region))
    }
}

impl Region {
    fn of_line(line: u32) -> Self {
        Self { start_line: line, start_column: None, end_line: None, end_column: None }
    }
}

impl LogicalLocation {
    fn new(object: &ObjectName) -> Self {
        let ObjectName { api_version, kind, namespace, name } = object;
        Self { fully_qualified_name: format!("{api_version}/{kind}/{namespace}/{name}"), kind: "resource" }
    }
}

/// SARIF's word for a severity (3.58.6).
fn level(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "note",
    }
}

/// GitHub's word for the severity of a finding that is not about security.
fn problem_severity(severity: Severity) -> &'static str {
    match severity {
        Severity::Error => "error",
        Severity::Warning => "warning",
        Severity::Info => "recommendation",
    }
}

/// As much of `text` as a description may hold.
fn cut(text: &str) -> String {
    match text.char_indices().nth(LONGEST_DESCRIPTION) {
        Some(_) => text.chars().take(LONGEST_DESCRIPTION - 1).chain(['…']).collect(),
        None => text.to_owned(),
    }
}
