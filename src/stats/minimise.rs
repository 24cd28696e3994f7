//! The smallest value of a function of several numbers, without derivatives.

/// Compass search (Hooke and Jeeves, J. ACM 8 (1961) 212; Kolda, Lewis and Torczon, SIAM Review 45 (2003) 385): each
/// number is moved up and down by a step; the first move that is better is kept and made again twice as long; where
/// none is, the step is halved, until it is below `precision`. The same start gives the same digits.
///
/// `None` where the function has no value at the start; where it has none elsewhere it is no improvement.
pub fn compass_search(
    start: &[f64],
    step: f64,
    precision: f64,
    f: impl Fn(&[f64]) -> Option<f64>,
) -> Option<(Vec<f64>, f64)> {
    let mut at = start.to_vec();
    let mut least = f(&at)?;
    let mut step = step;
    let mut moved = |at: &mut Vec<f64>, i: usize, by: f64| {
        let before = at[i];
        at[i] += by;
        match f(at) {
            Some(value) if value < least => {
                least = value;
                true
            }
            _ => {
                at[i] = before;
                false
            }
        }
    };
    while step >= precision {
        let mut better = false;
        for i in 0..start.len() {
            for by in [step, -step] {
                let mut far = by;
                while moved(&mut at, i, far) && far.abs() < 1e6 * step {
                    (better, far) = (true, far * 2.0);
                }
            }
        }
        step = if better { step } else { step / 2.0 };
    }
    Some((at, least))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_bowl_and_a_narrow_valley_are_walked_to_the_bottom() {
        let (at, least) =
            compass_search(&[5.0, -7.0], 1.0, 1e-9, |x| Some((x[0] - 1.0).powi(2) + (x[1] - 2.0).powi(2)))
                .expect("a bowl");
        assert!((at[0] - 1.0).abs() < 1e-6 && (at[1] - 2.0).abs() < 1e-6 && least < 1e-12);
        let valley = |x: &[f64]| Some(10.0 * (x[1] - x[0] * x[0]).powi(2) + (1.0 - x[0]).powi(2));
        let (at, _) = compass_search(&[-1.0, 1.0], 0.5, 1e-9, valley).expect("Rosenbrock");
        assert!((at[0] - 1.0).abs() < 1e-3, "{at:?}");
    }

    #[test]
    fn it_stays_where_the_function_has_a_value() {
        let root = |x: &[f64]| (x[0] >= 2.0).then(|| x[0]);
        let (at, _) = compass_search(&[3.0], 0.3, 1e-9, root).expect("a value at the start");
        assert!((at[0] - 2.0).abs() < 1e-8 && at[0] >= 2.0);
        assert_eq!(compass_search(&[1.0], 0.3, 1e-9, root), None);
    }
}
