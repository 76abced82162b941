//! What a doctor found, on stdout: a line for each finding, for people or for programs, and at the end what to do.

use serde::Serialize;
use unicode_width::UnicodeWidthStr as _;

use super::CommandError;
use super::output::Console;
use super::record::json;
use crate::model::Phrase;
use crate::model::text::plain_line;
use crate::runtime::doctor::{Finding, Report, Verdict, check_label, finding_text, todo_text};

/// A finding for programs.
#[derive(Serialize)]
struct CheckLine<'a> {
    check: &'static str,
    verdict: &'static str,
    text: String,
    #[serde(skip_serializing_if = "Option::is_none")]
    todo: Option<String>,
    #[serde(skip_serializing_if = "Option::is_none")]
    command: Option<&'a str>,
}

/// One finding.
pub(super) fn finding_line(finding: &Finding, report: &Report, as_json: bool, output: &Console) -> String {
    if as_json { json_line(finding, output) } else { plain(finding, report, output) }
}

fn json_line(finding: &Finding, output: &Console) -> String {
    let remedy = finding.remedy.as_ref();
    json(&CheckLine {
        check: finding.check.code(),
        verdict: finding.verdict.code(),
        text: finding_text(finding, output.lang()),
        todo: remedy.map(|remedy| plain_line(&output.lang().phrase(&remedy.told))),
        command: remedy.and_then(|remedy| remedy.command.as_deref()),
    })
}

fn plain(finding: &Finding, report: &Report, output: &Console) -> String {
    let lang = output.lang();
    let words = [Verdict::Good, Verdict::Note, Verdict::Warning, Verdict::Bad].map(|it| lang.text(it.word()));
    let column = words.iter().map(|word| word.width()).max().unwrap_or_default();
    let word = lang.text(finding.verdict.word());
    let blank = " ".repeat(column.saturating_sub(word.width()));
    let (label, text) = (check_label(report, finding.check, lang), finding_text(finding, lang));
    lang.with("doctor-line", &[("word", &format!("{word}{blank}")), ("label", &label), ("text", &text)])
}

/// The last lines: who was asked, and what to do.
pub(super) async fn conclude(
    report: &Report,
    asked: Option<String>,
    as_json: bool,
    output: &Console,
) -> Result<(), CommandError> {
    let lang = output.lang();
    if !as_json {
        let (todo, command) = todo_text(report, lang);
        if let Some(asked) = asked {
            output.line(asked).await?;
        }
        output.line(lang.with("doctor-todo", &[("text", &todo)])).await?;
        if let Some(command) = command {
            output.line(format!("  {command}")).await?;
        }
    }
    if report.is_well() {
        return Ok(());
    }
    let wrong = report.findings().filter(|finding| finding.verdict > Verdict::Note).count();
    Err(Phrase::new("doctor-not-well").number("count", wrong).into())
}
