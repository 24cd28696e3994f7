//! How an answer is known.

use std::fmt;

/// Grade of one answer. A grade never changes the answer.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum EvidenceGrade {
    /// Evidenced: counted by a system or a register, or shown by a direct trace.
    A,
    /// Consistent: an indirect trace fits, or a counted share lies near the line.
    B,
    /// Self-report only.
    C,
    /// Contradicted by an independent trace.
    D,
}

impl EvidenceGrade {
    pub const ALL: [EvidenceGrade; 4] =
        [EvidenceGrade::A, EvidenceGrade::B, EvidenceGrade::C, EvidenceGrade::D];

    /// The letter used in tables (`indicator_values.evidence`).
    pub fn as_str(self) -> &'static str {
        match self {
            EvidenceGrade::A => "A",
            EvidenceGrade::B => "B",
            EvidenceGrade::C => "C",
            EvidenceGrade::D => "D",
        }
    }
}

impl fmt::Display for EvidenceGrade {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.as_str())
    }
}
