//! What is true of a practice's IT in each quarter, and what the independent traces will say of it.

use super::super::draw::Kind;
use super::super::practice::{Fault, Practice};
use super::super::{pomi, world::World};
use super::last_month;
use jiff::ToSpan;
use jiff::civil::{Date, date};

/// The yes/no questions of the declaration, in the order of its columns.
pub const QUESTIONS: [&str; 12] = [
    "ind21_1",
    "it_lead",
    "ind33_4",
    "ind33_5",
    "ind33_6",
    "online_appointments",
    "online_prescriptions",
    "online_records",
    "online_enabled_30",
    "eps_used",
    "toolkit_met",
    "gpsoc_system",
];

/// State of the agreement between practice and CCG.
#[derive(Clone, Copy, PartialEq, Eq)]
pub enum Agreement {
    Signed,
    Escalated,
    Neither,
}

/// Status in the register of the toolkit; `None` when the practice is not in it.
pub type Toolkit = Option<&'static str>;

/// One practice in one quarter.
#[derive(Clone)]
pub struct Facts {
    pub yes: [bool; 12],
    /// Whether an independent trace in the files denies the answer `yes`.
    pub denied: [bool; 12],
    pub staff: i64,
    pub laptops: i64,
    pub trained: i64,
}

/// Share of list entries that lag behind a signature.
const STALE: f64 = 0.01;
/// Share of CCGs that do not return their list in a quarter.
const LIST_MISSING: f64 = 0.02;

/// The quarter in which a practice signed its agreement; 0 for before the set, `None` for never in it.
fn signed_in(world: &World, p: &Practice) -> Option<usize> {
    let mut d = world.draw(Kind::Agreement, p.index, 0);
    if d.chance(0.72) {
        return Some(0);
    }
    let later = d.below(2 * world.spec.quarters + 4) + 1;
    (later < world.spec.quarters).then_some(later)
}

/// The agreement as it is.
pub fn agreement(world: &World, p: &Practice, quarter: usize) -> Agreement {
    let escalates = world.draw(Kind::Agreement, p.index, 1).chance(0.3);
    match signed_in(world, p) {
        Some(q) if q <= quarter => Agreement::Signed,
        _ if escalates => Agreement::Escalated,
        _ => Agreement::Neither,
    }
}

/// The agreement as the CCG's list has it; `None` where the CCG does not return its list.
pub fn listed(world: &World, p: &Practice, quarter: usize) -> Option<Agreement> {
    if world.draw(Kind::Agreement, p.ccg, 60_000 + quarter).chance(LIST_MISSING) {
        return None;
    }
    let true_state = agreement(world, p, quarter);
    let stale = world.draw(Kind::Agreement, p.index, 2).chance(STALE);
    Some(if stale && true_state == Agreement::Signed { Agreement::Neither } else { true_state })
}

/// What the CCG's list says of the days of an agreement.
pub struct Dates {
    on: Option<Date>,
    deadline: Option<Date>,
    review: Option<Date>,
    late: bool,
    undated: bool,
}

impl Dates {
    /// The cells of signature or escalation, deadline and review.
    pub fn cells(&self) -> [String; 3] {
        [self.on, self.deadline, self.review].map(|d| d.map_or_else(String::new, |d| d.to_string()))
    }

    /// What is wrong with the day, with the day.
    pub fn trouble(&self) -> Option<(&'static str, String)> {
        let on = self.on.map_or_else(String::new, |d| d.to_string());
        match (self.undated, self.late) {
            (true, _) => Some(("agreement_undated", on)),
            (_, true) => Some(("agreement_late", on)),
            _ => None,
        }
    }
}

/// Shares of signatures and escalations that came after the deadline, and that nobody dated.
const LATE: f64 = 0.06;
const UNDATED: f64 = 0.02;
/// Share of CCGs that set a deadline of their own (by assumption: one such extension is known of 2016).
const OWN_DEADLINE: f64 = 0.5;

/// Days of an agreement. Those of before the set lie in the year before the deadline of 31 December 2015, some after
/// it; a signature within the set lies in its quarter, and is late unless the CCG has set a deadline of its own, ninety
/// days after the set.
pub fn dates(world: &World, p: &Practice, quarter: usize, state: Agreement) -> Dates {
    let own = world.draw(Kind::Agreement, p.ccg, 70_000).chance(OWN_DEADLINE);
    let last = world.months[last_month(world.spec.quarters - 1)].last_of_month();
    let deadline = own.then(|| last.saturating_add(90.days()));
    let mut d = world.draw(Kind::Agreement, p.index, 3);
    let (late, undated, day) = (d.chance(LATE), d.chance(UNDATED), d.below(300) as i64);
    let old = if late {
        date(2016, 1, 1).saturating_add(day.days())
    } else {
        date(2015, 3, 1).saturating_add(day.days())
    };
    let within = signed_in(world, p).filter(|q| state == Agreement::Signed && (1..=quarter).contains(q));
    let on = match (state, within) {
        (Agreement::Neither, _) => None,
        (_, Some(q)) => Some(world.months[last_month(q)].first_of_month().saturating_add((day % 28).days())),
        _ => Some(old),
    };
    let undated = undated && on.is_some();
    let late = !undated && on.is_some_and(|on| on > deadline.unwrap_or(date(2015, 12, 31)));
    // Two reviews in three stand in the list; some of these lie behind.
    let end = world.months[last_month(quarter)].last_of_month();
    let listed = d.chance(0.67) && state == Agreement::Signed;
    let review = listed.then(|| end.saturating_add((d.below(365) as i64 - 45).days()));
    Dates { on: on.filter(|_| !undated), deadline, review, late, undated }
}

/// The toolkit status of the financial year that a quarter lies in.
pub fn toolkit(world: &World, p: &Practice, quarter: usize) -> Toolkit {
    let day = world.months[last_month(quarter)];
    let year = day.year() - i16::from(day.month() < 4);
    let mut d = world.draw(Kind::Toolkit, p.index, usize::from(year.unsigned_abs()));
    let words = ["Standards Met", "Standards Exceeded", "Approaching Standards", "Standards Not Met"];
    if d.chance(0.04) { None } else { Some(words[d.weighted(&[0.86, 0.04, 0.05, 0.05])]) }
}

/// Everything that the declaration asks, as it is.
pub fn facts(world: &World, p: &Practice, quarter: usize) -> Facts {
    let month = last_month(quarter);
    let said = pomi::said_of(world, p, month);
    let mut fixed = world.draw(Kind::Declaration, p.index, 0);
    // Ways of remote working arrive in their quarter, the keener practices first.
    let mut arrives = |share: f64| {
        let keen = p.latent.modern + 0.8 * fixed.normal();
        let line = 2.2 * (0.5 - share) - 0.12 * quarter as f64;
        keen > line
    };
    let remote = [arrives(0.55), arrives(0.35), arrives(0.45)];
    let lead = fixed.chance(0.9);
    let toolkit = toolkit(world, p, quarter);
    let met = |s: &str| matches!(s, "Standards Met" | "Standards Exceeded");
    let signed = agreement(world, p, quarter) == Agreement::Signed;
    let yes = [
        signed,
        lead,
        remote[0],
        remote[1],
        remote[2],
        said.on[0],
        said.on[1],
        said.on[2],
        said.enabled >= 0.30,
        p.eps,
        toolkit.is_some_and(met),
        true,
    ];
    let off = |k: usize| said.status[k] == Some(false);
    let mut denied = [false; 12];
    denied[0] = matches!(listed(world, p, quarter), Some(Agreement::Neither | Agreement::Escalated));
    denied[5] = off(0) && !world.supplier_fault(p, month);
    denied[6] = off(1);
    denied[7] = off(2);
    denied[8] = said.said_enabled.is_some_and(|s| s < 0.27) && !p.has(Fault::AboveList);
    denied[9] = !p.eps && p.open_in(0);
    denied[10] = toolkit.is_some_and(|s| !met(s));
    let staff = ((p.list / 620.0).round() as i64).max(3);
    let mut d = world.draw(Kind::Declaration, p.index, 1_000 + quarter);
    let staff = (staff + d.below(5) as i64 - 2).max(2);
    let laptops = d.binomial(staff, 0.25 + 0.04 * quarter as f64);
    let trained = d.binomial(staff, 0.6);
    Facts { yes, denied, staff, laptops, trained }
}
