//! Looking for words in the open conversation, from its newest message to its oldest.

use crate::app::{Intent, SearchResults, State};
use crate::model::{MessageId, Phrase};
use crate::tui::action::Action;
use crate::tui::composer::Edit;
use crate::tui::query::Query;
use crate::tui::scrollback::Row;
use crate::tui::ui::{Find, Goal, Mode, Ui, UiRequest};

/// Whether the action was the search's own.
pub(super) fn act(ui: &mut Ui, state: &State, action: Action, requests: &mut Vec<UiRequest>) -> bool {
    match action {
        // Ctrl-S again goes on, as Ctrl-R does in a shell; terminals without the kitty protocol swallow Shift-F3.
        Action::Find if is_under_way(ui) => step(ui, state, Goal::Older, requests),
        Action::Find => start(ui),
        Action::FindNext => step(ui, state, Goal::Newer, requests),
        Action::FindPrevious => step(ui, state, Goal::Older, requests),
        Action::Back if matches!(ui.mode, Mode::Finding(_)) => ui.mode = Mode::Writing,
        // One line: nothing to break or to complete.
        Action::Edit(Edit::InsertNewline) | Action::Complete | Action::Editor | Action::SentHistory
            if is_typing(ui) => {}
        Action::Edit(edit) => {
            return edit_query(ui, requests, |query| {
                query.line.apply(edit, u16::MAX);
            });
        }
        Action::ClearOrQuit if is_typing(ui) => ui.mode = Mode::Writing,
        _ => return false,
    }
    true
}

/// Whether the character went into what is looked for.
pub(super) fn type_char(ui: &mut Ui, c: char, requests: &mut Vec<UiRequest>) -> bool {
    edit_query(ui, requests, |query| {
        query.line.insert_char(c);
    })
}

/// Whether the paste went into what is looked for.
pub(super) fn paste(ui: &mut Ui, text: &str, requests: &mut Vec<UiRequest>) -> bool {
    let line: String = text.chars().filter(|c| !c.is_control()).collect();
    edit_query(ui, requests, |query| {
        query.line.insert_str(&line);
    })
}

/// The matches in the open conversation from one of them on, with the keys at the composer.
pub(super) fn go_on(ui: &mut Ui, query: Query, current: MessageId, requests: &mut Vec<UiRequest>) {
    let look_up = Intent::LookUp { within: ui.open, search: query.search.clone() };
    requests.push(UiRequest::Intent(look_up));
    ui.looked_for.clone_from(&query);
    ui.mode =
        Mode::Finding(Box::new(Find { query, current: Some(current), reveal: true, ..Find::default() }));
}

/// The matches that were waited for may have come, and others may have come or gone.
pub(super) fn follow_state(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    pursue(ui, state, requests);
    reveal(ui, state);
    let Some(results) = ui.located(state) else { return };
    let newest = results.hits.first().map(|hit| hit.id);
    let is_known = |id: MessageId| results.hits.binary_search_by(|hit| id.cmp(&hit.id)).is_ok();
    let complete = !results.more && !results.running;
    if let Mode::Finding(find) = &mut ui.mode
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
fn edit_query(ui: &mut Ui, requests: &mut Vec<UiRequest>, edit: impl FnOnce(&mut Query)) -> bool {
    let Mode::Finding(find) = &mut ui.mode else { return false };
    if !find.typing {
        return false;
    }
    edit(&mut find.query);
    let before = std::mem::take(&mut find.query.search);
    find.query.read(&ui.style.zone, ui.now);
    if !find.query.search.is_empty() {
        ui.looked_for.clone_from(&find.query);
    }
    if find.query.search != before {
        find.goal = (!find.query.search.is_empty()).then_some(Goal::Newest);
        find.asked = None;
        let look_up = Intent::LookUp { within: ui.open, search: find.query.search.clone() };
        requests.extend(ui.open.map(|_| UiRequest::Intent(look_up)));
    }
    true
}

fn step(ui: &mut Ui, state: &State, goal: Goal, requests: &mut Vec<UiRequest>) {
    match &mut ui.mode {
        Mode::Finding(find) if find.query.search.is_empty() => find.typing = true,
        Mode::Finding(find) => {
            if find.goal.is_none() {
                find.goal = Some(goal);
                find.asked = None;
            }
            pursue(ui, state, requests);
        }
        Mode::Writing | Mode::Selecting(_) => again(ui, requests),
    }
}

/// F3 once the search is over: the same words again, from the newest match.
fn again(ui: &mut Ui, requests: &mut Vec<UiRequest>) {
    if ui.looked_for.search.is_empty() || ui.open.is_none() {
        start(ui);
        return;
    }
    let query = ui.looked_for.clone();
    let look_up = Intent::LookUp { within: ui.open, search: query.search.clone() };
    requests.push(UiRequest::Intent(look_up));
    ui.mode = Mode::Finding(Box::new(Find { query, goal: Some(Goal::Newest), ..Find::default() }));
}

/// Goes to the match one wants to go to, once the matches are known that far.
fn pursue(ui: &mut Ui, state: &State, requests: &mut Vec<UiRequest>) {
    let Some(results) = ui.located(state).filter(|results| !results.running) else { return };
    let Mode::Finding(find) = &mut ui.mode else { return };
    let Some(goal) = find.goal else { return };
    let known = results.hits.len();
    let way = match &results.failed {
        Some(why) if known == 0 || find.asked.is_some() => MatchTarget::Nowhere(why.clone()),
        _ => way(results, find.current, goal),
    };
    if matches!(way, MatchTarget::Further) && find.asked != Some(known) {
        find.asked = Some(known);
        requests.push(UiRequest::Intent(Intent::LookFurther { everywhere: false }));
        return;
    }
    find.goal = None;
    match way {
        MatchTarget::To(message) => {
            find.current = Some(message);
            find.reveal = true;
            super::read::show(ui, state, message, requests);
        }
        MatchTarget::Nowhere(why) => ui.flash = Some(why),
        // More were asked for, and none came.
        MatchTarget::Further => ui.flash = Some(Phrase::new("flash-too-many-matches")),
    }
    if known == 0
        && let Mode::Finding(find) = &mut ui.mode
    {
        find.current = None;
    }
}

/// Scrolls within a long message to its first match, once the message is here.
fn reveal(ui: &mut Ui, state: &State) {
    let Mode::Finding(find) = &mut ui.mode else { return };
    let Some(current) = find.current.filter(|_| find.reveal && ui.heading.is_none()) else { return };
    find.reveal = false;
    ui.prepare(state, ui.screen);
    let marks = ui.marks.of(current);
    let texts = ui.scene.rows.iter().filter(|row| row.message == current).filter_map(Row::text);
    let mut seen = texts.flat_map(|text| marks.iter().filter(|mark| text.contains(&mark.start)));
    if let (None, Some(first)) = (seen.next(), marks.first()) {
        let byte = first.start;
        super::read::show_byte(ui, state, current, byte);
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
