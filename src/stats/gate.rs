//! Maturity levels with gates: a level counts only when every lower level is met, so that no strength above
//! makes up for a gap below. Own definition, in the manner of staged maturity models (CMMI staged
//! representation, 2002).
//!
//! Each item belongs to one level, 1 or more, with a weight; a level is met when the share of its weight
//! answered yes reaches its threshold (1 asks for all of it) and no must-have item of it is unmet. A missing
//! answer is neither yes nor no: the level is given as the lowest and the highest that the missing answers leave
//! open, and everything else counts missing as not met, so that silence never pays. An item that does not apply
//! leaves the sum on both sides. A level of which nothing applies neither holds back nor raises: it is passed on
//! the way to a higher one and never reached by itself.

/// What was answered to one item.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Answer {
    Yes,
    No,
    Missing,
    /// Missing, of an item that may not concern the unit: not met in the lowest level, not asked in the highest.
    MayNotApply,
    NotApplicable,
}

/// One requirement.
#[derive(Clone, Copy, Debug, PartialEq)]
pub struct Item {
    /// From 1.
    pub level: usize,
    pub weight: f64,
    /// Without it the level is not met, whatever the others.
    pub must: bool,
}

/// Where one unit stands on the levels.
#[derive(Clone, Debug, PartialEq)]
pub struct Standing {
    /// Highest level reached with every missing answer taken as no; 0 when the first is not met.
    pub low: usize,
    /// The same with every missing answer taken as yes.
    pub high: usize,
    /// Levels met with no regard to the ones below.
    pub ungated: usize,
    /// Share of weight met of the level that holds the unit back; `None` at the top, where nothing is next.
    pub progress: Option<f64>,
    /// Items of that level that are not met, by position: answering them yes opens it.
    pub blocking: Vec<usize>,
    /// Answers missing among the items that apply or might.
    pub missing: usize,
}

impl Standing {
    /// Level and progress in one number, 0 to the number of levels, that no better answer lowers.
    pub fn continuous(&self) -> f64 {
        self.low as f64 + self.progress.unwrap_or(0.0)
    }
}

/// Weight met and weight asked of one level.
#[derive(Clone, Copy, Default)]
struct Level {
    met: f64,
    asked: f64,
    applies: bool,
    /// A must-have item is not met.
    held: bool,
}

impl Level {
    /// One item of it, met or not.
    fn add(&mut self, item: &Item, met: bool) {
        self.asked += item.weight;
        self.met += if met { item.weight } else { 0.0 };
        self.applies = true;
        self.held |= item.must && !met;
    }

    fn share(self) -> f64 {
        self.met / self.asked
    }

    fn is_met(self, threshold: f64) -> bool {
        // Weights such as 0.1 do not add up to the last bit.
        !self.held && self.met >= threshold * self.asked * (1.0 - 1e-12)
    }
}

/// The standing of one unit. `answers[i]` is to `items[i]`; `thresholds[l - 1]` is the share that level l
/// asks for.
///
/// `None` when nothing applies to the unit, when the slices differ in length, when an item's level has no
/// threshold or its weight is not above 0, or when a threshold lies outside 0 to 1 or is 0.
pub fn standing(items: &[Item], answers: &[Answer], thresholds: &[f64]) -> Option<Standing> {
    let sound =
        |i: &Item| (1..=thresholds.len()).contains(&i.level) && i.weight > 0.0 && i.weight.is_finite();
    if items.len() != answers.len()
        || !items.iter().all(sound)
        || !thresholds.iter().all(|t| *t > 0.0 && *t <= 1.0)
        || answers.iter().all(|a| *a == Answer::NotApplicable)
    {
        return None;
    }
    // Whether an answer counts as met; `None` where the item is not asked.
    let levels = |met: fn(Answer) -> Option<bool>| {
        let mut levels = vec![Level::default(); thresholds.len()];
        for (item, met) in items.iter().zip(answers).filter_map(|(i, a)| Some((i, met(*a)?))) {
            levels[item.level - 1].add(item, met);
        }
        levels
    };
    let low = levels(|a| (a != Answer::NotApplicable).then_some(a == Answer::Yes));
    let high = levels(|a| match a {
        Answer::Yes | Answer::Missing => Some(true),
        Answer::No => Some(false),
        Answer::MayNotApply | Answer::NotApplicable => None,
    });
    let next = (0..low.len()).find(|l| low[*l].applies && !low[*l].is_met(thresholds[*l]));
    let unmet = |i: &usize| !matches!(answers[*i], Answer::Yes | Answer::NotApplicable);
    Some(Standing {
        low: reached(&low, thresholds),
        high: reached(&high, thresholds),
        ungated: (0..low.len()).filter(|l| low[*l].applies && low[*l].is_met(thresholds[*l])).count(),
        progress: next.map(|l| low[l].share()),
        blocking: (0..items.len()).filter(|i| Some(items[*i].level - 1) == next).filter(unmet).collect(),
        missing: answers.iter().filter(|a| matches!(a, Answer::Missing | Answer::MayNotApply)).count(),
    })
}

/// The highest level of which something applies, with it and all lower ones met.
fn reached(levels: &[Level], thresholds: &[f64]) -> usize {
    let mut top = 0;
    for (l, level) in levels.iter().enumerate().filter(|(_, l)| l.applies) {
        if !level.is_met(thresholds[l]) {
            break;
        }
        top = l + 1;
    }
    top
}

/// The smallest set of unmet items whose meeting opens the next level: the fewest items; among sets of as few the least
/// `effort` in sum, among those the first in the order of the items. Positions in rising order.
///
/// `effort[i]` is what it takes to meet `items[i]`, 0 or more; `None` for what cannot be met. Exact, by branch and bound:
/// must-have items are in every set, and no fewer of the others than the heaviest would need. Own definition.
///
/// `None` where [`standing`] is, at the top, or when no set opens the level.
pub fn smallest_set(
    items: &[Item],
    answers: &[Answer],
    thresholds: &[f64],
    effort: &[Option<f64>],
) -> Option<Vec<usize>> {
    let standing = standing(items, answers, thresholds)?;
    let next = items[*standing.blocking.first()?].level;
    let sound = |e: &Option<f64>| e.is_none_or(|e| e >= 0.0 && e.is_finite());
    if effort.len() != items.len() || !effort.iter().all(sound) {
        return None;
    }
    let mut level = Level::default();
    for (item, answer) in items.iter().zip(answers).filter(|(i, _)| i.level == next) {
        if *answer != Answer::NotApplicable {
            level.add(item, *answer == Answer::Yes);
        }
    }
    let (must, free): (Vec<usize>, Vec<usize>) = standing.blocking.iter().partition(|i| items[**i].must);
    level.held = false;
    for i in &must {
        effort[*i]?;
        level.met += items[*i].weight;
    }
    let mut open: Vec<Choice> = free
        .into_iter()
        .filter_map(|i| Some(Choice { item: i, weight: items[i].weight, effort: effort[i]? }))
        .collect();
    open.sort_by(|a, b| a.effort.total_cmp(&b.effort).then(a.item.cmp(&b.item)));
    let mut heaviest: Vec<f64> = open.iter().map(|c| c.weight).collect();
    heaviest.sort_by(|a, b| b.total_cmp(a));
    let with = |weights: &[f64]| Level { met: level.met + weights.iter().sum::<f64>(), ..level };
    let fewest = (0..=heaviest.len()).find(|k| with(&heaviest[..*k]).is_met(thresholds[next - 1]))?;
    let mut search = Search { open: &open, level, threshold: thresholds[next - 1], best: None };
    search.down(0, fewest, &mut Vec::with_capacity(fewest), level.met, 0.0);
    let (_, chosen) = search.best?;
    let mut set: Vec<usize> = must.into_iter().chain(chosen).collect();
    set.sort_unstable();
    Some(set)
}

/// An item that may be met, or not.
struct Choice {
    item: usize,
    weight: f64,
    effort: f64,
}

/// A search for the least effort among sets of one size, over choices in order of effort.
struct Search<'a> {
    open: &'a [Choice],
    level: Level,
    threshold: f64,
    /// Effort, and items in rising order.
    best: Option<(f64, Vec<usize>)>,
}

impl Search<'_> {
    fn down(&mut self, from: usize, left: usize, chosen: &mut Vec<usize>, met: f64, effort: f64) {
        if left == 0 {
            if (Level { met, ..self.level }).is_met(self.threshold) {
                let mut items = chosen.clone();
                items.sort_unstable();
                let better = |(e, held): &(f64, Vec<usize>)| effort < *e || (effort == *e && items < *held);
                if self.best.as_ref().is_none_or(better) {
                    self.best = Some((effort, items));
                }
            }
            return;
        }
        for at in from..self.open.len().saturating_sub(left - 1) {
            // the choices that follow take at least as much
            let least = effort + self.open[at..at + left].iter().map(|c| c.effort).sum::<f64>();
            if self.best.as_ref().is_some_and(|(e, _)| least > *e) {
                return;
            }
            let c = &self.open[at];
            let (met, effort) = (met + c.weight, effort + c.effort);
            chosen.push(c.item);
            self.down(at + 1, left - 1, chosen, met, effort);
            chosen.pop();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use Answer::{MayNotApply, Missing, No, NotApplicable, Yes};

    fn items(levels: &[usize]) -> Vec<Item> {
        levels.iter().map(|l| Item { level: *l, weight: 1.0, must: false }).collect()
    }

    const ALL: [Answer; 5] = [Yes, No, Missing, MayNotApply, NotApplicable];

    /// Every way to answer five items.
    fn every() -> impl Iterator<Item = Vec<Answer>> {
        (0..5usize.pow(5)).map(|n| (0..5).map(|i| ALL[n / 5usize.pow(i) % 5]).collect())
    }

    #[test]
    fn strength_above_does_not_make_up_for_a_gap_below() {
        let s = standing(&items(&[1, 2, 3]), &[No, Yes, Yes], &[1.0; 3]).expect("sound");
        assert_eq!((s.low, s.high, s.ungated, s.blocking), (0, 0, 2, vec![0]));
    }

    #[test]
    fn what_does_not_apply_is_not_asked() {
        let s = standing(&items(&[1, 1, 2]), &[Yes, NotApplicable, No], &[1.0; 2]).expect("sound");
        assert_eq!((s.low, s.progress), (1, Some(0.0)));
        let all = [NotApplicable; 3];
        assert_eq!(standing(&items(&[1, 1, 2]), &all, &[1.0; 2]), None, "nothing applies: no level");
    }

    #[test]
    fn a_level_of_which_nothing_applies_is_passed_but_not_reached() {
        let at =
            |third| standing(&items(&[1, 2, 3]), &[Yes, NotApplicable, third], &[1.0; 3]).expect("sound");
        assert_eq!((at(No).low, at(Yes).low, at(Missing).high), (1, 3, 3));
        assert_eq!(at(No).blocking, [2], "the block is the next level that asks something");
    }

    #[test]
    fn a_must_have_item_holds_its_level_whatever_the_share() {
        let mut items = items(&[1, 1, 1, 2]);
        items[0].must = true;
        let low = |first| standing(&items, &[first, Yes, Yes, No], &[0.5, 1.0]).expect("sound");
        assert_eq!((low(No).low, low(No).blocking, low(Yes).low), (0, vec![0], 1));
        assert_eq!((low(Missing).high, low(MayNotApply).high), (1, 1));
    }

    #[test]
    fn what_may_not_apply_is_not_met_in_the_floor_and_not_asked_in_the_ceiling() {
        let s = standing(&items(&[1, 1, 2]), &[Yes, MayNotApply, No], &[1.0; 2]).expect("sound");
        assert_eq!((s.low, s.high, s.missing, s.blocking), (0, 1, 1, vec![1]));
    }

    #[test]
    fn tenths_that_do_not_add_up_to_the_last_bit_still_meet_their_threshold() {
        let items: Vec<Item> =
            [0.7, 0.1, 0.2].iter().map(|w| Item { level: 1, weight: *w, must: false }).collect();
        let s = standing(&items, &[Yes, Yes, No], &[0.8]).expect("sound");
        assert_eq!(s.low, 1);
    }

    #[test]
    fn a_wrong_framework_has_no_levels() {
        let yes = [Yes];
        assert_eq!(standing(&items(&[0]), &yes, &[1.0]), None);
        assert_eq!(standing(&items(&[2]), &yes, &[1.0]), None);
        assert_eq!(standing(&items(&[1]), &yes, &[0.0]), None);
        assert_eq!(standing(&items(&[1]), &yes, &[f64::NAN]), None);
        assert_eq!(standing(&items(&[1, 1]), &yes, &[1.0]), None);
        assert_eq!(standing(&[Item { level: 1, weight: -1.0, must: false }], &yes, &[1.0]), None);
    }

    #[test]
    fn no_better_answer_lowers_anything_and_silence_never_pays() {
        let mut items = items(&[1, 1, 2, 3, 3]);
        let better = |s: &Standing, t: &Standing| {
            t.low >= s.low && t.high >= s.high && t.ungated >= s.ungated && t.continuous() >= s.continuous()
        };
        for (thresholds, must) in [([1.0; 3], false), ([0.5, 1.0, 0.5], false), ([0.5; 3], true)] {
            items[4].must = must;
            for answers in every() {
                let Some(s) = standing(&items, &answers, &thresholds) else { continue };
                assert!(s.low <= s.high && s.continuous() < 3.0 + 1e-9, "{answers:?}");
                for i in 0..5 {
                    let with = |a: Answer| {
                        let mut changed = answers.clone();
                        changed[i] = a;
                        standing(&items, &changed, &thresholds).expect("something applies")
                    };
                    let (yes, no, silent, unsure) = (with(Yes), with(No), with(Missing), with(MayNotApply));
                    assert!(better(&no, &yes) && better(&unsure, &yes), "{answers:?} {i}");
                    assert_eq!(
                        (unsure.low, unsure.continuous()),
                        (no.low, no.continuous()),
                        "{answers:?} {i}"
                    );
                    assert_eq!(silent.low, no.low, "silence counts as no: {answers:?} {i}");
                    assert!(silent.high == yes.high && silent.continuous() == no.continuous());
                }
            }
        }
    }

    /// Every set of unmet items, by brute force: fewest, then least effort, then first.
    fn by_force(
        items: &[Item],
        answers: &[Answer],
        thresholds: &[f64],
        effort: &[Option<f64>],
    ) -> Option<Vec<usize>> {
        let low = standing(items, answers, thresholds)?.low;
        let mut best: Option<(usize, f64, Vec<usize>)> = None;
        for bits in 1..1usize << items.len() {
            let set: Vec<usize> = (0..items.len()).filter(|i| bits >> i & 1 == 1).collect();
            let unmet = |i: &usize| !matches!(answers[*i], Yes | NotApplicable);
            let Some(sum) = set.iter().filter(|i| unmet(i)).map(|i| effort[*i]).sum::<Option<f64>>() else {
                continue;
            };
            let mut changed = answers.to_vec();
            set.iter().for_each(|i| changed[*i] = Yes);
            let opened = standing(items, &changed, thresholds).is_some_and(|s| s.low > low);
            if opened && set.iter().all(unmet) {
                let found = (set.len(), sum, set);
                if best.as_ref().is_none_or(|b| found < *b) {
                    best = Some(found);
                }
            }
        }
        best.map(|(_, _, set)| set)
    }

    #[test]
    fn no_smaller_or_easier_set_opens_the_next_level() {
        let mut compared = 0;
        let weights = [1.0, 2.0, 1.0, 3.0, 1.0];
        for (levels, musts, even) in [
            ([1, 1, 1, 1, 2], [0; 5], true),
            ([1, 1, 1, 2, 2], [1, 0, 0, 1, 0], false),
            ([2, 1, 1, 1, 1], [0, 0, 1, 0, 0], false),
        ] {
            let items: Vec<Item> = (0..5)
                .map(|i| Item {
                    level: levels[i],
                    weight: if even { 1.0 } else { weights[i] },
                    must: musts[i] == 1,
                })
                .collect();
            for thresholds in [[1.0, 1.0], [0.5, 0.66], [0.8, 0.25]] {
                for effort in [[Some(1.0); 5], [Some(4.0), Some(2.0), Some(2.0), None, Some(0.5)]] {
                    for answers in every() {
                        let found = smallest_set(&items, &answers, &thresholds, &effort);
                        assert_eq!(
                            found,
                            by_force(&items, &answers, &thresholds, &effort),
                            "{items:?} {answers:?} {thresholds:?} {effort:?}"
                        );
                        compared += usize::from(found.is_some());
                    }
                }
            }
        }
        assert!(compared > 10_000, "{compared}");
    }

    #[test]
    fn the_missing_answers_reach_both_bounds_and_nothing_outside_them() {
        let items = items(&[1, 1, 2, 3, 3]);
        for answers in every() {
            let Some(s) = standing(&items, &answers, &[1.0; 3]) else { continue };
            let open: Vec<usize> = (0..5).filter(|i| matches!(answers[*i], Missing | MayNotApply)).collect();
            let filled = (0..1usize << open.len()).map(|bits| {
                let mut full = answers.clone();
                for (k, i) in open.iter().enumerate() {
                    full[*i] = match (bits >> k & 1, answers[*i]) {
                        (0, _) => No,
                        (_, MayNotApply) => NotApplicable,
                        _ => Yes,
                    };
                }
                standing(&items, &full, &[1.0; 3]).map_or(0, |s| s.low)
            });
            let levels: Vec<usize> = filled.collect();
            assert_eq!(
                (levels.iter().min(), levels.iter().max()),
                (Some(&s.low), Some(&s.high)),
                "{answers:?}"
            );
        }
    }
}
