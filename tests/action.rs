//! Runs the shell steps of `action.yml` as a runner of GitHub does, with inputs and manifests that mean harm.
#![cfg(unix)]
#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that cannot go on has failed")]

use std::collections::BTreeMap;
use std::fs;
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use stslint::source::FileId;
use stslint::yaml::{self, Node};
use tempfile::TempDir;

const ROOT: &str = env!("CARGO_MANIFEST_DIR");

/// A step of the action.
struct Step {
    run: String,
    shell: String,
    env: Vec<(String, String)>,
}

/// What the runner reads of `action.yml`.
struct Action {
    /// Each input's default.
    inputs: BTreeMap<String, String>,
    steps: Vec<Step>,
}

/// What a job sees of a run of the action.
struct Outcome {
    code: i32,
    /// Everything printed.
    log: String,
    /// The workflow commands that the runner obeyed, apart from those that stop and resume them.
    commands: Vec<String>,
    outputs: BTreeMap<String, String>,
}

fn action() -> Action {
    let text = fs::read_to_string(Path::new(ROOT).join("action.yml")).unwrap();
    let tree = yaml::parse(FileId(0), &text);
    let root = tree.root(&tree.documents()[0]).unwrap();
    let word = |node: Option<Node<'_>>| node.and_then(Node::as_str).unwrap_or_default().to_owned();
    let pairs = |node: Option<Node<'_>>| -> Vec<(String, String)> {
        node.into_iter().flat_map(Node::entries).map(|(key, value)| (word(Some(key)), word(Some(value)))).collect()
    };
    let inputs = root.get("inputs").unwrap().entries();
    Action {
        inputs: inputs.map(|(name, input)| (word(Some(name)), word(input.get("default")))).collect(),
        steps: root
            .get("runs")
            .unwrap()
            .get("steps")
            .unwrap()
            .items()
            .map(|step| Step {
                run: word(step.get("run")),
                shell: word(step.get("shell")),
                env: pairs(step.get("env")),
            })
            .collect(),
    }
}

/// The input that an expression of a step's environment stands for.
fn input_of(expression: &str) -> &str {
    let inner = expression.strip_prefix("${{ inputs.").and_then(|rest| rest.strip_suffix(" }}"));
    inner.unwrap_or_else(|| panic!("{expression} is more than one input"))
}

/// A checked-out repository, and the runner's own folders.
struct Job {
    folder: TempDir,
}

impl Job {
    /// A job whose repository holds these files.
    fn new(files: &[(&str, &str)]) -> Self {
        let folder = TempDir::new().unwrap();
        for part in ["repository", "runner temp"] {
            fs::create_dir(folder.path().join(part)).unwrap();
        }
        let job = Self { folder };
        for (path, text) in files {
            let path = job.repository().join(path);
            fs::create_dir_all(path.parent().unwrap()).unwrap();
            fs::write(path, text).unwrap();
        }
        job
    }

    /// A job on one of the examples.
    fn on_example(name: &str) -> Self {
        let job = Self::new(&[]);
        for entry in fs::read_dir(Path::new(ROOT).join("examples").join(name)).unwrap() {
            let from = entry.unwrap().path();
            fs::copy(&from, job.repository().join(from.file_name().unwrap())).unwrap();
        }
        job
    }

    fn repository(&self) -> PathBuf {
        self.folder.path().join("repository")
    }

    /// Runs every step with `inputs`, and with stslint as it was just built.
    fn run(&self, inputs: &[(&str, &str)]) -> Outcome {
        let with_binary: Vec<(&str, &str)> =
            [("binary", env!("CARGO_BIN_EXE_stslint"))].iter().chain(inputs).copied().collect();
        self.run_on(&with_binary, &std::env::var("PATH").unwrap())
    }

    fn run_on(&self, inputs: &[(&str, &str)], search_path: &str) -> Outcome {
        let Action { inputs: mut values, steps } = action();
        for (name, value) in inputs {
            assert!(values.insert((*name).to_owned(), (*value).to_owned()).is_some(), "there is no input {name}");
        }
        let (script, output) = (self.folder.path().join("step.sh"), self.folder.path().join("output"));
        fs::write(&output, "").unwrap();
        let mut log = String::new();
        let mut code = 0;
        for step in &steps {
            fs::write(&script, &step.run).unwrap();
            let mut command = Command::new(which("bash"));
            command.args(["--noprofile", "--norc", "-e", "-o", "pipefail"]).arg(&script).env_clear();
            command.current_dir(self.repository());
            command
                .env("PATH", search_path)
                .env("CI", "true")
                .env("GITHUB_ACTIONS", "true")
                .env("LANG", "C.UTF-8")
                .env("NO_COLOR", "1");
            command.env("GITHUB_ACTION_PATH", ROOT).env("GITHUB_WORKSPACE", self.repository());
            command.env("GITHUB_OUTPUT", &output).env("RUNNER_TEMP", self.folder.path().join("runner temp"));
            command.envs(step.env.iter().map(|(name, expression)| (name, &values[input_of(expression)])));
            let ran = command.output().unwrap();
            log += &String::from_utf8(ran.stdout).unwrap();
            log += &String::from_utf8(ran.stderr).unwrap();
            code = ran.status.code().unwrap();
            if code != 0 {
                break;
            }
        }
        let commands = obeyed(&log);
        let outputs = fs::read_to_string(&output).unwrap();
        let outputs = outputs.lines().map(|line| line.split_once('=').unwrap());
        Outcome { code, commands, outputs: outputs.map(|(key, value)| (key.into(), value.into())).collect(), log }
    }

    /// Whether anything in an input was run as code: all harm in this file creates a file of that name.
    fn is_harmed(&self) -> bool {
        [self.repository(), self.folder.path().join("runner temp"), PathBuf::from(ROOT)]
            .iter()
            .any(|folder| folder.join("harm").exists())
    }
}

fn which(tool: &str) -> PathBuf {
    let path = std::env::var_os("PATH").unwrap();
    let found = std::env::split_paths(&path).map(|folder| folder.join(tool)).find(|path| path.is_file());
    found.unwrap_or_else(|| panic!("{tool} is not on PATH"))
}

/// The commands that the runner obeys: lines that begin with `::`, but none between `::stop-commands::TOKEN` and
/// `::TOKEN::` (actions/runner, `ActionCommandManager.cs` and `ActionCommand.cs`).
fn obeyed(log: &str) -> Vec<String> {
    let mut stopped_until: Option<String> = None;
    let mut commands = Vec::new();
    for line in log.lines().map(str::trim_start) {
        match &stopped_until {
            Some(token) if line.starts_with(token.as_str()) => stopped_until = None,
            Some(_) => {}
            None => match line.strip_prefix("::stop-commands::") {
                Some(token) => stopped_until = Some(format!("::{}::", token.trim())),
                None if line.starts_with("::") => commands.push(line.to_owned()),
                None => {}
            },
        }
    }
    assert_eq!(stopped_until, None, "commands stay stopped: {log}");
    commands
}

/// How many of the commands are of that kind.
fn count(commands: &[String], kind: &str) -> usize {
    commands.iter().filter(|command| command.starts_with(&format!("::{kind} "))).count()
}

#[test]
fn inputs_reach_the_shell_as_variables_only() {
    let Action { inputs, steps } = action();
    let mut used = Vec::new();
    for step in &steps {
        assert_eq!(step.shell, "bash");
        assert!(!step.run.contains("${{"), "{}", step.run);
        used.extend(step.env.iter().map(|(_, expression)| input_of(expression).to_owned()));
    }
    used.sort();
    assert_eq!(used, inputs.into_keys().collect::<Vec<_>>());
}

#[test]
fn a_clean_repository_passes() {
    let job = Job::on_example("shop-fixed");
    let outcome = job.run(&[]);
    assert_eq!(outcome.code, 0, "{}", outcome.log);
    assert!(outcome.log.contains("no findings"), "{}", outcome.log);
    assert_eq!(outcome.commands, Vec::<String>::new());
    assert_eq!(
        (&*outcome.outputs["exit-code"], &*outcome.outputs["errors"], &*outcome.outputs["warnings"]),
        ("0", "0", "0")
    );
    assert_eq!(sarif(&outcome)["runs"][0]["results"], Value::Array(Vec::new()));
}

fn sarif(outcome: &Outcome) -> Value {
    serde_json::from_str(&fs::read_to_string(&outcome.outputs["sarif-file"]).unwrap()).unwrap()
}

#[test]
fn a_broken_repository_fails_with_annotations_a_log_and_sarif() {
    let job = Job::on_example("shop");
    let outcome = job.run(&[]);
    assert_eq!((outcome.code, &*outcome.outputs["exit-code"]), (1, "1"), "{}", outcome.log);
    let errors = count(&outcome.commands, "error");
    assert!(errors > 0, "{}", outcome.log);
    assert_eq!(outcome.outputs["errors"], errors.to_string());
    assert_eq!(outcome.outputs["warnings"], count(&outcome.commands, "warning").to_string());
    assert!(outcome.log.contains("failing because"), "{}", outcome.log);
    for command in &outcome.commands {
        let file = command.split_once("file=").and_then(|(_, rest)| rest.split_once(',')).unwrap().0;
        assert!(job.repository().join(file).is_file(), "{command}");
    }
    assert_eq!(sarif(&outcome)["runs"][0]["results"].as_array().unwrap().len(), outcome.commands.len());
}

#[test]
fn what_fails_the_step_is_the_users_choice() {
    let job = Job::on_example("shop");
    for (fail_on, code) in [("never", 0), ("info", 1), ("error", 1)] {
        let outcome = job.run(&[("fail-on", fail_on)]);
        assert_eq!(outcome.code, code, "{fail_on}: {}", outcome.log);
        assert_ne!(outcome.outputs["errors"], "0", "{fail_on}");
    }
}

#[test]
fn annotations_can_be_left_out() {
    let outcome = Job::on_example("shop").run(&[("annotations", "false")]);
    assert_eq!((outcome.code, outcome.commands), (1, Vec::new()));
    assert_ne!(outcome.outputs["errors"], "0");
}

#[test]
fn inputs_are_never_read_as_code() {
    for harm in
        ["$(touch harm)", "`touch harm`", "; touch harm;", "\"; touch harm; \"", "'; touch harm; '", "\ntouch harm\n"]
    {
        for input in ["paths", "args", "fail-on", "kubernetes-version"] {
            let job = Job::on_example("shop-fixed");
            let outcome = job.run(&[(input, harm)]);
            assert!(!job.is_harmed(), "{input} {harm}: {}", outcome.log);
            assert_eq!((outcome.code, &*outcome.outputs["exit-code"]), (2, "2"), "{input} {harm}: {}", outcome.log);
        }
        let job = Job::on_example("shop-fixed");
        let outcome = job.run(&[("binary", harm)]);
        assert!(!job.is_harmed() && outcome.code != 0, "binary {harm}: {}", outcome.log);
        let outcome = job.run(&[("annotations", harm)]);
        assert!(!job.is_harmed() && outcome.code == 0, "annotations {harm}: {}", outcome.log);
    }
}

const BROKEN: &str = "\
apiVersion: apps/v1
kind: StatefulSet
metadata:
  name: \"::set-output name=x::y\"
  annotations:
    text: |
      ::add-mask::x
spec:
  serviceName: '::error::100%, a::b'
  template:
    spec:
      terminationGracePeriodSeconds: 0 # ::set-env name=PATH::/tmp
";

#[test]
fn paths_are_names_whatever_stands_in_them() {
    let names = [
        "a b.yaml",
        "it's.yaml",
        "say \"x\".yaml",
        "x; touch harm;.yaml",
        "$(touch harm).yaml",
        "100%, a::b.yaml",
        "-o.yaml",
    ];
    for name in names {
        let job = Job::new(&[(name, BROKEN)]);
        let outcome = job.run(&[("paths", name)]);
        assert_eq!(outcome.code, 1, "{name}: {}", outcome.log);
        assert!(!job.is_harmed(), "{name}");
        assert!(outcome.log.contains(&format!("[{name}:")), "{name}: {}", outcome.log);
    }
    let job = Job::new(&[("a b.yaml", BROKEN), ("c/d.yaml", BROKEN)]);
    let outcome = job.run(&[("paths", "a b.yaml\nc\n")]);
    assert!(outcome.log.contains("[a b.yaml:") && outcome.log.contains("[c/d.yaml:"), "{}", outcome.log);
    let outcome = job.run(&[("args", "--exclude=a b.yaml\n--exit-zero\n--quiet"), ("fail-on", "never")]);
    assert!(!outcome.log.contains("[a b.yaml:"), "{}", outcome.log);
}

#[test]
fn text_from_manifests_is_no_command() {
    let outcome = Job::new(&[("db.yaml", BROKEN), ("::set-output name=x::y.yaml", BROKEN)]).run(&[]);
    assert_eq!(outcome.code, 1, "{}", outcome.log);
    assert!(!outcome.commands.is_empty());
    for command in &outcome.commands {
        let is_annotation =
            ["::error file=", "::warning file=", "::notice file="].iter().any(|kind| command.starts_with(kind));
        assert!(is_annotation, "{command}");
    }
}

#[test]
fn without_cargo_and_without_a_binary_the_step_says_what_to_do() {
    let job = Job::new(&[]);
    let tools = job.folder.path().join("tools");
    fs::create_dir(&tools).unwrap();
    for tool in ["bash", "env", "mkdir", "rm"] {
        std::os::unix::fs::symlink(which(tool), tools.join(tool)).unwrap();
    }
    let outcome = job.run_on(&[], tools.to_str().unwrap());
    assert_eq!((outcome.code, count(&outcome.commands, "error")), (2, 1), "{}", outcome.log);
    assert!(outcome.log.contains("install Rust in a step before"), "{}", outcome.log);
}
