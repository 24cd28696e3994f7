//! Variance-based sensitivity: which choice of method moves a result most (Sobol', Math. Comput. Simul. 55
//! (2001) 271-280).
//!
//! The design has N base points: matrix A, matrix B, and for each of d inputs A with that one column taken
//! from B, so N(d + 2) runs of the model. With `f0` and `V` the mean and the sample variance of all runs of A
//! and B:
//!
//! - first order by Jansen: `1 - mean((yB - yABi)^2)/(2V)` (Comput. Phys. Commun. 117 (1999) 35-43);
//! - first order by Saltelli, centred: `mean((yB - f0)(yABi - yA))/V` (Comput. Phys. Commun. 181 (2010)
//!   259-270); without the centring a mean far from 0 swamps it, and indices above their totals come out;
//! - total by Jansen: `mean((yA - yABi)^2)/(2V)`.
//!
//! A run may have failed: its base point is left out everywhere, and counted.

use super::interval::Interval;
use super::quantile::quantile;
use super::sum::Sum;
use rand::{Rng, SeedableRng};
use rand_chacha::ChaCha8Rng;

/// The runs of a design; a failed one is `None`.
#[derive(Clone, Debug)]
pub struct Runs {
    pub a: Vec<Option<f64>>,
    pub b: Vec<Option<f64>>,
    /// One column of N runs for each input.
    pub ab: Vec<Vec<Option<f64>>>,
}

impl Runs {
    /// From values in the order of [`Design::run`]. `None` when their number is not that of a design.
    pub fn in_order(values: &[Option<f64>], inputs: usize) -> Option<Runs> {
        let n = values.len() / (inputs + 2);
        let block = |k: usize| values[k * n..(k + 1) * n].to_vec();
        (n * (inputs + 2) == values.len()).then(|| Runs {
            a: block(0),
            b: block(1),
            ab: (2..inputs + 2).map(block).collect(),
        })
    }
}

/// The inputs of every run, uniform on 0 to 1, from a seeded generator.
#[derive(Clone, Debug)]
pub struct Design {
    points: usize,
    a: Vec<Vec<f64>>,
    b: Vec<Vec<f64>>,
}

impl Design {
    /// Matrices A and B of `points` rows; the first rows of a larger design are those of a smaller one.
    pub fn new(points: usize, inputs: usize, seed: u64) -> Design {
        let mut rng = ChaCha8Rng::seed_from_u64(seed);
        let mut row = || (0..inputs).map(|_| unit(&mut rng)).collect::<Vec<f64>>();
        let (a, b) = (0..points).map(|_| (row(), row())).unzip();
        Design { points, a, b }
    }

    /// How many runs there are: the points times the inputs and two.
    pub fn runs(&self) -> usize {
        self.points * (self.a.first().map_or(0, Vec::len) + 2)
    }

    /// The inputs of one run, in the order A, B, then A with each column from B in turn. `None` beyond the
    /// last.
    pub fn run(&self, run: usize) -> Option<Vec<f64>> {
        let (block, k) = (run.checked_div(self.points)?, run.checked_rem(self.points)?);
        match block {
            _ if run >= self.runs() => None,
            0 => Some(self.a[k].clone()),
            1 => Some(self.b[k].clone()),
            _ => {
                let mut row = self.a[k].clone();
                row[block - 2] = self.b[k][block - 2];
                Some(row)
            }
        }
    }
}

/// Uniform on [0, 1), 53 bits.
fn unit(rng: &mut ChaCha8Rng) -> f64 {
    (rng.next_u64() >> 11) as f64 / (1u64 << 53) as f64
}

/// An index and its limits from the bootstrap.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Estimate {
    pub value: f64,
    pub limits: Interval,
}

/// How much of the variance comes from one input.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Share {
    pub jansen: Estimate,
    pub centred: Estimate,
    pub total: Estimate,
    /// The estimate of the first order with the narrower limits exceeds the total, which the true ones
    /// cannot.
    pub first_above_total: bool,
    /// It does so by more than the bootstrap explains: the design is too small or the runs are wrong.
    pub beyond_error: bool,
}

impl Share {
    /// The estimate of the first order with the narrower limits. Not clipped: that is for charts.
    pub fn first(&self) -> Estimate {
        let width = |e: Estimate| e.limits.high - e.limits.low;
        if width(self.jansen) <= width(self.centred) { self.jansen } else { self.centred }
    }
}

/// The shares of all inputs, in their order.
#[derive(Clone, Debug, PartialEq)]
pub struct Sensitivity {
    /// Base points of which every run succeeded, and those left out.
    pub used: usize,
    pub failed: usize,
    pub mean: f64,
    pub variance: f64,
    pub inputs: Vec<Share>,
}

/// One base point: the runs of A, of B, and of A with each column replaced.
struct Point {
    a: f64,
    b: f64,
    ab: Vec<f64>,
}

/// For each input Jansen's and the centred first order and the total; `None` without variance.
fn indices<'a>(points: &[&'a Point], inputs: usize) -> Option<(f64, f64, Vec<[f64; 3]>)> {
    let n = points.len() as f64;
    let sum = |f: &dyn Fn(&'a Point) -> f64| points.iter().map(|p| f(p)).collect::<Sum>().value();
    let mean = sum(&|p| p.a + p.b) / (2.0 * n);
    let variance = sum(&|p| (p.a - mean).powi(2) + (p.b - mean).powi(2)) / (2.0 * n - 1.0);
    if !(variance > 0.0 && variance.is_finite()) {
        return None;
    }
    let of = |i: usize| {
        let jansen = 1.0 - sum(&|p| (p.b - p.ab[i]).powi(2)) / (2.0 * n * variance);
        let centred = sum(&|p| (p.b - mean) * (p.ab[i] - p.a)) / (n * variance);
        let total = sum(&|p| (p.a - p.ab[i]).powi(2)) / (2.0 * n * variance);
        [jansen, centred, total]
    };
    Some((mean, variance, (0..inputs).map(of).collect()))
}

/// The indices of a design, with percentile limits from `draws` bootstrap samples. Base points are drawn
/// whole, the same ones for all inputs with mean and variance computed anew, because the runs of a point hang
/// together; `seed` fixes them.
///
/// `None` when the columns differ in length, fewer than two base points succeeded, the result does not vary,
/// there are no draws, or the confidence lies outside 0 to 1.
pub fn sensitivity(runs: &Runs, confidence: f64, draws: usize, seed: u64) -> Option<Sensitivity> {
    let n = runs.a.len();
    let even = runs.b.len() == n && runs.ab.iter().all(|c| c.len() == n);
    if !even || draws == 0 || !(confidence > 0.0 && confidence < 1.0) {
        return None;
    }
    let there = |x: Option<f64>| x.filter(|x| x.is_finite());
    let point = |k: usize| {
        let ab = runs.ab.iter().map(|c| there(c[k])).collect::<Option<Vec<f64>>>()?;
        Some(Point { a: there(runs.a[k])?, b: there(runs.b[k])?, ab })
    };
    let points: Vec<Point> = (0..n).filter_map(point).collect();
    if points.len() < 2 {
        return None;
    }
    let inputs = runs.ab.len();
    let (mean, variance, values) = indices(&points.iter().collect::<Vec<_>>(), inputs)?;
    let mut rng = ChaCha8Rng::seed_from_u64(seed);
    let mut resampled: Vec<Vec<[f64; 3]>> = Vec::with_capacity(draws);
    for _ in 0..draws {
        let drawn: Vec<&Point> = points.iter().map(|_| &points[below(&mut rng, points.len())]).collect();
        // A sample of one point many times has no variance and says nothing.
        resampled.extend(indices(&drawn, inputs).map(|d| d.2));
    }
    let limits = |of: &dyn Fn(&Vec<[f64; 3]>) -> f64| {
        let mut sorted: Vec<f64> = resampled.iter().map(of).collect();
        sorted.sort_by(f64::total_cmp);
        let tail = 0.5 * (1.0 - confidence);
        Some(Interval::new(quantile(&sorted, tail)?, quantile(&sorted, 1.0 - tail)?))
    };
    let share = |i: usize| {
        let of = |k: usize| Some(Estimate { value: values[i][k], limits: limits(&|d| d[i][k])? });
        let mut share = Share {
            jansen: of(0)?,
            centred: of(1)?,
            total: of(2)?,
            first_above_total: false,
            beyond_error: false,
        };
        let chosen = usize::from(share.first() != share.jansen);
        share.first_above_total = values[i][chosen] > values[i][2];
        share.beyond_error = limits(&|d| d[i][chosen] - d[i][2])?.low > 0.0;
        Some(share)
    };
    let inputs = (0..inputs).map(share).collect::<Option<Vec<Share>>>()?;
    Some(Sensitivity { used: points.len(), failed: n - points.len(), mean, variance, inputs })
}

/// Uniform on 0..n, the high word of a product (Lemire, ACM Trans. Model. Comput. Simul. 29 (2019) 3): the
/// same on every version of the generator's crate.
pub(super) fn below(rng: &mut ChaCha8Rng, n: usize) -> usize {
    ((u128::from(rng.next_u64()) * n as u128) >> 64) as usize
}

/// Which of `k` alternatives a uniform u of 0 to 1 stands for, from 1: `floor(u k) + 1`, cut on the unit
/// interval and not on the sample's own range. `None` for no alternatives or a u outside.
pub fn alternative(u: f64, k: usize) -> Option<usize> {
    (k > 0 && (0.0..=1.0).contains(&u)).then(|| ((u * k as f64) as usize).min(k - 1) + 1)
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A sum of three inputs with weights 1, 2 and 0 has shares 1/5, 4/5 and 0 and no interactions.
    fn additive(n: usize, offset: f64) -> Runs {
        let design = Design::new(n, 3, 1);
        let value = |r: usize| design.run(r).map(|x| offset + x[0] + 2.0 * x[1]);
        Runs::in_order(&(0..design.runs()).map(value).collect::<Vec<_>>(), 3).expect("a design")
    }

    #[test]
    fn a_run_changes_one_input_of_its_base_point() {
        let design = Design::new(7, 3, 5);
        assert_eq!((design.runs(), design.run(35)), (35, None));
        let at = |r| design.run(r).expect("a run");
        for i in 0..3 {
            let (a, b, ab) = (at(4), at(7 + 4), at(7 * (2 + i) + 4));
            assert!((0..3).all(|k| ab[k] == if k == i { b[k] } else { a[k] }));
        }
        assert_eq!(Design::new(3, 3, 5).run(2), design.run(2));
        assert!(Runs::in_order(&[None; 9], 3).is_none() && Design::new(0, 3, 5).run(0).is_none());
    }

    #[test]
    fn a_sum_gives_each_input_the_share_of_its_variance() {
        let s = sensitivity(&additive(4000, 0.0), 0.95, 200, 7).expect("varies");
        for (share, want) in s.inputs.iter().zip([0.2, 0.8, 0.0]) {
            for e in [share.jansen, share.centred, share.total] {
                assert!((e.value - want).abs() < 0.05, "{e:?} {want}");
                assert!(e.limits.low <= e.value && e.value <= e.limits.high);
            }
            assert!(!share.beyond_error, "{share:?}");
        }
    }

    #[test]
    fn a_large_mean_does_not_swamp_a_centred_index() {
        let (near, far) = (additive(500, 0.0), additive(500, 1e6));
        let (near, far) = (sensitivity(&near, 0.9, 50, 7), sensitivity(&far, 0.9, 50, 7));
        for (a, b) in near.expect("varies").inputs.iter().zip(&far.expect("varies").inputs) {
            assert!((a.centred.value - b.centred.value).abs() < 1e-6, "{a:?} {b:?}");
        }
    }

    #[test]
    fn a_first_order_above_its_total_is_flagged() {
        // Columns of the first input that repeat B exactly and hardly move from A cannot both be.
        let x = |k: usize| Some((k * 7 % 20) as f64);
        let a: Vec<_> = (0..20).map(x).collect();
        let b: Vec<_> = a.iter().map(|v| v.map(|v| v + 0.1)).collect();
        let s = sensitivity(&Runs { a, b: b.clone(), ab: vec![b] }, 0.95, 100, 1).expect("varies");
        assert!(s.inputs[0].first_above_total && s.inputs[0].beyond_error, "{:?}", s.inputs[0]);
    }

    #[test]
    fn a_failed_run_takes_its_base_point_with_it_and_is_counted() {
        let mut runs = additive(100, 0.0);
        let mut without = runs.clone();
        runs.ab[1][3] = None;
        runs.b[8] = Some(f64::NAN);
        for k in [8, 3] {
            without.a.remove(k);
            without.b.remove(k);
            for column in &mut without.ab {
                column.remove(k);
            }
        }
        let (s, t) = (sensitivity(&runs, 0.9, 20, 3), sensitivity(&without, 0.9, 20, 3));
        let (s, t) = (s.expect("varies"), t.expect("varies"));
        assert_eq!((s.used, s.failed, t.failed), (98, 2, 0));
        assert_eq!(s.inputs, t.inputs);
    }

    #[test]
    fn the_seed_fixes_the_limits() {
        let runs = additive(50, 0.0);
        let at = |seed| sensitivity(&runs, 0.9, 50, seed).expect("varies");
        assert_eq!(at(5), at(5));
        assert_ne!(at(5), at(6));
    }

    #[test]
    fn what_does_not_vary_has_no_shares() {
        let flat = vec![Some(1.0); 9];
        assert_eq!(sensitivity(&Runs { a: flat.clone(), b: flat.clone(), ab: vec![flat] }, 0.9, 9, 1), None);
        let mut short = additive(5, 0.0);
        short.b.pop();
        assert_eq!(sensitivity(&short, 0.9, 9, 1), None);
        assert_eq!(sensitivity(&additive(5, 0.0), 1.0, 9, 1), None);
    }

    #[test]
    fn alternatives_are_cut_on_the_unit_interval() {
        assert_eq!(alternative(0.37, 3), Some(2));
        assert_eq!([0.0, 0.34, 0.999, 1.0].map(|u| alternative(u, 3)), [1, 2, 3, 3].map(Some));
        assert_eq!((alternative(0.5, 0), alternative(1.1, 3), alternative(f64::NAN, 3)), (None, None, None));
        let mut counts = [0; 4];
        (0..1000).for_each(|i| counts[alternative(f64::from(i) / 1000.0, 4).expect("unit") - 1] += 1);
        assert_eq!(counts, [250; 4]);
    }
}
