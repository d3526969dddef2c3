//! Turns any bytes into everything that is printed of them: the reports of `check` and the plans, in every format.

use std::path::PathBuf;
use std::sync::LazyLock;

use stslint::check::{check, read_trees, recognise};
use stslint::cli::CheckArgs;
use stslint::cluster::Cluster;
use stslint::config::{Environment, Settings};
use stslint::dry_run::{self, Change, Question, View};
use stslint::facts::Facts;
use stslint::input::Inputs;
use stslint::kustomization::Kustomizations;
use stslint::manifest::Object;
use stslint::plan::Skipped;
use stslint::report::{self, Format, PlanFormat, Style};
use stslint::rule::Book;
use stslint::source::{Role, SourceFile, Sources};
use stslint::user_schema::UserSchemas;
use stslint::visible::is_hidden;
use stslint::world::{Cascade, Failure};

/// What stands between the manifests, those that were applied before, and the kustomization around them.
pub(crate) const BREAK: u8 = 0;

struct Line {
    book: Book,
    settings: Settings,
}

static LINE: LazyLock<Line> = LazyLock::new(|| {
    let (book, mistakes) = Book::with(&[], &Facts::RECORD);
    assert!(mistakes.is_empty(), "{mistakes:?}");
    let environment = Environment { directory: PathBuf::from("/"), config: None };
    let mut args = CheckArgs::default();
    args.input.no_config = true;
    args.input.kubernetes_version = "1.33..1.37".parse().ok();
    let settings = Settings::load_in(&environment, &args, &book.names());
    Line { settings: settings.unwrap_or_else(|error| unreachable!("{error}")), book }
});

/// Checks the objects in `bytes` and plans what becomes of them; how many things were found.
pub(crate) fn print(bytes: &[u8]) -> usize {
    let mut parts = bytes.split(|byte| *byte == BREAK);
    let mut source = |path: &str, role| {
        let text = String::from_utf8_lossy(parts.next().unwrap_or_default()).replace('\u{fffd}', "?");
        let mut source = SourceFile::new(path, text);
        source.role = role;
        source
    };
    let now = source("any.yaml", Role::Target);
    let before = source("before/any.yaml", Role::Before);
    let inputs = Inputs {
        sources: Sources::new(vec![now, before, source("kustomization.yaml", Role::Target)]),
        ..Inputs::default()
    };
    let report = check(&inputs, &LINE.book, &UserSchemas::default(), Vec::new(), &LINE.settings);
    for finding in &report.findings {
        let places = finding.related.iter().map(|related| related.place).chain([finding.place]);
        let is_there =
            |place: stslint::source::Place| inputs.sources.get(place.file).text.get(place.span.range()).is_some();
        assert!(places.into_iter().all(is_there), "{finding:?}");
    }
    for format in Format::ALL {
        let mut printed = Vec::new();
        assert!(report::write(&report, format, &Style::FILE, &mut printed).is_ok(), "a Vec takes everything");
    }
    plan(&inputs.sources);
    report.findings.len()
}

/// Asks what becomes of every set, applied for the first time and after what was applied before, scaled and deleted.
fn plan(sources: &Sources) {
    let trees = read_trees(sources);
    let kustomizations = Kustomizations::new(sources, &trees);
    let objects =
        recognise(sources, &trees, &kustomizations, &LINE.settings).into_iter().flat_map(|found| found.objects);
    let (old, now): (Vec<_>, Vec<_>) = objects.partition(|object| sources.get(object.file).role == Role::Before);
    // What was applied before is read by itself, and was the target then.
    let old = old.into_iter().map(|object| Object { role: Role::Target, ..object }).collect();
    let (old, now) = (Cluster::new(old, sources), Cluster::new(now, sources));
    let (before, view) = (View { cluster: &old, sources }, View { cluster: &now, sources });
    let first = now.stateful_sets().next().map_or_else(String::new, |set| format!("{}-0", set.name));
    let questions = [
        (&[before][..], Change::Apply, None),
        (&[], Change::Scale(vec![2, 0, 5]), Some(Failure::Crash)),
        (&[], Change::Delete(Cascade::Foreground), Some(Failure::NodeLost)),
    ];
    for (before, change, failure) in questions {
        let failures = failure.into_iter().map(|failure| (first.clone(), failure)).collect();
        let mut plan = dry_run::plan(view, before, &Question { change, failures, ..Question::default() });
        let unplanned = now.stateful_sets().filter_map(|set| Some((now.path(set), dry_run::unplanned(set)?)));
        plan.skipped =
            unplanned.map(|(path, reason)| Skipped { path: path.to_owned(), line: Some(1), reason }).collect();
        assert_eq!(plan.sets.len() + plan.skipped.len(), now.stateful_sets().count());
        for format in PlanFormat::ALL {
            let mut printed = Vec::new();
            assert!(report::write_plan(&plan, format, &Style::FILE, &mut printed).is_ok(), "a Vec takes everything");
            let printed = String::from_utf8_lossy(&printed);
            assert!(!printed.chars().any(|shown| shown != '\n' && is_hidden(shown)), "{printed}");
        }
    }
}
