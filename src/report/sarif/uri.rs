//! Turns a path as it is shown into a URI that a code scanning service finds in the repository.

use std::fmt::Write;

/// A relative reference (RFC 3986, 4.2) without a leading `./`; an absolute path becomes a `file` URI.
pub(super) fn from_path(path: &str) -> String {
    let path = path.strip_prefix("./").unwrap_or(path);
    let mut bytes = path.bytes();
    let has_drive = bytes.next().is_some_and(|letter| letter.is_ascii_alphabetic()) && bytes.next() == Some(b':');
    let root = match path.starts_with('/') {
        true => "file://",
        false if has_drive && matches!(bytes.next(), Some(b'/' | b'\\')) => "file:///",
        false => "",
    };
    let mut uri = String::from(root);
    for byte in path.bytes() {
        match byte {
            b'/' | b'-' | b'.' | b'_' | b'~' => uri.push(char::from(byte)),
            _ if byte.is_ascii_alphanumeric() => uri.push(char::from(byte)),
            b'\\' if root == "file:///" => uri.push('/'),
            b':' if root == "file:///" && uri.len() == root.len() + 1 => uri.push(':'),
            _ => {
                let _ = write!(uri, "%{byte:02X}");
            }
        }
    }
    uri
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn uris_are_relative_and_percent_encoded() {
        for (path, want) in [
            ("k8s/db.yaml", "k8s/db.yaml"),
            ("./k8s/db.yaml", "k8s/db.yaml"),
            ("../other/db.yaml", "../other/db.yaml"),
            ("a b/ü%.yaml", "a%20b/%C3%BC%25.yaml"),
            ("c:db.yaml", "c%3Adb.yaml"),
            ("a#b?.yaml", "a%23b%3F.yaml"),
            ("-", "-"),
            ("<stdin>", "%3Cstdin%3E"),
            ("/srv/db.yaml", "file:///srv/db.yaml"),
            ("C:/srv/db.yaml", "file:///C:/srv/db.yaml"),
            ("C:\\srv\\db.yaml", "file:///C:/srv/db.yaml"),
            ("new\nline.yaml", "new%0Aline.yaml"),
        ] {
            assert_eq!(from_path(path), want, "{path:?}");
        }
    }
}
