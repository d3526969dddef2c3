//! Says when the image of a container is pulled where the manifest does not.

/// `Always` for an image whose tag is `latest`, said or meant, else `IfNotPresent`, which a name that is none gets too
/// (`SetDefaults_Container`, `pkg/apis/core/v1/defaults.go`; `ParseImageName`, `pkg/util/parsers/parsers.go`).
pub(super) fn pull_policy(image: &str) -> &'static str {
    if is_latest(image) { "Always" } else { "IfNotPresent" }
}

/// What is behind the name of an image that needs no registry to be named.
const HUB: &str = "docker.io";
/// What the hub was once called.
const OLD_HUB: &str = "index.docker.io";
/// In bytes, without the registry.
const LONGEST_NAME: usize = 255;

/// Whether `image` is a name that `ParseNormalizedNamed` takes (github.com/distribution/reference v0.6.0, `normalize.go`
/// and `regexp.go`) and its tag is `latest`, or it has neither tag nor digest.
fn is_latest(image: &str) -> bool {
    if image.len() == 64 && image.bytes().all(is_lower_hex) {
        return false;
    }
    let (domain, rest) = split_domain(image);
    let official = domain == HUB && !rest.contains('/');
    let (named, digest) = rest.split_once('@').map_or((rest, None), |(named, digest)| (named, Some(digest)));
    let (path, tag) = match named.rsplit_once(':') {
        Some((path, tag)) if !tag.contains('/') => (path, Some(tag)),
        _ => (named, None),
    };
    // What is no registry may yet be the first part of the path.
    let before = match domain {
        HUB if official => "library/".len(),
        _ if is_domain(domain) => 0,
        _ if is_component(domain) => domain.len() + 1,
        _ => return false,
    };
    let valid = path.split('/').all(is_component)
        && before + path.len() <= LONGEST_NAME
        && tag.is_none_or(is_tag)
        && digest.is_none_or(is_digest);
    valid && tag.map_or(digest.is_none(), |tag| tag == "latest")
}

/// The registry, and what stands behind it (`splitDockerDomain`).
fn split_domain(image: &str) -> (&str, &str) {
    match image.split_once('/') {
        Some((OLD_HUB, rest)) => (HUB, rest),
        Some((domain, rest)) if domain == "localhost" || domain.contains(['.', ':']) || has_upper(domain) => {
            (domain, rest)
        }
        _ => (HUB, image),
    }
}

/// Whether Go's `strings.ToLower` changes it.
fn has_upper(text: &str) -> bool {
    text.chars().any(|character| character.to_lowercase().next() != Some(character))
}

/// A host, and a port where there is one.
fn is_domain(domain: &str) -> bool {
    let (host, port) = match domain.strip_prefix('[').and_then(|rest| rest.split_once(']')) {
        Some((address, rest)) => {
            let valid = !address.is_empty() && address.bytes().all(|byte| byte.is_ascii_hexdigit() || byte == b':');
            return valid && (rest.is_empty() || rest.strip_prefix(':').is_some_and(is_number));
        }
        None => domain.split_once(':').map_or((domain, None), |(host, port)| (host, Some(port))),
    };
    let is_label = |label: &str| {
        let bytes = label.as_bytes();
        let ends = |at: Option<&u8>| at.is_some_and(u8::is_ascii_alphanumeric);
        ends(bytes.first())
            && ends(bytes.last())
            && bytes.iter().all(|byte| byte.is_ascii_alphanumeric() || *byte == b'-')
    };
    host.split('.').all(is_label) && port.is_none_or(is_number)
}

fn is_number(text: &str) -> bool {
    !text.is_empty() && text.bytes().all(|byte| byte.is_ascii_digit())
}

/// Lower-case letters and digits, with one dot, one or two underscores, or any number of dashes between them.
fn is_component(component: &str) -> bool {
    let is_word = |character: char| character.is_ascii_lowercase() || character.is_ascii_digit();
    let mut rest = component;
    loop {
        let behind_word = rest.trim_start_matches(is_word);
        if behind_word.len() == rest.len() {
            return false;
        }
        if behind_word.is_empty() {
            return true;
        }
        let behind_dashes = behind_word.trim_start_matches('-');
        rest = if behind_dashes.len() < behind_word.len() {
            behind_dashes
        } else {
            let separator = ["__", "_", "."].iter().find_map(|separator| behind_word.strip_prefix(separator));
            let Some(rest) = separator else { return false };
            rest
        };
    }
}

fn is_tag(tag: &str) -> bool {
    let bytes = tag.as_bytes();
    let is_word = |byte: &u8| byte.is_ascii_alphanumeric() || *byte == b'_';
    bytes.first().is_some_and(is_word)
        && bytes.len() <= 128
        && bytes.iter().all(|byte| is_word(byte) || matches!(byte, b'.' | b'-'))
}

/// Of the algorithms that are known (github.com/opencontainers/go-digest v1.0.0, `algorithm.go`).
fn is_digest(digest: &str) -> bool {
    let Some((algorithm, encoded)) = digest.split_once(':') else { return false };
    let length = match algorithm {
        "sha256" => 64,
        "sha384" => 96,
        "sha512" => 128,
        _ => return false,
    };
    encoded.len() == length && encoded.bytes().all(is_lower_hex)
}

fn is_lower_hex(byte: u8) -> bool {
    matches!(byte, b'0'..=b'9' | b'a'..=b'f')
}

#[cfg(test)]
mod tests {
    use super::pull_policy;

    #[test]
    fn images_are_pulled_as_the_api_server_says() {
        let digest = "a".repeat(64);
        // As `ParseNormalizedNamed` of github.com/distribution/reference v0.6.0 answers.
        let rows: &[(&str, &str)] = &[
            ("nginx", "Always"),
            ("nginx:latest", "Always"),
            ("nginx:1.25", "IfNotPresent"),
            ("nginx:Latest", "IfNotPresent"),
            ("library/nginx", "Always"),
            ("docker.io/nginx", "Always"),
            ("index.docker.io/nginx:latest", "Always"),
            ("localhost/app", "Always"),
            ("localhost:5000/app", "Always"),
            ("localhost:5000", "IfNotPresent"),
            ("registry.example.com:5000/team/app", "Always"),
            ("registry.example.com:5000/team/app:v1", "IfNotPresent"),
            ("registry.example.com/Team/app", "IfNotPresent"),
            ("Registry/app", "Always"),
            ("REGISTRY/app:latest", "Always"),
            ("my_app", "Always"),
            ("my__app", "Always"),
            ("my___app", "IfNotPresent"),
            ("my.app", "Always"),
            ("my..app", "IfNotPresent"),
            ("my-app", "Always"),
            ("my--app", "Always"),
            ("-app", "IfNotPresent"),
            ("app-", "IfNotPresent"),
            ("app_", "IfNotPresent"),
            ("a/b/c", "Always"),
            ("a//b", "IfNotPresent"),
            ("/a", "IfNotPresent"),
            ("a/", "IfNotPresent"),
            ("a:", "IfNotPresent"),
            ("a:b:c", "IfNotPresent"),
            ("a:.b", "IfNotPresent"),
            (&format!("nginx@sha256:{digest}"), "IfNotPresent"),
            (&format!("nginx:latest@sha256:{digest}"), "Always"),
            ("nginx@sha256:abc", "IfNotPresent"),
            (&format!("nginx@sha512:{digest}"), "IfNotPresent"),
            (&format!("nginx@md5:{digest}"), "IfNotPresent"),
            (&format!("nginx@sha256:{}", digest.to_uppercase()), "IfNotPresent"),
            (&digest, "IfNotPresent"),
            (&format!("{digest}:latest"), "Always"),
            ("[::1]:5000/app", "Always"),
            ("[::1]/app", "Always"),
            ("[]/app", "IfNotPresent"),
            ("x.y:port/app", "IfNotPresent"),
            ("-x.y/app", "IfNotPresent"),
            ("x-.y/app", "IfNotPresent"),
            ("x..y/app", "IfNotPresent"),
            ("nginx ", "IfNotPresent"),
            ("nginx:latest ", "IfNotPresent"),
            ("é/app", "IfNotPresent"),
            ("É/app", "IfNotPresent"),
            ("nïx", "IfNotPresent"),
            ("{{image}}", "IfNotPresent"),
            ("$(IMAGE)", "IfNotPresent"),
            ("a@b", "IfNotPresent"),
            ("app:latest/x", "IfNotPresent"),
            ("host.io/app:tag/latest", "IfNotPresent"),
            (&format!("a:{}", "t".repeat(128)), "IfNotPresent"),
            (&format!("a:{}", "t".repeat(129)), "IfNotPresent"),
            (&"a".repeat(255), "IfNotPresent"),
            (&"a".repeat(247), "Always"),
            (&"a".repeat(248), "IfNotPresent"),
            (&"a".repeat(246), "Always"),
            (&format!("x.y/{}", "a".repeat(255)), "Always"),
            (&format!("x.y/{}", "a".repeat(256)), "IfNotPresent"),
            (&format!("a/{}", "a".repeat(253)), "Always"),
            (&format!("a/{}", "a".repeat(254)), "IfNotPresent"),
            ("my_host.x/app", "Always"),
            ("my_host.x:80/app", "IfNotPresent"),
            (&format!("a__b.c/{}", "a".repeat(248)), "Always"),
            (&format!("a__b.c/{}", "a".repeat(249)), "IfNotPresent"),
        ];
        for &(image, want) in rows {
            assert_eq!(pull_policy(image), want, "{image}");
        }
    }
}
