//! One joint simulation of everything that a score leaves open: sampling error, missing answers, choices of method.
//!
//! In: the cells of a quarter. Out: an interval of score and of rank per practice and CCG, the chance to be in the top
//! or bottom tenth, how well each table can be ranked, and which cause moves it. Own method, after Goldstein and
//! Spiegelhalter (J. R. Stat. Soc. A 159 (1996) 385) for ranks, the OECD/JRC Handbook (2008, step 7) for choices, and
//! Jansen (Comput. Phys. Commun. 117 (1999) 35) for the split.
//!
//! **A replicate** draws (1) every weight within the framework's share of itself, (2) the width of every scale,
//! (3) the exponent of the mean over the dimensions, (4) what a missing answer stands for, (5) for each unit, where
//! between its floor and its ceiling the truth lies, and (6) for each unit, one normal deviate times the standard error
//! of its score. The deviate is first-order: the variances of its proportions and rates, each measured in points so
//! that the clip at a goalpost counts, weighed by the squares of the replicate's effective weights. Scores are 32-bit
//! floats; the published floor, estimate and ceiling are not drawn and stay exact.
//!
//! **Draws** come from a counter-based generator (ChaCha8): stream = cause, position = replicate. The same seed gives
//! the same digits on any number of threads; replicate 7 is replicate 7 whatever the number of replicates.
//!
//! **Beside the replicates** every choice is made otherwise one at a time ([`variant`]: equal weights, each indicator
//! left out, each exponent), and the share of each cause in the shift of ranks is split ([`causes`]).
//!
//! Rows of any table (`dpcmi score`) share the draws, the counting and the split; their steps look at other units, so
//! each of their replicates runs the whole tree over prepared columns (`rows::replicate`).
//!
//! **Memory** does not grow with the replicates: scores and ranks are counted into histograms, a block at a time.

mod causes;
mod count;
mod draw;
mod kernel;
mod plan;
mod rank;
mod run;
mod variant;

pub(super) use causes::split;
pub(super) use count::{Counts, RANKABLE, Spread, rankability, standard_error};
pub(super) use draw::{CAUSES, Cause, Draws, Rows};
pub(super) use plan::{STATED, WIDTHS, scale_of_width, widths};
pub(super) use run::{Simulated, quarter};
pub(super) use variant::Variant;
