//! The country: its CCGs and practices, what happens to them over the months, and which faults are planted where.
//!
//! Fate and faults are dealt from one shuffled pack of practices, so that no practice carries two that hide each
//! other and every kind occurs at least once.

use super::draw::{Draw, Kind};
use super::places::{self, Ccg, Icb};
use super::practice::{Fault, Practice, Supplier};
use super::{Era, Spec};
use jiff::ToSpan;
use jiff::civil::{Date, date};
use rayon::prelude::*;

pub struct World {
    pub spec: Spec,
    pub ccgs: Vec<Ccg>,
    pub icbs: Vec<Icb>,
    /// In order of code; neighbours share a CCG and a PCN.
    pub practices: Vec<Practice>,
    /// Practices closed before the first month: they live on in the ODS files.
    pub closed_before: Vec<Closed>,
    /// First days of the months of each era; empty when the era is not written.
    pub months: Vec<Date>,
    pub months_2025: Vec<Date>,
}

pub struct Closed {
    pub index: usize,
    pub ccg: usize,
    pub closed: Date,
}

/// Shares of practices that a fate or fault falls on; at least one practice each.
const CLOSES_A_MONTH: f64 = 0.0027;
const OPENS_A_MONTH: f64 = 0.0008;
const SWITCHES_A_MONTH: f64 = 0.0022;
const NOT_RETURNED_A_MONTH: f64 = 0.003;

/// The shuffled pack.
struct Pack<'a> {
    practices: &'a mut [Practice],
    order: Vec<usize>,
    next: usize,
    total: usize,
}

impl Pack<'_> {
    /// Deals `share` of all practices, at least one, to `mark`. A pack that runs out deals nothing.
    fn deal(&mut self, share: f64, mut mark: impl FnMut(&mut Practice)) {
        let wanted = ((self.total as f64 * share).round() as usize).max(1);
        for _ in 0..wanted {
            let Some(&i) = self.order.get(self.next) else { return };
            self.next += 1;
            mark(&mut self.practices[i]);
        }
    }
}

impl World {
    pub fn build(spec: &Spec) -> World {
        let ccgs = places::ccgs(spec.seed, spec.practices);
        let homes: Vec<usize> =
            ccgs.iter().enumerate().flat_map(|(i, c)| std::iter::repeat_n(i, c.practices)).collect();
        let mut practices: Vec<Practice> = homes
            .par_iter()
            .enumerate()
            .map(|(index, &ccg)| Practice::draw(spec.seed, index, ccg, &ccgs[ccg]))
            .collect();
        number_pcns(&mut practices);
        let months = if spec.era == Era::Open2025 { Vec::new() } else { spec.months(spec.start) };
        let modern = matches!(spec.era, Era::Open2025 | Era::Both);
        let months_2025 = if !modern { Vec::new() } else { spec.months(spec.start_2025) };
        deal_fates(spec, &mut practices, months.len());
        let closed_before = closed_before(spec, &homes);
        let icbs = places::icbs(&ccgs);
        World { spec: spec.clone(), ccgs, icbs, practices, closed_before, months, months_2025 }
    }

    /// Months in which POMI reads one status of one supplier wrongly: a quarter in the middle of the set of the full
    /// model.
    pub fn supplier_fault(&self, p: &Practice, month: usize) -> bool {
        let middle = 3 * (self.spec.quarters / 2);
        self.spec.era == Era::Dpcma
            && self.spec.quarters > 2
            && (middle..middle + 3).contains(&month)
            && p.supplier_in(month) == Supplier::Vision
    }

    pub fn has_2018(&self) -> bool {
        !self.months.is_empty()
    }

    /// First day of the first era that is written.
    pub fn first_day(&self) -> Date {
        if self.has_2018() { self.spec.start } else { self.spec.start_2025 }
    }

    pub fn has_2025(&self) -> bool {
        !self.months_2025.is_empty()
    }

    pub fn draw(&self, kind: Kind, id: usize, part: usize) -> Draw {
        Draw::new(self.spec.seed, kind, id, part)
    }

    pub fn ccg(&self, practice: &Practice) -> &Ccg {
        &self.ccgs[practice.ccg]
    }

    /// Open in a month of the 2018 sets, in order of code.
    pub fn open(&self, month: usize) -> impl Iterator<Item = &Practice> {
        self.practices.iter().filter(move |p| p.open_in(month))
    }

    /// Open in the 2025 sets.
    pub fn open_2025(&self) -> impl Iterator<Item = &Practice> {
        self.practices.iter().filter(|p| p.closes.is_none() && !p.closed_between)
    }

    /// Day on which a practice joined its present CCG, given the day it opened.
    pub fn joined(&self, practice: &Practice, opened: Date) -> Date {
        let founded = self.ccg_founded(practice.ccg);
        opened.max(founded)
    }

    /// CCGs began on 1 April 2013; the merged one on the first day of the set.
    pub fn ccg_founded(&self, ccg: usize) -> Date {
        if self.ccgs[ccg].merged_from.is_empty() { date(2013, 4, 1) } else { self.first_day() }
    }

    /// When a practice opened: most on 1 April 1974, as in the ODS; those that open within the set in their month.
    pub fn opened(&self, practice: &Practice) -> Date {
        match practice.opens {
            0 if practice.index % 7 == 3 => date(1993 + (practice.index % 19) as i16, 10, 1),
            0 => date(1974, 4, 1),
            month => self.months[month],
        }
    }

    /// Last day of a practice that has closed by `day`.
    pub fn closed(&self, practice: &Practice, day: Date) -> Option<Date> {
        let closed = match practice.closes {
            Some(month) => self.months[month].saturating_sub(1.day()),
            None if practice.closed_between => {
                // Spread over the years between the eras.
                let after = self.months.last()?.last_of_month();
                let days = (self.spec.start_2025 - after).get_days() - 1;
                let at = self.draw(Kind::Practice, practice.index, 1).below(days.max(1) as usize) as i64;
                after.saturating_add((at + 1).days())
            }
            None => return None,
        };
        (closed <= day).then_some(closed)
    }
}

/// Networks of about five neighbouring practices of one CCG.
fn number_pcns(practices: &mut [Practice]) {
    let (mut pcn, mut held, mut last) = (0, 0, 0);
    for p in practices {
        if held == 5 || p.ccg != last {
            pcn += 1;
            held = 0;
        }
        held += 1;
        last = p.ccg;
        p.pcn = pcn;
    }
}

fn deal_fates(spec: &Spec, practices: &mut [Practice], months: usize) {
    let mut d = Draw::new(spec.seed, Kind::Country, 0, 2);
    let order = d.order(practices.len());
    let total = practices.len();
    let mut pack = Pack { practices, order, next: 0, total };
    // List sizes that no formula copes with: under 750 patients, and the few very large ones.
    pack.deal(0.0022, |p| {
        p.list = 20.0 + d.unit() * 700.0;
        p.list_2025 = p.list;
    });
    if total >= 1_000 {
        pack.deal(0.001, |p| {
            p.list = 35_000.0 + 38_000.0 * d.unit();
            p.list_2025 = p.list * 1.3;
        });
    }
    pack.deal(0.006, |p| p.name = format!("{}, EAST WING", p.name));
    pack.deal(0.001, |p| p.name = p.name.replacen("SYNTHETIC", "SYNTHETIC \"OLD BANK\"", 1));
    if months == 0 {
        return;
    }
    let spell = months as f64;
    let mut month = |from: usize| from + d.below(months.saturating_sub(from));
    pack.deal(CLOSES_A_MONTH * spell, |p| p.closes = Some(month(1)));
    pack.deal(OPENS_A_MONTH * spell, |p| p.opens = month(1));
    pack.deal(SWITCHES_A_MONTH * spell, |p| p.switch = Some((month(1), other(p.supplier))));
    pack.deal(0.0004, |p| {
        let at = month(1);
        p.switch = Some((at, other(p.supplier)));
        p.faults.push(Fault::TwoSystems(at));
    });
    pack.deal(0.0004, |p| {
        p.supplier = Supplier::Emis;
        p.faults.push(Fault::TaggedBeside(month(0)));
    });
    pack.deal(0.009, |p| p.faults.push(Fault::TagI));
    pack.deal(NOT_RETURNED_A_MONTH * spell, |p| p.faults.push(Fault::NotReturned(month(0))));
    pack.deal(0.0004, |p| p.faults.push(Fault::Negative(month(0))));
    pack.deal(0.0008, |p| p.faults.push(Fault::AboveList));
    for (share, status) in [
        (0.004, [1, 1, 2]),
        (0.002, [2, 1, 2]),
        (0.018, [2, 2, 1]),
        (0.002, [1, 1, 1]),
        (0.0006, [0, 0, 0]),
        (0.0006, [9, 9, 9]),
    ] {
        pack.deal(share, |p| p.faults.push(Fault::Status(status)));
    }
    pack.deal(0.0008 * spell, |p| p.faults.push(Fault::StatusBlank(month(0))));
    pack.deal(0.0014 * spell, |p| p.faults.push(Fault::UseBlank(month(0))));
    pack.deal(0.0006, |p| p.faults.push(Fault::CommissionerDisagrees));
    if spec.era == Era::Both {
        pack.deal(0.11, |p| p.closed_between = true);
    }
}

/// The system that a practice moves to: EMIS practices move to TPP, all others to EMIS.
fn other(supplier: Supplier) -> Supplier {
    if supplier == Supplier::Emis { Supplier::Tpp } else { Supplier::Emis }
}

/// One closed practice for ten open ones, as in the ODS file of May 2018.
fn closed_before(spec: &Spec, homes: &[usize]) -> Vec<Closed> {
    let first = if spec.era == Era::Open2025 { spec.start_2025 } else { spec.start };
    let mut d = Draw::new(spec.seed, Kind::Country, 0, 3);
    (0..homes.len() / 10)
        .map(|k| Closed {
            index: homes.len() + k,
            ccg: homes[d.below(homes.len())],
            // The first of them within the year: it still shows in the payments file, with no patients.
            closed: first
                .saturating_sub((1 + d.below(if k == 0 { 6 } else { 50 }) as i32).months())
                .last_of_month(),
        })
        .collect()
}
