//! The place of a CCG in the order of pounds per head, by each denominator, and the range of the three.
//!
//! 1 is the most per head. Spend has no good direction, so a place is no rank: it is printed to show how much of it is
//! the denominator's doing. Only figures that can be compared have one, and a denominator gives places only if all of
//! them have it: a place among fewer is another place.

use crate::stats::competition;

/// Places of one figure, registered, weighted and resident.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub(super) struct Places {
    pub by: [Option<i64>; 3],
    /// Among so many.
    pub among: Option<i64>,
}

impl Places {
    /// The best and the worst of them.
    pub fn range(&self) -> Option<(i64, i64)> {
        let found = || self.by.iter().flatten();
        Some((*found().min()?, *found().max()?))
    }
}

/// `heads[i]` is pence per head of figure `i` by the three denominators, `None` for one that is not to be compared.
/// Equal figures share the first place of the tie.
pub(super) fn places(heads: &[Option<[Option<f64>; 3]>]) -> Vec<Places> {
    let compared: Vec<&[Option<f64>; 3]> = heads.iter().flatten().collect();
    let among = i64::try_from(compared.len()).ok();
    let all_have: [bool; 3] =
        std::array::from_fn(|k| !compared.is_empty() && compared.iter().all(|h| h[k].is_some()));
    let ranks: [Vec<Option<u32>>; 3] = std::array::from_fn(|k| {
        let by = |h: &Option<[Option<f64>; 3]>| h.and_then(|h| h[k]).filter(|_| all_have[k]);
        competition(&heads.iter().map(by).collect::<Vec<_>>())
    });
    let of = |(i, own): (usize, &Option<_>)| match own {
        Some(_) => Places { by: std::array::from_fn(|k| ranks[k][i].map(i64::from)), among },
        None => Places::default(),
    };
    heads.iter().enumerate().map(of).collect()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_place_moves_with_the_denominator_and_refused_figures_have_none() {
        let heads = [
            Some([Some(3.0), Some(2.0), None]),
            None,
            Some([Some(2.0), Some(2.5), Some(9.0)]),
            Some([Some(2.0), Some(1.0), Some(9.0)]),
        ];
        let places = places(&heads);
        assert_eq!(places[0].by, [Some(1), Some(2), None], "not all have residents");
        assert_eq!(places[0].range(), Some((1, 2)));
        assert_eq!(places[1], Places::default());
        assert_eq!((places[2].by[0], places[3].by[0]), (Some(2), Some(2)), "a tie shares its place");
        assert_eq!(places[3].among, Some(3));
    }
}
