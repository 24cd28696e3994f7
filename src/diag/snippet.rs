//! A diagnostic as a person reads it: code, place, the line with the fault underlined, hint.

use super::{Diagnostic, Place, Severity};
use annotate_snippets::{AnnotationKind, Level, Renderer, Snippet};

/// Draws one diagnostic; `more` is how many others like it were folded away.
pub fn render(d: &Diagnostic, more: u64, colour: bool) -> String {
    let level = match d.severity {
        Severity::Note => Level::NOTE,
        Severity::Warning => Level::WARNING,
        Severity::Error | Severity::Fatal => Level::ERROR,
    };
    let mut title = d.message.clone();
    if let Some(found) = &d.found
        && !title.contains(found.as_str())
    {
        title.push_str(&format!(", found `{found}`"));
    }
    let id = format!("{} {}", d.code.id, d.code.name);
    let help = d.remedy().to_owned();
    let folded = (more > 0).then(|| format!("and {} more like this", grouped(more)));
    let mut group = match &d.place {
        Place::Line { .. } | Place::Definition { .. } => {
            level.primary_title(title).id(id.as_str()).element(annotation(&d.place, d.found.as_deref()))
        }
        Place::Run => {
            level.primary_title(title).id(id.as_str()).elements(None::<annotate_snippets::Message<'_>>)
        }
        _ => level
            .primary_title(title)
            .id(id.as_str())
            .element(annotate_snippets::Origin::path(d.place.to_string())),
    };
    if let Some(text) = &folded {
        group = group.element(Level::NOTE.message(text.as_str()));
    }
    if !help.is_empty() {
        group = group.element(Level::HELP.message(help.as_str()));
    }
    let renderer = if colour { Renderer::styled() } else { Renderer::plain() };
    renderer.render(&[group])
}

/// 1234567 -> `1,234,567`.
pub fn grouped(n: u64) -> String {
    let digits = n.to_string();
    let mut out = String::new();
    for (i, c) in digits.chars().enumerate() {
        if i > 0 && (digits.len() - i).is_multiple_of(3) {
            out.push(',');
        }
        out.push(c);
    }
    out
}

/// Where the text stands in the cell of that number, of a line cut by commas: another cell may hold it too.
fn in_cell(line: &str, column: u32, found: &str) -> Option<std::ops::Range<usize>> {
    let before: usize =
        line.split(',').take(column.checked_sub(1)? as usize).map(|cell| cell.len() + 1).sum();
    let cell = line.get(before..)?.split(',').next()?;
    let at = before + cell.find(found).filter(|_| !found.is_empty())?;
    Some(at..at + found.len())
}

fn annotation(
    place: &Place,
    found: Option<&str>,
) -> Snippet<'static, annotate_snippets::Annotation<'static>> {
    let (file, line, text) = match place {
        Place::Line { file, line, text, .. } | Place::Definition { file, line, text, .. } => {
            (file.clone(), *line, text.clone())
        }
        other => (other.to_string(), 1, String::new()),
    };
    let span = match (found, place) {
        (Some(f), Place::Line { column: Some(column), .. }) if in_cell(&text, *column, f).is_some() => {
            in_cell(&text, *column, f).unwrap_or_default()
        }
        (Some(f), _) if !f.is_empty() && text.contains(f) => {
            let at = text.find(f).unwrap_or(0);
            at..at + f.len()
        }
        (_, Place::Definition { column, .. }) => {
            let at = (*column as usize).saturating_sub(1).min(text.len());
            at..text.len().min(at + 1)
        }
        _ => 0..text.len(),
    };
    Snippet::source(text)
        .path(file)
        .line_start(usize::try_from(line).unwrap_or(1))
        .annotation(AnnotationKind::Primary.span(span))
}
