//! Turns the paths that a user names into the files to read, each once.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::chart;
use super::exclude::{self, Excludes};
use super::file::special;
use super::place::{self, Places};
use super::walk::{Met, Walk};
use super::{Fate, File, Request, STDIN};
use crate::error::Error;
use crate::source::Role;

/// The names that kustomize looks for (`RecognizedKustomizationFileNames` in api/konfig/general.go).
pub const KUSTOMIZATIONS: [&str; 3] = ["kustomization.yaml", "kustomization.yml", "Kustomization"];

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
        for (root, written) in finder.repositories() {
            finder.walk(&root, &written, Role::Context, true);
        }
        finder.add_kustomizations();
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
            let fate = Fate::PassedOver(exclude::reason(glob));
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
                return self.found.files.push(File {
                    path: shown,
                    role,
                    fate: Fate::PassedOver(exclude::reason(glob)),
                });
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

    /// The git roots of the files that were named, unless a folder was named as well; each with a file in it as it is
    /// shown, so that the others are shown alike.
    fn repositories(&self) -> BTreeMap<PathBuf, PathBuf> {
        let only_files = self.request.paths.iter().all(|path| !self.places.absolute(path).is_dir());
        let files = self.found.candidates.iter().filter(|it| only_files && it.real.is_absolute());
        files.filter_map(|it| Some((place::repository(it.real.parent()?)?, PathBuf::from(&it.shown)))).collect()
    }

    /// Adds the kustomizations beside the files that were named and are in no repository: they say what the files are.
    fn add_kustomizations(&mut self) {
        let mut beside = Vec::new();
        for it in self.found.candidates.iter().filter(|it| it.origin == Origin::Named && it.role == Role::Target) {
            let Some(folder) = it.real.parent().filter(|folder| place::repository(folder).is_none()) else { continue };
            let above = it.shown.rsplit_once('/').map_or(String::new(), |(above, _)| format!("{above}/"));
            let paths = KUSTOMIZATIONS.iter().map(|name| (format!("{above}{name}"), folder.join(name)));
            beside.extend(paths.filter(|(_, path)| path.is_file() && self.excludes.of(path, false).is_none()));
        }
        for (shown, path) in beside {
            let Ok(real) = fs::canonicalize(path) else { continue };
            self.offer(Candidate { shown, real, role: Role::Context, origin: Origin::Folder, implied: true });
        }
    }

    /// Adds the manifests below a folder, which the user `written`.
    fn walk(&mut self, folder: &Path, written: &Path, role: Role, implied: bool) {
        // Walked without links above it, every path below it is free of links as well.
        let root = match fs::canonicalize(folder) {
            Ok(root) => root,
            Err(source) => return self.fail(written, source),
        };
        if let Some(chart) = chart::around(&root) {
            let shown = self.places.shown(&chart, written);
            self.charts.insert(chart, shown);
        }
        let shown = self.places.shown(folder, written);
        let directory = &self.places.directory;
        let walk = Walk { root: &root, folder, shown: &shown, directory, excludes: &self.excludes };
        for met in walk.run(self.request.gitignore) {
            self.take(met, role, implied);
        }
    }

    fn take(&mut self, met: Met, role: Role, implied: bool) {
        match met {
            Met::File { shown, real, origin } => {
                let folder = real.parent().filter(|_| real.ends_with(chart::CHART) && origin == Origin::Folder);
                if let Some(chart) = folder {
                    let above = shown.rsplit_once('/').map_or(".", |(above, _)| above);
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
            a.real
                .as_os_str()
                .cmp(b.real.as_os_str())
                .then_with(|| rank(a).cmp(&rank(b)))
                .then_with(|| a.shown.cmp(&b.shown))
        });
        candidates.dedup_by(|later, first| later.real.as_os_str() == first.real.as_os_str());
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
