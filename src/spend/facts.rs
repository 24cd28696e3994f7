//! What was found about each CCG's lines, of all scopes.

use super::aside::{Aside, AsideBySource};
use super::line::{Line, Origin};
use super::stated::Stated;
use crate::define::framework::SpendRules;
use crate::model::Period;
use jiff::civil::Date;
use std::collections::{BTreeMap, BTreeSet};

/// Months of a financial year.
pub(super) const MONTHS: u8 = 12;

/// Pence and lines.
pub(super) type Sum = (i64, usize);

#[derive(Clone, Debug, Default)]
pub(super) struct Facts {
    pub name: Option<String>,
    pub origin: Origin,
    /// All that counts, whatever its category.
    pub reported: Sum,
    pub months_of_files: Option<i64>,
    /// Months of the financial year with a line in scope: 1 is April.
    pub months: BTreeSet<u8>,
    /// Of a return: the first and the last day that any line covers.
    pub covers: Option<(Date, Date)>,
    /// Paid to other CCGs, by their name.
    pub paid_to: BTreeMap<String, Sum>,
    /// What other CCGs say they paid to this one, by code.
    pub paid_by: BTreeMap<String, Sum>,
    /// So many payers make a host.
    pub host_payers: usize,
    /// Bought for other CCGs, as the return says.
    pub for_others: Sum,
    pub reversals: Sum,
    pub repeats: Sum,
    pub unmapped: Sum,
    pub odd_units: usize,
    pub odd_prices: Sum,
    /// Lines of it that are in no category, and by bill those whose shares do not add up.
    pub unmapped_rows: BTreeSet<i64>,
    pub wrong_shares: BTreeMap<String, BTreeSet<i64>>,
    /// Files that its lines are of.
    pub files: BTreeSet<String>,
    /// Populations that the return states, with the line of the first of each.
    pub stated: BTreeMap<Stated, Option<i64>>,
    /// Lines of the source that speaks for it which were set aside: the figure lacks them.
    pub aside: Aside,
    /// A return none of whose lines could be used: it does not speak for the CCG.
    pub unused: Option<Aside>,
}

impl Facts {
    pub fn without_line(&self) -> Vec<u8> {
        (1..=MONTHS).filter(|m| !self.months.contains(m)).collect()
    }

    /// Every month has a file and a line; a return covers the year from its first day to its last.
    pub fn is_whole_year(&self, year: Period) -> bool {
        match self.origin {
            Origin::Published => {
                self.months_of_files == Some(i64::from(MONTHS)) && self.without_line().is_empty()
            }
            Origin::Return => self.months_covered(year) >= i32::from(MONTHS),
        }
    }

    /// Lines that this project itself left out make a figure a lower bound.
    pub fn is_cut(&self) -> bool {
        self.aside.lines > 0 || self.odd_units > 0 || self.unused.is_some()
    }

    /// Not a whole year by its own lines; those that are left of a return which was cut do not tell what it covers.
    pub fn lacks_months(&self, year: Period) -> bool {
        let told = self.origin == Origin::Published || !self.is_cut();
        told && !self.is_whole_year(year)
    }

    /// Whole months from the first day covered to the last; 0 where no line says which days it covers.
    pub fn months_covered(&self, year: Period) -> i32 {
        let Some((from, to)) = self.covers else { return 0 };
        if (from, to) == (year.start(), year.end()) {
            return i32::from(MONTHS);
        }
        ((to - from).get_days() + 1) * i32::from(MONTHS) / 365
    }

    pub fn is_host(&self) -> bool {
        self.paid_by.len() >= self.host_payers
    }

    pub fn received(&self) -> Sum {
        total(self.paid_by.values())
    }

    /// Share of the money that is in a category; 1 where there is none.
    pub fn mapped_share(&self) -> f64 {
        let (unmapped, all) = (self.unmapped.0.abs(), self.reported.0.abs());
        if all == 0 { 1.0 } else { (1.0 - super::population::ratio(unmapped, all)).max(0.0) }
    }
}

pub(super) fn total<'a>(sums: impl Iterator<Item = &'a Sum>) -> Sum {
    sums.fold((0, 0), |all, one| (all.0 + one.0, all.1 + one.1))
}

fn add(sum: &mut Sum, pence: i64) {
    *sum = (sum.0 + pence, sum.1 + 1);
}

/// What there is to say about each CCG with a line that counts, or with one that cannot be read as money or was set aside.
pub(super) fn facts(
    lines: &[Line],
    aside: &AsideBySource,
    held: BTreeMap<String, i64>,
    rules: &SpendRules,
) -> BTreeMap<String, Facts> {
    let mut facts: BTreeMap<String, Facts> = BTreeMap::new();
    for line in lines.iter().filter(|l| l.counted && l.in_scope) {
        let own = facts.entry(line.ccg.clone()).or_default();
        own.host_payers = rules.host_payers;
        own.origin = line.origin;
        own.name = [own.name.take(), line.ccg_name.clone()].into_iter().flatten().min();
        own.files.extend(line.file.clone());
        if let Some(stated) = &line.population {
            own.stated.entry(stated.clone()).or_insert(line.row);
        }
        if line.odd_unit {
            own.odd_units += 1;
            continue;
        }
        add(&mut own.reported, line.pence);
        own.months.extend(line.month);
        if let Some((from, to)) = line.covers {
            let (first, last) = own.covers.unwrap_or((from, to));
            own.covers = Some((first.min(from), last.max(to)));
        }
        own.unmapped_rows.extend(line.row.filter(|_| line.unmapped));
        let sums = [
            (line.pence < 0, &mut own.reversals),
            (line.repeated, &mut own.repeats),
            (line.for_other.is_some(), &mut own.for_others),
            (line.unmapped, &mut own.unmapped),
            (line.odd_price, &mut own.odd_prices),
        ];
        for (_, sum) in sums.into_iter().filter(|(is, _)| *is) {
            add(sum, line.pence);
        }
        if let Some(bill) = line.bill.as_ref().filter(|_| line.shares_wrong) {
            own.wrong_shares.entry(bill.clone()).or_default().extend(line.row);
        }
        if let Some(payee) = &line.recharge {
            add(own.paid_to.entry(payee.name.clone()).or_default(), line.pence);
        }
    }
    // Receipts after all payers are known; a host without a line of its own has no row to flag.
    for line in lines.iter().filter(|l| l.counts()) {
        let host = line.recharge.as_ref().and_then(|p| facts.get_mut(p.code.as_deref()?));
        if let Some(host) = host {
            add(host.paid_by.entry(line.ccg.clone()).or_default(), line.pence);
        }
    }
    lacking(&mut facts, aside, rules);
    for (ccg, months) in held {
        facts.entry(ccg).and_modify(|f| f.months_of_files = Some(months));
    }
    facts
}

/// Of each CCG what its figure lacks; one of which nothing but such lines is known has facts of its own.
fn lacking(facts: &mut BTreeMap<String, Facts>, aside: &AsideBySource, rules: &SpendRules) {
    let none = |origin, lost: &Aside| Facts {
        origin,
        host_payers: rules.host_payers,
        name: lost.name.clone(),
        files: lost.file.clone().into_iter().collect(),
        ..Facts::default()
    };
    for (ccg, lost) in &aside.returns.by_ccg {
        match facts.get_mut(ccg).filter(|f| f.origin == Origin::Return) {
            Some(own) => own.aside = lost.clone(),
            None => {
                let own = facts.entry(ccg.clone()).or_insert_with(|| none(Origin::Return, lost));
                own.unused = Some(lost.clone());
            }
        }
    }
    for (ccg, lost) in &aside.published.by_ccg {
        let own = facts.entry(ccg.clone()).or_insert_with(|| none(Origin::Published, lost));
        // a return that can be used speaks for the CCG, and so do published lines beside one that cannot
        if own.unused.is_some() && own.reported.1 == 0 {
            own.origin = Origin::Published;
        }
        if own.origin == Origin::Published {
            own.aside = lost.clone();
        }
    }
}
