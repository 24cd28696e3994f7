//! What a CCG spends a head, like for like.

use crate::report::league::Area;
use crate::report::scene::Scene;
use crate::report::spend::{Line, Scope};
use crate::report::words;

/// The scope that counts the same services of every CCG, as the definitions say; else the one with most comparable figures.
fn like_for_like<'a>(scene: &'a Scene) -> Option<&'a Scope> {
    let rules = scene.about.rules.as_ref().and_then(|r| r.framework.spend.as_ref());
    let own = rules.and_then(|s| s.rules.scopes.iter().find(|s| s.categories.is_some()));
    own.and_then(|own| scene.spend.iter().find(|s| s.id == own.id)).or_else(|| scene.spend.first())
}

pub(super) fn spent(scene: &Scene, area: &Area) -> String {
    let (one, _) = scene.area_words();
    let of = |scope: &'_ Scope| scope.rows.iter().find(|l| l.bar.code == area.code).cloned();
    let Some((scope, line)) = like_for_like(scene).and_then(|s| Some((s, of(s)?))) else {
        return format!(
            "Nothing can be told: no return and no published line of spend of this {one} is held. A return sent in would change that."
        );
    };
    let label = words::lower_first(&scope.label);
    let what = match label.split_once(": ") {
        Some((name, means)) => format!("{name} ({means})"),
        None => label,
    };
    let mut text = format!("In {} {what}: ", scope.year);
    text.push_str(&match (line.spend_pence, line.bar.registered) {
        (Some(pence), Some(per_head)) => {
            format!(
                "{}, which is {} per registered patient{}.",
                words::whole_pounds(pence),
                words::pounds(per_head),
                others(&line)
            )
        }
        (Some(pence), None) => format!(
            "{}, and nothing per head: no population of this {one} is held for the year.",
            words::whole_pounds(pence)
        ),
        _ => "no figure.".to_owned(),
    });
    text.push_str(&match (&line.bar.caveat, line.places) {
        (None, Some((first, last, among))) => {
            let place = if first == last { first.to_string() } else { format!("{first} to {last}") };
            format!(" It can be compared: over the three denominators it stands at {place} of {among}, 1 being the most.")
        }
        (None, None) => " It can be compared.".to_owned(),
        (Some(caveat), _) => {
            let why = line.comparison.as_deref().unwrap_or(caveat);
            format!(" {}.", words::capital(words::clean_long(why).trim_end_matches('.')))
        }
    });
    text.push_str(" More is neither better nor worse.");
    text
}

/// Over the other denominators.
fn others(line: &Line) -> String {
    let parts = [(line.bar.weighted, "per weighted patient"), (line.per_resident, "per resident")];
    let parts: Vec<String> =
        parts.into_iter().filter_map(|(x, over)| Some(format!("{} {over}", words::pounds(x?)))).collect();
    if parts.is_empty() { String::new() } else { format!(" ({})", parts.join(", ")) }
}
