//! One indicator over the units of a quarter: value, absence, and points as floor, estimate and ceiling.

use super::column::Known;
use crate::define::framework::{AbsencePolicy, Direction, Goalposts, Indicator, Scale};
use crate::model::{Absence, Provenance};

/// Points, on a scale of 0 to 100 unless a framework of rows says otherwise, of one indicator or node for all units, as columns.
#[derive(Clone, Debug, Default)]
pub(super) struct Points {
    /// The ends of its scale: what the worst and the best value would get.
    pub ends: (f64, f64),
    /// Whether it concerns the unit at all.
    pub applies: Vec<bool>,
    /// Missing as not met.
    pub low: Vec<f64>,
    /// Missing as met; NaN where it leaves the ceiling.
    pub high: Vec<f64>,
    /// From what is known; NaN where nothing is.
    pub estimate: Vec<f64>,
    /// Share of its weight that was answered, 0 to 1.
    pub answered: Vec<f64>,
}

impl Points {
    pub(super) fn with_capacity(n: usize) -> Points {
        Points {
            ends: (0.0, 100.0),
            applies: Vec::with_capacity(n),
            low: Vec::with_capacity(n),
            high: Vec::with_capacity(n),
            estimate: Vec::with_capacity(n),
            answered: Vec::with_capacity(n),
        }
    }

    pub(super) fn push(&mut self, applies: bool, low: f64, high: f64, estimate: f64, answered: f64) {
        self.applies.push(applies);
        self.low.push(low);
        self.high.push(high);
        self.estimate.push(estimate);
        self.answered.push(answered);
    }
}

/// One indicator in one quarter, for all units of its kind.
#[derive(Clone, Debug)]
pub(super) struct Cells {
    /// Person-months for a flow of people; `None` for answers that are no ratio.
    pub numerator: Vec<Option<i64>>,
    pub denominator: Vec<Option<i64>>,
    /// NaN where there is none.
    pub value: Vec<f64>,
    pub absence: Vec<Option<Absence>>,
    /// Months (or snapshots) that the value stands on.
    pub months: Vec<u8>,
    pub months_asked: u8,
    pub points: Points,
    pub provenance: Provenance,
}

/// What is known of a ratio of one unit, over the months asked.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Tally {
    /// Sums over the months in which both parts are known.
    pub numerator: i128,
    pub denominator: i128,
    /// Sums of each part over the months in which that part is known.
    pub any_numerator: i128,
    pub any_denominator: i128,
    /// Months in which both are known, or the publisher says that there is nothing to know.
    pub months: u8,
    /// Months in which the denominator is known.
    pub denominators: u8,
    pub withheld: bool,
}

impl Tally {
    pub(super) fn add(&mut self, (n, n_known): (i64, Known), (d, d_known): (i64, Known)) {
        if n_known == Known::NotApplicable || d_known == Known::NotApplicable {
            self.months += 1;
            self.denominators += 1;
            return;
        }
        self.withheld |= n_known == Known::Withheld || d_known == Known::Withheld;
        if n_known == Known::Value {
            self.any_numerator += i128::from(n);
        }
        if d_known == Known::Value {
            self.any_denominator += i128::from(d);
            self.denominators += 1;
        }
        if n_known == Known::Value && d_known == Known::Value {
            self.numerator += i128::from(n);
            self.denominator += i128::from(d);
            self.months += 1;
        }
    }
}

/// A ratio that has become a value, or the reason why not.
pub(super) enum Outcome {
    Value {
        value: f64,
        /// Value with nothing in the missing months, if every denominator is known.
        least: Option<f64>,
        complete: bool,
    },
    Absent(Absence),
    /// Something over nothing: an impossible return, treated as none.
    Impossible,
}

pub(super) fn outcome(t: &Tally, asked: u8, per: f64) -> Outcome {
    let ratio = |n: i128, d: i128| n as f64 / d as f64 * per;
    let complete = t.months == asked;
    let missing = if t.withheld { Absence::Withheld } else { Absence::NotReturned };
    if t.months == 0 {
        Outcome::Absent(missing)
    } else if t.denominator > 0 && t.numerator >= 0 {
        let all = t.denominators == asked;
        let least = all.then(|| ratio(t.any_numerator.max(0), t.any_denominator));
        Outcome::Value { value: ratio(t.numerator, t.denominator), least, complete }
    } else if t.denominator == 0 && t.numerator == 0 {
        Outcome::Absent(if complete { Absence::NotApplicable } else { missing })
    } else {
        Outcome::Impossible
    }
}

/// Points of a value between the goalposts: `(x - low) / (high - low)`, or the mirror of it when lower is better,
/// clipped to 0 to 1, times 100.
pub(super) fn points_of(value: f64, goalposts: &Goalposts, direction: Direction) -> f64 {
    let scale = |x: f64| match goalposts.scale {
        Scale::Linear => x,
        Scale::Log => x.max(f64::MIN_POSITIVE).ln(),
    };
    let (low, high) = (scale(goalposts.low), scale(goalposts.high));
    let up = ((scale(value) - low) / (high - low)).clamp(0.0, 1.0);
    100.0 * if direction == Direction::HigherIsBetter { up } else { 1.0 - up }
}

impl Cells {
    pub(super) fn with_capacity(n: usize, months_asked: u8, provenance: Provenance) -> Cells {
        Cells {
            numerator: Vec::with_capacity(n),
            denominator: Vec::with_capacity(n),
            value: Vec::with_capacity(n),
            absence: Vec::with_capacity(n),
            months: Vec::with_capacity(n),
            months_asked,
            points: Points::with_capacity(n),
            provenance,
        }
    }

    pub(super) fn absent(&mut self, reason: Absence, policy: AbsencePolicy) {
        self.numerator.push(None);
        self.denominator.push(None);
        self.value.push(f64::NAN);
        self.absence.push(Some(reason));
        self.months.push(0);
        let p = &mut self.points;
        let (worst, best) = p.ends;
        match (reason, policy) {
            (Absence::NotApplicable | Absence::NotAsked, _) => p.push(false, worst, f64::NAN, f64::NAN, 0.0),
            // Whoever must return says nothing by withholding: the word is worth no more than silence.
            (Absence::NotReturned | Absence::Withheld, AbsencePolicy::NotMet) => {
                p.push(true, worst, best, worst, 0.0);
            }
            // What its publisher withholds exists: it is not the unit's silence.
            (Absence::Withheld, _) | (Absence::NotReturned, AbsencePolicy::Bounded) => {
                p.push(true, worst, best, f64::NAN, 0.0);
            }
            (Absence::NotReturned, AbsencePolicy::NotApplicable) => {
                p.push(true, worst, f64::NAN, f64::NAN, 0.0)
            }
        }
    }

    /// A value that stands in for a missing one: in the estimate alone, answering nothing.
    pub(super) fn imputed(&mut self, value: f64, points: f64, reason: Absence) {
        self.answer(value, points);
        let (worst, best) = self.points.ends;
        let last = |column: &mut Vec<f64>, x: f64| column.last_mut().into_iter().for_each(|cell| *cell = x);
        last(&mut self.points.low, worst.min(points));
        last(&mut self.points.high, best.max(points));
        last(&mut self.points.answered, 0.0);
        self.absence.last_mut().into_iter().for_each(|cell| *cell = Some(reason));
        self.months.last_mut().into_iter().for_each(|cell| *cell = 0);
    }

    /// A return that says of itself that it was not asked: kept apart, and counted as no answer, or the word would be
    /// worth more than a `no`. Only what nobody was asked leaves the score.
    pub(super) fn said_not_asked(&mut self, policy: AbsencePolicy) {
        self.absent(Absence::NotReturned, policy);
        if let Some(last) = self.absence.last_mut() {
            *last = Some(Absence::NotAsked);
        }
    }

    /// Takes an answer back: it exists and is not to be read.
    pub(super) fn withhold(&mut self, unit: usize) {
        (self.numerator[unit], self.denominator[unit]) = (None, None);
        self.value[unit] = f64::NAN;
        self.absence[unit] = Some(Absence::Withheld);
        self.months[unit] = 0;
        let p = &mut self.points;
        (p.low[unit], p.high[unit], p.estimate[unit], p.answered[unit]) = (0.0, 100.0, f64::NAN, 0.0);
    }

    /// A whole answer.
    pub(super) fn answer(&mut self, value: f64, points: f64) {
        self.numerator.push(None);
        self.denominator.push(None);
        self.value.push(value);
        self.absence.push(None);
        self.months.push(self.months_asked);
        self.points.push(true, points, points, points, 1.0);
    }

    /// A ratio, whole or with months missing.
    pub(super) fn ratio(
        &mut self,
        x: &Indicator,
        goalposts: &Goalposts,
        t: &Tally,
        per: f64,
        cap: Option<f64>,
    ) -> bool {
        match outcome(t, self.months_asked, per) {
            Outcome::Absent(reason) => self.absent(reason, x.absence),
            Outcome::Impossible => {
                self.absent(Absence::NotReturned, x.absence);
                return false;
            }
            Outcome::Value { value, least, complete } => {
                let capped = cap.map_or(value, |c| value.min(c));
                let points = points_of(capped, goalposts, x.direction);
                // The missing months could hold anything: where less is better they could hold the worst.
                let low = match least {
                    _ if complete => points,
                    Some(v) if x.direction == Direction::HigherIsBetter => {
                        points_of(cap.map_or(v, |c| v.min(c)), goalposts, x.direction)
                    }
                    _ => 0.0,
                };
                let high = match x.absence {
                    AbsencePolicy::Bounded | AbsencePolicy::NotMet if !complete => 100.0,
                    _ => points,
                };
                self.numerator.push(i64::try_from(t.numerator).ok());
                self.denominator.push(i64::try_from(t.denominator).ok());
                self.value.push(capped);
                self.absence.push(None);
                self.months.push(t.months);
                let answered = f64::from(t.months) / f64::from(self.months_asked.max(1));
                self.points.push(true, low.min(points), high, points, answered);
            }
        }
        true
    }
}
