//! Holds the text of each input with its name, and turns byte places into lines and columns.

use std::fmt;
use std::ops::Range;
use std::sync::OnceLock;

/// A half-open range of bytes in one text, zero-based.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Span {
    /// The first byte.
    pub start: u32,
    /// The byte after the last one.
    pub end: u32,
}

impl Span {
    /// The bytes from `start` up to, not including, `end`. Texts longer than 4 GiB are never read, so offsets fit.
    pub fn new(start: usize, end: usize) -> Self {
        let narrow = |offset: usize| u32::try_from(offset).unwrap_or(u32::MAX);
        Self { start: narrow(start), end: narrow(end.max(start)) }
    }

    /// The empty span at `offset`.
    pub fn at(offset: usize) -> Self {
        Self::new(offset, offset)
    }

    /// The span as a range that slices text.
    pub fn range(self) -> Range<usize> {
        self.start as usize..self.end as usize
    }

    /// How many bytes it covers.
    pub fn len(self) -> usize {
        self.range().len()
    }

    /// Whether it covers no byte.
    pub fn is_empty(self) -> bool {
        self.start == self.end
    }

    /// The smallest span that covers both.
    #[must_use]
    pub fn to(self, other: Self) -> Self {
        Self { start: self.start.min(other.start), end: self.end.max(other.end) }
    }
}

impl fmt::Debug for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}..{}", self.start, self.end)
    }
}

/// The number of a source in [`Sources`].
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug, Default)]
pub struct FileId(pub u32);

/// A span in one of the sources.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Place {
    /// Which source.
    pub file: FileId,
    /// Which bytes of its text.
    pub span: Span,
}

/// A line and a column, both one-based; the column counts Unicode scalar values.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Debug)]
pub struct Position {
    /// One-based.
    pub line: u32,
    /// One-based, in Unicode scalar values.
    pub column: u32,
}

/// Whether findings are reported on a source, or it only answers look-ups.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Debug)]
pub enum Role {
    /// The user asked about it.
    Target,
    /// It is there so that references resolve.
    Context,
    /// It was applied before, and a target takes its place.
    Before,
}

impl Role {
    /// The word for it: `target`, `context` or `before`.
    pub fn name(self) -> &'static str {
        match self {
            Self::Target => "target",
            Self::Context => "context",
            Self::Before => "before",
        }
    }
}

/// How the bytes of a source were turned into text.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Encoding {
    /// UTF-8 without a byte order mark.
    Utf8,
    /// UTF-8 after a byte order mark of three bytes, which the text does not hold.
    Utf8Bom,
    /// UTF-16, little endian, after a byte order mark of two bytes.
    Utf16Le,
    /// UTF-16, big endian, after a byte order mark of two bytes.
    Utf16Be,
}

/// One text with its name.
#[derive(Debug)]
pub struct SourceFile {
    /// The path as it is shown: relative to the working directory where it can be, with `/`, without a leading `./`.
    pub path: String,
    /// What was read, as UTF-8. A byte that is not UTF-8 stands here as `?`, so that offsets stay true.
    pub text: String,
    /// Byte ranges of `text` where the file held bytes that are not text; empty nearly always.
    pub not_text: Vec<Span>,
    /// Reported on, or only looked at.
    pub role: Role,
    /// How its bytes were read.
    pub encoding: Encoding,
    lines: OnceLock<Vec<u32>>,
    strides: OnceLock<Vec<Letters>>,
}

/// Bytes between the places up to which the letters of a text are counted once for all. A text may be one long line,
/// and counting from its start for each finding would take the longer the more findings it has.
const STRIDE: usize = 4096;

/// How many letters a stretch of text has, in two ways of counting.
#[derive(Clone, Copy, Default, Debug)]
struct Letters {
    scalars: u32,
    utf16_units: u32,
}

impl Letters {
    /// Of any bytes of a text: what counts is where a letter begins.
    fn of(bytes: &[u8]) -> Self {
        // A scalar value has exactly one byte that is not a continuation byte; one of four bytes takes two units.
        let scalars = narrow(bytes.iter().filter(|&&byte| byte & 0xC0 != 0x80).count());
        let of_two_units = narrow(bytes.iter().filter(|&&byte| byte >= 0xF0).count());
        Self { scalars, utf16_units: scalars + of_two_units }
    }

    fn and(self, more: Self) -> Self {
        Self { scalars: self.scalars + more.scalars, utf16_units: self.utf16_units + more.utf16_units }
    }
}

impl SourceFile {
    /// A target in UTF-8 that is all text.
    pub fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        Self {
            path: path.into(),
            text: text.into(),
            not_text: Vec::new(),
            role: Role::Target,
            encoding: Encoding::Utf8,
            lines: OnceLock::new(),
            strides: OnceLock::new(),
        }
    }

    /// The line and column at `offset` in the text; an offset past the end is the end.
    pub fn position(&self, offset: u32) -> Position {
        let starts = self.line_starts();
        let row = starts.partition_point(|&start| start <= offset).saturating_sub(1);
        let start = starts.get(row).copied().unwrap_or(0) as usize;
        let end = (offset as usize).min(self.text.len());
        let scalars = if end.saturating_sub(start) < STRIDE {
            Letters::of(self.text.as_bytes().get(start..end.max(start)).unwrap_or_default()).scalars
        } else {
            self.letters_before(end).scalars - self.letters_before(start).scalars
        };
        Position { line: narrow(row) + 1, column: scalars + 1 }
    }

    /// The bytes of a line, without its line break; `line` is one-based. `None` past the last line.
    pub fn line(&self, line: u32) -> Option<Span> {
        let starts = self.line_starts();
        let row = (line as usize).checked_sub(1)?;
        let start = *starts.get(row)? as usize;
        let end = starts.get(row + 1).map_or(self.text.len(), |&next| next as usize);
        let content = self.text.get(start..end)?.trim_end_matches(['\n', '\r']);
        Some(Span::new(start, start + content.len()))
    }

    /// How many lines the text has; an empty text has one.
    pub fn line_count(&self) -> u32 {
        narrow(self.line_starts().len())
    }

    /// Where the byte at `offset` of the text stands in the file itself, zero-based.
    pub fn file_offset(&self, offset: u32) -> u64 {
        match self.encoding {
            Encoding::Utf8 => u64::from(offset),
            Encoding::Utf8Bom => u64::from(offset) + 3,
            Encoding::Utf16Le | Encoding::Utf16Be => {
                2 + 2 * u64::from(self.letters_before(offset as usize).utf16_units)
            }
        }
    }

    /// Of the text before `offset`; an offset past the end is the end.
    fn letters_before(&self, offset: usize) -> Letters {
        let bytes = self.text.as_bytes();
        let strides = self.strides.get_or_init(|| {
            let mut sum = Letters::default();
            let sums = bytes.chunks(STRIDE).map(|stride| {
                sum = sum.and(Letters::of(stride));
                sum
            });
            std::iter::once(Letters::default()).chain(sums).collect()
        });
        let end = offset.min(bytes.len());
        let (stride, start) = (end / STRIDE, end / STRIDE * STRIDE);
        let before = strides.get(stride).copied().unwrap_or_default();
        before.and(Letters::of(bytes.get(start..end).unwrap_or_default()))
    }

    fn line_starts(&self) -> &[u32] {
        self.lines.get_or_init(|| {
            let breaks = memchr::memchr_iter(b'\n', self.text.as_bytes());
            std::iter::once(0).chain(breaks.map(|at| narrow(at) + 1)).collect()
        })
    }
}

fn narrow(number: usize) -> u32 {
    u32::try_from(number).unwrap_or(u32::MAX)
}

/// Every source of a run, in the order in which it is reported.
#[derive(Debug, Default)]
pub struct Sources {
    files: Vec<SourceFile>,
}

impl Sources {
    /// The sources in the order of their numbers.
    pub fn new(files: Vec<SourceFile>) -> Self {
        Self { files }
    }

    /// The source with that number; a number that was never given out is a bug and answers panics.
    pub fn get(&self, id: FileId) -> &SourceFile {
        &self.files[id.0 as usize]
    }

    /// All of them, with their numbers.
    pub fn iter(&self) -> impl ExactSizeIterator<Item = (FileId, &SourceFile)> {
        self.files.iter().enumerate().map(|(index, file)| (FileId(narrow(index)), file))
    }

    /// Adds one and gives it its number.
    pub fn add(&mut self, file: SourceFile) -> FileId {
        self.files.push(file);
        FileId(narrow(self.files.len() - 1))
    }

    /// Adds others behind these, and answers the number that the first of them now has.
    pub fn append(&mut self, others: Self) -> FileId {
        let first = FileId(narrow(self.files.len()));
        self.files.extend(others.files);
        first
    }

    /// Gives all of them the same role.
    pub fn set_role(&mut self, role: Role) {
        self.files.iter_mut().for_each(|file| file.role = role);
    }

    /// How many there are.
    pub fn len(&self) -> usize {
        self.files.len()
    }

    /// Whether there is none.
    pub fn is_empty(&self) -> bool {
        self.files.is_empty()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn columns_count_scalar_values_and_lines_end_at_line_feeds() {
        let file = SourceFile::new("a.yaml", "a: é😀x\r\nb: 2\n");
        for (offset, line, column) in [(0, 1, 1), (5, 1, 5), (9, 1, 6), (12, 2, 1), (17, 3, 1), (99, 3, 1)] {
            assert_eq!(file.position(offset), Position { line, column }, "offset {offset}");
        }
        assert_eq!(file.line(1).map(|span| &file.text[span.range()]), Some("a: é😀x"));
        assert_eq!(file.line(3).map(Span::len), Some(0));
        assert_eq!(file.line(4), None);
    }

    #[test]
    fn places_in_long_lines_are_counted_like_those_in_short_ones() {
        let text = format!("x\n{}", "é😀漢x\t".repeat(3 * STRIDE / 7));
        let mut file = SourceFile::new("a.json", text.clone());
        file.encoding = Encoding::Utf16Be;
        for (index, (offset, _)) in text.char_indices().enumerate().skip(2) {
            let offset = u32::try_from(offset).unwrap();
            let column = u32::try_from(index).unwrap() - 1;
            assert_eq!(file.position(offset), Position { line: 2, column }, "offset {offset}");
        }
        for at in [0, 1, STRIDE - 1, STRIDE, STRIDE + 1, 2 * STRIDE, text.len(), text.len() + 1] {
            let at = (at..at + 4).find(|&at| at >= text.len() || text.is_char_boundary(at)).unwrap();
            let units = text[..at.min(text.len())].encode_utf16().count() as u64;
            assert_eq!(file.file_offset(u32::try_from(at).unwrap()), 2 + 2 * units, "offset {at}");
        }
    }

    #[test]
    fn offsets_lead_back_to_the_bytes_of_the_file() {
        let mut file = SourceFile::new("a.yaml", "é😀x");
        for (encoding, want) in
            [(Encoding::Utf8, [0, 2, 6]), (Encoding::Utf8Bom, [3, 5, 9]), (Encoding::Utf16Le, [2, 4, 8])]
        {
            file.encoding = encoding;
            assert_eq!([0, 2, 6].map(|offset| file.file_offset(offset)), want, "{encoding:?}");
        }
    }
}
