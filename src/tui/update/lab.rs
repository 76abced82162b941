//! `/lab`: a bad network on purpose, for the open conversation.

use super::cx::UiCx;
use crate::app::{Intent, LabState};
use crate::model::Phrase;
use crate::model::lab::LabSettings;
use crate::runtime::is_stream;

/// `/lab loss=20% delay=200ms dup=5% reorder=10%`, `/lab off`; without anything it says what is on.
pub(super) fn lab(cx: &mut UiCx<'_>, args: &str) -> Result<(), Phrase> {
    match args {
        "" => {
            let said = cx.state.lab().map_or_else(|| Phrase::new("lab-none"), |lab| told(cx, "lab-on", lab));
            cx.ui.flash(said);
        }
        "off" => {
            let lab = cx.state.lab().ok_or_else(|| Phrase::new("lab-none"))?;
            let (conversation, said) = (lab.conversation, told(cx, "lab-ended", lab));
            cx.intend(Intent::Lab { conversation, settings: None });
            cx.ui.flash(said);
        }
        _ => begin(cx, LabSettings::parse(args)?)?,
    }
    Ok(())
}

fn begin(cx: &mut UiCx<'_>, settings: LabSettings) -> Result<(), Phrase> {
    let place = cx.open_conversation()?;
    let refused = |key: &'static str| Err(Phrase::new(key).text("name", place.name.as_str()));
    if is_stream(place.address.scheme.name) {
        return refused("lab-streams");
    }
    if cx.state.endpoints(place).is_empty() {
        return refused("lab-no-place");
    }
    cx.intend(Intent::Lab { conversation: place.id, settings: Some(settings) });
    Ok(())
}

fn told(cx: &UiCx<'_>, key: &'static str, lab: &LabState) -> Phrase {
    let name = cx.state.conversation(lab.conversation).map(|place| place.name.clone()).unwrap_or_default();
    let number = |number: u64| i64::try_from(number).unwrap_or(i64::MAX);
    let counts = lab.counts;
    Phrase::new(key)
        .text("name", name)
        .text("settings", lab.settings.to_string())
        .number("lost", number(counts.lost))
        .number("seen", number(counts.seen))
        .number("doubled", number(counts.doubled))
        .number("late", number(counts.late))
}
