//! Turns the paths that a user names into the files to read, each once.

use std::collections::BTreeMap;
use std::ffi::OsStr;
use std::fs::{self, FileType, Metadata};
use std::io;
use std::path::{Path, PathBuf};
use std::sync::mpsc;

use ignore::{DirEntry, WalkBuilder, WalkState};

use super::chart;
use super::exclude::Excludes;
use super::place::{self, Places};
use super::{Fate, File, Request, STDIN};
use crate::error::Error;
use crate::source::Role;

/// A file to read.
#[derive(PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) struct Candidate {
    /// The path as it is shown.
    pub shown: String,
    /// The path without links, which is the same for the same file.
    pub real: PathBuf,
    /// Reported on, or only looked at.
    pub role: Role,
    /// How it was come by.
    pub origin: Origin,
    /// Nobody asked for it: it is context because it is in the same repository.
    pub implied: bool,
}

/// How a file was come by; of one file, what comes first here is read.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub(super) enum Origin {
    /// Standard input takes its place.
    Stdin,
    /// The user named it.
    Named,
    /// It is in a folder.
    Folder,
    /// A link in a folder leads to it.
    Link,
}

/// The files to read, and what was met beside them.
#[derive(Debug, Default)]
pub(super) struct Found {
    /// Sorted by path, each file once.
    pub candidates: Vec<Candidate>,
    pub files: Vec<File>,
    pub errors: Vec<Error>,
}

/// Finds the files to read.
pub(super) fn find(request: &Request, places: &Places) -> Found {
    let excludes = Excludes::new(&request.excludes);
    let configuration = request.configuration.as_ref().and_then(|path| fs::canonicalize(path).ok());
    let mut finder =
        Finder { request, places, excludes, configuration, charts: BTreeMap::new(), found: Found::default() };
    for path in &request.paths {
        finder.add(path, Role::Target);
    }
    for path in &request.context {
        finder.add(path, Role::Context);
    }
    if request.context.is_empty() {
        for root in finder.repositories() {
            finder.walk(&root, &root, Role::Context, true);
        }
    }
    finder.finish()
}

struct Finder<'r> {
    request: &'r Request,
    places: &'r Places,
    excludes: Excludes,
    /// The configuration file, without links.
    configuration: Option<PathBuf>,
    /// Folders that hold a chart, without links, with how they are shown.
    charts: BTreeMap<PathBuf, String>,
    found: Found,
}

impl Finder<'_> {
    /// Adds a path that the user named.
    fn add(&mut self, path: &Path, role: Role) {
        if path == Path::new("-") {
            return self.add_stdin(role);
        }
        let absolute = self.places.absolute(path);
        let metadata = match fs::metadata(&absolute) {
            Ok(metadata) => metadata,
            Err(source) => return self.fail(path, source),
        };
        let shown = self.places.shown(&absolute, path);
        if let Some(glob) = self.excludes.of(&absolute, metadata.is_dir()) {
            let fate = Fate::PassedOver(excluded(glob));
            self.found.files.push(File { path: shown, role, fate });
        } else if metadata.is_dir() {
            self.walk(&absolute, path, role, false);
        } else if let Some(special) = special(metadata.file_type()) {
            let advice = format!("it is {special}, not a file or a folder; give its text to standard input and name -");
            self.fail(path, io::Error::other(advice));
        } else {
            let real = fs::canonicalize(&absolute).unwrap_or(absolute);
            self.offer(Candidate { shown, real, role, origin: Origin::Named, implied: false });
        }
    }

    fn add_stdin(&mut self, role: Role) {
        let mut shown = STDIN.to_owned();
        let mut real = PathBuf::from("-");
        if let Some(path) = &self.request.stdin_filename {
            let absolute = self.places.absolute(path);
            shown = self.places.shown(&absolute, path);
            if let Some(glob) = self.excludes.of(&absolute, false) {
                return self.found.files.push(File { path: shown, role, fate: Fate::PassedOver(excluded(glob)) });
            }
            real = fs::canonicalize(&absolute).unwrap_or(absolute);
        }
        self.found.candidates.push(Candidate { shown, real, role, origin: Origin::Stdin, implied: false });
    }

    fn offer(&mut self, it: Candidate) {
        let name = it.real.file_name().unwrap_or_default();
        if name == ".stslint.yaml" || name == ".stslint.yml" || self.configuration.as_deref() == Some(&it.real) {
            self.found.files.push(File { path: it.shown, role: it.role, fate: Fate::Configuration });
        } else {
            self.found.candidates.push(it);
        }
    }

    fn fail(&mut self, path: &Path, source: io::Error) {
        self.found.errors.push(Error::Read { path: path.to_owned(), source });
    }

    /// The git roots of the files that were named, unless a folder was named as well.
    fn repositories(&self) -> Vec<PathBuf> {
        let only_files = self.request.paths.iter().all(|path| !self.places.absolute(path).is_dir());
        let mut roots: Vec<PathBuf> = self
            .found
            .candidates
            .iter()
            .filter(|it| only_files && it.real.is_absolute())
            .filter_map(|it| it.real.parent().and_then(place::repository))
            .collect();
        roots.sort();
        roots.dedup();
        roots
    }

    /// Adds the manifests below a folder, which the user `written`.
    fn walk(&mut self, folder: &Path, written: &Path, role: Role, implied: bool) {
        // Walked without links above it, every path below it is free of links as well.
        let root = match fs::canonicalize(folder) {
            Ok(root) => root,
            Err(source) => return self.fail(written, source),
        };
        let view = View { folder, root: &root, written, places: self.places, excludes: &self.excludes };
        if let Some(chart) = chart::around(&root) {
            let shown = self.places.shown(&chart, written);
            self.charts.insert(chart, shown);
        }
        let (sender, receiver) = mpsc::channel();
        let ignored = self.request.gitignore;
        WalkBuilder::new(&root)
            .standard_filters(false)
            .parents(ignored)
            .git_ignore(ignored)
            .git_exclude(ignored)
            .git_global(ignored)
            .threads(rayon::current_num_threads())
            .build_parallel()
            .run(|| {
                let sender = sender.clone();
                let view = &view;
                Box::new(move |entry| {
                    let (state, met) = match &entry {
                        Ok(entry) => view.meet(entry),
                        Err(error) => (WalkState::Continue, Some(view.lost(error))),
                    };
                    // The receiver outlives the walk.
                    let _ = met.map(|met| sender.send(met));
                    state
                })
            });
        drop(sender);
        for met in receiver {
            self.take(met, role, implied);
        }
    }

    fn take(&mut self, met: Met, role: Role, implied: bool) {
        match met {
            Met::File { shown, real, origin } => {
                if real.file_name() == Some(OsStr::new(chart::CHART))
                    && let Some(chart) = real.parent()
                {
                    let above = shown.strip_suffix(chart::CHART).map_or(".", |above| above.trim_end_matches('/'));
                    let above = if above.is_empty() { "." } else { above };
                    self.charts.insert(chart.to_owned(), above.to_owned());
                }
                self.offer(Candidate { shown, real, role, origin, implied });
            }
            Met::PassedOver { path, reason } => {
                self.found.files.push(File { path, role, fate: Fate::PassedOver(reason) });
            }
            Met::Lost { path, source } if implied => {
                let fate = Fate::PassedOver(format!("cannot be read: {source}"));
                self.found.files.push(File { path, role, fate });
            }
            Met::Lost { path, source } => self.fail(Path::new(&path), source),
        }
    }

    /// Takes each file but once, and charts out.
    fn finish(mut self) -> Found {
        let candidates = &mut self.found.candidates;
        candidates.sort_unstable_by(|a, b| {
            // Of one file, what the user asked for most directly comes first.
            let rank = |it: &Candidate| (it.role, it.origin, it.implied);
            a.real.cmp(&b.real).then_with(|| rank(a).cmp(&rank(b))).then_with(|| a.shown.cmp(&b.shown))
        });
        candidates.dedup_by(|later, first| later.real == first.real);
        self.leave_out_charts();
        self.found.candidates.sort_unstable();
        self.found.files.sort_unstable();
        self.found.files.dedup_by(|later, first| later.path == first.path && later.fate == first.fate);
        self.found
    }

    fn leave_out_charts(&mut self) {
        if self.charts.is_empty() {
            return;
        }
        // How many files each chart has that is in no other one, and whether any of them is a target.
        let mut counts: BTreeMap<&Path, (usize, Role)> = BTreeMap::new();
        let charts = &self.charts;
        self.found.candidates.retain(|it| {
            let around = it.real.ancestors().filter_map(|folder| charts.get_key_value(folder)).last();
            let Some((chart, _)) = around.filter(|_| it.origin > Origin::Named) else { return true };
            let (count, role) = counts.entry(chart).or_insert((0, Role::Context));
            *count += 1;
            *role = it.role.min(*role);
            false
        });
        for (chart, (count, role)) in counts {
            let path = charts[chart].clone();
            let fate = Fate::PassedOver(chart::reason(&path, count));
            self.found.files.push(File { path, role, fate });
        }
    }
}

/// What a walk meets.
enum Met {
    File { shown: String, real: PathBuf, origin: Origin },
    PassedOver { path: String, reason: String },
    Lost { path: String, source: io::Error },
}

/// A folder that is walked.
struct View<'v> {
    /// As the user sees it, absolute.
    folder: &'v Path,
    /// Without links.
    root: &'v Path,
    written: &'v Path,
    places: &'v Places,
    excludes: &'v Excludes,
}

impl View<'_> {
    /// What an entry of the walk is worth, and whether to walk into it.
    fn meet(&self, entry: &DirEntry) -> (WalkState, Option<Met>) {
        let Some(kind) = entry.file_type().filter(|_| entry.depth() > 0) else { return (WalkState::Continue, None) };
        let name = entry.file_name();
        if kind.is_dir() && [".git", ".hg", ".jj", ".svn"].iter().any(|folder| name == *folder) {
            return (WalkState::Skip, None);
        }
        if !kind.is_dir() && !kind.is_symlink() && !is_manifest(name) {
            return (WalkState::Continue, None);
        }
        let absolute = self.absolute(entry.path());
        let shown = || self.places.shown(&absolute, self.written);
        let met = if let Some(glob) = self.excludes.of(&absolute, kind.is_dir()) {
            Some(Met::PassedOver { path: shown(), reason: excluded(glob) })
        } else if kind.is_dir() {
            return (WalkState::Continue, None);
        } else if kind.is_symlink() {
            self.meet_link(entry, shown)
        } else if let Some(special) = special(kind) {
            Some(Met::PassedOver { path: shown(), reason: format!("{special}, not a file") })
        } else {
            Some(Met::File { shown: shown(), real: entry.path().to_owned(), origin: Origin::Folder })
        };
        (WalkState::Skip, met)
    }

    fn meet_link(&self, entry: &DirEntry, shown: impl Fn() -> String) -> Option<Met> {
        let target = fs::metadata(entry.path());
        let folder = target.as_ref().is_ok_and(Metadata::is_dir);
        if !folder && !is_manifest(entry.file_name()) {
            return None;
        }
        let real = fs::canonicalize(entry.path());
        let reason = match (target, real) {
            (Ok(_), Ok(real)) if folder && real.starts_with(self.root) => return None,
            (Ok(_), Ok(_)) if folder => "a link to a folder, which is not followed; name it to have it read".to_owned(),
            (Ok(metadata), Ok(real)) => match special(metadata.file_type()) {
                None => return Some(Met::File { shown: shown(), real, origin: Origin::Link }),
                Some(special) => format!("a link to {special}"),
            },
            (Err(error), _) | (_, Err(error)) => format!("a link that leads nowhere: {error}"),
        };
        Some(Met::PassedOver { path: shown(), reason })
    }

    fn lost(&self, error: &ignore::Error) -> Met {
        let path = path_of(error).map_or_else(|| self.folder.to_owned(), |path| self.absolute(path));
        let path = self.places.shown(&path, self.written);
        // What the system said, without the path, which is told already.
        let source = match error.io_error() {
            Some(said) => {
                said.raw_os_error().map_or_else(|| io::Error::from(said.kind()), io::Error::from_raw_os_error)
            }
            None => io::Error::other(error.to_string()),
        };
        Met::Lost { path, source }
    }

    fn absolute(&self, real: &Path) -> PathBuf {
        real.strip_prefix(self.root).map_or_else(|_| real.to_owned(), |below| self.folder.join(below))
    }
}

fn path_of(error: &ignore::Error) -> Option<&Path> {
    match error {
        ignore::Error::WithPath { path, .. } => Some(path),
        ignore::Error::WithDepth { err, .. } | ignore::Error::WithLineNumber { err, .. } => path_of(err),
        _ => None,
    }
}

fn excluded(glob: &str) -> String {
    format!("excluded by {glob:?}")
}

/// Whether a walk reads files of that name: by their endings, and what kustomize knows by name.
fn is_manifest(name: &OsStr) -> bool {
    let ending = Path::new(name).extension();
    ending.is_some_and(|ending| ending == "yaml" || ending == "yml" || ending == "json") || name == "Kustomization"
}

/// Fails for what must not be opened.
pub(super) fn refuse_special(path: &Path) -> io::Result<()> {
    match special(fs::metadata(path)?.file_type()) {
        Some(special) => Err(io::Error::other(format!("it is {special}, not a file"))),
        None => Ok(()),
    }
}

/// What something is that must not be opened, because that may wait for ever or do something.
fn special(kind: FileType) -> Option<&'static str> {
    #[cfg(unix)]
    {
        use std::os::unix::fs::FileTypeExt;
        if kind.is_fifo() {
            return Some("a pipe");
        } else if kind.is_socket() {
            return Some("a socket");
        } else if kind.is_block_device() || kind.is_char_device() {
            return Some("a device");
        }
    }
    let _ = kind;
    None
}
