//! Looking for words in the open conversation, from its newest message to its oldest.

use super::cx::UiCx;
use super::read;
use crate::app::{Intent, SearchResults};
use crate::model::{MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::composer::Edit;
use crate::tui::query::Query;
use crate::tui::scrollback::Row;
use crate::tui::ui::{Find, Goal, Mode, Ui};

/// Whether the action was the search's own.
pub(super) fn act(cx: &mut UiCx<'_>, action: Action) -> bool {
    match action {
        // Ctrl-S again goes on, as Ctrl-R does in a shell; terminals without the kitty protocol swallow Shift-F3.
        Action::Find if is_under_way(cx.ui) => step(cx, Goal::Older),
        Action::Find => start(cx.ui),
        Action::FindNext => step(cx, Goal::Newer),
        Action::FindPrevious => step(cx, Goal::Older),
        Action::Back if matches!(cx.ui.mode, Mode::Finding(_)) => cx.ui.mode = Mode::Writing,
        // One line: nothing to break or to complete.
        Action::Edit(Edit::InsertNewline) | Action::Complete | Action::Editor | Action::SentHistory
            if is_typing(cx.ui) => {}
        Action::Edit(edit) => {
            return edit_query(cx, |query| {
                query.line.apply(edit, u16::MAX);
            });
        }
        Action::ClearOrQuit if is_typing(cx.ui) => cx.ui.mode = Mode::Writing,
        _ => return false,
    }
    true
}

/// Whether the character went into what is looked for.
pub(super) fn type_char(cx: &mut UiCx<'_>, c: char) -> bool {
    edit_query(cx, |query| {
        query.line.insert_char(c);
    })
}

/// Whether the paste went into what is looked for.
pub(super) fn paste(cx: &mut UiCx<'_>, text: &str) -> bool {
    let line: String = text.chars().filter(|c| !c.is_control()).collect();
    edit_query(cx, |query| {
        query.line.insert_str(&line);
    })
}

/// The matches in the open conversation from one of them on, with the keys at the composer.
pub(super) fn go_on(cx: &mut UiCx<'_>, query: Query, current: MessageId) {
    let look_up = Intent::Search { within: cx.ui.navigation.open(), search: query.search.clone() };
    cx.intend(look_up);
    cx.ui.finder.looked_for.clone_from(&query);
    cx.ui.mode =
        Mode::Finding(Box::new(Find { query, current: Some(current), reveal: true, ..Find::default() }));
}

/// The matches that were waited for may have come, and others may have come or gone.
pub(super) fn follow_state(cx: &mut UiCx<'_>) {
    pursue(cx);
    reveal(cx);
    let Some(results) = cx.ui.located(cx.state) else { return };
    let newest = results.hits.first().map(|hit| hit.id);
    let is_known = |id: MessageId| results.hits.binary_search_by(|hit| id.cmp(&hit.id)).is_ok();
    let complete = !results.more && !results.running;
    if let Mode::Finding(find) = &mut cx.ui.mode
        && find.goal.is_none()
        && find.current.is_none_or(|current| complete && !is_known(current))
    {
        find.current = newest;
    }
}

fn start(ui: &mut Ui) {
    match &mut ui.mode {
        Mode::Finding(find) => find.typing = true,
        Mode::Writing | Mode::Selecting(_) => {
            ui.mode = Mode::Finding(Box::new(Find { typing: true, ..Find::default() }));
        }
    }
}

fn is_under_way(ui: &Ui) -> bool {
    matches!(&ui.mode, Mode::Finding(find) if !find.query.search.is_empty())
}

fn is_typing(ui: &Ui) -> bool {
    matches!(&ui.mode, Mode::Finding(find) if find.typing)
}

/// Looks anew if something else is looked for after the edit.
fn edit_query(cx: &mut UiCx<'_>, edit: impl FnOnce(&mut Query)) -> bool {
    let Mode::Finding(find) = &mut cx.ui.mode else { return false };
    if !find.typing {
        return false;
    }
    edit(&mut find.query);
    let before = std::mem::take(&mut find.query.search);
    find.query.read(&cx.ui.style.zone, cx.ui.keys.now());
    if !find.query.search.is_empty() {
        cx.ui.finder.looked_for.clone_from(&find.query);
    }
    if find.query.search != before {
        find.goal = (!find.query.search.is_empty()).then_some(Goal::Newest);
        find.asked = None;
        let look_up = Intent::Search { within: cx.ui.navigation.open(), search: find.query.search.clone() };
        if cx.ui.navigation.open().is_some() {
            cx.intend(look_up);
        }
    }
    true
}

fn step(cx: &mut UiCx<'_>, goal: Goal) {
    match &mut cx.ui.mode {
        Mode::Finding(find) if find.query.search.is_empty() => find.typing = true,
        Mode::Finding(find) => {
            if find.goal.is_none() {
                find.goal = Some(goal);
                find.asked = None;
            }
            pursue(cx);
        }
        Mode::Writing | Mode::Selecting(_) => again(cx),
    }
}

/// F3 once the search is over: the same words again, from the newest match.
fn again(cx: &mut UiCx<'_>) {
    if cx.ui.finder.looked_for.search.is_empty() || cx.ui.navigation.open().is_none() {
        start(cx.ui);
        return;
    }
    let query = cx.ui.finder.looked_for.clone();
    let look_up = Intent::Search { within: cx.ui.navigation.open(), search: query.search.clone() };
    cx.intend(look_up);
    cx.ui.mode = Mode::Finding(Box::new(Find { query, goal: Some(Goal::Newest), ..Find::default() }));
}

/// Goes to the match one wants to go to, once the matches are known that far.
fn pursue(cx: &mut UiCx<'_>) {
    let Some(results) = cx.ui.located(cx.state).filter(|results| !results.running) else { return };
    let Mode::Finding(find) = &mut cx.ui.mode else { return };
    let Some(goal) = find.goal else { return };
    let known = results.hits.len();
    let way = match &results.failed {
        Some(why) if known == 0 || find.asked.is_some() => MatchTarget::Nowhere(why.clone()),
        _ => way(results, find.current, goal),
    };
    if matches!(way, MatchTarget::Further) && find.asked != Some(known) {
        find.asked = Some(known);
        cx.intend(Intent::SearchMore { everywhere: false });
        return;
    }
    find.goal = None;
    match way {
        MatchTarget::To(message) => {
            find.current = Some(message);
            find.reveal = true;
            read::show(cx, message);
        }
        MatchTarget::Nowhere(why) => cx.ui.flash(why),
        // More were asked for, and none came.
        MatchTarget::Further => cx.ui.flash(Phrase::new("flash-too-many-matches")),
    }
    if known == 0
        && let Mode::Finding(find) = &mut cx.ui.mode
    {
        find.current = None;
    }
}

/// Scrolls within a long message to its first match, once the message is here.
fn reveal(cx: &mut UiCx<'_>) {
    let Mode::Finding(find) = &mut cx.ui.mode else { return };
    let Some(current) = find.current.filter(|_| find.reveal && cx.ui.positions.pending().is_none()) else {
        return;
    };
    find.reveal = false;
    cx.ui.lay_out(cx.state, cx.ui.viewport.screen());
    let marks = cx.ui.viewport.highlights().of(current);
    let texts = cx.ui.viewport.scene().rows.iter().filter(|row| row.message == current).filter_map(Row::text);
    let mut seen = texts.flat_map(|text| marks.iter().filter(|mark| text.contains(&mark.start)));
    if let (None, Some(first)) = (seen.next(), marks.first()) {
        let byte = first.start;
        read::show_byte(cx, current, byte);
    }
}

/// How to come to a match.
enum MatchTarget {
    To(MessageId),
    /// Older matches have to be known first.
    Further,
    Nowhere(Phrase),
}

/// It goes round and round, but only where all matches are known.
fn way(results: &SearchResults, current: Option<MessageId>, goal: Goal) -> MatchTarget {
    let hits = &results.hits;
    let (Some(newest), Some(oldest)) = (hits.first(), hits.last()) else {
        return MatchTarget::Nowhere(Phrase::new("flash-not-found"));
    };
    let Some(current) = current.filter(|_| goal != Goal::Newest) else { return MatchTarget::To(newest.id) };
    let newer = hits.partition_point(|hit| hit.id > current);
    if goal == Goal::Older {
        let next = hits.iter().skip(newer).find(|hit| hit.id < current);
        return match next {
            Some(next) => MatchTarget::To(next.id),
            None if results.more => MatchTarget::Further,
            None => MatchTarget::To(newest.id),
        };
    }
    match newer.checked_sub(1).and_then(|next| hits.get(next)) {
        Some(_) if results.more && oldest.id > current => MatchTarget::Further,
        Some(next) => MatchTarget::To(next.id),
        None if results.more => MatchTarget::Nowhere(Phrase::new("flash-newest-match")),
        None => MatchTarget::To(oldest.id),
    }
}
