//! Turns any bytes into everything that is said of the objects in them: what an API server refuses, warns of and stores.

use stslint::manifest::recognise;
use stslint::source::{FileId, Role, SourceFile};
use stslint::version::Version;
use stslint::{admission, defaults, schema, yaml};

/// Asks about every object in `bytes` in the oldest and the newest version, and how many objects there are. Bytes that
/// are not text stand as `?`, as they do when a file is read.
pub(crate) fn ask(bytes: &[u8]) -> usize {
    let source = SourceFile::new("any.yaml", String::from_utf8_lossy(bytes).replace('\u{fffd}', "?"));
    let tree = yaml::read(FileId(0), &source);
    let objects = recognise(&tree, Role::Target, "default", false).objects;
    for object in &objects {
        for version in [Version::OLDEST, Version::NEWEST] {
            for violation in schema::validate(object, version) {
                assert!(
                    source.text.get(violation.place.span.range()).is_some(),
                    "{} points nowhere",
                    violation.message
                );
            }
            let created = admission::create(object, version).errors;
            let updated = admission::update(object, object, version).errors;
            let made = [admission::claims(object, version), admission::pods(object, version)];
            let said = made.iter().flatten().chain(&created).chain(&updated);
            said.for_each(|error| assert!(!error.message.is_empty(), "\"{}\" is refused without a word", error.field));
            if let Some(stored) = defaults::stored(object, version) {
                assert!(stored.canonical().starts_with('{'), "what is stored of an object is no object");
            }
        }
    }
    objects.len()
}
