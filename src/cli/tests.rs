//! Pins what the words of a command line mean, and how it answers words that mean nothing.

use super::*;

fn read(words: &str) -> Result<Cli, String> {
    Cli::read(words.split_whitespace().map(OsString::from)).map_err(|error| error.to_string())
}

fn check(words: &str) -> CheckArgs {
    match read(&format!("stslint check {words}")).unwrap().command {
        Command::Check(args) => *args,
        other => panic!("{other:?}"),
    }
}

#[test]
fn the_description_of_the_command_line_is_sound() {
    Cli::command().debug_assert();
}

#[test]
fn paths_are_named_with_and_without_a_flag() {
    for (words, want) in
        [("", "."), ("a b", "a b"), ("-f a --filename=b c -", "c - a b"), ("-f -", "-"), ("-- -f", "-f")]
    {
        let paths: Vec<_> = check(words).input.inputs().iter().map(|path| path.display().to_string()).collect();
        assert_eq!(paths.join(" "), want, "{words}");
    }
}

#[test]
fn a_report_has_a_format_and_perhaps_a_file() {
    let file = |name: &str| Some(PathBuf::from(name));
    let outputs = check("-o json -ofull=a=b.txt --output sarif=x.sarif").output;
    assert_eq!(
        outputs,
        [
            Output { format: Format::Json, file: None },
            Output { format: Format::Full, file: file("a=b.txt") },
            Output { format: Format::Sarif, file: file("x.sarif") },
        ]
    );
}

#[test]
fn feature_gates_are_set_as_kubernetes_reads_them() {
    use FeatureGate::{MaxUnavailableStatefulSet, StatefulSetRecreateStrategy};
    let words = "--feature-gates MaxUnavailableStatefulSet=T,StatefulSetRecreateStrategy=true --feature-gates \
                 MaxUnavailableStatefulSet=0";
    let gates =
        [(MaxUnavailableStatefulSet, true), (StatefulSetRecreateStrategy, true), (MaxUnavailableStatefulSet, false)];
    assert_eq!(check(words).input.feature_gates, gates);
}

#[test]
fn words_that_mean_nothing_are_answered_with_what_would() {
    for (words, want) in [
        (
            "check -o yaml",
            "invalid value 'yaml' for '--output <FORMAT[=FILE]>': it begins with one of full, concise, json, sarif, github",
        ),
        ("check -o json=", "there is no file name behind the equals sign"),
        ("check --fail-on never", "[possible values: error, warning, info]"),
        ("check --color yes", "[possible values: auto, always, never]"),
        ("check --kubernetes-version 1.30", "known are 1.33 to 1.37, written like 1.37"),
        (
            "plan --feature-gates VolumeAttributesClass=true",
            "\"VolumeAttributesClass\" is none of the feature gates of StatefulSets: MaxUnavailableStatefulSet, \
             StatefulSetRecreateStrategy",
        ),
        ("show --feature-gates MaxUnavailableStatefulSet", "set to true or false: MaxUnavailableStatefulSet=true"),
        ("check --selct x", "a similar argument exists: '--select'"),
        ("check --fail-on info --exit-zero", "cannot be used with"),
        ("check -v -q", "cannot be used with"),
        ("check --config x --no-config", "cannot be used with"),
        ("chekc", "a similar subcommand exists: 'check'"),
        ("explain", "<RULE>"),
    ] {
        let error = read(&format!("stslint {words}")).unwrap_err();
        assert!(error.contains(want), "{words}: {error}");
    }
}

#[test]
fn as_a_plugin_of_kubectl_it_speaks_of_itself_as_one() {
    for (program, want) in [
        ("stslint", "Usage: stslint check"),
        ("/usr/bin/stslint", "Usage: stslint check"),
        ("/usr/bin/kubectl-stslint", "Usage: kubectl stslint check"),
        ("kubectl-stslint.exe", "Usage: kubectl stslint check"),
    ] {
        let help = read(&format!("{program} check --help")).unwrap_err();
        assert!(help.contains(want), "{program}: {help}");
    }
}

#[test]
fn every_flag_says_its_default() {
    let command = Cli::command();
    for command in command.get_subcommands() {
        for flag in command.get_arguments().filter(|flag| !["help", "version"].contains(&flag.get_id().as_str())) {
            let help = flag.get_help().map(ToString::to_string).unwrap_or_default();
            let required = flag.is_required_set();
            assert!(required || help.contains("[default: "), "{} {}: {help}", command.get_name(), flag.get_id());
        }
    }
}
