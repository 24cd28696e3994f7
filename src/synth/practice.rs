//! A practice: who it is, how large, on which system, how much of it is digital, and what happens to it.
//!
//! The distributions follow the POMI of April to September 2018 (7,017 practices). All figures of fit in comments
//! are from that file unless they name another. A practice's draws come from its own stream.

use super::draw::{Draw, Kind, share};
use super::places::Ccg;

/// Principal clinical system.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Supplier {
    Emis,
    Tpp,
    Vision,
    Microtest,
}

impl Supplier {
    /// As POMI writes it.
    pub fn pomi(self) -> &'static str {
        match self {
            Supplier::Emis => "EMIS",
            Supplier::Tpp => "TPP",
            Supplier::Vision => "VISION",
            Supplier::Microtest => "MICROTEST",
        }
    }

    /// As the GPSoC list writes supplier and system.
    pub fn gpsoc(self) -> (&'static str, &'static str) {
        match self {
            Supplier::Emis => ("EMIS", "EMIS Web"),
            Supplier::Tpp => ("TPP", "SystmOne"),
            Supplier::Vision => ("Vision", "Vision 3 Hosted"),
            Supplier::Microtest => ("Microtest", "Evolution"),
        }
    }

    /// Log odds of enabled patients against the national level.
    fn adoption(self) -> f64 {
        match self {
            Supplier::Emis | Supplier::Tpp => 0.0,
            Supplier::Vision => -0.30,
            Supplier::Microtest => -0.10,
        }
    }
}

/// What makes a practice's files differ from a clean record. Planted by `world`, counted in the truth file.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Fault {
    /// No POMI rows in this month.
    NotReturned(usize),
    /// A negative count in a month.
    Negative(usize),
    /// Enabled patients above the list, in every month.
    AboveList,
    /// POMI status of appointments, prescriptions, records (2 enabled, 1 capable, 0 none, 9 not known).
    Status([u8; 3]),
    /// Supplier always tagged ` (I)`.
    TagI,
    /// Rows under both suppliers in the month of a change, both tagged ` (I)`.
    TwoSystems(usize),
    /// Rows under `EMIS (I)` beside the same rows under `EMIS` in one month.
    TaggedBeside(usize),
    /// No status and no totals in a month.
    StatusBlank(usize),
    /// No count of appointments used in a month.
    UseBlank(usize),
    /// Columns 15 and 24 of epraccur name different organisations.
    CommissionerDisagrees,
}

/// Adoption: log odds against the national level, and use per enabled patient and month.
pub struct Latent {
    pub general: f64,
    pub prescriptions: f64,
    pub records: f64,
    /// Growth of the log odds in a month.
    pub slope: f64,
    pub use_appointments: f64,
    pub use_prescriptions: f64,
    pub use_records: f64,
    /// Standard normal, correlated with `general`: online consultations and telephony of the 2025 sets.
    pub modern: f64,
}

pub struct Practice {
    pub index: usize,
    pub code: String,
    /// Upper case, as in POMI and ODS.
    pub name: String,
    pub ccg: usize,
    pub pcn: usize,
    pub supplier: Supplier,
    /// Month and supplier of a change of system.
    pub switch: Option<(usize, Supplier)>,
    /// Registered patients on the first day of each era, and growth a month.
    pub list: f64,
    pub list_2025: f64,
    pub growth: f64,
    /// Weighted over registered list.
    pub need: f64,
    pub latent: Latent,
    pub eps: bool,
    pub branches: usize,
    /// First month with data in the 2018 sets, and the month from which it is closed.
    pub opens: usize,
    pub closes: Option<usize>,
    /// Closed between the two eras.
    pub closed_between: bool,
    pub faults: Vec<Fault>,
}

impl Practice {
    /// Draws practice `index` of `ccg`. Faults and fate come later.
    pub fn draw(seed: u64, index: usize, ccg_index: usize, ccg: &Ccg) -> Practice {
        let mut d = Draw::new(seed, Kind::Practice, index, 0);
        // Of the practices not on EMIS 86 % are on TPP, 11 % on Vision, 3 % on Microtest.
        let supplier = if d.chance(ccg.emis) {
            Supplier::Emis
        } else {
            [Supplier::Tpp, Supplier::Vision, Supplier::Microtest][d.weighted(&[0.86, 0.115, 0.025])]
        };
        // Lists: median 7,400, sd of logs 0.60, of which 0.2 between CCGs.
        let list = (8.84 + 0.20 * ccg.size + 0.565 * d.normal()).exp().clamp(800.0, 72_000.0);
        let latent = Latent::draw(&mut d, ccg, supplier, list);
        Practice {
            index,
            code: code(index),
            name: name(index),
            ccg: ccg_index,
            pcn: 0,
            supplier,
            switch: None,
            list,
            // 2018 to 2025: fewer and larger practices (mean 10,319 in December 2025).
            list_2025: (list * 1.16 * d.factor(0.12)).clamp(800.0, 106_000.0),
            growth: 0.0015 + 0.002 * d.normal(),
            // Weighted over registered, sd of logs 0.105 in the payments of 2018/19.
            need: (0.003 + 0.105 * d.normal()).exp(),
            latent,
            // NHS Choices 2019: 93 % with EPS, 28 % more rows than practices.
            eps: d.chance(0.93),
            branches: [0, 1, 2, 3][d.weighted(&[0.79, 0.15, 0.05, 0.01])],
            opens: 0,
            closes: None,
            closed_between: false,
            faults: Vec::new(),
        }
    }

    pub fn has(&self, fault: Fault) -> bool {
        self.faults.contains(&fault)
    }

    pub fn open_in(&self, month: usize) -> bool {
        self.opens <= month && self.closes.is_none_or(|c| month < c)
    }

    pub fn supplier_in(&self, month: usize) -> Supplier {
        self.switch.filter(|&(from, _)| month >= from).map_or(self.supplier, |(_, to)| to)
    }

    /// Registered patients in a month of the 2018 sets.
    pub fn list_in(&self, month: usize) -> i64 {
        ((self.list * (self.growth * month as f64).exp()).round() as i64).max(1)
    }

    /// Registered patients in a month of the 2025 sets.
    pub fn list_in_2025(&self, month: usize) -> i64 {
        ((self.list_2025 * (self.growth * month as f64).exp()).round() as i64).max(1)
    }

    /// Registered patients of a financial year, in hundredths: the mean of the first months of four quarters.
    pub fn year_list(&self, first_month: i64) -> i64 {
        let quarter =
            |q: i64| (self.list * (self.growth * (first_month + 3 * q) as f64).exp()).round().max(1.0);
        (0..4).map(|q| quarter(q) as i64 * 25).sum()
    }

    /// Share of patients enabled for appointments, prescriptions and records in a month.
    pub fn shares(&self, month: usize) -> [f64; 3] {
        let l = &self.latent;
        let grown = l.slope * month as f64;
        [
            share(-1.29 + l.general + grown),
            share(-1.30 + l.general + l.prescriptions + grown),
            // Record access grew twice as fast as the other two.
            share(-4.03 + l.records + 2.0 * grown),
        ]
    }
}

impl Latent {
    /// Enabled shares: median 0.225, quartiles 0.158 and 0.309, tails heavier than normal on the log odds, 0.3 of their
    /// spread between CCGs, rising with list size; appointments with prescriptions 0.98, with records 0.36. Use per
    /// enabled patient and month: medians 0.054, 0.16, 0.36, skewed to the left; for records it falls as more
    /// patients are enabled.
    fn draw(d: &mut Draw, ccg: &Ccg, supplier: Supplier, list: f64) -> Latent {
        let size = (list.ln() - 8.84) / 0.6;
        let own = d.normal() * if d.chance(0.12) { 2.0 } else { 1.0 };
        let general = 0.30 * ccg.adoption + 0.54 * own + 0.17 * size + supplier.adoption();
        let records = 0.40 * general / 0.70 + 0.92 * (0.40 * ccg.records + 0.92 * d.normal());
        let records =
            4.3 * (2.05 * records / 4.0).tanh() - if supplier == Supplier::Vision { 1.5 } else { 0.0 };
        let keen = 0.3 * general + 0.5 * d.normal();
        Latent {
            general,
            prescriptions: 0.12 * d.normal(),
            records,
            slope: 0.011 * d.factor(0.4),
            use_appointments: 0.054 * skewed(keen + 0.83 * d.normal(), 1.3, 0.70),
            use_prescriptions: 0.16 * skewed(keen + 0.83 * d.normal(), 1.25, 0.50),
            use_records: 0.36 * (0.3 * keen - 0.65 * records + 1.0 * d.normal()).exp().min(30.0),
            modern: 0.45 * general / 0.70 + 0.25 * ccg.adoption + 0.86 * d.normal(),
        }
    }
}

/// A factor with median 1 whose logarithm has one spread below and another above.
fn skewed(z: f64, below: f64, above: f64) -> f64 {
    (z * if z < 0.0 { below } else { above }).exp()
}

/// `Z00001`: `Z` begins no practice code of England.
pub fn code(index: usize) -> String {
    format!("Z{:05}", index + 1)
}

fn name(index: usize) -> String {
    let n = index + 1;
    match index % 5 {
        0 => format!("SYNTHETIC SURGERY {n:05}"),
        1 => format!("SYNTHETIC MEDICAL CENTRE {n:05}"),
        2 => format!("DR SYNTHETIC'S PRACTICE {n:05}"),
        3 => format!("SYNTHETIC HEALTH CENTRE {n:05}"),
        _ => format!("THE SYNTHETIC PRACTICE {n:05}"),
    }
}

/// `ZZ12 3AB`: no postcode area is called ZZ.
pub fn postcode(index: usize) -> String {
    let letter = |x: usize| (b"ABDEFGHJLN"[x % 10]) as char;
    format!("ZZ{} {}{}{}", 1 + index / 1_000, index / 100 % 10, letter(index / 10), letter(index))
}

/// Street, town and county; the county is blank for one practice in four, as in epraccur.
pub fn address(index: usize, ccg: usize) -> [String; 3] {
    let county = if index % 4 == 3 { String::new() } else { "SYNTHETIC COUNTY".to_owned() };
    [format!("{} SYNTHETIC STREET", 1 + index % 240), format!("SYNTHETIC TOWN {ccg:02}"), county]
}

/// A number of the range that Ofcom keeps free for drama (01632 960000 to 960999).
pub fn telephone(index: usize) -> String {
    format!("01632 960{:03}", index % 1_000)
}
