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
    write_document(&Log::new(report, MOST_RESULTS), out)
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
#[expect(clippy::struct_field_names, reason = "the names are the standard's")]
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
    fn new(report: &'r Report<'_>, most_results: usize) -> Self {
        Self {
            schema: "https://docs.oasis-open.org/sarif/sarif/v2.1.0/errata01/os/schemas/sarif-schema-2.1.0.json",
            version: "2.1.0",
            runs: [Run::new(report, most_results)],
        }
    }
}

impl<'r> Run<'r> {
    fn new(report: &'r Report<'_>, most_results: usize) -> Self {
        let told = worst(&report.findings, most_results);
        let untold = report.findings.len() - told.len();
        let mut notifications: Vec<_> = report.skipped.iter().map(Notification::of_skipped).collect();
        notifications.extend((untold > 0).then(|| Notification::of_untold(untold, most_results)));
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
fn worst(findings: &[Finding], most: usize) -> Vec<&Finding> {
    let mut numbered: Vec<(usize, &Finding)> = findings.iter().enumerate().collect();
    if numbered.len() > most {
        numbered.sort_by_key(|(_, finding)| std::cmp::Reverse(finding.severity));
        numbered.truncate(most);
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
            // Brackets in a link's own text are escaped (SARIF 2.1.0, 3.11.6).
            let path = file.path.replace('[', "\\[").replace(']', "\\]");
            lines.push(format!("[{path}:{line}]({id}): {}", unlinked(&related.message)));
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

    fn of_untold(count: usize, most: usize) -> Self {
        let text = format!("{count} findings are left out, the mildest first: a run holds at most {most}");
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

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample::{Sample, finding, place};

    /// `tests/data/README.md` names its source.
    const SCHEMA: &str = include_str!("../../tests/data/sarif-2.1.0.json");

    fn log(sample: &Sample) -> Value {
        let mut out = Vec::new();
        write(&sample.report(), &mut out).expect("a Vec takes everything");
        serde_json::from_slice(&out).expect("the report is JSON")
    }

    #[test]
    fn logs_are_as_the_official_schema_says() {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        let validator = jsonschema::validator_for(&schema).expect("the schema is one");
        for sample in [Sample::new(), Sample::clean(), Sample::of_text("", "", "")] {
            let log = log(&sample);
            let faults: Vec<String> = validator.iter_errors(&log).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{faults:#?}\n{log:#}");
        }
        let mut wrong = log(&Sample::new());
        wrong["runs"][0]["results"][0]["locations"][0]["physicalLocation"]["region"]["startLine"] = 0.into();
        assert!(!validator.is_valid(&wrong), "the schema judges");
    }

    #[test]
    fn everything_that_github_requires_is_there() {
        let log = log(&Sample::new());
        let run = &log["runs"][0];
        for rule in run["tool"]["driver"]["rules"].as_array().expect("rules") {
            for path in ["/id", "/shortDescription/text", "/fullDescription/text", "/help/text", "/help/markdown"] {
                assert!(
                    rule.pointer(path).and_then(Value::as_str).is_some_and(|text| !text.is_empty()),
                    "{path} {rule}"
                );
            }
        }
        for result in run["results"].as_array().expect("results") {
            let index = result["ruleIndex"].as_u64().expect("an index");
            assert_eq!(run["tool"]["driver"]["rules"][usize::try_from(index).expect("small")]["id"], result["ruleId"]);
            let place = &result["locations"][0]["physicalLocation"];
            let uri = place["artifactLocation"]["uri"].as_str().expect("a URI");
            assert!(uri.starts_with("k8s/") && uri.bytes().all(|byte| byte.is_ascii_graphic()), "{uri}");
            for key in ["startLine", "startColumn", "endLine", "endColumn"] {
                assert!(place["region"][key].as_u64().is_some_and(|number| number >= 1), "{key} {place}");
            }
        }
        assert_eq!(run["columnKind"], "unicodeCodePoints");
        assert_eq!(run["automationDetails"]["id"], "stslint/");
        assert_eq!(run["invocations"][0]["executionSuccessful"], true);
        assert_eq!(run["invocations"][0]["toolExecutionNotifications"].as_array().map(Vec::len), Some(3));
    }

    #[test]
    fn related_places_are_linked_by_number_and_manifest_text_is_no_link() {
        let log = log(&Sample::new());
        let result = |index: usize| &log["runs"][0]["results"][index];
        let text = |index: usize| result(index)["message"]["text"].as_str().expect("a text").to_owned();
        assert!(text(0).contains("[k8s/service.yaml:6](1): this Service has a cluster address"), "{}", text(0));
        assert_eq!(result(0)["relatedLocations"][0]["id"], 1);
        assert!(!text(2).contains("]("), "{}", text(2));
    }

    #[test]
    fn fingerprints_outlive_moving_lines_and_differ_within_a_run() {
        let prints = |text: &str| -> Vec<String> {
            let mut sample = Sample::of_text(text, "a", "");
            let again = finding("some-rule", Severity::Error, "wrong again", place(&sample.sources, 0, "b"));
            let other = finding("other-rule", Severity::Error, "wrong", place(&sample.sources, 0, "b"));
            sample.findings.extend([again, other]);
            let log = log(&sample);
            let results = log["runs"][0]["results"].as_array().expect("results");
            results.iter().map(|result| result["partialFingerprints"]["stslint/v1"].to_string()).collect()
        };
        let before = prints("a: b");
        assert_eq!(before, prints("\n\n\na: b"));
        assert!(before[0] != before[1] && before[1] != before[2] && before[0] != before[2], "{before:?}");
    }

    #[test]
    fn a_run_holds_the_worst_findings_and_says_how_many_are_missing() {
        let mut sample = Sample::of_text("a: b", "a", "");
        let here = place(&sample.sources, 0, "b");
        let mild = finding("some-rule", Severity::Info, "mild", here);
        sample.findings = std::iter::repeat_n(mild, 4).chain(sample.findings).collect();
        let report = sample.report();
        let log = serde_json::to_value(Log::new(&report, 3)).expect("a log is JSON");
        let results = log["runs"][0]["results"].as_array().expect("results");
        assert_eq!(results.iter().map(|result| &result["level"]).collect::<Vec<_>>(), ["note", "note", "error"]);
        let notification = &log["runs"][0]["invocations"][0]["toolExecutionNotifications"][0];
        assert!(
            notification["message"]["text"].as_str().is_some_and(|text| text.starts_with("2 findings are left out"))
        );
    }

    #[test]
    fn descriptions_are_cut_to_what_is_shown() {
        assert_eq!(cut("short"), "short");
        assert_eq!(cut(&"é".repeat(1024)).chars().count(), 1024);
        let cut = cut(&"é".repeat(1025));
        assert!(cut.chars().count() == 1024 && cut.ends_with('…'));
    }
}
