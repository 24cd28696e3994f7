//! `indicator_values`: a row a unit and indicator, areas with the sums of their practices.

use super::{Tables, finite};
use crate::define::framework::{Measure, UnitKind};
use crate::frames::Grown;
use crate::index::area::{AreaScore, Areas};
use crate::index::column::days_of;
use crate::index::evidence::Graded;
use crate::index::observe::Seen;
use crate::index::units::Quarter;
use crate::model::Absence;

impl<'a> Tables<'a> {
    pub(super) fn push_values(
        &mut self,
        quarter: &'a Quarter,
        seen: &Seen,
        areas: &Areas<'a>,
        graded: Option<&Graded>,
    ) {
        let units = self.units;
        let ccgs = areas
            .ccgs
            .iter()
            .map(|(c, a)| ("ccg", units.ccgs[*c as usize].as_str(), Rows::Area(a, Some(*c as usize))));
        let practices = (0..quarter.unit.len())
            .map(|u| ("practice", units.practices[quarter.unit[u] as usize].as_str(), Rows::Practice(u)));
        let regions = areas.regions.iter().map(|(c, a)| ("region", *c, Rows::Area(a, None)));
        let rows: Vec<(&'static str, &'a str, Rows<'_>)> = ccgs
            .chain([("england", "england", Rows::Area(&areas.england, None))])
            .chain(practices)
            .chain(regions)
            .collect();
        let size = rows.len() * self.order.len();
        let mut v = ValueColumns::with_capacity(size);
        for (unit_type, code, row) in rows {
            for &i in &self.order {
                let x = &self.framework.indicators[i];
                let (cells, id) = (seen[i].as_ref(), x.id.as_str());
                match row {
                    Rows::Practice(u) => {
                        // What nobody was asked is said once, on the areas.
                        let Some(c) = cells.filter(|_| x.unit == UnitKind::Practice) else { continue };
                        v.key(unit_type, code, id);
                        let p = &c.points;
                        v.numerator.push(c.numerator[u]);
                        v.denominator.push(c.denominator[u]);
                        v.value.push(finite(c.value[u]));
                        v.absence.push(c.absence[u].map(Absence::as_str));
                        v.points.push(p.applies[u].then(|| p.estimate[u]).and_then(finite));
                        v.low.push(p.applies[u].then(|| p.low[u]));
                        v.high.push(p.applies[u].then(|| p.high[u]).and_then(finite));
                        v.months.push(Some(i64::from(c.months[u])));
                        v.practices.push(None);
                        v.evidence.push(graded.and_then(|g| g.letter(i, u)));
                        v.provenance.push(Some(c.provenance.worst(quarter.provenance[u]).as_str()));
                    }
                    Rows::Area(a, ccg) => {
                        v.key(unit_type, code, id);
                        let s = &a.sums[i];
                        let ratio = match x.measure {
                            Some(Measure::Ratio { per, .. }) => Some(per),
                            _ => None,
                        };
                        let answered = s.answered > 0;
                        // Of answers: how many have full points, of how many that answered.
                        let (top, bottom) = match ratio {
                            Some(_) => (s.numerator, s.denominator),
                            None => (i128::from(s.full), i128::from(s.answered)),
                        };
                        v.numerator.push(answered.then(|| i64::try_from(top).ok()).flatten());
                        v.denominator.push(answered.then(|| i64::try_from(bottom).ok()).flatten());
                        let value = top as f64 / bottom as f64 * ratio.unwrap_or(1.0);
                        v.value.push(answered.then_some(value).and_then(finite));
                        let reason = match (cells, s.asked) {
                            (None, _) => Absence::NotAsked,
                            (Some(_), 0) => Absence::NotApplicable,
                            _ => Absence::NotReturned,
                        };
                        v.absence.push((!answered).then(|| reason.as_str()));
                        v.points.push(None);
                        v.low.push(a.indicators[i].value());
                        v.high.push(None);
                        v.months.push(cells.map(|c| i64::from(c.months_asked)));
                        v.practices.push(Some(i64::from(s.answered)));
                        let own = ccg.filter(|_| x.unit == UnitKind::Ccg);
                        v.evidence.push(own.and_then(|c| graded?.letter(i, c)));
                        let used = quarter.worst_provenance();
                        v.provenance.push(Some(cells.map_or(used, |c| c.provenance.worst(used)).as_str()));
                    }
                }
            }
        }
        v.into(&mut self.values, days_of(quarter.period.end()));
    }
}

#[derive(Clone, Copy)]
enum Rows<'r> {
    Practice(usize),
    /// With the place of a CCG, for what it answers itself.
    Area(&'r AreaScore, Option<usize>),
}

/// The columns of `indicator_values` of one quarter.
struct ValueColumns<'a> {
    unit_type: Vec<Option<&'a str>>,
    code: Vec<Option<&'a str>>,
    indicator: Vec<Option<&'a str>>,
    numerator: Vec<Option<i64>>,
    denominator: Vec<Option<i64>>,
    value: Vec<Option<f64>>,
    absence: Vec<Option<&'a str>>,
    points: Vec<Option<f64>>,
    low: Vec<Option<f64>>,
    high: Vec<Option<f64>>,
    months: Vec<Option<i64>>,
    practices: Vec<Option<i64>>,
    evidence: Vec<Option<&'a str>>,
    provenance: Vec<Option<&'a str>>,
}

impl<'a> ValueColumns<'a> {
    fn with_capacity(n: usize) -> Self {
        ValueColumns {
            unit_type: Vec::with_capacity(n),
            code: Vec::with_capacity(n),
            indicator: Vec::with_capacity(n),
            numerator: Vec::with_capacity(n),
            denominator: Vec::with_capacity(n),
            value: Vec::with_capacity(n),
            absence: Vec::with_capacity(n),
            points: Vec::with_capacity(n),
            low: Vec::with_capacity(n),
            high: Vec::with_capacity(n),
            months: Vec::with_capacity(n),
            practices: Vec::with_capacity(n),
            evidence: Vec::with_capacity(n),
            provenance: Vec::with_capacity(n),
        }
    }

    fn key(&mut self, unit_type: &'a str, code: &'a str, indicator: &'a str) {
        self.unit_type.push(Some(unit_type));
        self.code.push(Some(code));
        self.indicator.push(Some(indicator));
    }

    fn into(self, t: &mut Grown<'a>, day: i32) {
        let n = self.code.len();
        t.days("period", std::iter::repeat_n(day, n));
        t.texts("unit_type", self.unit_type);
        t.texts("unit_code", self.code);
        t.texts("indicator_id", self.indicator);
        t.wholes("numerator", self.numerator);
        t.wholes("denominator", self.denominator);
        t.numbers("value", self.value);
        t.texts("absence", self.absence);
        t.numbers("points", self.points);
        t.numbers("points_low", self.low);
        t.numbers("points_high", self.high);
        t.wholes("months", self.months);
        t.wholes("practices", self.practices);
        t.texts("evidence", self.evidence);
        t.texts("provenance", self.provenance);
    }
}
