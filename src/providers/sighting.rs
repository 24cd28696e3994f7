//! Where a provider is named for a practice, on which day.

use crate::define::framework::{ProviderKind, ProviderSource, UnitKind};
use crate::frames::Columns;
use jiff::civil::Date;
use polars::prelude::*;
use regex::Regex;
use std::collections::{BTreeMap, BTreeSet};

/// A frame of a source, and the last day of its period.
#[derive(Clone, Copy)]
pub struct ProviderFrame<'a> {
    pub source: &'a ProviderSource,
    pub day: Date,
    /// How many months it may lie from a quarter's end.
    pub window_months: u32,
    pub frame: &'a DataFrame,
}

/// What is named for a unit in one frame: one provider, or several at once.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Named {
    One(String),
    /// A change under way, or a second system: counted with neither.
    Several,
}

/// One frame's word on a unit.
#[derive(Clone, Debug)]
pub(super) struct Sighting<'a> {
    pub day: Date,
    pub window_months: u32,
    pub dataset: &'a str,
    pub named: Named,
}

/// All that is known of one kind of provider: by practice, and by CCG for those that a whole CCG has.
pub struct Sightings<'a> {
    pub kind: &'a ProviderKind,
    practices: BTreeMap<String, Vec<Sighting<'a>>>,
    ccgs: BTreeMap<String, Vec<Sighting<'a>>>,
}

impl<'a> Sightings<'a> {
    /// Reads the frames, given in the order of the kind's sources.
    pub fn read(kind: &'a ProviderKind, frames: &[ProviderFrame<'a>]) -> PolarsResult<Sightings<'a>> {
        let strip = kind.strip.as_ref().and_then(|p| Regex::new(p).ok());
        let mut out = Sightings { kind, practices: BTreeMap::new(), ccgs: BTreeMap::new() };
        for f in frames {
            let of_ccgs = f.source.unit == UnitKind::Ccg;
            let code = if of_ccgs { "ccg_code" } else { "practice_code" };
            let codes = Columns(f.frame).texts(code)?;
            let names = Columns(f.frame).texts_if_any(&f.source.column)?;
            let mut here: BTreeMap<&str, BTreeSet<&str>> = BTreeMap::new();
            let mut last = None;
            for pair in codes.into_iter().zip(names).filter_map(|(code, name)| code.zip(name)) {
                // rows of one practice stand together in a long layout
                if last.replace(pair) != Some(pair) {
                    here.entry(pair.0).or_default().insert(pair.1);
                }
            }
            let into = if of_ccgs { &mut out.ccgs } else { &mut out.practices };
            for (code, names) in here {
                let names: BTreeSet<String> =
                    names.into_iter().map(|n| plain(kind, strip.as_ref(), n)).collect();
                let named = match names.len() {
                    1 => names.into_iter().next().map_or(Named::Several, Named::One),
                    _ => Named::Several,
                };
                let (day, window_months) = (f.day, f.window_months);
                let sighting = Sighting { day, window_months, dataset: &f.source.dataset, named };
                into.entry(code.to_owned()).or_default().push(sighting);
            }
        }
        // by day; of one day the better source first, the others not at all
        for seen in out.practices.values_mut().chain(out.ccgs.values_mut()) {
            seen.sort_by_key(|s| s.day);
            seen.dedup_by_key(|s| s.day);
        }
        Ok(out)
    }

    /// The sightings of a practice, or of its CCG, in the order of days.
    pub(super) fn of(&self, practice: &str, ccg: Option<&str>) -> &[Sighting<'a>] {
        let own = self.practices.get(practice);
        own.or_else(|| self.ccgs.get(ccg?)).map_or(&[], Vec::as_slice)
    }

    /// Practices with sightings of their own.
    pub(super) fn practices(&self) -> impl Iterator<Item = (&str, &[Sighting<'a>])> {
        self.practices.iter().map(|(code, seen)| (code.as_str(), seen.as_slice()))
    }
}

fn plain(kind: &ProviderKind, strip: Option<&Regex>, name: &str) -> String {
    let bare = strip.map_or(name.into(), |s| s.replace(name, ""));
    kind.names.get(bare.as_ref()).cloned().unwrap_or_else(|| bare.into_owned())
}
