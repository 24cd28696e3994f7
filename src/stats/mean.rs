//! Weighted means of parts of a composite (OECD/JRC, Handbook on Constructing Composite Indicators, 2008, step 6;
//! UNDP Human Development Report, technical note 1, for the geometric mean).
//!
//! Weights need not sum to 1; a weight of zero leaves its part out. A part of zero makes the geometric and the
//! harmonic mean zero, by their limit: they neither stop nor give NaN. For parts of 0 or more, in every point
//! harmonic <= geometric <= arithmetic, and no mean falls when a part rises.

/// Sum of w x over sum of w. `None` when no part has weight.
pub fn arithmetic(parts: &[(f64, f64)]) -> Option<f64> {
    let (mut top, mut bottom) = (0.0, 0.0);
    for &(w, x) in parts {
        top += w * x;
        bottom += w;
    }
    (bottom > 0.0).then(|| top / bottom)
}

/// exp(sum of w ln x over sum of w).
pub fn geometric(parts: &[(f64, f64)]) -> Option<f64> {
    let (mut top, mut bottom, mut zero) = (0.0, 0.0, false);
    for &(w, x) in parts.iter().filter(|(w, _)| *w > 0.0) {
        zero |= x <= 0.0;
        top += w * x.max(f64::MIN_POSITIVE).ln();
        bottom += w;
    }
    (bottom > 0.0).then(|| if zero { 0.0 } else { (top / bottom).exp() })
}

/// Sum of w over sum of w / x.
pub fn harmonic(parts: &[(f64, f64)]) -> Option<f64> {
    let (mut below, mut weight, mut zero) = (0.0, 0.0, false);
    for &(w, x) in parts.iter().filter(|(w, _)| *w > 0.0) {
        zero |= x <= 0.0;
        below += w / x.max(f64::MIN_POSITIVE);
        weight += w;
    }
    (weight > 0.0).then(|| if zero { 0.0 } else { weight / below })
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn two_parts_by_hand() {
        let parts = [(1.0, 2.0), (1.0, 8.0)];
        assert_eq!(arithmetic(&parts), Some(5.0));
        assert!((geometric(&parts).expect("some") - 4.0).abs() < 1e-14);
        assert!((harmonic(&parts).expect("some") - 3.2).abs() < 1e-14);
    }

    #[test]
    fn a_zero_part_is_zero_by_limit_and_a_part_without_weight_is_not_there() {
        let parts = [(1.0, 0.0), (1.0, 50.0)];
        assert_eq!((geometric(&parts), harmonic(&parts)), (Some(0.0), Some(0.0)));
        let parts = [(0.0, 0.0), (1.0, 50.0)];
        assert!((geometric(&parts).expect("some") - 50.0).abs() < 1e-12);
        assert_eq!((arithmetic(&[]), geometric(&[(0.0, 1.0)]), harmonic(&[])), (None, None, None));
    }

    proptest! {
        #[test]
        fn the_means_keep_their_order(parts in prop::collection::vec((0.01..5.0, 0.0..100.0), 1..8)) {
            let (a, g, h) = (arithmetic(&parts), geometric(&parts), harmonic(&parts));
            let (a, g, h) = (a.expect("a"), g.expect("g"), h.expect("h"));
            prop_assert!(h <= g + 1e-9 && g <= a + 1e-9, "{h} {g} {a}");
        }
    }
}
