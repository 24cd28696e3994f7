//! The charts of one area, for its own page.

use super::history::History;
use super::peers::peers;
use super::place::place;
use super::spine::Spines;
use crate::report::chart::Chart;
use crate::report::league::Area;
use crate::report::scene::Scene;

/// What the charts of all areas share, read once.
pub struct Own {
    pub(super) history: History,
    spines: Spines,
}

/// The charts of one area that can be drawn, by the question that they answer.
#[derive(Default)]
pub struct OwnCharts {
    /// Among all others, and indicator by indicator.
    pub standing: Vec<Chart>,
    /// Over the tenths of all, and against its own noise.
    pub over_time: Vec<Chart>,
    pub peers: Vec<Chart>,
}

impl Own {
    pub fn read(scene: &Scene) -> Own {
        Own { history: History::read(scene), spines: Spines::read(scene) }
    }

    pub fn of(&self, scene: &Scene, area: &Area) -> OwnCharts {
        let (code, name) = (area.code.as_str(), area.name.as_str());
        let drawn = |charts: [Option<Chart>; 2]| charts.into_iter().flatten().collect();
        OwnCharts {
            standing: drawn([place(scene, area), self.spines.of(scene, code, name)]),
            over_time: drawn([
                self.history.area(scene, code, name),
                self.history.process(scene, Some((code, name))),
            ]),
            peers: peers(scene, area).into_iter().collect(),
        }
    }
}
