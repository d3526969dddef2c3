//! Turns text from manifests into what a page, a drawing, a diagram or a comment shows as that text and nothing else.

use crate::visible::visible;

/// Text between the tags or the quotes of HTML or XML.
pub(super) fn html(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // What XML 1.0 does not allow even escaped.
            '\u{fffe}' | '\u{ffff}' => escaped.push('\u{fffd}'),
            _ => escaped.push(character),
        }
    }
    escaped
}

/// JSON that stands in a `script` element: nothing in it ends the element or begins a comment.
pub(super) fn script(json: &str) -> String {
    json.replace('<', "\\u003c").replace('>', "\\u003e").replace('&', "\\u0026")
}

/// Text in a paragraph, a list or a cell of a table of GitHub's Markdown: no markup, no mention, no link of its own.
pub(super) fn markdown(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for character in visible(text).chars() {
        match character {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '@' => escaped.push_str("&#64;"),
            '\\' | '`' | '*' | '_' | '{' | '}' | '[' | ']' | '#' | '|' | '~' | '!' | '$' => {
                escaped.push('\\');
                escaped.push(character);
            }
            _ => escaped.push(character),
        }
    }
    escaped.replace("://", "&#58;//").replace("www.", "www&#46;").replace("WWW.", "WWW&#46;")
}

/// Text as code in GitHub's Markdown, also in a cell of a table.
pub(super) fn code(text: &str) -> String {
    let shown = visible(text).replace('|', "\\|");
    let mut fence = String::from("`");
    while shown.contains(&fence) {
        fence.push('`');
    }
    let pad = if shown.starts_with('`') || shown.ends_with('`') { " " } else { "" };
    if shown.is_empty() { String::new() } else { format!("{fence}{pad}{shown}{pad}{fence}") }
}

/// Text in a diagram of Mermaid, whose language knows no escape that all of its parts obey: what could end a text or begin
/// another thing is left out.
pub(super) fn mermaid(text: &str) -> String {
    let plain = |character: char| match character {
        ':' | ';' | '#' | ',' | '"' | '`' | '<' | '>' | '{' | '}' | '%' | '\\' | '&' | '$' | '@' => '\u{b7}',
        _ => character,
    };
    visible(text).chars().map(plain).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn hostile_text_is_shown_as_it_is_written() {
        let hostile = "</script><img src=x onerror='a'>&\"";
        assert_eq!(html(hostile), "&lt;/script&gt;&lt;img src=x onerror=&#39;a&#39;&gt;&amp;&quot;");
        assert_eq!(script("\"</script><!--\""), "\"\\u003c/script\\u003e\\u003c!--\"");
        assert_eq!(html("a\u{202e}\u{0}\n\u{ffff}"), "a\\u{202e}\\u{0}\\n\u{fffd}");
        assert_eq!(
            markdown("@all [x](http://e) | **b** <b>"),
            "&#64;all \\[x\\](http&#58;//e) \\| \\*\\*b\\*\\* &lt;b&gt;"
        );
        assert_eq!(mermaid("a: b; %% c"), "a\u{b7} b\u{b7} \u{b7}\u{b7} c");
    }

    #[test]
    fn code_is_fenced_by_more_marks_than_it_holds() {
        for (text, want) in [
            ("web-0", "`web-0`"),
            ("a`b", "``a`b``"),
            ("`a", "`` `a ``"),
            ("a|b", "`a\\|b`"),
            ("a``b`", "``` a``b` ```"),
            ("", ""),
        ] {
            assert_eq!(code(text), want);
        }
    }
}
