//! Compensated sums in a fixed order.

/// Neumaier's compensated sum (Z. angew. Math. Mech. 54 (1974) 39-51): the error does not grow with the number of
/// terms, and terms larger than the running sum are compensated too, which Kahan's form misses.
#[derive(Clone, Copy, Debug, Default)]
pub struct Sum {
    sum: f64,
    lost: f64,
}

impl Sum {
    pub fn add(&mut self, x: f64) {
        let t = self.sum + x;
        self.lost += if self.sum.abs() >= x.abs() { (self.sum - t) + x } else { (x - t) + self.sum };
        self.sum = t;
    }

    pub fn value(self) -> f64 {
        self.sum + self.lost
    }
}

impl FromIterator<f64> for Sum {
    fn from_iter<I: IntoIterator<Item = f64>>(terms: I) -> Sum {
        let mut s = Sum::default();
        terms.into_iter().for_each(|x| s.add(x));
        s
    }
}

/// Sum of w x over sum of w, in the order given; `None` when the weights sum to zero.
pub fn weighted_mean(pairs: impl IntoIterator<Item = (f64, f64)>) -> Option<f64> {
    let (mut top, mut bottom) = (Sum::default(), Sum::default());
    for (w, x) in pairs {
        top.add(w * x);
        bottom.add(w);
    }
    (bottom.value() > 0.0).then(|| top.value() / bottom.value())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn small_terms_between_large_ones_are_not_lost() {
        let s: Sum = [1.0, 1e100, 1.0, -1e100].into_iter().collect();
        assert_eq!(s.value().to_bits(), 2.0f64.to_bits());
        let tenth: Sum = std::iter::repeat_n(0.1, 10_000_000).collect();
        assert!((tenth.value() - 1e6).abs() < 1e-9, "{}", tenth.value());
    }

    #[test]
    fn a_weighted_mean_of_list_sizes_is_the_ratio_of_sums() {
        let m = weighted_mean([(7125.0, 67.3), (5799.0, 40.09)]).expect("weights");
        assert!((m - (7125.0 * 67.3 + 5799.0 * 40.09) / 12924.0).abs() < 1e-12);
        assert!(weighted_mean([(0.0, 5.0)]).is_none());
    }
}
