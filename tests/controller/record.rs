//! Turns a golden line into a state and what the real controller did with it, and our own outcome into the same words.

use std::collections::BTreeMap;
use std::fmt::Write as _;
use std::sync::Arc;
use stslint::controller::action::{Answer, Call, Outcome, StatusWrite};
use stslint::controller::profile::Profile;
use stslint::controller::state::{
    Claim, MaxUnavailable, Owner, OwnerReference, Owners, Phase, Pod, PodManagementPolicy, Progressing, RecreatePhase,
    Refusal, Refused, Retain, Revision, RevisionName, RollingUpdate, Set, State, Status, TemplateId, UpdateStrategy,
};

/// The time of every record; the times in it are counted back from here.
pub(crate) const NOW: i64 = 1_000_000;

const SET: u64 = 1;
const STRANGER: u64 = 1 << 40;

/// One line: the parts by letter. conformance/reconcile/README.md says what they mean.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(crate) struct Record(pub(crate) BTreeMap<char, String>);

impl Record {
    /// Reads `{"s":"…","e":true}`; the values hold no escapes.
    pub(crate) fn parse(line: &str) -> Option<Self> {
        let body = line.trim().strip_prefix('{')?.strip_suffix('}')?;
        let mut parts = BTreeMap::new();
        for part in body.split(",\"") {
            let (key, value) = part.trim_start_matches('"').split_once("\":")?;
            parts.insert(key.chars().next()?, value.trim_matches('"').to_owned());
        }
        parts.contains_key(&'s').then_some(Self(parts))
    }

    pub(crate) fn part(&self, key: char) -> &str {
        self.0.get(&key).map_or("", String::as_str)
    }

    /// The line the judge reads: without the answers.
    pub(crate) fn question(&self) -> String {
        let parts: Vec<_> = self
            .0
            .iter()
            .filter(|(key, _)| !"aeu".contains(**key))
            .map(|(key, value)| format!("\"{key}\":\"{value}\""))
            .collect();
        format!("{{{}}}", parts.join(","))
    }

    /// The record with another text for one part.
    pub(crate) fn with(&self, key: char, text: &str) -> Self {
        let mut parts = self.0.clone();
        parts.remove(&key);
        if !text.is_empty() {
            parts.insert(key, text.to_owned());
        }
        Self(parts)
    }

    /// The step in words, and how the controller differs from the real one.
    pub(crate) fn explain(&self, profile: Profile, actual: &str) -> String {
        let mut text = format!("the controller of 1.{} does something else\n", profile.minor());
        let titles =
            [('s', "set"), ('t', "status"), ('r', "revisions"), ('p', "pods"), ('c', "claims"), ('f', "refused")];
        for (key, title) in titles {
            if !self.part(key).is_empty() {
                let _ = writeln!(text, "  {title:9} {}", self.part(key));
            }
        }
        let _ = writeln!(text, "  expected  {}\n  actual    {actual}", self.expected());
        let _ = write!(text, "  profile   {profile:?}\n  record    {}", self.question());
        text
    }

    /// Whether goroutines or a walk over a map decide the order of the actions.
    fn is_unordered(&self) -> bool {
        let spec = self.part('s');
        spec.contains("P ") || spec.contains(" RC") || self.templates().len() > 1
    }

    fn templates(&self) -> Vec<Arc<str>> {
        let option = self.part('s').split(' ').find_map(|option| option.strip_prefix('v'));
        option.unwrap_or_default().chars().map(arc).collect()
    }

    /// What the real controller did, in one line of words.
    pub(crate) fn expected(&self) -> String {
        self.words(self.part('a'), self.part('e') == "true", self.part('u'))
    }

    /// What our controller did, in the same words.
    pub(crate) fn actual(&self, state: &State, outcome: &Outcome) -> String {
        let mut actions = Vec::new();
        for action in &outcome.actions {
            let mark = match action.answer {
                Answer::Done => "",
                Answer::Refused => "!",
                Answer::NameTaken => "?",
                Answer::AlreadyThere => "~",
            };
            actions.push(call_text(state, action.call) + mark);
        }
        let written = match outcome.status {
            StatusWrite::Unchanged => String::new(),
            StatusWrite::Written(status) => status_text(&status),
            StatusWrite::Refused(status) => format!("!{}", status_text(&status)),
        };
        self.words(&actions.join(" "), outcome.error.is_some(), &written)
    }

    fn words(&self, actions: &str, failed: bool, written: &str) -> String {
        let mut actions: Vec<_> = actions.split_whitespace().collect();
        if self.is_unordered() {
            actions.sort_unstable();
        }
        format!("{} · {} · {written}", actions.join(" "), if failed { "fails" } else { "succeeds" })
    }

    /// The state the record describes.
    pub(crate) fn state(&self) -> Option<State> {
        let mut state = State::new(self.set()?);
        state.status = read_status(self.part('t'))?;
        state.status.observed_generation = if self.part('s').split(' ').any(|option| option == "g") { 1 } else { 2 };
        for (number, text) in (1..).zip(self.part('r').split_whitespace()) {
            state.revisions.push(read_revision(number, text)?);
        }
        for text in self.part('p').split_whitespace() {
            read_pod(&mut state, text)?;
        }
        for text in self.part('c').split_whitespace() {
            read_claim(&mut state, text)?;
        }
        let templates = self.templates();
        state.refusals = self.part('f').split_whitespace().filter_map(|text| read_refusal(&templates, text)).collect();
        Some(state)
    }

    fn set(&self) -> Option<Set> {
        let mut parts = self.part('s').split(' ');
        let (count, policy) = split_number(parts.next()?)?;
        let strategy = read_strategy(parts.next()?)?;
        let template = read_name(parts.next()?)?.template;
        let mut set = Set {
            uid: SET,
            generation: 2,
            replicas: count,
            strategy,
            template,
            claim_templates: self.templates().into(),
            ..Set::default()
        };
        if policy == "P" {
            set.policy = PodManagementPolicy::Parallel;
        }
        for option in parts {
            let rest = &option[1..];
            match &option[..1] {
                "w" => {
                    let retain = |letter| if letter == b'D' { Retain::Delete } else { Retain::Retain };
                    set.when_deleted = retain(rest.as_bytes()[0]);
                    set.when_scaled = retain(rest.as_bytes()[1]);
                }
                "m" => set.min_ready_seconds = rest.parse().ok()?,
                "o" => set.start = rest.parse().ok()?,
                "h" => set.revision_history_limit = rest.parse().ok()?,
                "x" => set.deleting = true,
                _ => {}
            }
        }
        Some(set)
    }
}

// --- reading -----------------------------------------------------------------------------------------------------------

fn arc(letter: char) -> Arc<str> {
    letter.to_string().into()
}

/// Splits `12abc` into 12 and `abc`.
fn split_number(text: &str) -> Option<(i64, &str)> {
    let end = text.find(|c: char| !c.is_ascii_digit()).unwrap_or(text.len());
    Some((text[..end].parse().ok()?, &text[end..]))
}

fn read_strategy(text: &str) -> Option<UpdateStrategy> {
    Some(match text {
        "OD" => UpdateStrategy::OnDelete,
        "RC" => UpdateStrategy::Recreate,
        "RU" => UpdateStrategy::RollingUpdate(None),
        _ => {
            let (partition, unavailable) = text.strip_prefix("RU")?.split_once('/')?;
            let max_unavailable = match unavailable.strip_suffix('%') {
                Some(percent) => Some(MaxUnavailable::Percent(percent.parse().ok()?)),
                None if unavailable == "-" => None,
                None => Some(MaxUnavailable::Count(unavailable.parse().ok()?)),
            };
            UpdateStrategy::RollingUpdate(Some(RollingUpdate { partition: partition.parse().ok()?, max_unavailable }))
        }
    })
}

/// A letter and a collision count; `_` is none.
fn read_name(text: &str) -> Option<RevisionName> {
    let letter = text.chars().next().filter(|letter| *letter != '_')?;
    let collisions = if text.len() > 1 { text[1..].parse().ok()? } else { 0 };
    Some(RevisionName { template: TemplateId(u32::from(letter)), collisions })
}

fn name_text(name: Option<RevisionName>) -> String {
    let Some(name) = name else { return "_".to_owned() };
    let mut text = char::from_u32(name.template.0).unwrap_or('?').to_string();
    if name.collisions > 0 {
        let _ = write!(text, "{}", name.collisions);
    }
    text
}

fn read_status(text: &str) -> Option<Status> {
    let mut parts = text.split_whitespace();
    let Some(revisions) = parts.next() else { return Some(Status::default()) };
    let (current, update) = revisions.split_once('>')?;
    let mut number = || parts.next()?.parse::<i64>().ok();
    let mut status = Status {
        current_revision: read_name(current),
        update_revision: read_name(update),
        replicas: number()?,
        ready_replicas: number()?,
        available_replicas: number()?,
        current_replicas: number()?,
        updated_replicas: number()?,
        ..Status::default()
    };
    for option in parts {
        match option.as_bytes()[0] {
            b'k' => status.collision_count = option[1..].parse().ok()?,
            b'c' => {
                let phase = match option.as_bytes()[2] {
                    b'1' => RecreatePhase::Deleting,
                    b'2' => RecreatePhase::Creating,
                    _ => RecreatePhase::Completed,
                };
                status.progressing = Some(Progressing { phase, since: 0 });
            }
            _ => return None,
        }
    }
    Some(status)
}

fn status_text(status: &Status) -> String {
    let mut text = format!(
        "{}>{} {} {} {} {} {}",
        name_text(status.current_revision),
        name_text(status.update_revision),
        status.replicas,
        status.ready_replicas,
        status.available_replicas,
        status.current_replicas,
        status.updated_replicas
    );
    if status.collision_count > 0 {
        let _ = write!(text, " k{}", status.collision_count);
    }
    text += match status.progressing.map(|condition| condition.phase) {
        None => "",
        Some(RecreatePhase::Deleting) => " cT1",
        Some(RecreatePhase::Creating) => " cT2",
        Some(RecreatePhase::Completed) => " cF3",
    };
    text
}

fn read_revision(number: i64, text: &str) -> Option<Revision> {
    let owner = match text.as_bytes()[0] {
        b'?' => Owner::Nobody,
        b'*' => Owner::Other,
        _ => Owner::Set,
    };
    let text = text.trim_start_matches(['?', '*']);
    let (name, data) = text.split_once('=').unwrap_or((text, &text[..1]));
    let name = read_name(name)?;
    let data = read_name(data)?.template;
    // A lower-case letter is its capital with one default missing.
    let defaulted = TemplateId(u32::from(char::from_u32(data.0)?.to_ascii_uppercase()));
    Some(Revision { name, data, defaulted, number, owner })
}

fn read_pod(state: &mut State, text: &str) -> Option<()> {
    let (ordinal, rest) = split_number(text)?;
    let state_at = rest[1..].find(|c: char| !c.is_ascii_digit())? + 1;
    let revision = read_name(&rest[..state_at]);
    let mut pod = Pod { revision, ..state.new_pod(RevisionName { template: TemplateId(0), collisions: 0 }) };
    let (kind, rest) = rest[state_at..].split_at(1);
    pod.phase = match kind {
        "." => Phase::Unscheduled,
        "!" => Phase::Failed,
        "=" => Phase::Succeeded,
        _ => Phase::Running,
    };
    let flags_at = rest.find(|c: char| !c.is_ascii_digit()).unwrap_or(rest.len());
    if kind == "+" {
        pod.ready_since = Some(NOW - rest[..flags_at].parse::<i64>().unwrap_or(0));
    }
    let (flags, volumes) = match rest[flags_at..].split_once('v') {
        Some((flags, volumes)) => (flags, Some(volumes)),
        None => (&rest[flags_at..], None),
    };
    for flag in flags.chars() {
        match flag {
            'x' => pod.terminating = true,
            'l' => pod.named = false,
            's' => pod.selected = false,
            'o' => pod.owner = Owner::Nobody,
            'f' => pod.owner = Owner::Other,
            _ => return None,
        }
    }
    if let Some(volumes) = volumes {
        pod.volumes = volumes.chars().map(arc).collect();
    }
    state.put_pod(ordinal, pod);
    Some(())
}

fn read_claim(state: &mut State, text: &str) -> Option<()> {
    let (ordinal, flags) = split_number(&text[1..])?;
    let pod = state.pod(ordinal).map_or(STRANGER, |pod| pod.uid);
    let mut claim = Claim { template: text[..1].into(), owners: Owners::default(), terminating: false };
    let owner = |uid, controller| Some(OwnerReference { uid, controller });
    for flag in flags.chars() {
        match flag {
            's' => claim.owners.set = owner(SET, true),
            'n' => claim.owners.set = owner(SET, false),
            'S' => claim.owners.set = owner(STRANGER, true),
            'p' => claim.owners.pod = owner(pod, true),
            'q' => claim.owners.pod = owner(pod, false),
            'P' => claim.owners.pod = owner(STRANGER, true),
            'f' => claim.owners.other = Some(true),
            'o' => claim.owners.other = Some(false),
            'x' => claim.terminating = true,
            _ => return None,
        }
    }
    state.change_claims(ordinal, |claims| claims.push(claim));
    Some(())
}

/// A refusal the script makes; one of a claim the set does not have is none.
fn read_refusal(templates: &[Arc<str>], text: &str) -> Option<(Refused, Refusal)> {
    let refused = match text {
        "rev+" => Refused::CreateRevision,
        "rev^" => Refused::PromoteRevision,
        "rev-" => Refused::DeleteRevision,
        "adr" => Refused::AdoptRevision,
        "fresh" => Refused::FreshRead,
        "st" => Refused::Status,
        _ => {
            let at = text.find(|c: char| c.is_ascii_digit())?;
            let (verb, (ordinal, rest)) = (&text[..at], split_number(&text[at..])?);
            let refusal = if matches!(rest, "n" | "i") { Refusal::NotFound } else { Refusal::Error };
            let claim = || templates.iter().position(|template| verb.ends_with(&**template));
            let refused = match verb {
                "+" => Refused::CreatePod(ordinal),
                "-" => Refused::DeletePod(ordinal),
                "*" => Refused::UpdatePod(ordinal),
                "ado" => Refused::AdoptPod(ordinal),
                "rel" => Refused::ReleasePod(ordinal),
                _ if verb.starts_with('+') => Refused::CreateClaim(claim()?, ordinal),
                _ => Refused::OwnClaim(claim()?, ordinal),
            };
            return Some((refused, refusal));
        }
    };
    Some((refused, Refusal::Error))
}

// --- writing -----------------------------------------------------------------------------------------------------------

fn call_text(state: &State, call: Call) -> String {
    let letter = |template: usize| &state.set().claim_templates[template];
    let name = |revision| name_text(Some(revision));
    match call {
        Call::AdoptRevision(revision) => format!("adr{}", name(revision)),
        Call::AdoptPod(ordinal) => format!("ado{ordinal}"),
        Call::ReleasePod(ordinal) => format!("rel{ordinal}"),
        Call::CreateRevision(revision, ..) => format!("rev+{}", name(revision)),
        Call::PromoteRevision(revision, ..) => format!("rev^{}", name(revision)),
        Call::DeleteRevision(revision) => format!("rev-{}", name(revision)),
        Call::CreateClaim(template, ordinal) => format!("+{}{ordinal}", letter(template)),
        Call::OwnClaim(template, ordinal, owners) => {
            format!("*{}{ordinal}:{}", letter(template), owners_text(owners))
        }
        Call::CreatePod(ordinal, revision) => format!("+{ordinal}{}", name(revision)),
        Call::UpdatePod(ordinal) => format!("*{ordinal}"),
        Call::DeletePod(ordinal, ..) => format!("-{ordinal}"),
    }
}

/// The owners the controller leaves: others first, then what it adds.
fn owners_text(owners: Owners) -> String {
    let mut text = String::new();
    if let Some(controller) = owners.other {
        text.push(if controller { 'f' } else { 'o' });
    }
    if owners.set.is_some() {
        text.push('s');
    }
    if owners.pod.is_some() {
        text.push('p');
    }
    text
}
