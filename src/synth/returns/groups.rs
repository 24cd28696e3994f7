//! Lists that bodies make of themselves: which CCGs a body holds to be alike, and federations of practices. Sent once, with the
//! first quarter.

use super::super::text::Table;
use super::super::world::World;
use super::super::{Job, Part};
use super::{as_at, last_month};

/// CCGs on the list of each CCG.
const ALIKE: usize = 8;
/// Practices of a federation; the last one may lack so many, fewer join the one before.
const FEDERATION: usize = 8;
const OVER: usize = 2;
/// One CCG in so many has no federations.
const WITHOUT: usize = 7;

pub fn jobs(world: &World) -> Vec<Job<'_>> {
    vec![Box::new(move || Ok(alike(world))), Box::new(move || Ok(federations(world)))]
}

/// By number of practices: another view of likeness than the computed one.
fn alike(world: &World) -> Part {
    let period = as_at(world, 0);
    let mut part = Part::new(format!("returns/peer_list_{period}.csv"), Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(["as_at", "ccg_code", "peer_code", "list_source"]).end();
    for (i, ccg) in world.ccgs.iter().enumerate() {
        let mut others: Vec<_> = world.ccgs.iter().enumerate().filter(|(j, _)| *j != i).collect();
        others.sort_by_key(|(j, c)| (c.practices.abs_diff(ccg.practices), *j));
        for (_, peer) in others.iter().take(ALIKE) {
            t.texts([&period, &ccg.code, &peer.code, "SYNTHETIC LIST, by number of practices"]).end();
        }
    }
    part.file.bytes = t.out;
    part
}

fn federations(world: &World) -> Part {
    let period = as_at(world, 0);
    let mut part = Part::new(format!("returns/own_groups_{period}.csv"), Vec::new());
    let mut t = Table::csv("\r\n");
    t.texts(["as_at", "unit_code", "group_kind", "group_name"]).end();
    for (i, ccg) in world.ccgs.iter().enumerate().filter(|(i, _)| i % WITHOUT != WITHOUT - 1) {
        let own: Vec<_> = world.open(last_month(0)).filter(|p| p.ccg == i).collect();
        let last = ((own.len() + OVER) / FEDERATION).saturating_sub(1);
        for (k, p) in own.iter().enumerate() {
            let name = format!("SYNTHETIC FEDERATION {} OF {}", (k / FEDERATION).min(last) + 1, ccg.code);
            t.texts([&period, &p.code, "federation", &name]).end();
        }
    }
    part.file.bytes = t.out;
    part
}
