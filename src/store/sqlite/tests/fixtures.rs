//! Histories as older versions left them, one of each.

/// What each version left behind, as that version wrote it; by the number of the version, less one.
pub(super) const FIXTURES: &[&str] = &[
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 1;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff');
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'');
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 2;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff');
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'');
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 3;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 4;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 5;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0, trust TEXT NOT NULL DEFAULT '');
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT, uid BLOB, about BLOB);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
CREATE TABLE seen (conversation INTEGER NOT NULL, uid BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (conversation INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (conversation, message))
    WITHOUT ROWID;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL, NULL, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL, x'000102030405060708090a0b0c0d0e0f', NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL, NULL, NULL);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 6;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0, trust TEXT NOT NULL DEFAULT '',
    peer_read INTEGER NOT NULL DEFAULT -1);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT, uid BLOB, about BLOB, quote TEXT);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
CREATE TABLE seen (conversation INTEGER NOT NULL, uid BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (conversation INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (conversation, message))
    WITHOUT ROWID;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10);
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL, x'000102030405060708090a0b0c0d0e0f', NULL, NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 7;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0, trust TEXT NOT NULL DEFAULT '',
    peer_read INTEGER NOT NULL DEFAULT -1);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT, uid BLOB, about BLOB, quote TEXT);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
CREATE TABLE seen (conversation INTEGER NOT NULL, uid BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (conversation INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (conversation, message))
    WITHOUT ROWID;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10, 12);
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL, x'000102030405060708090a0b0c0d0e0f', NULL, NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 8;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0, trust TEXT NOT NULL DEFAULT '',
    peer_read INTEGER NOT NULL DEFAULT -1, reply_message INTEGER, edit_message INTEGER,
    edit_text TEXT NOT NULL DEFAULT '');
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT, uid BLOB, about BLOB, quote TEXT);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
CREATE TABLE seen (conversation INTEGER NOT NULL, uid BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (conversation INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (conversation, message))
    WITHOUT ROWID;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10, 12);
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL, x'000102030405060708090a0b0c0d0e0f', NULL, NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL, NULL, NULL, NULL);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 9;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0, trust TEXT NOT NULL DEFAULT '',
    peer_read INTEGER NOT NULL DEFAULT -1, reply_message INTEGER, edit_message INTEGER,
    edit_text TEXT NOT NULL DEFAULT '');
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT, uid BLOB, about BLOB, quote TEXT, expires INTEGER);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
CREATE TABLE seen (conversation INTEGER NOT NULL, uid BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (conversation INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (conversation, message))
    WITHOUT ROWID;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX expiring ON message (expires) WHERE expires IS NOT NULL;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL, x'000102030405060708090a0b0c0d0e0f', NULL, NULL, NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO seen VALUES (1, x'000102030405060708090a0b0c0d0e0f', 1, 6), (1, x'ff0102030405060708090a0b0c0d0e0f', 2, 6);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 10;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0, trust TEXT NOT NULL DEFAULT '',
    peer_read INTEGER NOT NULL DEFAULT -1, reply_message INTEGER, edit_message INTEGER,
    edit_text TEXT NOT NULL DEFAULT '', forgotten_to INTEGER NOT NULL DEFAULT -1);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT, uid BLOB, about BLOB, quote TEXT, expires INTEGER);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
CREATE TABLE seen (conversation INTEGER NOT NULL, uid BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (conversation INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (conversation, message))
    WITHOUT ROWID;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX expiring ON message (expires) WHERE expires IS NOT NULL;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL, x'000102030405060708090a0b0c0d0e0f', NULL, NULL, NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO seen VALUES (1, x'ff0102030405060708090a0b0c0d0e0f', 2, 6);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 11;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0, trust TEXT NOT NULL DEFAULT '',
    peer_read INTEGER NOT NULL DEFAULT -1, reply_message INTEGER, edit_message INTEGER,
    edit_text TEXT NOT NULL DEFAULT '', forgotten_to INTEGER NOT NULL DEFAULT -1, session BLOB);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT, uid BLOB, about BLOB, quote TEXT, expires INTEGER);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
CREATE TABLE seen (conversation INTEGER NOT NULL, uid BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (conversation INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (conversation, message))
    WITHOUT ROWID;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX expiring ON message (expires) WHERE expires IS NOT NULL;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL, x'000102030405060708090a0b0c0d0e0f', NULL, NULL, NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO seen VALUES (1, x'ff0102030405060708090a0b0c0d0e0f', 2, 6);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
    "
PRAGMA application_id = 1969516657;
PRAGMA user_version = 12;
CREATE TABLE conversation (id INTEGER PRIMARY KEY, name TEXT NOT NULL DEFAULT '', address TEXT NOT NULL DEFAULT '',
    standing INTEGER NOT NULL DEFAULT 2, known INTEGER NOT NULL DEFAULT 1, read_to INTEGER NOT NULL DEFAULT -1,
    draft TEXT NOT NULL DEFAULT '', reading_message INTEGER, reading_row INTEGER,
    cleared_to INTEGER NOT NULL DEFAULT -1, forgotten INTEGER NOT NULL DEFAULT 0, trust TEXT NOT NULL DEFAULT '',
    peer_read INTEGER NOT NULL DEFAULT -1, reply_message INTEGER, edit_message INTEGER,
    edit_text TEXT NOT NULL DEFAULT '', forgotten_to INTEGER NOT NULL DEFAULT -1, session BLOB, unheard_message INTEGER);
CREATE TABLE message (id INTEGER PRIMARY KEY, conversation INTEGER NOT NULL, dialect TEXT NOT NULL,
    time INTEGER NOT NULL, direction INTEGER NOT NULL, source TEXT, lossy INTEGER, authenticated INTEGER,
    mark INTEGER, reason TEXT, marked INTEGER, text TEXT NOT NULL, payload BLOB, sender TEXT,
    kind INTEGER NOT NULL DEFAULT 0, files TEXT, uid BLOB, about BLOB, quote TEXT, expires INTEGER);
CREATE INDEX message_of ON message (conversation, id, direction);
CREATE INDEX outgoing ON message (conversation) WHERE direction = 1;
CREATE INDEX waiting ON message (mark) WHERE mark = 0 AND uid IS NULL;
CREATE INDEX message_uid ON message (conversation, uid) WHERE uid IS NOT NULL;
CREATE INDEX message_about ON message (conversation, about) WHERE about IS NOT NULL;
CREATE TABLE seen (conversation INTEGER NOT NULL, uid BLOB NOT NULL, number INTEGER NOT NULL, time INTEGER NOT NULL,
    PRIMARY KEY (conversation, uid)) WITHOUT ROWID;
CREATE INDEX seen_number ON seen (conversation, number);
CREATE TABLE outbox (conversation INTEGER NOT NULL, message INTEGER NOT NULL, PRIMARY KEY (conversation, message))
    WITHOUT ROWID;
CREATE INDEX joined ON message (conversation, id, kind) WHERE kind = 1;
CREATE INDEX named ON message (conversation) WHERE sender IS NOT NULL;
CREATE INDEX change ON message (conversation, id, kind) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX change_of ON message (conversation, about, kind, direction) WHERE kind IN (8, 9, 10, 12);
CREATE INDEX expiring ON message (expires) WHERE expires IS NOT NULL;
CREATE TABLE setting (key TEXT PRIMARY KEY, value INTEGER NOT NULL) WITHOUT ROWID;
INSERT INTO conversation (id, name, address, standing, read_to, draft) VALUES (1, 'Alex', '10.0.0.7:8081', 0, 1, 'd');
INSERT INTO message VALUES (1, 1, 'udp', 5, 0, '10.0.0.7:8081', 0, 0, NULL, NULL, NULL, '明天开会', NULL, NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO message VALUES (2, 1, 'udp', 6, 0, '10.0.0.7:8081', 1, 0, NULL, NULL, NULL, 'hello', x'ff', 'mei', 0, NULL, x'000102030405060708090a0b0c0d0e0f', NULL, NULL, NULL);
INSERT INTO message VALUES (3, 1, 'udp', 7, 1, NULL, NULL, NULL, 3, 'network EPERM', 8, 'my hello', x'', NULL, 0, NULL, NULL, NULL, NULL, NULL);
INSERT INTO seen VALUES (1, x'ff0102030405060708090a0b0c0d0e0f', 2, 6);
INSERT INTO setting VALUES ('open', 1), ('last_message', 7);
CREATE VIRTUAL TABLE search USING fts5
    (body, place, content = '', contentless_delete = 1, prefix = '1 3', tokenize = 'ascii');
INSERT INTO search (search, rank) VALUES ('automerge', 8);
INSERT INTO search (rowid, body, place) VALUES (1, '明天 天开 开会 会', 'c1 i'), (2, 'hello', 'c1 i');
INSERT INTO setting VALUES ('index_version', 1), ('indexed_to', 2);
",
];
