//! Turns what was typed behind `show` into the objects that were read, and writes them.

use std::io::{self, Write};

use super::{CLEAN, FAILED, FOUND, NOTHING, not_printed, tell};
use crate::admission;
use crate::check::{read_trees, recognise};
use crate::cli::{CheckArgs, ShowArgs, ShowFormat};
use crate::config::Settings;
use crate::defaults;
use crate::error::Error;
use crate::input::{self, Inputs};
use crate::kustomization::Kustomizations;
use crate::manifest::Object;
use crate::report::{self, ObjectFormat, Shown};
use crate::schema;
use crate::source::{Place, Role, Sources};
use crate::value::Value;
use crate::version::Version;
use crate::visible::visible;
use crate::yaml::Tree;

/// Reads manifests, and writes the objects in them as they are read, or as an API server stores them.
pub(super) fn run(args: &ShowArgs) -> Result<u8, Error> {
    let check = CheckArgs { input: args.input.clone(), ..CheckArgs::default() };
    let settings = Settings::load(&check, &[])?;
    // What is stored depends on it, what is read does not; a range that is typed is a mistake in any case.
    let one = args.defaulted || args.input.kubernetes_version.is_some();
    let stored_by = if one { Some(settings.version()?).filter(|_| args.defaulted) } else { None };
    let inputs = input::read(&settings.input);
    let trees = read_trees(&inputs.sources);
    let kustomizations = Kustomizations::new(&inputs.sources, &trees);
    let recognised = recognise(&inputs.sources, &trees, &kustomizations, &settings);
    let objects = recognised.iter().flat_map(|found| &found.objects).filter(|object| object.role == Role::Target);
    let mut shown = Vec::new();
    let mut notices = not_read(&inputs, &trees);
    for object in objects {
        notices.extend(stored_by.and_then(|version| not_stored(object, version, &inputs.sources)));
        shown.push(show(object, stored_by));
    }
    let empty = shown.is_empty();
    write(shown, args.output)?;
    io::stderr().lock().write_all(notices.concat().as_bytes()).map_err(not_printed)?;
    inputs.errors.iter().for_each(tell);
    Ok(if !inputs.errors.is_empty() {
        FAILED
    } else if !notices.is_empty() {
        FOUND
    } else if empty {
        NOTHING
    } else {
        CLEAN
    })
}

fn show<'t>(object: &Object<'t>, stored_by: Option<Version>) -> Shown<'t> {
    let Some(version) = stored_by else { return Shown { value: Value::of(object.node), remark: String::new() } };
    if let Some(value) = defaults::stored(object, version) {
        return Shown { value, remark: String::new() };
    }
    let remark = format!("as written: what an API server adds to a {} is not known here", object.kind);
    Shown { value: Value::of(object.node), remark }
}

fn write(shown: Vec<Shown<'_>>, format: ShowFormat) -> Result<(), Error> {
    let format = match format {
        ShowFormat::Yaml => ObjectFormat::Yaml,
        ShowFormat::Json => ObjectFormat::Json,
    };
    match report::write_objects(shown, format, &mut io::stdout().lock()) {
        Err(error) if error.kind() != io::ErrorKind::BrokenPipe => Err(not_printed(error)),
        _ => Ok(()),
    }
}

/// A line for each target, and each document of one, that could not be read.
fn not_read(inputs: &Inputs, trees: &[Tree<'_>]) -> Vec<String> {
    let sources = &inputs.sources;
    let too_large = inputs.too_large.iter().map(|&file| {
        format!("warning: {}: it is too large to be a manifest, and was not read\n", visible(&sources.get(file).path))
    });
    let mut notices: Vec<String> = too_large.collect();
    for tree in trees.iter().filter(|tree| sources.get(tree.file()).role == Role::Target) {
        for fault in tree.faults() {
            let place = Place { file: tree.file(), span: fault.span };
            notices.push(format!("warning: {}: {}\n", spot(place, sources), visible(&fault.message)));
        }
    }
    notices
}

/// A line where an API server of that version stores nothing of an object, because it cannot decode it.
fn not_stored(object: &Object<'_>, version: Version, sources: &Sources) -> Option<String> {
    let violations = schema::validate(object, version);
    let Some(first) = violations.first() else { return refused(object, version, sources) };
    Some(format!(
        "warning: {}: {}; nothing is stored of this {}, and what cannot be decoded is not shown\n",
        spot(first.place, sources),
        visible(&first.message),
        visible(object.kind),
    ))
}

/// What to say where the API server refuses what it can decode.
fn refused(object: &Object<'_>, version: Version, sources: &Sources) -> Option<String> {
    let errors = admission::create(object, version).errors;
    let first = errors.first()?;
    let told = format!("{}: {}", first.field, first.message);
    let (place, kind) = (spot(first.place, sources), visible(object.kind));
    Some(format!(
        "warning: {place}: the API server refuses this {kind}, so that nothing is stored of it: {}\n",
        visible(&told)
    ))
}

fn spot(place: Place, sources: &Sources) -> String {
    let source = sources.get(place.file);
    format!("{}:{}", visible(&source.path), source.position(place.span.start).line)
}
