//! What the doctor found, as a page: one row for each check, then what to do. Drawing stands elsewhere.

use std::time::{Duration, Instant};

use super::text::{width, wrap};
use super::theme::Role;
use crate::lang::Lang;
use crate::model::ConversationId;
use crate::model::text::plain_line;
use crate::runtime::doctor::{CheckName, Report, Verdict, asked_text, check_label, finding_text, todo_text};

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
        let labels = self.report.checks().map(|check| cells(&check_label(&self.report, check, lang)));
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
        let name = check_label(&self.report, check, lang);
        let room = if beside { column.saturating_sub(SIGN).saturating_sub(2) } else { columns };
        let name = super::text::clip_with_ellipsis(&name, room).into_owned();
        let (sign, role) =
            finding.map_or(("…", Role::Dim), |one| (one.verdict.sign(), role_of(one.verdict)));
        let mut first = DoctorRow::of(0, sign, role);
        first.pieces.push((SIGN, name, Role::Popup));
        let text = finding.map_or_else(String::new, |finding| finding_text(finding, lang));
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
        let asked = asked_text(&self.report, lang);
        let mut first = DoctorRow::of(0, head.as_str(), Role::PopupTitle);
        let at = columns.saturating_sub(cells(&asked));
        // Who was asked is nothing to do: beside the head, or else behind all.
        let has_room = at >= cells(&head).saturating_add(2);
        first.pieces.extend(has_room.then(|| (at, asked.clone(), Role::Dim)));
        let mut rows = vec![first];
        if self.took.is_some() || self.report.remedy().is_some() {
            rows.extend(self.todo(lang, columns));
        }
        if !has_room {
            rows.push(DoctorRow::default());
            rows.extend(pieces(&asked, columns).into_iter().map(|text| DoctorRow::of(0, text, Role::Dim)));
        }
        rows
    }

    fn todo(&self, lang: &Lang, columns: u16) -> impl Iterator<Item = DoctorRow> + use<> {
        let (todo, command) = todo_text(&self.report, lang);
        let command = command.map(|command| pieces(&command, columns.saturating_sub(1))).unwrap_or_default();
        let told = pieces(&todo, columns).into_iter().map(|text| DoctorRow::of(0, text, Role::Popup));
        told.chain(command.into_iter().map(|text| DoctorRow::of(1, text, Role::Key)))
    }

    /// All of it, as it is put on the clipboard.
    pub(super) fn text(&self, lang: &Lang) -> String {
        let mut lines: Vec<String> = Vec::new();
        for finding in self.report.findings() {
            let (sign, name) = (finding.verdict.sign(), check_label(&self.report, finding.check, lang));
            lines.push(format!("{sign} {name}: {}", finding_text(finding, lang)));
        }
        lines.push(asked_text(&self.report, lang));
        let (todo, command) = todo_text(&self.report, lang);
        lines.push(lang.with("doctor-todo", &[("text", &todo)]));
        lines.extend(command);
        lines.join("\n")
    }
}
