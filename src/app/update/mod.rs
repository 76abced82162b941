//! Routes each event to the operation that knows what it means.
//!
//! An operation works on an [`UpdateCx`]. Those further up may call those further down, never the other way round:
//! ```text
//!  commits ── mentions, pending_writes, quota, inbox, outboxes, downloads, room_history
//!  contacts ── nearby, reading, rooms, strangers, persons, joins
//!  inbox ──── strangers, persons                       nearby ──── strangers, persons
//!  outbox ─── receipts                                 strangers ─ offers, persons
//!  transfers ─ downloads ─ offers                      restore ─── sources, outboxes, joins, mentions  search, sockets
//!  talk ───── outbox, downloads                         expiry ─── reading ─ mentions
//!  trust ──── strangers, joins                         sources ─── downloads, outboxes, receipts
//!  joins ──── strangers, outboxes                      room_history ─ strangers
//! ```

mod commits;
mod contacts;
mod downloads;
mod expiry;
mod inbox;
mod lab;
mod mentions;
mod merges;
mod nearby;
mod nudges;
mod offers;
mod outbox;
mod outboxes;
mod pending_writes;
mod persons;
mod quota;
mod reading;
mod receipts;
mod restore;
mod room_history;
mod rooms;
mod search;
mod sockets;
mod sources;
mod strangers;
mod talk;
mod transfers;
mod trust;

use super::context::UpdateCx;
use super::event::{Effect, Event, Intent};
use super::state::State;
use crate::model::history::StoreEvent;
use crate::model::{NetEvent, Now};
use outbox::NewMessage;

pub use strangers::MAX_STRANGERS;

/// Takes one event into the state and says what is to be done about it.
pub fn update(state: &mut State, now: Now, event: Event) -> Vec<Effect> {
    let mut cx = UpdateCx { state, now, effects: Vec::new() };
    match event {
        Event::Restored(restored) => restore::restore(&mut cx, restored),
        Event::OwnName(name) => cx.state.alerts.own_name = name,
        Event::Net(event) => on_net(&mut cx, event),
        Event::Stored(event) => on_stored(&mut cx, event),
        Event::Intent(intent) => on_intent(&mut cx, intent),
        Event::ContactsLoaded { contacts, edit } => contacts::on_loaded(&mut cx, contacts, edit),
        Event::ContactsUnknown => contacts::follow_all(&mut cx),
        Event::Due => expiry::on_due(&mut cx),
        Event::StatusLine(phrase) => cx.state.tell(phrase),
        Event::StatusLineCleared(phrase) => cx.state.withdraw(&phrase),
        Event::FilesFound { message, sources } => sources::on_found(&mut cx, message, sources),
        Event::Refused { message: Some(message), fault } => outbox::on_failed(&mut cx, message, fault),
        Event::Refused { message: None, fault } => cx.state.tell(fault.phrase()),
    }
    lab::follow(&mut cx);
    cx.state.conversations.update_listing();
    cx.effects
}

fn on_stored(cx: &mut UpdateCx<'_>, event: StoreEvent) {
    match event {
        StoreEvent::Committed(commands) => commits::on_committed(cx, commands),
        StoreEvent::Known(commands) => commits::on_known(cx, commands),
        StoreEvent::Refused { ops, why } => commits::on_refused(cx, ops, why),
        StoreEvent::Page(page) => reading::on_page(cx, page),
        StoreEvent::NoPage { query, why } => reading::on_no_page(cx.state, query, why),
        // Nobody asks for it yet.
        StoreEvent::Outbox(page) => outboxes::on_page(cx, page),
        StoreEvent::NoOutbox { query, .. } => outboxes::on_no_page(cx, query),
        StoreEvent::Expired(expired) => expiry::on_expired(cx, &expired),
        StoreEvent::NotExpired => expiry::on_not_expired(cx),
        StoreEvent::Sent { conversation, texts } => reading::on_sent(cx.state, conversation, texts),
        StoreEvent::Found(found) => search::on_found(cx.state, found),
        StoreEvent::NotFound { ticket, why } => cx.state.search.on_failed(ticket, why),
        StoreEvent::Told(phrase) => cx.state.tell(phrase),
        StoreEvent::BegunAnew(why) => pending_writes::on_new_file(cx, why),
        StoreEvent::DiskLow(low) => cx.state.flood.gate.set_disk_low(low),
        StoreEvent::TryAgain => pending_writes::retry_messages(cx),
    }
}

fn on_net(cx: &mut UpdateCx<'_>, event: NetEvent) {
    let counters = &mut cx.state.counters;
    match event {
        NetEvent::Received(received) => inbox::on_received(cx, received),
        NetEvent::Recalled { why, received } => inbox::on_recalled(cx, why, received),
        NetEvent::History { conversation, history } => room_history::on_history(cx, conversation, history),
        NetEvent::Session { conversation, state } => room_history::on_session(cx, conversation, state),
        NetEvent::Handed { message, to, payload } => outbox::on_handed(cx, message, to, &payload),
        NetEvent::Reworded { message, text } => outbox::on_reworded(cx, message, text),
        NetEvent::Requoted { message, quote } => outbox::on_requoted(cx, message, quote),
        NetEvent::Failed { message, fault } => outbox::on_failed(cx, message, fault),
        NetEvent::Unreachable { conversation, .. } => rooms::on_unreachable(cx, conversation),
        NetEvent::Redecoded { message, text, lossy } => reading::on_redecoded(cx, message, text, lossy),
        NetEvent::Delivered { message } => receipts::on_delivered(cx, message),
        NetEvent::Kept { message, uid } => receipts::on_kept(cx, message, uid),
        NetEvent::Read { message } => receipts::on_read(cx, message),
        NetEvent::Opened { message, text, lossy } => receipts::on_opened(cx, message, text, lossy),
        NetEvent::Transfer { transfer, progress } => transfers::on_progress(cx, transfer, progress),
        // The runtime takes them: it writes the first two, and says what came of the first.
        NetEvent::Content { .. } | NetEvent::Secret { .. } | NetEvent::Networks(_) => {}
        NetEvent::ReadUpTo { conversation, uid } => talk::on_read_up_to(cx, conversation, uid),
        NetEvent::Peer(peer) => nearby::on_peer(cx, peer),
        NetEvent::Introduced { conversation, about } => nearby::on_introduced(cx, conversation, *about),
        NetEvent::Answered { conversation, .. } => nearby::on_answered(cx, conversation),
        NetEvent::Typing { conversation } => nearby::on_typing(cx, conversation),
        NetEvent::Connection { conversation, connection } => {
            rooms::on_connection(cx, conversation, connection);
        }
        NetEvent::Member { conversation, member } => rooms::on_member(cx, conversation, &member),
        NetEvent::MemberCount { conversation, count } => rooms::on_member_count(cx, conversation, count),
        NetEvent::Operator { conversation, is_in_charge } => {
            rooms::on_operator(cx, conversation, is_in_charge);
        }
        NetEvent::Noticed { conversation, notice } => cx.notice(conversation, notice),
        NetEvent::Nudged { conversation } => nudges::on_nudged(cx, conversation),
        NetEvent::Empty { .. } => counters.empty = counters.empty.saturating_add(1),
        NetEvent::Nobody { .. } => counters.nobody = counters.nobody.saturating_add(1),
        NetEvent::Dropped(lost) => cx.state.note_dropped(&lost),
        NetEvent::Malformed { .. } => counters.malformed = counters.malformed.saturating_add(1),
        NetEvent::Listening(listening) => sockets::on_listening(cx.state, listening),
        NetEvent::Lab { conversation, counts } => lab::on_counts(cx, conversation, counts),
        NetEvent::EchoReady { address } => contacts::on_echo_ready(cx, address),
    }
}

fn on_intent(cx: &mut UpdateCx<'_>, intent: Intent) {
    match intent {
        Intent::Send { conversation, text } => drop(outbox::send(cx, conversation, NewMessage::text(text))),
        Intent::Reply { conversation, message, text } => talk::reply(cx, conversation, message, text),
        Intent::Edit { conversation, message, text } => talk::edit(cx, conversation, message, text),
        Intent::Delete { conversation, message } => talk::delete(cx, conversation, message),
        Intent::React { conversation, message, emoji } => talk::react(cx, conversation, message, &emoji),
        Intent::Type { conversation } => talk::on_typing(cx, conversation),
        Intent::SendAs { conversation, text, kind } => outbox::send_as(cx, conversation, text, kind),
        Intent::SendToGroup { conversation, text } => outbox::send_to_group(cx, conversation, text),
        Intent::SendBytes { conversation, text, bytes } => outbox::send_bytes(cx, conversation, text, bytes),
        Intent::Offer { conversation, text, sources, left_out } => {
            outbox::offer(cx, conversation, text, sources, left_out);
        }
        Intent::Unseal { conversation, message } => receipts::unseal(cx, conversation, message),
        Intent::Accept { conversation, message, file } => downloads::accept(cx, conversation, message, file),
        Intent::Decline { conversation, message } => downloads::decline(cx, conversation, message),
        Intent::Stop { conversation, message, file } => downloads::stop(cx, conversation, message, file),
        Intent::Retry { conversation, message } => talk::retry(cx, conversation, message),
        Intent::ReadEarlier { conversation, count } => room_history::read(cx, conversation, count),
        Intent::Open { conversation } => reading::open(cx, conversation),
        Intent::Choose { conversation } => trust::on_chosen(cx, conversation),
        Intent::Page { conversation, at } => reading::request_page(cx, conversation, at),
        Intent::Read { conversation, arriving } => reading::mark_read(cx, conversation, arriving),
        Intent::Leave { conversation } => reading::leave(cx.state, conversation),
        Intent::RememberText { conversation, text } => reading::remember(cx.state, conversation, &text),
        Intent::SaveDraft { conversation, draft } => reading::save_draft(cx, conversation, draft),
        Intent::SaveScroll { conversation, at } => reading::save_scroll(cx, conversation, at),
        Intent::Search { within, search } => search::look_up(cx, within, search),
        Intent::SearchMore { everywhere } => search::look_further(cx, everywhere),
        Intent::Add { name, address } => contacts::add(cx, name, &address),
        Intent::Remove { conversation } => contacts::remove(cx, conversation),
        Intent::Nudge { conversation } => nudges::nudge(cx, conversation),
        Intent::Rename { conversation, name } => contacts::rename(cx, conversation, name),
        Intent::SetAddress { conversation, address } => contacts::readdress(cx, conversation, address),
        Intent::AcceptUpTo { conversation, up_to } => contacts::accept_up_to(cx, conversation, up_to),
        Intent::KeepFor { conversation, period } => contacts::keep_for(cx, conversation, period),
        Intent::Notify { conversation, level } => contacts::set_notify(cx, conversation, level),
        Intent::Pin { conversation, pinned } => contacts::pin(cx, conversation, pinned),
        Intent::Visit { address } => {
            contacts::visit(cx, address);
        }
        Intent::Ask { conversation } => nearby::ask(cx, conversation),
        Intent::Look => nearby::look(cx),
        Intent::Connect { address } => contacts::connect(cx, address),
        Intent::Reconnect { conversation } => rooms::connect(cx, conversation),
        Intent::Disconnect { conversation } => rooms::disconnect(cx, conversation),
        Intent::EnterRoom { conversation } => rooms::enter(cx, conversation),
        Intent::LeaveRoom { conversation } => rooms::leave(cx, conversation),
        Intent::Room { conversation, command } => rooms::command(cx, conversation, command),
        Intent::Ignore { conversation } => contacts::ignore(cx, conversation),
        Intent::Decide { conversation, decision } => trust::decide(cx, conversation, decision),
        Intent::Away(away) => cx.state.alerts.set_away(away),
        Intent::Lab { conversation, settings } => lab::set(cx, conversation, settings),
        Intent::Flush => pending_writes::retry(cx),
        Intent::Clear { conversation } => commits::clear(cx, conversation),
    }
}
