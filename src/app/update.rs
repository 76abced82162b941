//! Routes each event to the function that knows what it means.

use super::chat::NewMessage;
use super::event::{Effect, Event, Intent};
use super::{
    State, chat, fetching, flood, moving, nearby, offers, reading, receipts, restore, rooms, roster, search,
    unkept,
};
use crate::model::history::StoreEvent;
use crate::model::{NetEvent, Now};

/// Takes one event into the state and says what is to be done about it.
pub fn update(state: &mut State, now: Now, event: Event) -> Vec<Effect> {
    let mut effects = Vec::new();
    match event {
        Event::Restored(restored) => restore::restore(state, restored, &mut effects),
        Event::Net(event) => on_net(state, now, event, &mut effects),
        Event::Stored(event) => on_stored(state, now, event, &mut effects),
        Event::Intent(intent) => on_intent(state, now, intent, &mut effects),
        Event::ContactsLoaded { contacts, edit } => {
            roster::load(state, contacts, edit, &mut effects);
        }
        Event::ContactsUnknown => roster::follow_contacts(state, &mut effects),
        Event::Told(phrase) => state.tell(phrase),
        Event::Withdrawn(phrase) => state.withdraw(&phrase),
        Event::Refused { message: Some(message), fault } => {
            chat::fail(state, now, message, fault, &mut effects);
        }
        Event::Refused { message: None, fault } => state.tell(fault.phrase()),
    }
    state.conversations.settle();
    effects
}

fn on_stored(state: &mut State, now: Now, event: StoreEvent, effects: &mut Vec<Effect>) {
    match event {
        StoreEvent::Committed(ops) => chat::committed(state, now, ops, effects),
        StoreEvent::Refused { ops, why } => chat::refused(state, now, ops, why, effects),
        StoreEvent::Page(page) => reading::page(state, page, effects),
        StoreEvent::NoPage { query, why } => reading::no_page(state, query, why),
        StoreEvent::Sent { conversation, texts } => reading::sent(state, conversation, texts),
        StoreEvent::Found(found) => search::found(state, found),
        StoreEvent::NotFound { ticket, why } => search::failed(state, ticket, why),
        StoreEvent::Told(phrase) => state.tell(phrase),
        StoreEvent::BegunAnew(why) => unkept::begun_anew(state, why, effects),
        StoreEvent::DiskLow(low) => state.gate.set_disk_low(low),
        StoreEvent::TryAgain => unkept::try_again(state, effects),
    }
}

fn on_net(state: &mut State, now: Now, event: NetEvent, effects: &mut Vec<Effect>) {
    match event {
        NetEvent::Received(received) => flood::arrive(state, now, received, effects),
        NetEvent::Handed { message, payload, .. } => chat::handed(state, now, message, &payload, effects),
        NetEvent::Failed { message, fault } => chat::fail(state, now, message, fault, effects),
        NetEvent::Unreachable { conversation, to } => roster::unreachable(state, conversation, to),
        NetEvent::Redecoded { message, text, lossy } => {
            reading::redecoded(state, message, &text, lossy, effects);
        }
        NetEvent::Delivered { message } => receipts::delivered(state, now, message, effects),
        NetEvent::Read { message } => receipts::read(state, now, message, effects),
        NetEvent::Opened { message, text, lossy } => receipts::opened(state, message, text, lossy, effects),
        NetEvent::Transfer { transfer, progress } => {
            moving::progress(state, now, transfer, progress, effects);
        }
        // The runtime writes it, and says what came of that.
        NetEvent::Content { .. } => {}
        NetEvent::Peer(peer) => nearby::peer(state, now, peer, effects),
        NetEvent::Introduced { conversation, about } => {
            nearby::introduced(state, conversation, *about, effects);
        }
        NetEvent::Typing { conversation } => nearby::typing(state, now, conversation),
        NetEvent::Connection { conversation, connection } => {
            rooms::connection(state, conversation, connection)
        }
        NetEvent::Member { conversation, member } => rooms::member(state, now, conversation, &member),
        NetEvent::Noticed { conversation, notice } => chat::notice(state, now, conversation, notice),
        NetEvent::Empty { .. } => state.counters.empty = state.counters.empty.saturating_add(1),
        NetEvent::Nobody { .. } => state.counters.nobody = state.counters.nobody.saturating_add(1),
        NetEvent::Dropped(lost) => state.note_dropped(&lost),
        NetEvent::Malformed { .. } => state.counters.malformed = state.counters.malformed.saturating_add(1),
        NetEvent::Listening(listening) => roster::listening(state, listening),
        NetEvent::EchoReady { address } => roster::echo_ready(state, address, effects),
    }
}

fn on_intent(state: &mut State, now: Now, intent: Intent, effects: &mut Vec<Effect>) {
    match intent {
        Intent::Send { conversation, text } => {
            chat::send(state, now, conversation, NewMessage::text(text), effects);
        }
        Intent::SendAs { conversation, text, kind } => {
            chat::send(state, now, conversation, NewMessage { kind, ..NewMessage::text(text) }, effects);
        }
        Intent::Offer { conversation, text, sources } => {
            offers::offer(state, now, conversation, (text, sources), effects);
        }
        Intent::Unseal { conversation, message } => receipts::unseal(state, conversation, message, effects),
        Intent::Accept { conversation, message, file } => {
            fetching::accept(state, now, (conversation, message), file, effects);
        }
        Intent::Decline { conversation, message } => fetching::decline(state, conversation, message, effects),
        Intent::Stop { conversation, message, file } => {
            fetching::stop(state, now, (conversation, message), file, effects);
        }
        Intent::Retry { conversation, message } => chat::retry(state, now, conversation, message, effects),
        Intent::Open { conversation } => reading::open(state, conversation, effects),
        Intent::Page { conversation, at } => reading::turn(state, conversation, at, effects),
        Intent::Read { conversation, arriving } => reading::read(state, conversation, arriving, effects),
        Intent::Leave { conversation } => reading::leave(state, conversation),
        Intent::Remember { conversation, text } => reading::remember(state, conversation, &text),
        Intent::Draft { conversation, text } => reading::draft(state, conversation, text, effects),
        Intent::Stand { conversation, at } => reading::stand(state, conversation, at, effects),
        Intent::LookUp { within, search } => search::look_up(state, within, search, effects),
        Intent::LookFurther { everywhere } => search::look_further(state, everywhere, effects),
        Intent::Add { name, address } => roster::add(name, &address, effects),
        Intent::Remove { conversation } => roster::remove(state, conversation, effects),
        Intent::Rename { conversation, name } => roster::rename(state, conversation, name, effects),
        Intent::Readdress { conversation, address } => {
            roster::readdress(state, conversation, address, effects);
        }
        Intent::Visit { address } => {
            roster::visit(state, address, effects);
        }
        Intent::Connect { address } => {
            let id = roster::visit(state, address, effects);
            rooms::connect(state, id, effects);
        }
        Intent::Reconnect { conversation } => rooms::connect(state, conversation, effects),
        Intent::Disconnect { conversation } => rooms::disconnect(state, conversation, effects),
        Intent::Enter { conversation } => rooms::enter(state, conversation, effects),
        Intent::Depart { conversation } => rooms::depart(state, conversation, effects),
        Intent::Ignore { conversation } => roster::ignore(state, conversation),
        Intent::Away(away) => state.away = away,
        Intent::Farewell => unkept::keep_again(state, effects),
        Intent::Clear { conversation } => chat::clear(state, conversation, effects),
    }
}
