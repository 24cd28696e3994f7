//! Answers carried forward: blocks of a prefilled return that stayed as they were, and how unlikely that is.
//!
//! Own method. A block is compared with the same practice's return before. The share of *other* practices that also
//! stayed unchanged, among those where somebody confirmed the answers (a copy says nothing of how often things change;
//! all others where too few confirmed), is multiplied up over the returns since the last change or confirmation; under
//! the framework's limit the block is suspect. Answers that nobody ever changes are therefore never suspect, and a block that somebody
//! confirmed is not either. Not here: any effect on a score. A suspicion is a question to the practice.

use super::super::column;
use super::super::{IndexError, Source};
use crate::define::framework::Prefilled;
use crate::frames::Grown;
use crate::model::{Period, Provenance};
use polars::prelude::DataFrame;
use std::collections::BTreeMap;

/// One practice's return: the blocks as text (`None` where nothing was answered) and the day of confirmation.
struct Return {
    blocks: Vec<Option<String>>,
    confirmed: Option<i32>,
}

type Returns = BTreeMap<Period, (BTreeMap<String, Return>, Provenance)>;

/// A run of returns with one block unchanged.
struct Run<'r> {
    text: &'r str,
    /// End of the return before.
    last: i32,
    unchanged: i64,
    /// Share of others, multiplied up.
    likelihood: f64,
    first: i32,
    changed: Option<i32>,
}

/// A row of the table.
struct Row<'r> {
    key: (i32, &'r str, &'r str, &'r str),
    status: &'static str,
    unchanged: i64,
    likelihood: Option<f64>,
    changed: Option<i32>,
    first: i32,
    confirmed: Option<i32>,
    provenance: Provenance,
}

/// The table of unchanged blocks, sorted by period, practice, dataset and block; `None` when no return is held.
pub(super) fn table(rules: &[&Prefilled], sources: &[Source]) -> Result<Option<DataFrame>, IndexError> {
    let read: Vec<(&Prefilled, Returns)> =
        rules.iter().map(|r| Ok((*r, returns(r, sources)?))).collect::<Result<_, IndexError>>()?;
    if read.iter().all(|(_, r)| r.is_empty()) {
        return Ok(None);
    }
    let mut rows = Vec::new();
    for (rule, held) in &read {
        for b in 0..rule.block.len() {
            unchanged(rule, b, held, &mut rows);
        }
    }
    rows.sort_by(|a, b| a.key.cmp(&b.key));
    let mut t = Grown::default();
    t.days("period", rows.iter().map(|r| r.key.0));
    t.texts("practice_code", rows.iter().map(|r| Some(r.key.1)));
    t.texts("dataset", rows.iter().map(|r| Some(r.key.2)));
    t.texts("block", rows.iter().map(|r| Some(r.key.3)));
    t.texts("status", rows.iter().map(|r| Some(r.status)));
    t.wholes("returns_unchanged", rows.iter().map(|r| Some(r.unchanged)));
    t.numbers("likelihood", rows.iter().map(|r| r.likelihood));
    let day = |d: Option<i32>| d.map(|d| column::day_of(d).to_string());
    t.owned("last_changed", rows.iter().map(|r| day(r.changed)));
    t.owned("first_returned", rows.iter().map(|r| day(Some(r.first))));
    t.owned("confirmed_on", rows.iter().map(|r| day(r.confirmed)));
    t.texts("provenance", rows.iter().map(|r| Some(r.provenance.as_str())));
    Ok(Some(t.finish()?))
}

fn returns(rule: &Prefilled, sources: &[Source]) -> Result<Returns, IndexError> {
    let mut out = Returns::new();
    for source in sources.iter().filter(|s| s.dataset == rule.dataset) {
        let codes = column::words(source, "practice_code")?;
        let Some(codes) = codes else { continue };
        let mut blocks = Vec::new();
        for block in &rule.block {
            let of = block.columns.iter().map(|c| column::words(source, c)).collect::<Result<Vec<_>, _>>()?;
            blocks.push(of.into_iter().flatten().collect::<Vec<_>>());
        }
        let confirmed = source.frame.column(&rule.confirmed).ok().and_then(|c| c.date().ok());
        let held = out.entry(source.period).or_insert_with(|| (BTreeMap::new(), Provenance::Published));
        held.1 = held.1.worst(source.provenance);
        for (row, code) in codes.codes.iter().enumerate().filter(|(_, c)| **c != column::NONE) {
            let text = |of: &Vec<column::Words>| {
                let cell = |w: &column::Words| match w.codes[row] {
                    column::NONE => String::new(),
                    code => w.list[code as usize].clone(),
                };
                let cells: Vec<String> = of.iter().map(cell).collect();
                cells.iter().any(|c| !c.is_empty()).then(|| cells.join("\u{1f}"))
            };
            let answers = Return {
                blocks: blocks.iter().map(text).collect(),
                confirmed: confirmed.and_then(|c| c.physical().get(row)),
            };
            held.0.insert(codes.list[*code as usize].clone(), answers);
        }
    }
    Ok(out)
}

/// Follows one block through the returns of all practices.
fn unchanged<'r>(rule: &'r Prefilled, b: usize, held: &'r Returns, rows: &mut Vec<Row<'r>>) {
    let mut runs: BTreeMap<&str, Run<'r>> = BTreeMap::new();
    for (period, (returns, provenance)) in held {
        let end = column::days_of(period.end());
        let now = returns.iter().filter_map(|(code, r)| Some((code.as_str(), r, r.blocks[b].as_deref()?)));
        let now: Vec<_> = now.collect();
        // (somebody looked, unchanged) of everybody with a return before
        let both: Vec<(bool, bool)> = now
            .iter()
            .filter_map(|(code, r, text)| {
                let run = runs.get(code)?;
                Some((r.confirmed.is_some_and(|day| day > run.last), run.text == *text))
            })
            .collect();
        let rate = |looked_only: bool| {
            let of: Vec<bool> = both.iter().filter(|b| b.0 || !looked_only).map(|b| b.1).collect();
            // an unchanged practice among all is not one of the others; among the confirmed ones it is not there
            let own = usize::from(!looked_only);
            let same = of.iter().filter(|x| **x).count().saturating_sub(own);
            let all = of.len().saturating_sub(own);
            (all >= rule.minimum_others as usize).then(|| same as f64 / all as f64)
        };
        let others = rate(true).or_else(|| rate(false));
        for (code, answers, text) in now {
            let Some(run) = runs.get_mut(code) else {
                let fresh = Run { text, last: end, unchanged: 0, likelihood: 1.0, first: end, changed: None };
                runs.insert(code, fresh);
                continue;
            };
            let before = std::mem::replace(&mut run.last, end);
            if run.text != text {
                (run.text, run.unchanged, run.likelihood, run.changed) = (text, 0, 1.0, Some(end));
                continue;
            }
            run.unchanged += 1;
            run.likelihood *= others.unwrap_or(1.0);
            let looked = answers.confirmed.is_some_and(|day| day > before);
            let status = if looked {
                "confirmed"
            } else if run.likelihood < rule.unlikely {
                "suspect"
            } else {
                "unchanged"
            };
            rows.push(Row {
                key: (end, code, &rule.dataset, &rule.block[b].id),
                status,
                unchanged: run.unchanged,
                likelihood: others.map(|_| run.likelihood),
                changed: run.changed,
                first: run.first,
                confirmed: answers.confirmed,
                provenance: *provenance,
            });
            if looked {
                // somebody looked: from here on the answers are as good as given anew
                (run.unchanged, run.likelihood) = (0, 1.0);
            }
        }
    }
}
