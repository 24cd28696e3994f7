//! What the quarter on show leaves unsaid about its areas, and why.

use super::Scene;
use crate::report::frame::Frame;
use crate::report::league::Area;
use crate::report::words;

impl Scene<'_> {
    /// Whether the areas of the quarter on show have tiers.
    pub fn tiered(&self) -> bool {
        self.ccgs.iter().any(|a| a.tier.is_some())
    }

    /// What a tier is and what it is not: wherever a tier is shown, these are the words.
    pub fn tier_words(&self) -> String {
        let (_, many) = self.area_words();
        format!(
            "A tier holds {many} whose floors lie within a fixed step of the highest in it: close together, which is not the \
             same as not to be told apart, and two on either side of the line between tiers need not differ. The intervals and the ranges \
             of rank say who can be told from whom."
        )
    }

    /// An area's tier in words, with how many of other tiers its interval does not tell it from; `None` without a tier.
    pub fn tier_note(&self, area: &Area) -> Option<String> {
        let tier = area.tier.as_ref()?;
        let overlaps = |a: &Area| a.spread.zip(area.spread).is_some_and(|(a, b)| a.0 <= b.1 && b.0 <= a.1);
        let others =
            self.ccgs.iter().filter(|a| a.tier.as_ref().is_some_and(|t| t != tier) && overlaps(a)).count();
        let here = match (area.spread, others) {
            (None, _) => String::new(),
            (_, 0) => " Here the interval overlaps that of none in another tier.".to_owned(),
            (_, n) => format!(" Here the interval overlaps those of {} in other tiers.", self.areas(n)),
        };
        Some(format!("Tier {tier}. {}{here}", self.tier_words()))
    }

    /// Why no interval stands beside the scores; `None` where there is one.
    pub fn no_interval(&self) -> Option<String> {
        if self.ccgs.iter().any(|a| a.spread.is_some()) {
            return None;
        }
        let ever = Frame::new(self.release.tables.get("uncertainty")).rows() > 0;
        Some(if ever {
            "There is no 95% interval: nothing was simulated for this quarter.".to_owned()
        } else {
            "There is no 95% interval: the framework does not state what is uncertain, so nothing was simulated."
                .to_owned()
        })
    }

    /// Why no place is given, not even a range; `None` where there is one.
    pub fn no_rank(&self) -> Option<String> {
        if self.ranked() {
            return None;
        }
        let (one, many) = self.area_words();
        let noise = self.rankability().filter(|_| self.tiered()).map(|share| {
            format!(
                "No place is given: only {} of the differences between {many} is more than noise, and ranks need half.",
                words::percent(share)
            )
        });
        Some(noise.unwrap_or_else(|| {
            let share = self.england_now().map_or_else(String::new, |e| {
                format!(" ({} of the framework by weight)", words::percent(e.asked))
            });
            format!("No {one} is given a place or a tier: too little was collected in this quarter to rank by it{share}.")
        }))
    }

    /// Share of the variance between the areas that is more than noise, as the quarter's simulation found it.
    fn rankability(&self) -> Option<f64> {
        let day = self.period.as_ref()?.0;
        let table = Frame::new(self.release.tables.get("uncertainty")).of_period(day);
        let of_areas = Frame::new(table.as_ref()).rows_with("unit_type", "ccg");
        Frame::new(of_areas.as_ref()).float("rankability").first().copied().flatten()
    }
}
