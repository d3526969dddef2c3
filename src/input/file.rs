//! Turns one file, or standard input, into text, unless it is too large or binary.

use std::fs::{self, FileType};
use std::io::{self, Read};
use std::path::Path;

use super::decode::{self, Decoded};

/// How many bytes a manifest may have: more than ten times what etcd stores of one object.
pub const LARGEST: u64 = 32 << 20;

/// How far into a file git looks for a NUL to call it binary (`buffer_is_binary` in xdiff-interface.c).
const BINARY_WINDOW: usize = 8000;

/// What a file holds.
#[derive(PartialEq, Eq, Debug)]
pub(super) enum Content {
    /// Text.
    Text(Decoded),
    /// More than [`LARGEST`] bytes; they were not read.
    TooLarge,
    /// Something that git, too, would call binary.
    Binary,
}

/// Reads a regular file. One that was `named` is read as text whatever it holds.
pub(super) fn read(path: &Path, named: bool) -> io::Result<Content> {
    let file = fs::File::open(path)?;
    let size = file.metadata()?.len();
    if size > LARGEST {
        return Ok(Content::TooLarge);
    }
    // What is generated on being read, as below /proc, has no size before.
    let limit = if size == 0 { LARGEST + 1 } else { size };
    let mut bytes = Vec::with_capacity(usize::try_from(size).unwrap_or_default());
    file.take(limit).read_to_end(&mut bytes)?;
    Ok(content(bytes, named))
}

/// Reads standard input up to its end.
pub(super) fn read_stdin(stdin: &mut dyn Read) -> io::Result<Content> {
    let mut bytes = Vec::new();
    stdin.take(LARGEST + 1).read_to_end(&mut bytes)?;
    Ok(content(bytes, true))
}

fn content(bytes: Vec<u8>, named: bool) -> Content {
    if bytes.len() as u64 > LARGEST {
        return Content::TooLarge;
    }
    let decoded = decode::decode(bytes);
    let window = &decoded.text.as_bytes()[..decoded.text.len().min(BINARY_WINDOW)];
    if !named && memchr::memchr(0, window).is_some() { Content::Binary } else { Content::Text(decoded) }
}

/// Reads a regular file that was named, and refuses anything else.
pub(super) fn read_regular(path: &Path) -> io::Result<Content> {
    match special(fs::metadata(path)?.file_type()) {
        Some(special) => Err(io::Error::other(format!("it is {special}, not a file"))),
        None => read(path, true),
    }
}

/// What something is that must not be opened, because that may wait for ever or do something.
pub(super) fn special(kind: FileType) -> Option<&'static str> {
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
