//! The charts of one area, for its own page.

use super::history::History;
use super::peers::Neighbours;
use super::place::place;
use super::spine::Spines;
use crate::report::chart::Chart;
use crate::report::league::Area;
use crate::report::scene::Scene;

/// What the charts of all areas share, read once.
pub struct Own {
    pub(super) history: History,
    neighbours: Neighbours,
    spines: Spines,
}

impl Own {
    pub fn read(scene: &Scene) -> Own {
        Own {
            history: History::read(scene),
            neighbours: Neighbours::read(scene),
            spines: Spines::read(scene),
        }
    }

    /// Among all others, beside its peers, over the tenths of all, against its own noise, indicator by indicator: those that can be drawn.
    pub fn of(&self, scene: &Scene, area: &Area) -> Vec<Chart> {
        let (code, name) = (area.code.as_str(), area.name.as_str());
        let charts = [
            place(scene, area),
            self.neighbours.of(scene, area),
            self.history.area(scene, code, name),
            self.history.process(scene, Some((code, name))),
            self.spines.of(scene, code, name),
        ];
        charts.into_iter().flatten().collect()
    }
}
