//! Cross products by cluster, taken together and taken away, and the adjusters swept out of them.

use super::{Level, Unit};

/// What is left of a sum of squares below this share of it is rounding.
const ROUNDING: f64 = 1e-9;

/// Adjusters (the constant of [`Level::Common`] among them) and groups.
#[derive(Clone, Copy)]
pub(super) struct Shape {
    pub(super) adjusters: usize,
    pub(super) groups: usize,
}

impl Shape {
    /// Columns of a row of cross products: the adjusters, the outcome, membership of each group.
    pub(super) fn width(self) -> usize {
        self.adjusters + 1 + self.groups
    }

    pub(super) fn member(self, group: usize) -> usize {
        self.adjusters + 1 + group
    }
}

/// Cross products over some units. Members of two groups are never needed together.
#[derive(Clone)]
pub(super) struct Products {
    pub(super) shape: Shape,
    /// A row an adjuster.
    pub(super) rows: Vec<f64>,
    pub(super) outcome_squares: f64,
    member_outcome: Vec<f64>,
    pub(super) member_squares: Vec<f64>,
}

/// Each cluster's, clusters without a unit left out; off its own means with [`Level::WithinClusters`].
pub(super) fn by_cluster(units: &[Unit<'_>], shape: Shape, level: Level) -> Vec<Products> {
    // the outcome off its mean over all: nothing depends on it but rounding
    let mean = units.iter().map(|u| u.outcome).sum::<f64>() / units.len() as f64;
    let clusters = 1 + units.iter().map(|u| u.cluster).max().unwrap_or(0);
    let mut products = vec![Products::none(shape); clusters];
    let (mut sums, mut counts) = (vec![vec![0.0; shape.width()]; clusters], vec![0.0; clusters]);
    let (width, outcome) = (shape.width(), shape.adjusters);
    let mut row = vec![1.0; shape.adjusters + 1];
    for unit in units {
        let own = &mut products[unit.cluster];
        row[outcome - unit.adjusters.len()..outcome].copy_from_slice(unit.adjusters);
        row[outcome] = unit.outcome - mean;
        for (i, a) in row[..outcome].iter().enumerate() {
            let of = &mut own.rows[i * width..][..width];
            of.iter_mut().zip(&row).for_each(|(x, b)| *x += a * b);
            of[shape.member(unit.group)] += a;
        }
        own.outcome_squares += row[outcome] * row[outcome];
        own.member_outcome[unit.group] += row[outcome];
        own.member_squares[unit.group] += 1.0;
        let sum = &mut sums[unit.cluster];
        sum.iter_mut().zip(&row).for_each(|(s, x)| *s += x);
        sum[shape.member(unit.group)] += 1.0;
        counts[unit.cluster] += 1.0;
    }
    let held = products.into_iter().zip(sums).zip(counts).filter(|(_, n)| *n > 0.0);
    held.map(|((own, sums), n)| if level == Level::Common { own } else { own.centred(&sums, n) }).collect()
}

impl Products {
    pub(super) fn none(shape: Shape) -> Self {
        let (rows, none) = (vec![0.0; shape.adjusters * shape.width()], vec![0.0; shape.groups]);
        Self { shape, rows, outcome_squares: 0.0, member_outcome: none.clone(), member_squares: none }
    }

    pub(super) fn change(&mut self, other: &Self, times: f64) {
        let add = |to: &mut [f64], of: &[f64]| to.iter_mut().zip(of).for_each(|(a, b)| *a += times * b);
        add(&mut self.rows, &other.rows);
        add(&mut self.member_outcome, &other.member_outcome);
        add(&mut self.member_squares, &other.member_squares);
        self.outcome_squares += times * other.outcome_squares;
    }

    /// Every column off its mean over `n` units.
    fn centred(mut self, sums: &[f64], n: f64) -> Self {
        let (width, outcome) = (self.shape.width(), self.shape.adjusters);
        for (of, a) in self.rows.chunks_exact_mut(width).zip(sums) {
            of.iter_mut().zip(sums).for_each(|(x, b)| *x -= a * b / n);
        }
        let members = &sums[self.shape.member(0)..];
        self.outcome_squares -= sums[outcome] * sums[outcome] / n;
        self.member_outcome.iter_mut().zip(members).for_each(|(x, m)| *x -= sums[outcome] * m / n);
        self.member_squares.iter_mut().zip(members).for_each(|(x, m)| *x -= m * m / n);
        self
    }

    /// Sweeps the adjusters out of outcome and membership, those that repeat others left aside. `all` says how large
    /// a sum of squares is that is more than rounding.
    pub(super) fn swept(mut self, all: &Self) -> Swept {
        let (width, count) = (self.shape.width(), self.shape.adjusters);
        let mut kept = Vec::new();
        for k in 0..count {
            let (above, below) = self.rows.split_at_mut((k + 1) * width);
            let row = &above[k * width..];
            let pivot = row[k];
            if pivot <= ROUNDING * all.rows[k * width + k] {
                continue;
            }
            kept.push(k);
            for (i, other) in (k + 1..count).zip(below.chunks_exact_mut(width)) {
                let factor = row[i] / pivot;
                other[i..].iter_mut().zip(&row[i..]).for_each(|(x, y)| *x -= factor * y);
            }
            for (group, a) in row[count + 1..].iter().enumerate() {
                self.member_outcome[group] -= a * row[count] / pivot;
                self.member_squares[group] -= a * a / pivot;
            }
        }
        let enough = all.member_squares.iter().map(|s| ROUNDING * s).collect();
        Swept { left: self, kept, enough }
    }
}

/// Cross products after the adjusters: rows of the upper triangle, and of members what the adjusters leave.
pub(super) struct Swept {
    left: Products,
    kept: Vec<usize>,
    enough: Vec<f64>,
}

impl Swept {
    pub(super) fn coefficient(&self, group: usize) -> Option<f64> {
        let left = self.left.member_squares[group];
        (left > self.enough[group]).then(|| self.left.member_outcome[group] / left)
    }

    /// Coefficients of membership on the adjusters, 0 for one that repeats others.
    pub(super) fn slopes(&self, group: usize) -> Vec<f64> {
        let shape = self.left.shape;
        let mut slopes = vec![0.0; shape.adjusters];
        for &k in self.kept.iter().rev() {
            let row = &self.left.rows[k * shape.width()..][..shape.width()];
            let known: f64 = (k + 1..shape.adjusters).map(|j| row[j] * slopes[j]).sum();
            slopes[k] = (row[shape.member(group)] - known) / row[k];
        }
        slopes
    }
}
