//! The difference between each group of units and all others, adjusted for what else differs between them, when
//! units of one cluster are alike.
//!
//! Least squares of the outcome y on membership d (1 or 0) and on adjusters x. By Frisch and Waugh (Econometrica 1
//! (1933) 387-401) the coefficient of d is `b = sum(r y) / sum(r r)`, where r is what x leaves of d. With
//! [`Level::WithinClusters`] y, d and x are first taken off their cluster means: each cluster has a level of its
//! own, and only clusters that hold both kinds say anything. With [`Level::Common`] there is one constant, and
//! differences between clusters count too.
//!
//! Its error is the delete-one-cluster jackknife `(G-1)/G sum (b_(-g) - b)^2` ("CV3": Bell and McCaffrey, Survey
//! Methodology 28 (2002) 169-181; MacKinnon, Nielsen and Webb, J. Applied Econometrics 38 (2023) 671-694), which
//! allows any dependence within a cluster. The interval is Student's with `G* - 1` degrees of freedom, where
//! `G* = (sum w_g)^2 / sum w_g^2` is the effective number of clusters (in the manner of Carter, Schnepel and
//! Steigerwald, Rev. Economics and Statistics 99 (2017) 698-709): a group that lives in three clusters has two
//! degrees of freedom, however many clusters it is compared with. `w_g` is the sum of r^2 over the cluster, and with a
//! common constant also the square of the sum of r, whichever leaves fewer.
//!
//! Groups are compared over the same units, so cross products are taken once, by cluster, and the adjusters are swept
//! out once for each cluster left out: O(n k^2) for n units and k adjusters, and O(G k^2 (k + groups)) for G clusters.

mod products;
#[cfg(test)]
mod tests;

use self::products::{Products, Shape, Swept, by_cluster};
use super::distribution::{beta_cdf, student_quantile};
use super::interval::{Interval, deviate};

/// Whether each cluster has a level of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Level {
    WithinClusters,
    Common,
}

/// One unit: its outcome, the group that it is of, its adjusters, its cluster.
#[derive(Clone, Copy, Debug)]
pub struct Unit<'a> {
    pub outcome: f64,
    pub group: usize,
    pub adjusters: &'a [f64],
    pub cluster: usize,
}

/// A group against all others.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Adjusted {
    pub difference: f64,
    pub error: f64,
    /// Effective number of clusters that the difference rests on.
    pub clusters: f64,
}

impl Adjusted {
    fn degrees(&self) -> f64 {
        (self.clusters - 1.0).max(1.0)
    }

    /// `None` for a level outside 0 to 1.
    pub fn interval(&self, confidence: f64) -> Option<Interval> {
        deviate(confidence)?;
        let half = -student_quantile(0.5 * (1.0 - confidence), self.degrees()) * self.error;
        Some(Interval::new(self.difference - half, self.difference + half))
    }

    /// Two-sided probability of so large a difference where there is none.
    pub fn p_value(&self) -> f64 {
        let t2 = (self.difference / self.error).powi(2);
        beta_cdf(self.degrees() / (self.degrees() + t2), 0.5 * self.degrees(), 0.5)
    }
}

/// One answer a group. `None` when the adjusters leave nothing of membership (no cluster holds both kinds, say), when it
/// hangs on one cluster alone, or when the outcome does not vary; for every group when rows differ in length or hold
/// a value that is not finite.
pub fn adjusted_differences(units: &[Unit<'_>], groups: usize, level: Level) -> Vec<Option<Adjusted>> {
    let columns = units.first().map_or(0, |u| u.adjusters.len());
    let sound = |u: &Unit<'_>| {
        u.adjusters.len() == columns && u.outcome.is_finite() && u.adjusters.iter().all(|x| x.is_finite())
    };
    let shape = Shape { adjusters: columns + usize::from(level == Level::Common), groups };
    if units.is_empty() || !units.iter().all(sound) {
        return vec![None; groups];
    }
    let by_cluster = by_cluster(units, shape, level);
    let mut all = Products::none(shape);
    by_cluster.iter().for_each(|own| all.change(own, 1.0));
    if all.outcome_squares <= 0.0 {
        return vec![None; groups];
    }
    let without = |own: &Products| {
        let mut left = all.clone();
        left.change(own, -1.0);
        left.swept(&all)
    };
    let deleted: Vec<Swept> = by_cluster.iter().map(without).collect();
    let (whole, count) = (all.clone().swept(&all), by_cluster.len() as f64);
    let one = |group: usize| {
        let difference = whole.coefficient(group)?;
        let mut squares = 0.0;
        for left in &deleted {
            squares += (left.coefficient(group)? - difference).powi(2);
        }
        let error = ((count - 1.0) / count * squares).sqrt();
        let clusters = effective_clusters(&by_cluster, &whole.slopes(group), group, level)?;
        (error > 0.0).then_some(Adjusted { difference, error, clusters })
    };
    (0..groups).map(one).collect()
}

/// `(sum w)^2 / sum w^2` over the clusters, w from what the adjusters leave of membership.
fn effective_clusters(by_cluster: &[Products], slopes: &[f64], group: usize, level: Level) -> Option<f64> {
    let (mut squares, mut common) = (Vec::new(), Vec::new());
    for own in by_cluster {
        let (width, member) = (own.shape.width(), own.shape.member(group));
        let (mut square, mut sum) = (own.member_squares[group], own.member_squares[group]);
        for (i, (row, b)) in own.rows.chunks_exact(width).zip(slopes).enumerate() {
            let fitted: f64 = row.iter().zip(slopes).map(|(x, c)| x * c).sum();
            square += b * (fitted - 2.0 * row[member]);
            // the first adjuster of a common level is the constant
            if i == 0 {
                sum -= fitted;
            }
        }
        squares.push(square.max(0.0));
        common.push(sum * sum);
    }
    let kish = |w: &[f64]| {
        let (sum, of_squares): (f64, f64) = w.iter().fold((0.0, 0.0), |(s, q), w| (s + w, q + w * w));
        (of_squares > 0.0).then(|| sum * sum / of_squares)
    };
    let own = kish(&squares)?;
    if level == Level::WithinClusters {
        return Some(own);
    }
    Some(kish(&common).map_or(own, |c| c.min(own)))
}
