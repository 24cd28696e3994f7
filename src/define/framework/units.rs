//! Which practices there are, and where they belong, as written. No value of the Organisation Data Service is a literal
//! in Rust.

use schemars::JsonSchema;
use serde::Deserialize;
use std::collections::BTreeMap;

/// Which practices there are in a quarter, and where they belong. Read by the harmonise stage.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct Units {
    /// The Organisation Data Service files that say which practices are expected, and under which CCG.
    pub ods: Option<OdsDatasets>,
    /// Datasets whose rows name practices, and the CCG that each puts them in, best first. Whoever is in one of
    /// them exists, expected or not.
    pub returned: Vec<String>,
    /// Columns with the clinical system or its supplier, best first.
    #[serde(default)]
    pub systems: Vec<SystemColumn>,
    /// What counts as a practice and as a CCG.
    pub membership: MembershipRules,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct OdsDatasets {
    /// Laid out as epraccur.
    pub practices: String,
    /// Laid out as eccg.
    pub ccgs: Option<String>,
    /// Laid out as epcmem.
    pub membership: Option<String>,
}

#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct SystemColumn {
    pub dataset: String,
    pub column: String,
}

/// What counts as a practice and as a CCG. No value of the ODS is a literal in Rust.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct MembershipRules {
    /// Values of the prescribing setting (epraccur column 26) that make an organisation a GP practice.
    pub prescribing_settings: Vec<String>,
    /// What the status letters (epraccur column 13) mean.
    pub statuses: StatusCodes,
    /// National groups (column 3) that are left out, such as Wales (`W00`).
    #[serde(default)]
    pub excluded_groups: Vec<String>,
    /// Whether a practice without a national group is left out too: the Isle of Man and the Channel Islands have
    /// none, and appear in supplier and list files beside England's practices.
    #[serde(default)]
    pub exclude_without_group: bool,
    /// High-level geographies (column 4) that are left out.
    #[serde(default)]
    pub excluded_geographies: Vec<String>,
    /// Sub-types of eccg (column 14) that are CCG-shaped and no CCG, such as commissioning hubs.
    #[serde(default)]
    pub excluded_subtypes: Vec<String>,
    /// Endings of names in eccg that are CCG-shaped and no CCG; later files leave the sub-type of a closed hub
    /// empty.
    #[serde(default)]
    pub excluded_name_endings: Vec<String>,
    /// The column of the practice file that names the commissioner.
    pub commissioner_column: String,
    /// A second column that should name the same one; a difference is counted (H004), the first one is used.
    #[serde(default)]
    pub check_column: Option<String>,
    /// A practice file older than this many days at the end of a quarter is reported as out of date (H006).
    pub oldest_days: u32,
    /// Names of regions, for the bases on which no source row names them.
    #[serde(default)]
    pub region_names: BTreeMap<String, String>,
}

/// Letters of the ODS per meaning.
#[derive(Clone, Debug, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields)]
pub struct StatusCodes {
    pub active: Vec<String>,
    #[serde(default)]
    pub dormant: Vec<String>,
    #[serde(default)]
    pub closed: Vec<String>,
    #[serde(default)]
    pub proposed: Vec<String>,
}
