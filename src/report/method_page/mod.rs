//! The page on method: every rule of the definitions behind a release, with its reason and whose it is.

mod bodies;
mod compared;
mod doubt;
mod evidence;
mod levels;
mod money;
mod scale;
mod sources;
mod tree;

use super::scene::Scene;
use super::section::{Article, Section};
use super::words;

pub fn page(scene: &Scene) -> Article {
    let framework = &scene.about.framework;
    let lede = format!(
        "No official score, weight, threshold or level was ever published. {}. What this page says is read from the \
         definitions of the release; a rule of our own is called so, and has a reason and somebody who answers for it.",
        words::clean_long(&framework.description).trim_end_matches('.')
    );
    let mut sections = vec![score(scene), tree::section(scene), doubt::absence(scene)];
    if let Some(rules) = &scene.about.rules {
        let f = &rules.framework;
        sections.extend([
            scale::section(f),
            levels::section(f),
            evidence::section(f),
            doubt::section(f),
            money::section(f, &rules.spend),
            compared::peers(f),
            compared::steps(f),
        ]);
        sections.extend(bodies::sections(f));
    }
    sections.push(sources::disclosure(scene));
    sections.push(sources::section(scene));
    Article::new(scene, "Method", lede, sections)
}

/// From answers to the index, in sentences.
fn score(scene: &Scene) -> Section {
    let framework = &scene.about.framework;
    let mut section = Section::new("score", "How the score is made").says(format!(
        "Framework {}, {}. Own method of this project.",
        words::clean(&format!("{} {}", framework.name, framework.version)).0,
        words::of(words::size(framework.indicators.len()), "indicator", "indicators"),
    ));
    section = section.says(
        "Each answer is turned into points between 0 and 100 by a scale that is fixed beforehand, so that quarters can be \
         compared and no unit's points hang on others. Points are weighed inside their dimension, and dimensions are joined \
         into the index. Have says what is in place, use how much it is used, benefit what it brings. More points are better, \
         always.",
    );
    if let Some(rules) = &scene.about.rules
        && let Some(top) = rules.framework.nodes.first()
    {
        section = section.says(format!(
            "The dimensions are joined by their {} mean. Why: {}.",
            top.mean.name().replace('_', " "),
            words::clean_long(&top.weight.reason).trim_end_matches('.')
        ));
    }
    section.says(
        "An area's score weighs its practices by their registered patients. What a CCG answers itself joins its practices' \
         scores dimension by dimension, at the stated weights.",
    )
}
