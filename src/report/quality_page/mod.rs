//! The page on the quality of the data: what arrived, was accepted, set aside, skipped and refused, what is missing, what was
//! carried forward, and every kind of issue with what to do about it.

mod carried;
mod coverage;
mod files;
mod issues;
mod months;

pub use files::account;

use super::frame::Frame;
use super::scene::Scene;
use super::section::{Article, Section};
use super::words;
use issues::Issues;

pub fn page(scene: &Scene) -> Article {
    let issues = Issues::read(Frame::new(scene.release.tables.get("quality/issues")));
    let lede = "Nothing is dropped in silence: for every file, rows read = rows accepted + set aside + skipped + refused. Absent is \
                never counted as zero. Where an answer is missing, the score says what it would be at least and at most.";
    let sections = vec![
        files::arrived(scene),
        files::refused(scene, &issues),
        files::each(scene),
        issues::set_aside(scene),
        months::section(scene),
        coverage::indicators(scene),
        coverage::areas(scene),
        carried::section(scene),
        issues::codes(scene, &issues),
        withheld(scene),
    ];
    Article::new(scene, "Data quality", lede, sections)
}

/// What disclosure control took out of the tables.
fn withheld(scene: &Scene) -> Section {
    let mut section = Section::new("withheld", "What was withheld");
    section.list = scene
        .release
        .withheld
        .iter()
        .map(|w| {
            format!(
                "{}: {} of {} withheld",
                w.table,
                words::of(words::size(w.cells), "cell", "cells"),
                w.column
            )
        })
        .collect();
    if section.list.is_empty() {
        section = section.says("Disclosure control withheld no cell of any table.");
    }
    section
}
