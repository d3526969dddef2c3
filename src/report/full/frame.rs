//! Draws an excerpt with its labels, through miette.

use std::fmt;

use miette::{
    Diagnostic, GraphicalReportHandler, GraphicalTheme, LabeledSpan, MietteError, MietteSpanContents, SourceCode,
    SourceSpan, SpanContents, ThemeCharacters, ThemeStyles,
};

use super::excerpt::{Excerpt, Label};
use crate::finding::Severity;
use crate::report::Style;

/// The frame around `excerpt`, in lines that each end with a line feed.
pub(super) fn draw(excerpt: &Excerpt, severity: Severity, style: &Style) -> String {
    let handler = GraphicalReportHandler::new_themed(theme(excerpt, severity, style)).with_wrap_lines(false);
    let mut drawn = String::new();
    // Writing to a string does not fail.
    let _ = handler.render_report(&mut drawn, excerpt);
    // miette begins with a line for the message, which is empty here: the message has its own line above all excerpts.
    drawn.strip_prefix('\n').map_or_else(|| drawn.clone(), str::to_owned)
}

fn theme(excerpt: &Excerpt, severity: Severity, style: &Style) -> GraphicalTheme {
    let characters = if style.unicode { ThemeCharacters::unicode() } else { ThemeCharacters::ascii() };
    if !style.color {
        return GraphicalTheme { characters, styles: ThemeStyles::none() };
    }
    let mut styles = ThemeStyles::ansi();
    let primary = match severity {
        Severity::Error => styles.error,
        Severity::Warning => styles.warning,
        Severity::Info => styles.advice,
    };
    let related = styles.advice;
    styles.link = styles.advice;
    styles.highlights =
        excerpt.labels.iter().map(|label| if label.primary { primary.bold() } else { related }).collect();
    GraphicalTheme { characters, styles }
}

/// miette asks by span; an excerpt is short and always answers whole, so that nothing is searched for.
impl SourceCode for Excerpt {
    fn read_span<'a>(
        &'a self,
        span: &SourceSpan,
        lines_before: usize,
        _lines_after: usize,
    ) -> Result<Box<dyn SpanContents<'a> + 'a>, MietteError> {
        let index = |number: u32| (number as usize).saturating_sub(1);
        let (span, line, column) = if lines_before == 0 {
            // Only the place in the frame's head is asked for without context.
            (*span, index(self.position.line), index(self.position.column))
        } else {
            ((0, self.text.len()).into(), index(self.first_line), 0)
        };
        let data = self.text.as_bytes();
        let contents = MietteSpanContents::new_named(self.path.clone(), data, span, line, column, self.line_count);
        Ok(Box::new(contents))
    }
}

impl Diagnostic for Excerpt {
    fn source_code(&self) -> Option<&dyn SourceCode> {
        Some(self)
    }

    fn labels(&self) -> Option<Box<dyn Iterator<Item = LabeledSpan> + '_>> {
        Some(Box::new(self.labels.iter().map(Label::to_span)))
    }
}

impl Label {
    fn to_span(&self) -> LabeledSpan {
        let text = (!self.text.is_empty()).then(|| self.text.clone());
        let span = SourceSpan::from(self.range.clone());
        if self.primary {
            LabeledSpan::new_primary_with_span(text, span)
        } else {
            LabeledSpan::new_with_span(text, span)
        }
    }
}

impl std::error::Error for Excerpt {}

impl fmt::Display for Excerpt {
    fn fmt(&self, _: &mut fmt::Formatter<'_>) -> fmt::Result {
        Ok(())
    }
}

impl fmt::Debug for Excerpt {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.path)
    }
}
