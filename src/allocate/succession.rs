//! Money of CCGs that have ended since it was spent, carried to those that their practices are in now.
//!
//! Own method: a code that goes on keeps what it had; what a code had that has ended follows its registered patients,
//! practice by practice, as listed when the money was spent. Practices that have closed since say nothing. Shares are
//! apportioned to the penny, so that nothing is lost on the way.

use super::people::People;
use crate::stats::apportion::largest_remainder;
use std::collections::{BTreeMap, BTreeSet};

/// Part of what one CCG had, in another.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Moved {
    pub from: String,
    pub into: String,
    pub practices: usize,
    /// Millionths of a patient.
    pub patients: i64,
    pub pence: i64,
}

/// `money` by code of `before`, as money by code of `after`, and what moved. A code that is in neither, or none of whose
/// practices is left, keeps its entry: the caller says that nobody is there.
pub fn carried(
    money: &BTreeMap<String, i64>,
    before: &People,
    after: &People,
) -> (BTreeMap<String, i64>, Vec<Moved>) {
    let known: BTreeSet<&str> = after.units.iter().map(|u| u.code.as_str()).collect();
    let now: BTreeMap<&str, &str> =
        after.members.iter().map(|m| (m.practice.as_str(), m.ccg.as_str())).collect();
    let mut out: BTreeMap<String, i64> = BTreeMap::new();
    let mut moved = Vec::new();
    for (code, pence) in money {
        // by the CCG of today: practices and their patients then
        let mut heirs: BTreeMap<&str, (usize, i64)> = BTreeMap::new();
        if !known.contains(code.as_str()) {
            for member in before.members.iter().filter(|m| m.ccg == *code) {
                if let Some(into) = now.get(member.practice.as_str()) {
                    let heir = heirs.entry(*into).or_default();
                    *heir = (heir.0 + 1, heir.1 + member.patients);
                }
            }
        }
        let patients: Vec<i64> = heirs.values().map(|(_, n)| *n).collect();
        let Some(parts) = largest_remainder(*pence, &patients) else {
            *out.entry(code.clone()).or_default() += pence;
            continue;
        };
        for ((into, (practices, patients)), pence) in heirs.into_iter().zip(parts) {
            *out.entry(into.to_owned()).or_default() += pence;
            moved.push(Moved { from: code.clone(), into: into.to_owned(), practices, patients, pence });
        }
    }
    (out, moved)
}

#[cfg(test)]
mod tests {
    use super::super::people::{Member, Unit};
    use super::*;

    fn people(members: &[(&str, &str, i64)]) -> People {
        let mut units: Vec<Unit> = Vec::new();
        for (_, ccg, _) in members {
            if units.iter().all(|u| u.code != *ccg) {
                units.push(Unit { code: (*ccg).to_owned(), ..Unit::default() });
            }
        }
        let member = |(practice, ccg, n): &(&str, &str, i64)| Member {
            practice: (*practice).to_owned(),
            ccg: (*ccg).to_owned(),
            patients: n * 1_000_000,
        };
        People { units, members: members.iter().map(member).collect(), ..People::default() }
    }

    fn money(of: &[(&str, i64)]) -> BTreeMap<String, i64> {
        of.iter().map(|(c, p)| ((*c).to_owned(), *p)).collect()
    }

    #[test]
    fn a_merger_adds_a_split_follows_the_patients_and_no_penny_is_lost() {
        let before = people(&[
            ("P1", "00F", 3000),
            ("P2", "00F", 6000),
            ("P3", "00G", 5000),
            ("P4", "00H", 1000),
            ("P5", "00H", 2000),
            ("P6", "00H", 9000),
        ]);
        // 00F and 00G merge, 00H is split between the new one and 00K, its largest practice has closed
        let after = people(&[
            ("P1", "13T", 1),
            ("P2", "13T", 1),
            ("P3", "13T", 1),
            ("P4", "13T", 1),
            ("P5", "00K", 1),
            ("P9", "00K", 1),
        ]);
        let (got, moved) =
            carried(&money(&[("00F", 900), ("00G", 51), ("00H", 100), ("00K", 7)]), &before, &after);
        assert_eq!(got, money(&[("13T", 900 + 51 + 33), ("00K", 7 + 67)]));
        assert_eq!(moved.iter().filter(|m| m.from == "00H").map(|m| m.practices).sum::<usize>(), 2);
        assert!(moved.iter().all(|m| m.from != "00K"), "a code that goes on moves nothing");
    }

    #[test]
    fn a_code_without_practices_is_not_lost_in_silence() {
        let (got, moved) =
            carried(&money(&[("99Z", 5)]), &people(&[("P1", "00F", 1)]), &people(&[("P1", "13T", 1)]));
        assert_eq!((got, moved), (money(&[("99Z", 5)]), Vec::new()));
    }
}
