//! Quantiles.

/// Quantile of type 7 (Hyndman and Fan, Am. Stat. 50 (1996) 361-365; the default of R): with `h = (n-1)p`,
/// `x[h] + (h - floor h)(x[h+1] - x[h])` over the sorted values. `sorted` must be ascending and finite; `None` when it
/// is empty or `p` lies outside 0 to 1.
pub fn quantile(sorted: &[f64], p: f64) -> Option<f64> {
    if sorted.is_empty() || !(0.0..=1.0).contains(&p) {
        return None;
    }
    let h = (sorted.len() - 1) as f64 * p;
    let below = h.floor();
    let (low, high) = (sorted[below as usize], sorted[(below as usize + 1).min(sorted.len() - 1)]);
    Some(low + (h - below) * (high - low))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn quartiles_of_four_numbers_as_r_gives_them() {
        let x = [1.0, 2.0, 3.0, 4.0];
        let got: Vec<_> =
            [0.0, 0.25, 0.5, 0.9, 1.0].iter().map(|p| quantile(&x, *p).expect("some")).collect();
        let want = [1.0, 1.75, 2.5, 3.7, 4.0];
        assert!(got.iter().zip(want).all(|(a, b)| (a - b).abs() < 1e-14), "{got:?}");
        assert_eq!((quantile(&[], 0.5), quantile(&x, 1.1)), (None, None));
    }
}
