//! Reads folders made for the purpose, and pins what is read, as what, and what is passed over for which reason.

use std::fs;
use std::io::{self, Write as _};
use std::os::unix::fs::PermissionsExt as _;
use std::path::{Path, PathBuf};

use tempfile::TempDir;

use super::*;

/// A folder with these files; a name that ends in `/` is an empty folder, and `link -> target` a link.
fn folder(names: &[&str]) -> TempDir {
    let folder = tempfile::tempdir().unwrap();
    for name in names {
        add(folder.path(), name, "a: 1\n");
    }
    folder
}

fn add(folder: &Path, name: &str, text: impl AsRef<[u8]>) {
    let path = folder.join(name.split(" -> ").next().unwrap());
    fs::create_dir_all(path.parent().unwrap()).unwrap();
    if let Some((_, target)) = name.split_once(" -> ") {
        std::os::unix::fs::symlink(target, path).unwrap();
    } else if name.ends_with('/') {
        fs::create_dir_all(path).unwrap();
    } else {
        fs::write(path, text).unwrap();
    }
}

/// What `check` with these words reads when it is called in `directory`.
fn request(directory: impl AsRef<Path>, words: &str) -> Request {
    let mut request = Request { directory: directory.as_ref().to_owned(), gitignore: true, ..Request::default() };
    let mut words = words.split_whitespace();
    while let Some(word) = words.next() {
        match word {
            "--no-gitignore" => request.gitignore = false,
            "--context" => request.context.extend(words.next().map(PathBuf::from)),
            "--stdin-filename" => request.stdin_filename = words.next().map(PathBuf::from),
            "--exclude" => {
                let glob = words.next().unwrap();
                request.excludes.push(Exclude::new(glob, &request.directory).unwrap());
            }
            path => request.paths.push(PathBuf::from(path)),
        }
    }
    request
}

/// One line for each file and error: the path, `context` if it is that, and why it was passed over.
fn fates(inputs: &Inputs) -> Vec<String> {
    let files = inputs.files.iter().map(|file| {
        let role = if file.role == Role::Context { " (context)" } else { "" };
        match &file.fate {
            Fate::Read => format!("{}{role}", file.path),
            Fate::Configuration => format!("{}{role}: configuration", file.path),
            Fate::PassedOver(reason) => format!("{}{role}: {reason}", file.path),
        }
    });
    files.chain(inputs.errors.iter().map(|error| format!("error: {error}"))).collect()
}

fn read_in(directory: impl AsRef<Path>, words: &str) -> Vec<String> {
    let inputs = read_from(&request(directory, words), &mut "s: 1\n".as_bytes());
    let read: Vec<_> = inputs.files.iter().filter(|file| file.fate == Fate::Read).map(|file| &file.path).collect();
    let sources: Vec<_> = inputs.sources.iter().map(|(_, file)| &file.path).collect();
    assert_eq!(read, sources, "every file that counts as read is a source");
    fates(&inputs)
}

#[test]
fn a_folder_is_read_in_the_order_of_the_bytes_of_its_paths() {
    let names =
        ["b.yaml", "a.yml", "c/d.json", "e.txt", "a/z.yaml", "B.yaml", ".github/w.yaml", ".git/x.yaml", "Makefile"];
    let folder = folder(&names);
    let want = [".github/w.yaml", "B.yaml", "a.yml", "a/z.yaml", "b.yaml", "c/d.json"];
    assert_eq!(read_in(&folder, "."), want);
    assert_eq!(read_in(&folder, "./a c//d.json b.yaml"), ["a/z.yaml", "b.yaml", "c/d.json"]);
    assert_eq!(
        read_in(&folder, "e.txt Makefile --context e.txt"),
        ["Makefile", "e.txt"],
        "named files are read whatever they are called"
    );
    assert_eq!(
        read_in(folder.path().join("c"), ".."),
        ["../.github/w.yaml", "../B.yaml", "../a.yml", "../a/z.yaml", "../b.yaml", "d.json"]
    );
}

#[test]
fn the_number_of_threads_makes_no_difference() {
    let names: Vec<String> = (0..300).map(|row| format!("{}/{}.yaml", row % 17, row)).collect();
    let folder = folder(&names.iter().map(String::as_str).collect::<Vec<_>>());
    let read_with = |threads: usize| {
        let pool = rayon::ThreadPoolBuilder::new().num_threads(threads).build().unwrap();
        pool.install(|| read_in(&folder, ". --exclude 3/ no.yaml"))
    };
    let one = read_with(1);
    assert_eq!(one.len(), 284);
    assert_eq!(one, read_with(2));
    assert_eq!(one, read_with(8));
}

#[test]
fn a_path_is_shown_relative_where_it_can_be() {
    let folder = folder(&["repo/.git/", "repo/a/x.yaml", "repo/b/y.yaml", "out/z.yaml"]);
    let root = folder.path().canonicalize().unwrap();
    let shown = |directory: &str, path: &Path| read_in(root.join(directory), &path.to_string_lossy()).remove(0);
    for (directory, path, want) in [
        ("repo", root.join("repo/a/x.yaml"), "a/x.yaml"),
        ("repo", PathBuf::from("b/.././a/x.yaml"), "a/x.yaml"),
        ("repo/b", root.join("repo/a/x.yaml"), "../a/x.yaml"),
        ("repo/b", PathBuf::from("../a/x.yaml"), "../a/x.yaml"),
        ("out", PathBuf::from("../repo/a/x.yaml"), "../repo/a/x.yaml"),
        ("out", root.join("out"), "z.yaml"),
    ] {
        let shown = shown(directory, &path);
        let target = shown.strip_suffix(" (context)").unwrap_or(&shown);
        assert_eq!(target, want, "{} in {directory}", path.display());
    }
    let outside = root.join("out/z.yaml");
    assert_eq!(read_in(root.join("repo"), &outside.to_string_lossy()), [outside.to_string_lossy()]);
}

#[test]
fn links_are_followed_to_files_and_never_in_circles() {
    let folder = folder(&[
        "k/a.yaml",
        "k/loop -> .",
        "k/deep/up -> ../..",
        "k/dangling.yaml -> nowhere",
        "k/dangling.txt -> nowhere",
        "k/self.yaml -> self.yaml",
        "k/twin.yaml -> a.yaml",
        "k/other.yaml -> ../elsewhere/o.txt",
        "k/beyond -> ../elsewhere",
        "elsewhere/o.txt",
        "elsewhere/e.yaml",
        "root -> k",
    ]);
    let not_followed = "a link to a folder, which is not followed; name it to have it read";
    assert_eq!(
        read_in(&folder, "k"),
        [
            "k/a.yaml".to_owned(),
            format!("k/beyond: {not_followed}"),
            "k/dangling.yaml: a link that leads nowhere: No such file or directory (os error 2)".to_owned(),
            format!("k/deep/up: {not_followed}"),
            "k/other.yaml".to_owned(),
            "k/self.yaml: a link that leads nowhere: Too many levels of symbolic links (os error 40)".to_owned(),
        ]
    );
    let through = read_in(&folder, "root");
    assert_eq!((through.len(), through[0].as_str()), (6, "root/a.yaml"));
    assert_eq!(read_in(&folder, "k/beyond/../k/a.yaml"), ["k/a.yaml"], "the folder above is that of the link's target");
    assert_eq!(read_in(&folder, "k/beyond k/twin.yaml"), ["k/beyond/e.yaml", "k/twin.yaml"]);
}

#[test]
fn a_file_that_is_named_by_several_paths_is_read_once() {
    let folder = folder(&["k/a.yaml", "k/b.yaml", "link.yaml -> k/a.yaml", "l -> k"]);
    let absolute = folder.path().join("k/a.yaml");
    for (words, want) in [
        ("k/a.yaml k/a.yaml ./k/../k/a.yaml", &["k/a.yaml"][..]),
        ("k/a.yaml link.yaml", &["k/a.yaml"]),
        ("k k/a.yaml", &["k/a.yaml", "k/b.yaml"]),
        ("k l", &["k/a.yaml", "k/b.yaml"]),
        (". k", &["k/a.yaml", "k/b.yaml"]),
        ("link.yaml k", &["k/b.yaml", "link.yaml"]),
        ("k/a.yaml --context k", &["k/a.yaml", "k/b.yaml (context)"]),
        (&*format!("k/a.yaml {}", absolute.display()), &["k/a.yaml"]),
    ] {
        let found: Vec<_> = read_in(&folder, words).into_iter().filter(|fate| !fate.starts_with("l:")).collect();
        assert_eq!(found, want, "{words}");
    }
}

#[test]
fn what_git_ignores_is_passed_over_in_folders_of_a_repository() {
    let folder = folder(&["a.yaml", "gen/b.yaml", "sub/gen/c.yaml", "sub/keep.yaml", "sub/no.yaml"]);
    add(folder.path(), ".gitignore", "gen/\nno.yaml\n");
    let all = ["a.yaml", "gen/b.yaml", "sub/gen/c.yaml", "sub/keep.yaml", "sub/no.yaml"];
    assert_eq!(read_in(&folder, "."), all, "not a repository");
    add(folder.path(), ".git/", "");
    for (words, want) in [
        (".", &["a.yaml", "sub/keep.yaml"][..]),
        ("sub", &["sub/keep.yaml"]),
        (". --no-gitignore", &all),
        ("gen/b.yaml --context sub/gen", &["gen/b.yaml", "sub/gen/c.yaml (context)"]),
    ] {
        assert_eq!(read_in(&folder, words), want, "{words}");
    }
}

#[test]
fn excludes_are_passed_over_also_when_they_are_named() {
    let folder = folder(&["a.yaml", "x/b.yaml", "x/y/c.yaml", "z/x/d.yaml", "z/e.gen.yaml"]);
    for (words, want) in [
        (". --exclude x/", &["a.yaml", "x: excluded by \"x/\"", "z/e.gen.yaml", "z/x: excluded by \"x/\""][..]),
        (". --exclude /x", &["a.yaml", "x: excluded by \"/x\"", "z/e.gen.yaml", "z/x/d.yaml"]),
        ("z --exclude *.gen.yaml", &["z/e.gen.yaml: excluded by \"*.gen.yaml\"", "z/x/d.yaml"]),
        ("z --exclude *.yaml --exclude !d.yaml", &["z/e.gen.yaml: excluded by \"*.yaml\"", "z/x/d.yaml"]),
        ("x/y/c.yaml --exclude x/", &["x/y/c.yaml: excluded by \"x/\""]),
        ("x --exclude x/**", &["x/b.yaml: excluded by \"x/**\"", "x/y: excluded by \"x/**\""]),
        ("x --exclude x", &["x: excluded by \"x\""]),
        ("- --stdin-filename x/new.yaml --exclude x", &["x/new.yaml: excluded by \"x\""]),
        (". --context x --exclude x", &["a.yaml", "x: excluded by \"x\"", "z/e.gen.yaml", "z/x: excluded by \"x\""]),
    ] {
        let mut want = want.to_vec();
        let mut found = read_in(&folder, words);
        want.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, want, "{words}");
    }
    let elsewhere = folder.path().join("z");
    let inputs = read_in(&elsewhere, "../x/b.yaml ../x/y/c.yaml --exclude b.yaml --exclude /x");
    assert_eq!(
        inputs,
        ["../x/b.yaml: excluded by \"b.yaml\"", "../x/y/c.yaml"],
        "outside its folder a pattern fits by name"
    );
}

#[test]
fn a_missing_path_is_an_error_and_the_rest_is_read() {
    let folder = folder(&["a.yaml", "b.yaml/", "loop -> loop"]);
    assert_eq!(
        read_in(&folder, "no.yaml a.yaml a.yaml/c loop --context none"),
        [
            "a.yaml",
            "error: cannot read a.yaml/c: Not a directory (os error 20)",
            "error: cannot read loop: Too many levels of symbolic links (os error 40)",
            "error: cannot read no.yaml: No such file or directory (os error 2)",
            "error: cannot read none: No such file or directory (os error 2)",
        ]
    );
    assert_eq!(
        read_in(&folder, "no\u{7}.yaml"),
        ["error: cannot read no\\u{7}.yaml: No such file or directory (os error 2)"]
    );
}

/// Whoever runs the tests may read every file, if it is root; a file that fails on being read fails for all.
#[cfg(target_os = "linux")]
#[test]
fn an_unreadable_file_is_an_error_and_the_rest_is_read() {
    let folder = folder(&["k/a.yaml", "k/memory.yaml -> /proc/self/mem", "one.yaml", ".git/", "locked/b.yaml"]);
    let error = "cannot read k/memory.yaml: Input/output error (os error 5)";
    assert_eq!(read_in(&folder, "k"), ["k/a.yaml".to_owned(), format!("error: {error}")]);
    let seen = read_in(&folder, "one.yaml");
    let want = "k/memory.yaml (context): cannot be read: Input/output error (os error 5)";
    assert_eq!(seen, ["k/a.yaml (context)", want, "locked/b.yaml (context)", "one.yaml"]);

    let locked = folder.path().join("locked");
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o000)).unwrap();
    let want = match fs::read_dir(&locked) {
        Ok(_) => "locked/b.yaml",
        Err(_) => "error: cannot read locked: Permission denied (os error 13)",
    };
    assert_eq!(read_in(&folder, "locked"), [want]);
    fs::set_permissions(&locked, fs::Permissions::from_mode(0o700)).unwrap();
}

#[test]
fn pipes_sockets_and_devices_are_never_opened() {
    let folder = folder(&["a.yaml", "null.yaml -> /dev/null"]);
    let pipe = folder.path().join("pipe.yaml");
    assert!(std::process::Command::new("mkfifo").arg(pipe).status().unwrap().success());
    let _socket = std::os::unix::net::UnixListener::bind(folder.path().join("socket.yaml")).unwrap();
    assert_eq!(
        read_in(&folder, "."),
        [
            "a.yaml",
            "null.yaml: a link to a device",
            "pipe.yaml: a pipe, not a file",
            "socket.yaml: a socket, not a file"
        ]
    );
    let advice = "not a file or a folder; give its text to standard input and name -";
    assert_eq!(
        read_in(&folder, "pipe.yaml socket.yaml null.yaml a.yaml"),
        [
            "a.yaml".to_owned(),
            format!("error: cannot read null.yaml: it is a device, {advice}"),
            format!("error: cannot read pipe.yaml: it is a pipe, {advice}"),
            format!("error: cannot read socket.yaml: it is a socket, {advice}"),
        ]
    );
}

#[test]
fn what_is_too_large_or_binary_is_passed_over_aloud() {
    let folder = folder(&["a.yaml"]);
    add(folder.path(), "binary.yaml", b"a: 1\0\n");
    for (name, size) in [("large.yaml", LARGEST + 1), ("most.yaml", LARGEST)] {
        let mut file = fs::File::create(folder.path().join(name)).unwrap();
        file.write_all(&[b'#'; 9000]).unwrap();
        file.set_len(size).unwrap();
    }
    let too_large = "large.yaml: larger than 32 MiB, too large for a manifest";
    assert_eq!(read_in(&folder, "."), ["a.yaml", "binary.yaml: binary, not text", too_large, "most.yaml"]);

    let inputs = read_from(&request(&folder, "large.yaml binary.yaml"), &mut io::empty());
    assert_eq!(fates(&inputs), ["binary.yaml", too_large]);
    let named: Vec<_> = inputs.too_large.iter().map(|&id| &inputs.sources.get(id).path).collect();
    assert_eq!(named, ["large.yaml"]);
    assert_eq!(inputs.sources.iter().map(|(_, file)| file.text.len()).collect::<Vec<_>>(), [6, 0]);

    let mut endless = io::repeat(b'#');
    let inputs = read_from(&request(&folder, "-"), &mut endless);
    assert_eq!((inputs.too_large.len(), inputs.sources.len()), (1, 1));
}

#[test]
fn standard_input_is_read_when_it_is_named() {
    let folder = folder(&[".git/", "k/a.yaml", "k/b.yaml"]);
    for (words, want) in [
        ("-", &["<stdin>"][..]),
        ("- -", &["<stdin>"]),
        ("- k", &["<stdin>", "k/a.yaml", "k/b.yaml"]),
        ("- --context k", &["<stdin>", "k/a.yaml (context)", "k/b.yaml (context)"]),
        ("- --stdin-filename k/new.yaml", &["k/a.yaml (context)", "k/b.yaml (context)", "k/new.yaml"]),
        ("- --stdin-filename ./k/a.yaml", &["k/a.yaml", "k/b.yaml (context)"]),
        ("- k --stdin-filename k/a.yaml", &["k/a.yaml", "k/b.yaml"]),
    ] {
        assert_eq!(read_in(&folder, words), want, "{words}");
    }
    let inputs = read_from(&request(&folder, "k - --stdin-filename k/a.yaml"), &mut "unsaved: 1\n".as_bytes());
    assert_eq!(inputs.sources.get(FileId(0)).text, "unsaved: 1\n");
}

#[test]
fn files_alone_are_seen_in_their_repository_and_folders_by_themselves() {
    let folder = folder(&["repo/.git/", "repo/k/a.yaml", "repo/k/b.yaml", "repo/c.yaml", "other/d.yaml", "top.yaml"]);
    let beside = folder.path().join("other");
    assert_eq!(
        read_in(beside, "../repo/k/a.yaml")[0],
        "../repo/c.yaml (context)",
        "context is shown as the targets are"
    );
    for (words, want) in [
        ("repo/k/a.yaml", &["repo/c.yaml (context)", "repo/k/a.yaml", "repo/k/b.yaml (context)"][..]),
        ("repo/k/a.yaml repo/c.yaml", &["repo/c.yaml", "repo/k/a.yaml", "repo/k/b.yaml (context)"]),
        ("repo/k/a.yaml --context other", &["other/d.yaml (context)", "repo/k/a.yaml"]),
        ("repo/k/a.yaml other", &["other/d.yaml", "repo/k/a.yaml"]),
        ("repo/k", &["repo/k/a.yaml", "repo/k/b.yaml"]),
        ("top.yaml", &["top.yaml"]),
    ] {
        assert_eq!(read_in(&folder, words), want, "{words}");
    }
}

#[test]
fn a_chart_is_passed_over_with_one_hint() {
    let folder = folder(&[
        "a.yaml",
        "c/Chart.yaml",
        "c/values.yaml",
        "c/templates/set.yaml",
        "c/charts/sub/Chart.yaml",
        "c/charts/sub/templates/x.yaml",
        "c/ci/plain.yaml",
        "my chart/Chart.yaml",
        ".git/",
    ]);
    let hint = "c: a Helm chart (6 files); render it: helm template c | stslint check -";
    let quoted = "my chart: a Helm chart (1 file); render it: helm template 'my chart' | stslint check -";
    let context = |hint: &str| hint.replacen(": ", " (context): ", 1);
    for (words, want) in [
        (".", &["a.yaml", hint, quoted][..]),
        ("c", &[hint]),
        (
            "c c/values.yaml",
            &["c/values.yaml", "c: a Helm chart (5 files); render it: helm template c | stslint check -"][..],
        ),
        ("c/templates", &["c: a Helm chart (1 file); render it: helm template c | stslint check -"]),
        ("c/ci", &["c/ci/plain.yaml"]),
        ("c/templates/set.yaml --context a.yaml", &["a.yaml (context)", "c/templates/set.yaml"]),
        ("a.yaml", &["a.yaml", &context(hint), &context(quoted)]),
    ] {
        let mut want = want.to_vec();
        let mut found = read_in(&folder, words);
        want.sort_unstable();
        found.sort_unstable();
        assert_eq!(found, want, "{words}");
    }
    let inside = read_in(folder.path().join("c"), ".");
    assert_eq!(inside, [".: a Helm chart (6 files); render it: helm template . | stslint check -"]);
}
