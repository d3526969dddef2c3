//! Writes a report as JSON, the contract that other programs read (`docs/schema/report.json`).

mod layout;

use std::io::{self, BufWriter, Write};

use serde::Serialize;
use serde_json::ser::Serializer;

use layout::Layout;

use super::{Report, Skipped, Summary};
use crate::finding::{Finding, ObjectName, Refusal, Related};
use crate::plan;
use crate::source::{Place, Position, Sources};
use crate::version::FeatureGates;

/// Grows when a reader of the version before could no longer read; a new key does not make it grow.
pub(super) const SCHEMA_VERSION: u32 = 1;

/// Writes one document, keys in the order of the contract.
pub(super) fn write(report: &Report<'_>, out: &mut dyn Write) -> io::Result<()> {
    write_document(&Document::new(report), out)
}

/// Writes any document as indented JSON in which nothing is left for a terminal to obey, and a line feed.
pub(super) fn write_document(document: &impl Serialize, out: &mut dyn Write) -> io::Result<()> {
    write_laid_out(document, Layout::indented(), out)
}

/// The same, but what is as many lists and objects deep as `flat_from` stands on one line; the outermost is one deep.
pub(super) fn write_table(document: &impl Serialize, flat_from: usize, out: &mut dyn Write) -> io::Result<()> {
    write_laid_out(document, Layout::flat_from(flat_from), out)
}

fn write_laid_out(document: &impl Serialize, layout: Layout, out: &mut dyn Write) -> io::Result<()> {
    // A document is written in millions of small pieces, which are put together here without a call for each.
    let mut out = BufWriter::with_capacity(1 << 16, out);
    document.serialize(&mut Serializer::with_formatter(&mut out, layout))?;
    out.write_all(b"\n")?;
    out.flush()
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'r> {
    schema_version: u32,
    tool: Tool,
    kubernetes_version: String,
    feature_gates: GateEntries,
    summary: Counts,
    skipped: Vec<SkippedEntry<'r>>,
    findings: Vec<FindingEntry<'r>>,
}

/// Feature gates as an object of names and truth values.
pub(super) struct GateEntries(pub(super) FeatureGates);

impl Serialize for GateEntries {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_map(self.0.iter().map(|(gate, on)| (gate.name(), on)))
    }
}

#[derive(Serialize)]
pub(super) struct Tool {
    name: &'static str,
    version: &'static str,
}

impl Tool {
    /// The program that is running.
    pub(super) const THIS: Self = Self { name: env!("CARGO_PKG_NAME"), version: env!("CARGO_PKG_VERSION") };
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Counts {
    files: usize,
    documents: usize,
    objects: usize,
    stateful_sets: usize,
    errors: usize,
    warnings: usize,
    infos: usize,
    ignored: usize,
    baselined: usize,
}

#[derive(Serialize)]
pub(super) struct SkippedEntry<'r> {
    path: &'r str,
    #[serde(skip_serializing_if = "Option::is_none")]
    line: Option<u32>,
    reason: &'r str,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct FindingEntry<'r> {
    rule: &'r str,
    severity: &'static str,
    message: &'r str,
    notes: &'r [String],
    help: &'r str,
    #[serde(flatten)]
    region: Region<'r>,
    start_byte: u64,
    end_byte: u64,
    object: Option<ObjectEntry<'r>>,
    field: &'r str,
    related: Vec<RelatedEntry<'r>>,
    api: Option<RefusalEntry<'r>>,
    more: usize,
    fix: Option<()>,
    docs: Option<&'r str>,
}

/// Where: the end is the position after the last character.
#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Region<'r> {
    path: &'r str,
    line: u32,
    column: u32,
    end_line: u32,
    end_column: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ObjectEntry<'r> {
    api_version: &'r str,
    kind: &'r str,
    namespace: &'r str,
    name: &'r str,
}

#[derive(Serialize)]
struct RelatedEntry<'r> {
    #[serde(flatten)]
    region: Region<'r>,
    message: &'r str,
}

#[derive(Serialize)]
struct RefusalEntry<'r> {
    stage: &'static str,
    reason: &'r str,
    field: &'r str,
    message: &'r str,
}

impl<'r> Document<'r> {
    fn new(report: &'r Report<'_>) -> Self {
        Self {
            schema_version: SCHEMA_VERSION,
            tool: Tool::THIS,
            kubernetes_version: report.versions.to_string(),
            feature_gates: GateEntries(report.versions.changed_gates()),
            summary: Counts::new(report.summary),
            skipped: report.skipped.iter().map(SkippedEntry::new).collect(),
            findings: report.findings.iter().map(|finding| FindingEntry::new(finding, report)).collect(),
        }
    }
}

impl Counts {
    fn new(summary: Summary) -> Self {
        let Summary { files, documents, objects, stateful_sets, errors, warnings, infos, ignored, baselined } = summary;
        Self { files, documents, objects, stateful_sets, errors, warnings, infos, ignored, baselined }
    }
}

impl<'r> SkippedEntry<'r> {
    fn new(skipped: &'r Skipped) -> Self {
        Self { path: &skipped.path, line: skipped.line, reason: &skipped.reason }
    }

    pub(super) fn of_plan(skipped: &'r plan::Skipped) -> Self {
        Self { path: &skipped.path, line: skipped.line, reason: &skipped.reason }
    }
}

impl<'r> FindingEntry<'r> {
    fn new(finding: &'r Finding, report: &'r Report<'_>) -> Self {
        let file = report.sources.get(finding.place.file);
        Self {
            rule: &finding.rule,
            severity: finding.severity.name(),
            message: &finding.message,
            notes: &finding.notes,
            help: &finding.help,
            region: Region::new(finding.place, report.sources),
            start_byte: file.file_offset(finding.place.span.start),
            end_byte: file.file_offset(finding.place.span.end),
            object: finding.object.as_ref().map(ObjectEntry::new),
            field: &finding.field,
            related: finding.related.iter().map(|related| RelatedEntry::new(related, report.sources)).collect(),
            api: finding.api.as_ref().map(RefusalEntry::new),
            more: finding.more,
            fix: None,
            docs: report.card(&finding.rule).map(|card| card.docs.as_str()),
        }
    }
}

impl<'r> Region<'r> {
    fn new(place: Place, sources: &'r Sources) -> Self {
        let file = sources.get(place.file);
        let Position { line, column } = file.position(place.span.start);
        let end = file.position(place.span.end);
        Self { path: &file.path, line, column, end_line: end.line, end_column: end.column }
    }
}

impl<'r> ObjectEntry<'r> {
    fn new(object: &'r ObjectName) -> Self {
        let ObjectName { api_version, kind, namespace, name } = object;
        Self { api_version, kind, namespace, name }
    }
}

impl<'r> RelatedEntry<'r> {
    fn new(related: &'r Related, sources: &'r Sources) -> Self {
        Self { region: Region::new(related.place, sources), message: &related.message }
    }
}

impl<'r> RefusalEntry<'r> {
    fn new(refusal: &'r Refusal) -> Self {
        let Refusal { stage, reason, field, message } = refusal;
        Self { stage: stage.name(), reason, field, message }
    }
}

#[cfg(test)]
mod tests {
    use serde_json::Value;

    use super::*;
    use crate::report::sample::{HOSTILE, Sample};
    use crate::source::{Encoding, SourceFile};
    use crate::visible::is_hidden;

    const SCHEMA: &str = include_str!("../../docs/schema/report.json");

    fn written(sample: &Sample) -> String {
        let mut out = Vec::new();
        write(&sample.report(), &mut out).expect("a Vec takes everything");
        String::from_utf8(out).expect("reports are UTF-8")
    }

    fn validator() -> jsonschema::Validator {
        let schema: Value = serde_json::from_str(SCHEMA).expect("the schema is JSON");
        jsonschema::validator_for(&schema).expect("the schema is one")
    }

    #[test]
    fn reports_are_as_their_schema_says() {
        for sample in [Sample::new(), Sample::clean(), Sample::of_text("a: b", "b", "")] {
            let text = written(&sample);
            let document: Value = serde_json::from_str(&text).expect("the report is JSON");
            let faults: Vec<String> = validator().iter_errors(&document).map(|fault| fault.to_string()).collect();
            assert!(faults.is_empty(), "{faults:#?}\n{text}");
        }
    }

    #[test]
    fn the_schema_takes_no_other_keys_and_misses_each_of_its_own() {
        let validator = validator();
        let document: Value = serde_json::from_str(&written(&Sample::new())).expect("the report is JSON");
        let objects = ["", "/tool", "/summary", "/skipped/0", "/findings/0", "/findings/1/api", "/findings/0/object"];
        for path in objects.into_iter().chain(["/findings/0/related/0"]) {
            let keys: Vec<String> =
                document.pointer(path).and_then(Value::as_object).expect(path).keys().cloned().collect();
            let changed = |change: &dyn Fn(&mut serde_json::Map<String, Value>)| {
                let mut changed = document.clone();
                change(changed.pointer_mut(path).and_then(Value::as_object_mut).expect(path));
                changed
            };
            let more = changed(&|object| drop(object.insert("unheardOf".to_owned(), Value::Null)));
            assert!(!validator.is_valid(&more), "{path} takes another key");
            for key in keys {
                let less = changed(&|object| drop(object.remove(&key)));
                assert!(!validator.is_valid(&less), "{path} does without {key}");
            }
        }
    }

    #[test]
    fn keys_stand_in_the_order_of_the_contract() {
        let mut sample = Sample::new();
        sample.findings.remove(0);
        sample.findings.truncate(1);
        sample.skipped.truncate(2);
        let text = written(&sample).replace(env!("CARGO_PKG_VERSION"), "X.Y.Z");
        let want = include_str!("json/sample.json");
        if std::env::var_os("BLESS").is_some() {
            std::fs::write(concat!(env!("CARGO_MANIFEST_DIR"), "/src/report/json/sample.json"), &text)
                .expect("written");
        } else {
            assert_eq!(text, want, "BLESS=1 rewrites src/report/json/sample.json");
        }
    }

    #[test]
    fn offsets_are_those_of_the_file_on_disk() {
        for (encoding, want) in [(Encoding::Utf8, [5, 6]), (Encoding::Utf8Bom, [8, 9]), (Encoding::Utf16Le, [10, 12])] {
            let mut sample = Sample::of_text("é:  b", "b", "");
            let mut file = SourceFile::new("a.yaml", "é:  b");
            file.encoding = encoding;
            sample.sources = Sources::new(vec![file]);
            let document: Value = serde_json::from_str(&written(&sample)).expect("the report is JSON");
            let finding = &document["findings"][0];
            assert_eq!([&finding["startByte"], &finding["endByte"]], want, "{encoding:?}");
            assert_eq!([&finding["column"], &finding["endColumn"]], [5, 6], "{encoding:?}");
        }
    }

    #[test]
    fn text_means_the_same_after_reading_and_nothing_to_a_terminal() {
        let text = written(&Sample::new());
        let raw = text.chars().find(|&character| character != '\n' && is_hidden(character));
        assert_eq!(raw, None, "{text}");
        let document: Value = serde_json::from_str(&text).expect("the report is JSON");
        assert_eq!(document["findings"][2]["message"], HOSTILE);
        let mut out = Vec::new();
        write_document(&"a\u{e0041}b\u{9b}c", &mut out).expect("a Vec takes everything");
        assert_eq!(String::from_utf8_lossy(&out), "\"a\\udb40\\udc41b\\u009bc\"\n");
    }
}
