//! A synthetic England, and how much of what was planted in it a release found: `synth`, `detection`.

use super::args::{DetectionArgs, SynthArgs};
use super::commands::Run;
use super::exit;
use crate::diag::grouped;
use crate::pipeline::{Definitions, PipelineError, Result, detection, synthetic};
use crate::synth::{Era, Spec};
use serde_json::json;

impl Run<'_> {
    pub fn synth(&self, a: &SynthArgs) -> Result<u8> {
        let era = Era::parse(&a.era).ok_or_else(|| PipelineError::Unknown {
            what: format!("`{}` is not an era: write 2018, 2025, both or dpcma", a.era),
        })?;
        let spec = Spec {
            seed: a.seed,
            practices: a.practices,
            quarters: a.quarters,
            start: a.start,
            era,
            ..Spec::default()
        };
        let (files, bytes) = synthetic::write(&spec, &a.out)?;
        let text = format!("Wrote {files} synthetic files, {} bytes, to {}", grouped(bytes), a.out.display());
        self.terminal
            .summary(&text, &json!({ "command": "synth", "files": files, "bytes": bytes, "out": a.out }));
        Ok(exit::CLEAN)
    }

    pub fn detection(&self, a: &DetectionArgs) -> Result<u8> {
        let definitions = Definitions::load(self.definitions, &a.pipeline)?;
        let d = detection::measure(&definitions.framework, &a.inputs, &a.release)?;
        let rates = [
            ("false_claims_denied", "found, of the false claims that a trace denies", d.claims.of_denied()),
            ("false_claims_planted", "found, of all false claims that were planted", d.claims.of_planted()),
            ("true_answers", "true answers that a trace speaks of: contradicted", d.honest),
            ("copied_returns", "returns carried forward unread: suspect", d.copies),
            ("confirmed_returns", "returns unchanged and confirmed: suspect", d.confirmed),
            ("other_returns", "other returns with an unchanged block: suspect", d.others),
            ("spend_errors", "planted errors of spend: refused", d.spend.errors),
            (
                "spend_errors_named",
                "planted errors of spend: refused, with the right cause named",
                d.spend.named,
            ),
            ("spend_sound", "sound returns of spend: refused", d.spend.sound),
        ];
        let line = |(_, what, r): &(&str, &str, detection::Rate)| {
            format!("{:>9} of {:>9}  {:5.1} %  {what}", grouped(r.found), grouped(r.of), 100.0 * r.share())
        };
        let c = d.claims;
        let places = [
            ("found", "a trace denies it: found, graded D", c.found),
            ("missed", "a trace denies it: not found", c.missed),
            ("fits", "a trace exists and does not deny it: it fits, or traces disagree", c.fits),
            ("near_the_line", "a trace exists and does not deny it: too near the line", c.near_the_line),
            ("no_reading", "no trace gave a reading", c.no_reading),
            ("not_scored", "not scored in the release: practice closed, or not asked", c.not_scored),
        ];
        let mut text = "What became of each planted false claim:\n".to_owned();
        for (_, what, n) in places.iter().chain(&[("planted", "planted in all", c.planted())]) {
            text.push_str(&format!("{:>9}  {what}\n", grouped(*n)));
        }
        text.push_str("Shares:\n");
        text.push_str(&rates.iter().map(line).collect::<Vec<_>>().join("\n"));
        text.push_str(
            "\nMeasured on planted faults: says how the rules work, not how common such answers are.",
        );
        let json: serde_json::Map<String, serde_json::Value> = rates
            .iter()
            .map(|(id, _, r)| ((*id).to_owned(), json!({ "found": r.found, "of": r.of, "share": r.share() })))
            .collect();
        let places: serde_json::Map<String, serde_json::Value> =
            places.iter().map(|(id, _, n)| ((*id).to_owned(), json!(n))).collect();
        let json =
            json!({ "command": "detection", "rates": json, "false_claims": places, "planted": c.planted() });
        self.terminal.summary(&text, &json);
        Ok(exit::CLEAN)
    }
}
