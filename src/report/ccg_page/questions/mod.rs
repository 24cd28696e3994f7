//! What a newcomer asks of a CCG's page, each answered in one plain sentence or two with the figures, before any detail. Every
//! number of an answer stands in a table of the release; `tests/it/five_questions.rs` reads them there.

mod ahead;
mod money;
mod standing;

use super::past::Past;
use crate::report::league::Area;
use crate::report::scene::Scene;
use serde::Serialize;

/// A question, its answer, and where the detail stands.
#[derive(Clone, Debug, Serialize)]
pub struct Question {
    /// Anchor of the answer.
    pub id: &'static str,
    pub question: &'static str,
    pub answer: String,
    /// Anchor of the detail, and what it is called; empty where there is none.
    pub more: &'static str,
    pub words: &'static str,
}

/// The five, always in this order.
pub(super) fn questions(scene: &Scene, past: &Past, area: &Area) -> Vec<Question> {
    let ask = |id, question, answer, more, words| Question { id, question, answer, more, words };
    let scored = area.interval.low.is_some();
    let when = |there: bool, more: &'static str| if there { more } else { "" };
    let peers = scene.ahead.peers.contains_key(&area.code);
    let actions = scene.ahead.actions.contains_key(&area.code);
    let spent = scene.spend.iter().any(|s| s.rows.iter().any(|l| l.bar.code == area.code));
    vec![
        ask(
            "where",
            "Where do we stand, and how sure is that?",
            standing::place(scene, area),
            when(scored, "standing"),
            "Among all others, indicator by indicator",
        ),
        ask(
            "moved",
            "How has it moved?",
            standing::moved(scene, past, area),
            when(past.of(&area.code).len() > 1, "over-time"),
            "Quarter by quarter",
        ),
        ask(
            "spent",
            "What do we spend, like for like?",
            money::spent(scene, area),
            when(spent, "money"),
            "As reported and like for like, over three denominators",
        ),
        ask(
            "ring",
            "Who should we ring?",
            ahead::ring(scene, area),
            when(peers, "peers"),
            "Peers, three ways",
        ),
        ask(
            "first",
            "What do we do first?",
            ahead::first(scene, area),
            when(actions, "steps"),
            "The first actions",
        ),
    ]
}
