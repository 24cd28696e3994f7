//! Running costs of another day: stated, or a release's spend; carried to the CCGs that the practices are in now.

use super::people::people_at;
use super::{From, Held};
use crate::allocate::{Moved, People, carried};
use crate::define::scenario::{RunningCost, RunningCosts, Scenario};
use crate::frames::Columns;
use crate::model::Provenance;
use crate::pipeline::{PipelineError, Result};
use crate::store::Release;
use jiff::civil::Date;
use std::collections::BTreeMap;
use std::path::Path;

/// Sets the running costs of a scenario that says of which day they are, and tells what moved.
pub(super) fn carry(
    scenario: &mut Scenario,
    held: &[Held],
    from: From<'_>,
    after: &People,
) -> Result<(Vec<Moved>, Provenance)> {
    let Some(rule) = scenario.running_costs.clone() else { return Ok((Vec::new(), Provenance::Published)) };
    let Ok(day) = rule.as_at.parse::<Date>() else { return Ok((Vec::new(), Provenance::Published)) };
    let money = match &rule.scope {
        Some(scope) => of_release(scenario, &rule, scope, day, from.release)?,
        None => {
            let mut sums: BTreeMap<String, i64> = BTreeMap::new();
            for cost in &scenario.running_cost {
                *sums.entry(cost.code.clone()).or_default() += cost.pence;
            }
            sums
        }
    };
    let (before, provenance) = people_at(scenario, held, from, Some(day))?;
    let (money, moved) = carried(&money, &before, after);
    let source = format!("{}; CCGs as at {day}", rule.source);
    scenario.running_cost =
        money.into_iter().map(|(code, pence)| RunningCost { code, pence, source: source.clone() }).collect();
    Ok((moved, provenance))
}

/// Spend in the scope and the year of the day that can be compared; other figures are no baseline.
fn of_release(
    scenario: &Scenario,
    rule: &RunningCosts,
    scope: &str,
    day: Date,
    release: Option<&Path>,
) -> Result<BTreeMap<String, i64>> {
    let unknown = |what: String| PipelineError::Unknown { what };
    let Some(root) = release else {
        let what =
            format!("the running costs of `{}` are a release's spend: give `--release DIR`", scenario.id);
        return Err(unknown(what));
    };
    let frame = Release::open(root)?.table("spend_per_head", None)?;
    let t = Columns(&frame);
    let (periods, codes, scopes) = (t.dates("period")?, t.texts("ccg_code")?, t.texts("scope")?);
    let (pence, status) = (t.wholes("spend_pence")?, t.texts("status")?);
    let year = periods.iter().flatten().filter(|end| **end >= day).min();
    let row = |r: usize| {
        let fair = scopes[r] == Some(scope) && periods[r].as_ref() == year && status[r] == Some("complete");
        Some((codes[r].filter(|_| fair)?.to_owned(), pence[r].filter(|p| *p >= 0)?))
    };
    let money: BTreeMap<String, i64> = (0..frame.height()).filter_map(row).collect();
    if money.is_empty() {
        return Err(unknown(format!(
            "the release holds no spend of scope `{scope}` that can be compared in the year of {} ({})",
            rule.as_at, scenario.id
        )));
    }
    Ok(money)
}
