//! Writes a plan as JSON, the contract that other programs read (`docs/schema/plan.json`).

use std::borrow::Cow;
use std::io::{self, Write};

use serde::{Serialize, Serializer};

use crate::dns::Record;
use crate::plan::{Claim, Outcome, Plan, Pod, SetPlan, Spot, Step};
use crate::report::json::{GateEntries, SkippedEntry, Tool, write_table};

/// Grows when a reader of the version before could no longer read; a new key does not make it grow.
const SCHEMA_VERSION: u32 = 1;

/// How deep the entries of the lists of a set are: each stands on one line.
const ENTRY: usize = 5;

/// Writes one document, keys in the order of the contract.
pub(super) fn write(plan: &Plan, out: &mut dyn Write) -> io::Result<()> {
    let document = Document {
        schema_version: SCHEMA_VERSION,
        tool: Tool::THIS,
        kubernetes_version: plan.version.to_string(),
        feature_gates: GateEntries(plan.version.changed_gates()),
        cluster_domain: &plan.cluster_domain,
        skipped: plan.skipped.iter().map(SkippedEntry::of_plan).collect(),
        sets: plan.sets.iter().map(SetEntry::new).collect(),
    };
    write_table(&document, ENTRY, out)
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Document<'p> {
    schema_version: u32,
    tool: Tool,
    kubernetes_version: String,
    feature_gates: GateEntries,
    cluster_domain: &'p str,
    skipped: Vec<SkippedEntry<'p>>,
    sets: Vec<SetEntry<'p>>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct SetEntry<'p> {
    namespace: &'p str,
    name: &'p str,
    path: &'p str,
    line: u32,
    admitted: bool,
    refusals: Vec<RefusalEntry<'p>>,
    notes: &'p [String],
    revisions: Vec<RevisionEntry<'p>>,
    steps: Each<'p, Step, StepEntry>,
    outcome: OutcomeEntry<'p>,
    pods: Each<'p, Pod, PodEntry<'p>>,
    claims: Each<'p, Claim, ClaimEntry<'p>>,
    dns: Records<'p>,
    services: Vec<ServiceEntry<'p>>,
}

/// A list whose entries are made one at a time while it is written, because there may be very many.
struct Each<'p, T, E> {
    set: &'p SetPlan,
    items: &'p [T],
    entry: fn(&'p SetPlan, usize, &'p T) -> E,
}

impl<T, E: Serialize> Serialize for Each<'_, T, E> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let entries = self.items.iter().enumerate();
        serializer.collect_seq(entries.map(|(index, item)| (self.entry)(self.set, index, item)))
    }
}

/// The records that there are in the end, made one at a time while they are written.
struct Records<'p>(&'p SetPlan);

impl Serialize for Records<'_> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        let names = &self.0.names;
        let of_services = names.services.iter().flat_map(|service| names.records_of_service(service));
        let of_pods = self.0.pods.iter().flat_map(|pod| names.records_of_pod(pod.ordinal, pod.state().stage()));
        serializer.collect_seq(of_services.chain(of_pods).map(RecordEntry::new))
    }
}

#[derive(Serialize)]
struct RecordEntry {
    name: String,
    #[serde(rename = "type")]
    record_type: &'static str,
    target: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    port: Option<i64>,
}

impl RecordEntry {
    fn new(record: Record) -> Self {
        let Record { name, record_type, target, port } = record;
        Self { name, record_type: record_type.name(), target, port }
    }
}

#[derive(Serialize)]
struct RefusalEntry<'p> {
    stage: &'static str,
    field: &'p str,
    reason: &'p str,
    message: &'p str,
    place: PlaceEntry<'p>,
}

#[derive(Serialize)]
struct RevisionEntry<'p> {
    letter: char,
    name: Option<&'p str>,
    revision: i64,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct StepEntry {
    step: usize,
    seconds: i64,
    action: &'static str,
    kind: &'static str,
    name: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    revision: Option<char>,
    #[serde(skip_serializing_if = "Option::is_none")]
    waits_for: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    reason: Option<Cow<'static, str>>,
}

#[derive(Serialize)]
struct OutcomeEntry<'p> {
    state: &'static str,
    seconds: i64,
    reason: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    remedy: Option<&'p str>,
    #[serde(skip_serializing_if = "Option::is_none")]
    pod: Option<String>,
    consequences: &'p [String],
    #[serde(skip_serializing_if = "Option::is_none")]
    place: Option<PlaceEntry<'p>>,
}

#[derive(Serialize)]
struct PlaceEntry<'p> {
    path: &'p str,
    line: u32,
    column: u32,
}

#[derive(Serialize)]
struct PodEntry<'p> {
    name: String,
    ordinal: i64,
    state: &'static str,
    revision: Option<char>,
    hostname: String,
    subdomain: &'p str,
    dns: Vec<String>,
    claims: Vec<String>,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct ClaimEntry<'p> {
    name: String,
    template: &'p str,
    pod: String,
    storage_class: Option<&'p str>,
    request: &'p str,
    access_modes: &'p [String],
    state: &'static str,
    fate: &'static str,
}

#[derive(Serialize)]
struct ServiceEntry<'p> {
    name: &'p str,
    role: &'static str,
}

impl<'p> SetEntry<'p> {
    fn new(set: &'p SetPlan) -> Self {
        let Spot { path, line, .. } = &set.spot;
        let refusals = set.refusals.iter().map(|refusal| RefusalEntry {
            stage: refusal.stage.name(),
            field: &refusal.field,
            reason: &refusal.reason,
            message: &refusal.message,
            place: PlaceEntry::new(&refusal.spot),
        });
        let revisions = set.revisions.iter().map(|revision| RevisionEntry {
            letter: revision.letter,
            name: revision.name.as_deref(),
            revision: revision.number,
        });
        Self {
            namespace: &set.namespace,
            name: &set.name,
            path,
            line: *line,
            admitted: set.admitted(),
            refusals: refusals.collect(),
            notes: &set.notes,
            revisions: revisions.collect(),
            steps: Each { set, items: &set.steps, entry: step },
            outcome: OutcomeEntry::new(set),
            pods: Each { set, items: &set.pods, entry: pod },
            claims: Each { set, items: &set.claims, entry: claim },
            dns: Records(set),
            services: set
                .names
                .services
                .iter()
                .map(|service| ServiceEntry { name: &service.name, role: service.role.name() })
                .collect(),
        }
    }
}

impl<'p> PlaceEntry<'p> {
    fn new(spot: &'p Spot) -> Self {
        let Spot { path, line, column } = spot;
        Self { path, line: *line, column: *column }
    }
}

impl<'p> OutcomeEntry<'p> {
    fn new(set: &'p SetPlan) -> Self {
        let stall = if let Outcome::Stalled(stall) = &set.outcome { Some(stall) } else { None };
        let place = stall.and_then(|stall| stall.spot.as_ref());
        Self {
            state: set.outcome.name(),
            seconds: set.ends,
            reason: stall.map(|stall| stall.reason.clone()).or_else(|| refused(set)),
            remedy: stall.map(|stall| stall.remedy.as_str()).filter(|remedy| !remedy.is_empty()),
            pod: stall.and_then(|stall| stall.pod).map(|ordinal| set.pod_name(ordinal)),
            consequences: stall.map_or(&[], |stall| &stall.consequences),
            place: place.map(PlaceEntry::new),
        }
    }
}

/// What the API server says to a set that it refuses.
fn refused(set: &SetPlan) -> Option<String> {
    let all: Vec<String> = set.refusals.iter().map(ToString::to_string).collect();
    (set.outcome == Outcome::Refused).then(|| all.join(", "))
}

fn step(set: &SetPlan, index: usize, step: &Step) -> StepEntry {
    let told = set.tell(step);
    StepEntry {
        step: index + 1,
        seconds: step.at,
        action: told.action,
        kind: told.kind,
        name: told.name,
        revision: told.revision.map(|revision| set.letter(revision)),
        waits_for: told.waits_for,
        reason: told.reason,
    }
}

fn pod<'p>(set: &'p SetPlan, _: usize, pod: &'p Pod) -> PodEntry<'p> {
    let name = set.pod_name(pod.ordinal);
    PodEntry {
        hostname: name.clone(),
        name,
        ordinal: pod.ordinal,
        state: pod.state().name(),
        revision: pod.revision().map(|revision| set.letter(revision)),
        subdomain: &set.subdomain,
        dns: set.names.of_pod(pod.ordinal).into_iter().collect(),
        claims: set.claims_of(pod.ordinal).iter().map(|claim| set.claim_name(*claim)).collect(),
    }
}

fn claim<'p>(set: &'p SetPlan, _: usize, claim: &'p Claim) -> ClaimEntry<'p> {
    let template = set.templates.get(claim.template);
    ClaimEntry {
        name: set.claim_name(*claim),
        template: template.map_or("", |template| &template.name),
        pod: set.pod_name(claim.ordinal),
        storage_class: template.and_then(|template| template.storage_class.as_deref()),
        request: template.map_or("", |template| &template.request),
        access_modes: template.map_or(&[], |template| &template.access_modes),
        state: claim.state.name(),
        fate: claim.fate.name(),
    }
}
