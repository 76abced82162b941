//! What the doctor found, as a page: one row for each check, then what to do. Drawing stands elsewhere.

use std::time::{Duration, Instant};

use super::text::{width, wrap};
use super::theme::Role;
use crate::lang::Lang;
use crate::model::ConversationId;
use crate::model::text::plain_line;
use crate::runtime::doctor::{CheckName, Finding, Report, Verdict};

/// With fewer columns what was found stands below the name of its check.
const BESIDE: u16 = 56;
/// The sign before a check, and air.
const SIGN: u16 = 2;

/// What was found so far.
#[derive(Debug)]
pub(super) struct DoctorPage {
    pub report: Report,
    /// Whom it is about.
    pub about: Option<ConversationId>,
    pub begun: Instant,
    /// `None`: it is still being looked.
    pub took: Option<Duration>,
    /// The first row that is shown.
    pub top: usize,
}

/// One row: pieces at their columns.
#[derive(Debug, Default, PartialEq, Eq)]
pub(super) struct DoctorRow {
    pub pieces: Vec<(u16, String, Role)>,
}

impl DoctorRow {
    fn of(column: u16, text: impl Into<String>, role: Role) -> Self {
        Self { pieces: vec![(column, text.into(), role)] }
    }
}

/// The colour of a verdict's sign.
const fn role_of(verdict: Verdict) -> Role {
    match verdict {
        Verdict::Good => Role::Mark,
        Verdict::Note => Role::Dim,
        Verdict::Warning => Role::Warn,
        Verdict::Bad => Role::MarkFailed,
    }
}

fn told(finding: &Finding, lang: &Lang) -> String {
    let told: Vec<String> = finding.told.iter().map(|phrase| lang.phrase(phrase)).collect();
    plain_line(&told.join(&lang.text("doctor-separator")))
}

fn label(report: &Report, check: CheckName, lang: &Lang) -> String {
    match (&report.about, check) {
        (Some(name), CheckName::Peer) => name.clone(),
        _ => lang.text(check.label()),
    }
}

fn cells(text: &str) -> u16 {
    u16::try_from(width(text)).unwrap_or(u16::MAX)
}

fn pieces(text: &str, columns: u16) -> Vec<String> {
    let whole = wrap(text, columns.max(1));
    whole.into_iter().filter_map(|row| text.get(row)).map(|row| row.trim_end().to_owned()).collect()
}

impl DoctorPage {
    pub(super) fn title(&self, lang: &Lang) -> String {
        let name = self.report.about.as_deref().unwrap_or_default();
        let known = i64::from(!name.is_empty());
        let title = crate::model::Phrase::new("popup-doctor").number("peers", known).text("name", name);
        plain_line(&lang.phrase(&title))
    }

    /// How long it took, in seconds; while it goes on, that it does.
    pub(super) fn state(&self, lang: &Lang) -> String {
        self.took.map_or_else(
            || lang.text("doctor-running"),
            |took| {
                let tenths = took.as_millis().div_ceil(100);
                let seconds = format!("{}.{}", tenths.div_euclid(10), tenths.rem_euclid(10));
                lang.with("doctor-took", &[("seconds", &seconds)])
            },
        )
    }

    /// All rows, for so many columns.
    pub(super) fn rows(&self, lang: &Lang, columns: u16) -> Vec<DoctorRow> {
        let labels = self.report.checks().map(|check| cells(&label(&self.report, check, lang)));
        let widest = labels.max().unwrap_or_default().min(columns / 3);
        let column = if columns >= BESIDE { SIGN.saturating_add(widest).saturating_add(2) } else { SIGN };
        let mut rows: Vec<DoctorRow> = Vec::new();
        for check in self.report.checks() {
            rows.extend(self.check_rows(check, lang, columns, column));
        }
        rows.push(DoctorRow::default());
        rows.extend(self.advice(lang, columns));
        rows
    }

    fn check_rows(&self, check: CheckName, lang: &Lang, columns: u16, column: u16) -> Vec<DoctorRow> {
        let finding = self.report.get(check);
        let beside = column > SIGN;
        let name = label(&self.report, check, lang);
        let room = if beside { column.saturating_sub(SIGN).saturating_sub(2) } else { columns };
        let name = super::text::clip_with_ellipsis(&name, room).into_owned();
        let (sign, role) =
            finding.map_or(("…", Role::Dim), |one| (one.verdict.sign(), role_of(one.verdict)));
        let mut first = DoctorRow::of(0, sign, role);
        first.pieces.push((SIGN, name, Role::Popup));
        let text = finding.map_or_else(String::new, |finding| told(finding, lang));
        let role =
            if finding.is_some_and(|one| one.verdict == Verdict::Note) { Role::Dim } else { Role::Popup };
        let mut texts = pieces(&text, columns.saturating_sub(column)).into_iter();
        if beside {
            first.pieces.extend(texts.next().map(|text| (column, text, role)));
        }
        std::iter::once(first).chain(texts.map(|text| DoctorRow::of(column, text, role))).collect()
    }

    /// What to do, once all is known that may say so.
    fn advice(&self, lang: &Lang, columns: u16) -> Vec<DoctorRow> {
        let head = lang.text("doctor-what-to-do");
        let asked = plain_line(&lang.phrase(&self.report.asked()));
        let mut first = DoctorRow::of(0, head.as_str(), Role::PopupTitle);
        let mut rows = Vec::new();
        let at = columns.saturating_sub(cells(&asked));
        if at >= cells(&head).saturating_add(2) {
            first.pieces.push((at, asked, Role::Dim));
            rows.push(first);
        } else {
            rows.push(first);
            rows.extend(pieces(&asked, columns).into_iter().map(|text| DoctorRow::of(0, text, Role::Dim)));
        }
        let remedy = self.report.remedy();
        let todo = match remedy {
            Some(remedy) => plain_line(&lang.phrase(&remedy.told)),
            None if self.took.is_none() => return rows,
            None if self.report.is_well() => lang.text("doctor-all-well"),
            None => lang.text("doctor-no-advice"),
        };
        rows.extend(pieces(&todo, columns).into_iter().map(|text| DoctorRow::of(0, text, Role::Popup)));
        let command = remedy.and_then(|remedy| remedy.command.as_deref()).map(plain_line);
        let command = command.map(|command| pieces(&command, columns.saturating_sub(1))).unwrap_or_default();
        rows.extend(command.into_iter().map(|text| DoctorRow::of(1, text, Role::Key)));
        rows
    }

    /// All of it, as it is put on the clipboard.
    pub(super) fn text(&self, lang: &Lang) -> String {
        let mut lines: Vec<String> = Vec::new();
        for finding in self.report.findings() {
            let (sign, name) = (finding.verdict.sign(), label(&self.report, finding.check, lang));
            lines.push(format!("{sign} {name}: {}", told(finding, lang)));
        }
        lines.push(plain_line(&lang.phrase(&self.report.asked())));
        if let Some(remedy) = self.report.remedy() {
            lines.push(plain_line(&lang.phrase(&remedy.told)));
            lines.extend(remedy.command.as_deref().map(plain_line));
        }
        lines.join("\n")
    }
}
