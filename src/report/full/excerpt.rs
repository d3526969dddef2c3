//! Cuts out of the sources the few lines that show a finding, and keeps each label under its characters.

use std::ops::Range;

use unicode_width::UnicodeWidthChar;

use crate::finding::Finding;
use crate::source::{FileId, Position, SourceFile, Sources};
use crate::visible::{is_hidden, push_visible, visible};

/// Labels so many lines apart still share an excerpt.
const NEAR: u32 = 3;
/// A tab reaches to the next multiple of this.
const TAB: usize = 4;
/// What a label hangs from: "╰── ".
const HOOK: usize = 4;
/// Less room than this for a label is no room.
const NARROWEST_LABEL: usize = 14;

/// Neighbouring lines of one file, ready to be drawn.
pub(super) struct Excerpt {
    /// The file, with nothing that a terminal would obey.
    pub path: String,
    /// Where the first of its labels stands, the primary one if it is here.
    pub position: Position,
    /// The number of its first line, one-based.
    pub first_line: u32,
    /// How many lines it has.
    pub line_count: usize,
    /// The lines, each with a line feed: tabs are spaces, hidden characters are escaped, long lines are cut.
    pub text: String,
    /// What is said about which part of `text`, in its order.
    pub labels: Vec<Label>,
}

/// What is said about a part of an excerpt.
pub(super) struct Label {
    /// Bytes of [`Excerpt::text`], at least one.
    pub range: Range<usize>,
    /// Wrapped; empty for none.
    pub text: String,
    /// Whether it is what the finding is about.
    pub primary: bool,
}

/// How much room an excerpt has.
#[derive(Clone, Copy)]
pub(super) struct Room {
    /// Columns of the terminal.
    pub width: usize,
    /// What stands for text that was cut away.
    pub ellipsis: &'static str,
}

impl Room {
    /// `text` with nothing that a terminal would obey, or could not draw.
    pub(super) fn words(self, text: &str) -> String {
        visible(text).replace('…', self.ellipsis)
    }
}

/// A label before it has an excerpt.
struct Mark<'f> {
    order: usize,
    file: FileId,
    line: u32,
    /// Bytes of the source, cut to its first line.
    range: Range<usize>,
    text: &'f str,
}

/// The excerpts that show a finding: the one with its place first, then those of related places in their order.
pub(super) fn excerpts(finding: &Finding, sources: &Sources, room: Room) -> Vec<Excerpt> {
    let related = finding.related.iter().map(|related| (related.place, related.message.as_str()));
    let mut marks: Vec<Mark<'_>> = std::iter::once((finding.place, finding.label.as_str()))
        .chain(related)
        .enumerate()
        .map(|(order, (place, text))| {
            let file = sources.get(place.file);
            let line = file.position(place.span.start).line;
            let bounds = file.line(line).unwrap_or_default().range();
            let start = place.span.range().start.clamp(bounds.start, bounds.end);
            let end = place.span.range().end.clamp(start, bounds.end);
            Mark { order, file: place.file, line, range: start..end, text }
        })
        .collect();
    marks.sort_by_key(|mark| (mark.file, mark.range.start, mark.order));
    let near = |left: &Mark<'_>, right: &Mark<'_>| left.file == right.file && right.line - left.line <= NEAR;
    let mut groups: Vec<&[Mark<'_>]> = marks.chunk_by(near).collect();
    groups.sort_by_key(|group| group.iter().map(|mark| mark.order).min());
    groups.into_iter().filter_map(|group| Excerpt::new(sources.get(group.first()?.file), group, room)).collect()
}

impl Excerpt {
    /// `marks` are in the order of the text, all of `file`, and not empty.
    fn new(file: &SourceFile, marks: &[Mark<'_>], room: Room) -> Option<Self> {
        let (first, last) = (marks.first()?.line, marks.last()?.line);
        let main = marks.iter().min_by_key(|mark| mark.order)?;
        let before = first - 1;
        let is_blank = |line: u32| line_of(file, line).is_none_or(|text| text.trim().is_empty());
        let first_line = if is_blank(before) { first } else { before };
        // A number, and around it " ", " │ ".
        let gutter = last.to_string().len() + 4;
        let room = Room { width: room.width.saturating_sub(gutter), ..room };
        let mut excerpt = Self {
            path: visible(&file.path).into_owned(),
            position: file.position(u32::try_from(main.range.start).unwrap_or(u32::MAX)),
            first_line,
            line_count: (last - first_line) as usize + 1,
            text: String::new(),
            labels: Vec::with_capacity(marks.len()),
        };
        for line in first_line..=last {
            let here: Vec<&Mark<'_>> = marks.iter().filter(|mark| mark.line == line).collect();
            excerpt.push_line(file, line, &here, room);
        }
        Some(excerpt)
    }

    fn push_line(&mut self, file: &SourceFile, line: u32, marks: &[&Mark<'_>], room: Room) {
        let start = file.line(line).unwrap_or_default().range().start;
        let text = line_of(file, line).unwrap_or_default();
        let in_line = |mark: &Mark<'_>| mark.range.start - start..mark.range.end - start;
        let anchor = marks.iter().min_by_key(|mark| mark.order).map(|mark| in_line(mark));
        let window = window(text, anchor.unwrap_or_default(), room);
        let shown = Shown::new(text, &window, room.ellipsis);
        for mark in marks {
            let range = in_line(mark);
            let (from, to) = (shown.offset(range.start), shown.offset(range.end));
            let (left, right) = (columns(shown.text.get(..from)), columns(shown.text.get(from..to)));
            // The label hangs from the middle of what it is about.
            let free = room.width.saturating_sub(left + right / 2 + HOOK).max(NARROWEST_LABEL);
            // A caret needs a character: behind the last one that is the line feed.
            let next = shown.text.get(from..).and_then(|rest| rest.chars().next()).map_or(1, char::len_utf8);
            self.labels.push(Label {
                range: self.text.len() + from..self.text.len() + to.max(from + next),
                text: wrap(&room.words(mark.text), free, free).join("\n"),
                primary: mark.order == 0,
            });
        }
        self.text.push_str(&shown.text);
        // A line without any character would not be drawn.
        self.text.push_str(if shown.text.is_empty() { " \n" } else { "\n" });
    }
}

fn line_of(file: &SourceFile, line: u32) -> Option<&str> {
    file.text.get(file.line(line)?.range())
}

/// The bytes of `text` that are shown: all, or as many as there is room for, so that `anchor` is among them and its
/// label has room.
fn window(text: &str, anchor: Range<usize>, room: Room) -> Range<usize> {
    let hung = |from: usize| {
        let (left, right) = (text.get(from..anchor.start), text.get(anchor.clone()));
        columns(left) + columns(right) / 2 + HOOK + NARROWEST_LABEL
    };
    if reach(text, room.width) == text.len() && hung(0) <= room.width {
        return 0..text.len();
    }
    let budget = room.width.saturating_sub(2 * columns(Some(room.ellipsis)));
    let to = reach(text, budget);
    if anchor.end <= to && hung(0) <= room.width {
        return 0..to;
    }
    let before = text.get(..anchor.start).unwrap_or_default();
    let mut used = 0;
    let from = before
        .char_indices()
        .rev()
        .take_while(|&(_, character)| {
            used += cost(character);
            used <= budget / 3
        })
        .last()
        .map_or(anchor.start, |(at, _)| at);
    from..from + text.get(from..).map_or(0, |rest| reach(rest, budget))
}

/// How many leading bytes of `text` fit into so many columns; reads no further than that.
fn reach(text: &str, columns: usize) -> usize {
    let mut used = 0;
    let beyond = text.char_indices().find(|&(_, character)| {
        used += cost(character);
        used > columns
    });
    beyond.map_or(text.len(), |(at, _)| at)
}

/// The columns that a character may need once it is shown; at least one, so that no text is endless.
fn cost(character: char) -> usize {
    match character {
        '\t' => TAB,
        _ if is_hidden(character) => character.escape_default().count(),
        _ => character.width().unwrap_or(0).max(1),
    }
}

fn columns(text: Option<&str>) -> usize {
    text.unwrap_or_default().chars().map(|character| character.width().unwrap_or(0)).sum()
}

/// A window of a line as it is shown, and where its characters went.
struct Shown {
    text: String,
    /// For each character of the window, and for its end: the byte in the line and the byte in `text`.
    places: Vec<(usize, usize)>,
}

impl Shown {
    fn new(line: &str, window: &Range<usize>, ellipsis: &str) -> Self {
        let mut shown = Self { text: String::new(), places: Vec::new() };
        if window.start > 0 {
            shown.text.push_str(ellipsis);
        }
        let mut column = columns(Some(&shown.text));
        for (at, character) in line.get(window.clone()).unwrap_or_default().char_indices() {
            let place = shown.text.len();
            shown.places.push((window.start + at, place));
            if character == '\t' {
                shown.text.extend(std::iter::repeat_n(' ', TAB - column % TAB));
            } else {
                push_visible(&mut shown.text, character);
            }
            column += columns(shown.text.get(place..));
        }
        shown.places.push((window.end, shown.text.len()));
        if window.end < line.len() {
            shown.text.push_str(ellipsis);
        }
        shown
    }

    /// Where the byte at `offset` of the line went; what was cut away is at the edge of the window.
    fn offset(&self, offset: usize) -> usize {
        let index = self.places.partition_point(|&(at, _)| at < offset).min(self.places.len().saturating_sub(1));
        self.places.get(index).map_or(0, |&(_, place)| place)
    }
}

/// `text` in lines that are at most so wide, broken at spaces; a longer word has a line of its own.
pub(in crate::report) fn wrap(text: &str, first_width: usize, width: usize) -> Vec<String> {
    let mut lines: Vec<String> = vec![String::new()];
    let mut used = 0;
    for word in text.split(' ') {
        let wide = columns(Some(word));
        let free = if lines.len() == 1 { first_width } else { width };
        if let Some(line) = lines.last_mut().filter(|line| line.is_empty() || used + 1 + wide <= free) {
            if !line.is_empty() {
                line.push(' ');
                used += 1;
            }
            line.push_str(word);
            used += wide;
        } else {
            lines.push(word.to_owned());
            used = wide;
        }
    }
    lines
}
