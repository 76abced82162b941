//! What was found, in the words of a language: the same on the page and for a script.

use super::report::{CheckName, Finding, Report};
use crate::lang::Lang;
use crate::model::text::plain_line;

/// What one check found, on one line.
pub fn finding_text(finding: &Finding, lang: &Lang) -> String {
    let told: Vec<String> = finding.told.iter().map(|phrase| lang.phrase(phrase)).collect();
    plain_line(&told.join(&lang.text("doctor-separator")))
}

/// The name of a check; that of a peer is the peer's own.
pub fn check_label(report: &Report, check: CheckName, lang: &Lang) -> String {
    match (&report.about, check) {
        (Some(name), CheckName::Peer) => name.clone(),
        _ => lang.text(check.label()),
    }
}

/// The sentence at the end: what to do, and the command for it, where there is one.
pub fn todo_text(report: &Report, lang: &Lang) -> (String, Option<String>) {
    match report.remedy() {
        Some(remedy) => (plain_line(&lang.phrase(&remedy.told)), remedy.command.as_deref().map(plain_line)),
        None if report.is_well() => (lang.text("doctor-all-well"), None),
        None => (lang.text("doctor-no-advice"), None),
    }
}

/// Who was sent anything.
pub fn asked_text(report: &Report, lang: &Lang) -> String {
    plain_line(&lang.phrase(&report.asked()))
}
