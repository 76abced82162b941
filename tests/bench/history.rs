//! A history of a million messages: searching in it, starting with it, paging through it, adding to it.

use std::path::Path;
use std::time::{Duration, Instant};

use jiff::tz::TimeZone;
use rusqlite::{Connection, params};
use udpqq::model::WallTime;
use udpqq::model::history::{SearchQuery, StoreCommand};
use udpqq::model::search::Search;
use udpqq::store::Backend;

use crate::figure::{Figure, quantile};
use crate::generated::{
    self, CONVERSATIONS, Content, FIRST_TEXT, FREQUENT, GROUP, LAST_TEXT, MESSAGES, RARE, Texts,
};
use crate::idle::{memory, resident};
use crate::support::pty::Terminal;
use crate::support::screen;

/// A page of hits.
const HITS: usize = 50;
const RUNS: usize = 50;
const STARTS: usize = 20;
/// Messages that are added to an empty history.
const ADDED: u64 = 50_000;
const SINGLES: u64 = 200;
const SIZE: (u16, u16) = (100, 30);

pub(crate) fn measure_search() -> Vec<Figure> {
    let backend = generated::open(&generated::profile(Content::Plain).join("history.db"));
    let mut searcher = backend.searcher().unwrap();
    let queries = [
        ("two characters, frequent", FREQUENT),
        ("two characters, rare", RARE),
        ("two characters, absent", "螺钿"),
        ("two characters, never together", "们我"),
        ("one character", "的"),
        ("a Latin prefix", "conf"),
        ("two Latin prefixes", "con net"),
    ];
    let mut figures = Vec::new();
    for (what, query) in queries {
        let search = Search::parse(query, &TimeZone::UTC, WallTime(0)).unwrap();
        let (mut times, mut hits) = (Vec::new(), 0);
        for ticket in 0..u64::try_from(RUNS).unwrap() {
            let lookup =
                SearchQuery { ticket, search: search.clone(), within: None, before: None, limit: HITS };
            let start = Instant::now();
            hits = searcher.search(&lookup).unwrap().unwrap().hits.len();
            times.push(start.elapsed());
        }
        let name = format!("search, {what} ({hits} hits)");
        figures.push(Figure::time(format!("{name}, median"), quantile(&mut times, 0.5)).goal(10.0));
        figures.push(Figure::time(format!("{name}, worst"), quantile(&mut times, 1.0)).goal(10.0));
    }
    figures
}

pub(crate) fn measure_start() -> Vec<Figure> {
    let profiles = [Content::Plain, Content::Changed].map(generated::profile);
    let mut times = [const { Vec::new() }; 2];
    // In turn, so that both are measured on the same machine.
    for _ in 0..STARTS {
        for (profile, times) in profiles.iter().zip(&mut times) {
            times.push(first_page(profile));
        }
    }
    let [plain, changed] = times.each_mut().map(|times| quantile(times, 0.5));
    let [worst, _] = times.each_mut().map(|times| quantile(times, 1.0));
    vec![
        Figure::time("start with 1,000,000 messages: first frame, median", plain).goal(30.0),
        Figure::time("start with 1,000,000 messages: first frame, worst of 20", worst),
        Figure::time("the same, every 20th changed: first frame, median", changed),
        Figure::new("the same, relative to none changed", changed.as_secs_f64() / plain.as_secs_f64(), "x")
            .goal(1.1),
    ]
}

fn first_page(profile: &Path) -> Duration {
    let start = Instant::now();
    let terminal = launch(profile);
    let shown = terminal.wait_arrival("the end of the conversation", |screen| {
        screen::find(screen, LAST_TEXT).is_some() && screen::find(screen, "udp 127.0.0.1").is_some()
    });
    terminal.key("C-q");
    terminal.wait_exit();
    shown - start
}

/// Pages through the open conversation, from its end to its beginning.
pub(crate) fn measure_paging() -> Vec<Figure> {
    let terminal = launch(&generated::profile(Content::Plain));
    terminal.wait_text(LAST_TEXT);
    let mut times = Vec::new();
    while terminal.look(|screen| screen::find(screen, FIRST_TEXT).is_none()) {
        let before = terminal.raw_len();
        let start = Instant::now();
        terminal.key("PgUp");
        times.push(terminal.wait_bytes_after(before) - start);
    }
    let (resident, most) = (resident(&terminal), memory(&terminal, "VmHWM:"));
    // So that the next start is at the end again.
    terminal.key("M-End");
    terminal.wait_text(LAST_TEXT);
    terminal.key("C-q");
    terminal.wait_exit();
    let paged = format!("paged through {} messages", MESSAGES / u64::from(CONVERSATIONS));
    vec![
        Figure::new(format!("{paged}: resident memory"), resident, "MB").goal(40.0),
        Figure::new(format!("{paged}: most that was resident"), most, "MB"),
        Figure::time(format!("{paged}: one page, median"), quantile(&mut times, 0.5)),
        Figure::time(format!("{paged}: one page, worst"), quantile(&mut times, 1.0)),
    ]
}

/// Adds to an empty history: in groups as of a burst, then one by one, and then fills the index.
pub(crate) fn measure_keeping() -> Vec<Figure> {
    // On the disk that holds `target`, not in memory as many a /tmp is.
    let folder = tempfile::tempdir_in(generated::target()).unwrap();
    let mut texts = Texts::new();
    let ops: Vec<StoreCommand> = (1..=ADDED + SINGLES).map(|id| texts.op(id)).collect();
    let (burst, singles) = ops.split_at(usize::try_from(ADDED).unwrap());

    let mut backend = generated::open(&folder.path().join("history.db"));
    backend.commit(&generated::cards()).unwrap();
    let start = Instant::now();
    for group in burst.chunks(GROUP) {
        backend.commit(group).unwrap();
    }
    let ours = start.elapsed();
    let mut times: Vec<Duration> = singles.iter().map(|op| single(&mut *backend, op)).collect();
    let start = Instant::now();
    generated::catch_up(&mut *backend);
    let index = start.elapsed();
    let bare = bare(&folder.path().join("bare.db"), burst);
    let per_ten_thousand = |time: Duration| time / u32::try_from(ADDED / 10_000).unwrap();
    vec![
        Figure::time("commit 10,000 messages in groups of 1,024", per_ten_thousand(ours)),
        Figure::time("the same rows by bare SQLite, in the same groups", per_ten_thousand(bare)),
        Figure::new("ratio", ours.as_secs_f64() / bare.as_secs_f64(), ""),
        Figure::time("commit of a single message, median", quantile(&mut times, 0.5)),
        Figure::time("commit of a single message, p99", quantile(&mut times, 0.99)),
        Figure::time("index of the search catches up with 10,000", per_ten_thousand(index)),
    ]
}

fn single(backend: &mut dyn Backend, op: &StoreCommand) -> Duration {
    let start = Instant::now();
    backend.commit(std::slice::from_ref(op)).unwrap();
    start.elapsed()
}

/// The same columns, on the disk as surely, and nothing else.
fn bare(path: &Path, ops: &[StoreCommand]) -> Duration {
    let mut connection = Connection::open(path).unwrap();
    connection
        .execute_batch(
            "PRAGMA journal_mode = WAL; PRAGMA synchronous = FULL; PRAGMA cache_size = -4096;
             CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER, dialect TEXT, time INTEGER,
                 direction INTEGER, source TEXT, mark INTEGER, text TEXT, payload BLOB);",
        )
        .unwrap();
    let start = Instant::now();
    for group in ops.chunks(GROUP) {
        let transaction = connection.transaction().unwrap();
        for op in group {
            let StoreCommand::Insert(message) = op else { panic!("not a message: {op:?}") };
            let mut statement = transaction
                .prepare_cached("INSERT INTO message VALUES (?1, ?2, ?3, ?4, ?5, ?6, ?7, ?8, NULL)")
                .unwrap();
            let id = i64::try_from(message.id.0).unwrap();
            let (source, mark) =
                (message.source().map(|source| source.to_string()), message.mark().map(|_| 1));
            let own = message.is_outgoing();
            let conversation = message.conversation.0;
            let row =
                params![id, conversation, message.dialect, message.time.0, own, source, mark, message.text];
            statement.execute(row).unwrap();
        }
        transaction.commit().unwrap();
    }
    start.elapsed()
}

fn launch(profile: &Path) -> Terminal {
    let profile = profile.to_str().unwrap();
    let args = [
        "--interface",
        "lo",
        "--profile",
        profile,
        "--defaults",
        "--listen",
        "udp=127.0.0.1:0",
        "--listen",
        "ipmsg=off",
        "--listen",
        "udpqq=off",
    ]
    .map(str::to_owned);
    Terminal::spawn(&args, SIZE)
}
