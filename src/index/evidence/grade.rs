//! From what the traces say to a grade, and from the grade to the points that the evidenced score counts.

use super::super::cells::Points;
use super::trace::Verdict;
use super::{Mark, Reason};
use crate::define::framework::{EvidenceTable, Strength};
use crate::model::EvidenceGrade;

/// The grade of a self-report. `claimed` says whether it claims anything at all.
pub(super) fn mark(claimed: bool, rules: &EvidenceTable, said: &[Option<Vec<Verdict>>], unit: usize) -> Mark {
    let verdict = |t: usize| said[t].as_ref().map_or(Verdict::Nothing, |v| v[unit]);
    // The traces, by what they say of the thing; an answer `no` is supported by what contradicts a `yes`.
    let that = |wanted: Verdict, strength: Option<Strength>| -> u32 {
        let of = rules.trace.iter().enumerate();
        of.filter(|(t, r)| verdict(*t) == wanted && strength.is_none_or(|s| s == r.strength))
            .fold(0, |bits, (t, _)| bits | 1 << t.min(31))
    };
    let (for_it, against) = if claimed {
        (Verdict::Supports, Verdict::Contradicts)
    } else {
        (Verdict::Contradicts, Verdict::Supports)
    };
    let (direct, indirect) = (that(for_it, Some(Strength::Direct)), that(for_it, Some(Strength::Indirect)));
    let near = that(Verdict::Near, None);
    // An indirect trace of a `no` would be the CCG's general yes: it contradicts nobody in particular.
    let against = that(against, if claimed { None } else { Some(Strength::Direct) });
    let silent = that(Verdict::Silent, None);
    let (grade, reason, traces) = if (direct | indirect | near) != 0 && against != 0 {
        (EvidenceGrade::C, Reason::TracesDisagree, direct | indirect | near | against)
    } else if against != 0 {
        let reason = if claimed { Reason::Contradicted } else { Reason::Understated };
        (EvidenceGrade::D, reason, against)
    } else if direct != 0 {
        (EvidenceGrade::A, Reason::Supported, direct)
    } else if indirect != 0 {
        (EvidenceGrade::B, Reason::Consistent, indirect)
    } else if near != 0 {
        (EvidenceGrade::B, Reason::NearTheLine, near)
    } else if silent != 0 {
        (EvidenceGrade::C, Reason::TraceMissing, silent)
    } else {
        (EvidenceGrade::C, Reason::NoTrace, 0)
    };
    Mark { grade, reason, traces }
}

/// Direct traces that show the thing of a unit without an answer, as bits; none where another trace denies it.
pub(super) fn shown(rules: &EvidenceTable, said: &[Option<Vec<Verdict>>], unit: usize) -> u32 {
    let verdict = |t: usize| said[t].as_ref().map_or(Verdict::Nothing, |v| v[unit]);
    if (0..said.len()).any(|t| verdict(t) == Verdict::Contradicts) {
        return 0;
    }
    let of = rules.trace.iter().enumerate();
    of.filter(|(t, r)| verdict(*t) == Verdict::Supports && r.strength == Strength::Direct)
        .fold(0, |bits, (t, _)| bits | 1 << t.min(31))
}

/// The points that the evidenced score counts.
pub(super) fn settle(points: &mut Points, unit: usize, mark: Mark) {
    match mark.reason {
        Reason::Contradicted => {
            (points.low[unit], points.high[unit], points.estimate[unit]) = (0.0, 0.0, 0.0);
        }
        // it may be so: the ceiling and the estimate take the unit at its word
        Reason::TraceMissing => points.low[unit] = 0.0,
        _ => {}
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::define::framework::{KnownBy, Silence, Trace, TraceTest, UnitKind};

    fn rules(strengths: &[Strength]) -> EvidenceTable {
        let trace = |&strength: &Strength| Trace {
            id: "t".to_owned(),
            what: String::new(),
            unit: UnitKind::Practice,
            strength,
            silence: Silence::CountsAgainst,
            reason: "test".to_owned(),
            test: TraceTest::Presence { dataset: "d".to_owned(), filter: Default::default() },
        };
        EvidenceTable { known_by: KnownBy::SelfReport, trace: strengths.iter().map(trace).collect() }
    }

    fn floor(verdicts: &[Verdict], strengths: &[Strength]) -> f64 {
        let said: Vec<_> = verdicts.iter().map(|v| Some(vec![*v])).collect();
        let mut p = Points::with_capacity(1);
        p.applies.push(true);
        for column in [&mut p.low, &mut p.high, &mut p.estimate] {
            column.push(100.0);
        }
        settle(&mut p, 0, mark(true, &rules(strengths), &said, 0));
        p.low[0]
    }

    #[test]
    fn a_trace_that_falls_silent_never_raises_the_evidenced_floor() {
        use Verdict::{Contradicts, Near, Silent, Supports};
        let all = [Supports, Near, Contradicts, Silent];
        for s in [[Strength::Direct; 3], [Strength::Direct, Strength::Indirect, Strength::Indirect]] {
            for a in all {
                for b in all {
                    for c in all {
                        let full = floor(&[a, b, c], &s);
                        for without in [[Silent, b, c], [a, Silent, c], [a, b, Silent]] {
                            assert!(floor(&without, &s) <= full, "{a:?} {b:?} {c:?} {without:?}");
                        }
                    }
                }
            }
        }
    }

    #[test]
    fn each_grade_has_its_reason() {
        let one = |claimed, v, s| {
            let m = mark(claimed, &rules(&[s]), &[Some(vec![v])], 0);
            (m.grade, m.reason)
        };
        use EvidenceGrade::{A, B, C, D};
        for (claimed, verdict, strength, grade, reason) in [
            (true, Verdict::Supports, Strength::Direct, A, Reason::Supported),
            (true, Verdict::Supports, Strength::Indirect, B, Reason::Consistent),
            (true, Verdict::Near, Strength::Direct, B, Reason::NearTheLine),
            (true, Verdict::Nothing, Strength::Direct, C, Reason::NoTrace),
            (true, Verdict::Silent, Strength::Direct, C, Reason::TraceMissing),
            (true, Verdict::Contradicts, Strength::Direct, D, Reason::Contradicted),
            (false, Verdict::Contradicts, Strength::Direct, A, Reason::Supported),
            (false, Verdict::Supports, Strength::Direct, D, Reason::Understated),
            (false, Verdict::Supports, Strength::Indirect, C, Reason::NoTrace),
        ] {
            assert_eq!(one(claimed, verdict, strength), (grade, reason), "{claimed} {verdict:?}");
        }
    }
}
