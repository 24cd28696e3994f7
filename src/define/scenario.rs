//! An allocation scenario: a pot of money, what is taken from it before it is divided, and how it is divided year by
//! year. Definitions are data: the arithmetic is in `allocate`.

use super::fault::{Source, parse};
use crate::diag::Diagnostic;
use jiff::civil::Date;
use schemars::JsonSchema;
use serde::Deserialize;

/// The whole file. Money is whole pence; shares are numbers from 0 to 1.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Scenario {
    /// `[a-z0-9-]{1,64}`: it stands in every row.
    pub id: String,
    pub title: String,
    /// What it is, and what a reader must know before using its figures.
    pub about: String,
    pub owner: String,
    pub pot: Pot,
    /// Taken before the division, in this order: a central share, a top-slice, money of another kind.
    #[serde(default)]
    pub central: Vec<Central>,
    pub split: Split,
    pub population: Population,
    pub transition: Option<Transition>,
    /// What each CCG spends or had: needed for a pace of change under 1, and for a transition fund.
    #[serde(default)]
    pub running_cost: Vec<RunningCost>,
    /// Of which day's CCGs the running costs are, and whether a release's spend stands for them.
    pub running_costs: Option<RunningCosts>,
    pub year: Vec<Year>,
    /// Figures that somebody published, held against what comes out.
    #[serde(default)]
    pub published: Vec<Published>,
    /// CCGs that have become others since the running costs were known.
    #[serde(default)]
    pub merged: Vec<Merged>,
    /// A unit is at parity when it has its target to this share of it. Own convention.
    #[serde(default = "parity")]
    pub parity_within: f64,
}

fn parity() -> f64 {
    0.005
}

/// All the money of the first year.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Pot {
    pub pence: i64,
    pub source: String,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Central {
    pub id: String,
    pub title: String,
    /// Of the first year; later years take the same share of their pot.
    pub take: Take,
    pub reason: String,
    pub source: String,
}

/// An amount, or a share of the pot.
#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Take {
    Pence(i64),
    Share(f64),
}

/// The division per head.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Split {
    pub denominator: Denominator,
    /// What is divided; without it, all that is left. What is left beside a stated amount is shown as unexplained.
    pub take: Option<Take>,
    pub source: String,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "snake_case")]
pub enum Denominator {
    Registered,
    Weighted,
    Resident,
}

impl Denominator {
    pub fn as_str(self) -> &'static str {
        match self {
            Denominator::Registered => "registered",
            Denominator::Weighted => "weighted",
            Denominator::Resident => "resident",
        }
    }
}

/// Where the people come from: rows of a dataset, summed by CCG; or stated units.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Population {
    pub dataset: Option<String>,
    /// A day in the period of the rows to read: `2014-06-30`.
    pub as_at: Option<String>,
    /// Columns of the dataset.
    #[serde(default)]
    pub registered: Option<String>,
    #[serde(default)]
    pub weighted: Option<String>,
    #[serde(default)]
    pub resident: Option<String>,
    /// Units stated here in place of a dataset.
    #[serde(default)]
    pub unit: Vec<Unit>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Unit {
    pub code: String,
    pub name: Option<String>,
    pub registered: Option<f64>,
    pub weighted: Option<f64>,
    pub resident: Option<f64>,
}

/// Help for those whose running cost is above their allocation.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Transition {
    /// Of the first year; later years hold the same share of their pot.
    pub fund: Take,
    /// Floor: the share of its running cost that a CCG must find itself before the fund helps.
    #[serde(default)]
    pub own_share: f64,
    /// Cap: the most that the fund pays for each registered patient.
    pub cap_pence_per_head: Option<f64>,
    pub reason: String,
    pub source: String,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunningCost {
    pub code: String,
    pub pence: i64,
    pub source: String,
}

/// Running costs of another day than that of the people. What a CCG had that has ended since follows its practices.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct RunningCosts {
    /// A day of the year in which they were spent: `2013-06-30`.
    pub as_at: String,
    /// A scope of the release's `spend_per_head`: its figures that can be compared are the running costs, in place of
    /// `[[running_cost]]`.
    pub scope: Option<String>,
    pub source: String,
}

/// One year of the scenario.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Year {
    pub label: String,
    /// How the pot came from that of the year before; the first year has none.
    pub uplift: Option<Uplift>,
    /// Share of the remaining way from last year's shares to the per-head shares: 1 is all of it.
    pub pace: f64,
    /// Share of its claims that the transition fund pays; it never rises from year to year.
    #[serde(default)]
    pub support: f64,
    /// A day in another period of the population's dataset; without it, that of the year before.
    pub as_at: Option<String>,
}

#[derive(Clone, Copy, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "snake_case")]
pub enum Uplift {
    /// 18.5 is 18.5 % more.
    Percent(f64),
    /// The same cash: `flat_cash = true`.
    FlatCash(bool),
    /// As the people of the denominator grow: `list_growth = true`.
    ListGrowth(bool),
}

/// A published figure: an amount, an amount a head, or both.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Published {
    pub what: String,
    /// The CCG it is of; without it, the country.
    pub code: Option<String>,
    pub pence: Option<i64>,
    pub per_head_pence: Option<f64>,
    /// Which amount of the scenario it is held against: `pot`, `split`, `transition`, the id of a central share, or
    /// `allocation` of the CCG.
    pub of: String,
    pub source: String,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Merged {
    pub from: Vec<String>,
    pub into: String,
    pub source: String,
}

impl Scenario {
    /// Reads and checks a scenario; all faults of meaning together.
    pub fn read(source: &Source) -> Result<Scenario, Vec<Diagnostic>> {
        let scenario: Scenario = parse(source).map_err(|fault| vec![*fault])?;
        let faults = scenario.faults(source);
        if faults.is_empty() { Ok(scenario) } else { Err(faults) }
    }

    fn faults(&self, source: &Source) -> Vec<Diagnostic> {
        let mut out = Vec::new();
        let mut say = |code: &str, near: &str, message: String| {
            out.push(Diagnostic::new(code, source.place_of(near), message));
        };
        let plain = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-';
        if self.id.is_empty() || self.id.len() > 64 || !self.id.chars().all(plain) {
            say("CONFIG_VALUE", "id", "`id` is 1 to 64 of a-z, 0-9 and `-`".to_owned());
        }
        let mut shares = vec![("parity_within", self.parity_within)];
        shares.extend(self.year.iter().flat_map(|y| [("pace", y.pace), ("support", y.support)]));
        shares.extend(self.transition.iter().map(|t| ("own_share", t.own_share)));
        let takes = self.central.iter().map(|c| c.take);
        let takes = takes.chain(self.split.take).chain(self.transition.iter().map(|t| t.fund));
        for take in takes {
            match take {
                Take::Share(share) => shares.push(("share", share)),
                Take::Pence(pence) if pence < 0 => {
                    say("CONFIG_VALUE", "take", format!("{pence} pence are less than nothing"));
                }
                Take::Pence(_) => {}
            }
        }
        for (name, share) in shares.into_iter().filter(|(_, s)| !(0.0..=1.0).contains(s)) {
            say("CONFIG_VALUE", name, format!("`{name}` is a share from 0 to 1, not {share}"));
        }
        if self.pot.pence <= 0 {
            say("CONFIG_VALUE", "[pot]", "a pot has at least one penny".to_owned());
        }
        self.year_faults(&mut say);
        let people = &self.population;
        if people.dataset.is_some() != people.unit.is_empty() {
            let message = "a population is either a `dataset` or `unit`s stated here";
            say("CONFIG_VALUE", "[population]", message.to_owned());
        }
        if people.dataset.is_some() && (people.as_at.is_none() || people.registered.is_none()) {
            let message = "a population of a dataset names its column `registered` and a day `as_at`";
            say("CONFIG_PARSE", "[population]", message.to_owned());
        }
        for day in people.as_at.iter().chain(self.year.iter().filter_map(|y| y.as_at.as_ref())) {
            if day.parse::<Date>().is_err() {
                say("CONFIG_VALUE", day, format!("`{day}` is no day such as 2014-06-30"));
            }
        }
        let sound = |x: &Option<f64>| x.is_none_or(|x| x.is_finite() && x >= 0.0);
        if let Some(costs) = &self.running_costs {
            if costs.as_at.parse::<Date>().is_err() {
                say(
                    "CONFIG_VALUE",
                    "[running_costs]",
                    format!("`{}` is no day such as 2014-06-30", costs.as_at),
                );
            }
            if costs.scope.is_some() && !self.running_cost.is_empty() {
                let message = "running costs are either stated or of a release's spend, not both";
                say("CONFIG_VALUE", "[running_costs]", message.to_owned());
            }
        }
        for unit in
            people.unit.iter().filter(|u| ![&u.registered, &u.weighted, &u.resident].into_iter().all(sound))
        {
            say("CONFIG_VALUE", &unit.code, format!("{} has people who cannot be counted", unit.code));
        }
        for cost in self.running_cost.iter().filter(|c| c.pence < 0) {
            say("CONFIG_VALUE", &cost.code, format!("the running cost of {} is below nothing", cost.code));
        }
        out
    }

    fn year_faults(&self, say: &mut impl FnMut(&str, &str, String)) {
        if self.year.is_empty() {
            say("CONFIG_PARSE", "id", "a scenario has at least one `[[year]]`".to_owned());
        }
        for (i, year) in self.year.iter().enumerate() {
            match year.uplift {
                Some(_) if i == 0 => {
                    let message = "the first year has the pot as stated, and no `uplift`";
                    say("CONFIG_VALUE", "uplift", message.to_owned());
                }
                None if i > 0 => {
                    let message = format!("{} does not say how its pot came about: `uplift`", year.label);
                    say("CONFIG_PARSE", &year.label, message);
                }
                Some(Uplift::Percent(p)) if !(-100.0..=1000.0).contains(&p) => {
                    say("CONFIG_VALUE", "percent", format!("an uplift of {p} % cannot be meant"));
                }
                _ => {}
            }
        }
        for pair in self.year.windows(2).filter(|p| p[1].support > p[0].support) {
            let message = format!("support rises from {} to {}: a taper falls", pair[0].label, pair[1].label);
            say("CONFIG_VALUE", &pair[1].label, message);
        }
        if self.transition.is_none() && self.year.iter().any(|y| y.support > 0.0) {
            say("CONFIG_REFERENCE", "support", "there is no `[transition]` that could support".to_owned());
        }
        let costs = self.running_costs.as_ref().is_some_and(|c| c.scope.is_some());
        if !costs && self.running_cost.is_empty() && self.year.iter().any(|y| y.pace < 1.0) {
            let message = "a `pace` under 1 starts from running costs, and there is no `[[running_cost]]`";
            say("CONFIG_REFERENCE", "pace", message.to_owned());
        }
    }
}
