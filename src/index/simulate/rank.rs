//! Competition ranks of 32-bit scores by counting: three passes over eleven bits of the score, best first.

const DIGITS: usize = 1 << 11;

/// Buffers of one thread.
#[derive(Default)]
pub(super) struct Sorter {
    from: Vec<u64>,
    to: Vec<u64>,
    count: Vec<u32>,
}

impl Sorter {
    /// Ranks from 1; equal scores share the better one. Scores are not negative and there are fewer than 65,536.
    pub(super) fn ranks(&mut self, scores: &[f32], out: &mut [u16]) {
        let n = scores.len();
        self.from.clear();
        // the bits of a positive float rise with it; turned round, the best comes first
        let key = |x: f32| u64::from(0x7FFF_FFFF - (x + 0.0).to_bits().min(0x7FFF_FFFF));
        self.from.extend(scores.iter().enumerate().map(|(i, x)| (key(*x) << 32) | i as u64));
        self.to.resize(n, 0);
        for pass in 0..3 {
            let digit = |item: u64| (item >> (32 + 11 * pass)) as usize & (DIGITS - 1);
            self.count.clear();
            self.count.resize(DIGITS, 0);
            self.from.iter().for_each(|item| self.count[digit(*item)] += 1);
            let mut before = 0;
            for c in &mut self.count {
                (*c, before) = (before, before + *c);
            }
            for item in &self.from {
                let slot = &mut self.count[digit(*item)];
                self.to[*slot as usize] = *item;
                *slot += 1;
            }
            std::mem::swap(&mut self.from, &mut self.to);
        }
        let (mut rank, mut last) = (0_u16, u64::MAX);
        for (place, item) in self.from.iter().enumerate() {
            if item >> 32 != last {
                (rank, last) = (place as u16 + 1, item >> 32);
            }
            out[(item & 0xFFFF_FFFF) as usize] = rank;
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    proptest! {
        #[test]
        fn ranks_agree_with_counting_who_is_better(scores in prop::collection::vec(0.0_f32..100.0, 0..60), copies in 0_usize..5) {
            let mut scores = scores;
            scores.extend(scores.clone().into_iter().take(copies));
            let mut out = vec![0; scores.len()];
            Sorter::default().ranks(&scores, &mut out);
            for (x, rank) in scores.iter().zip(out) {
                prop_assert_eq!(usize::from(rank), 1 + scores.iter().filter(|y| *y > x).count());
            }
        }
    }
}
