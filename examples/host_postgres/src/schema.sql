-- Ids are compared byte by byte, as the library compares them. Under a collation of a language, `Initech` and
-- `initech` could be one account to the database and two to the library, and the order by id two orders.
--
-- Changes and records are text, not jsonb: what comes back is what was written, byte for byte. (jsonb sorts keys,
-- and refuses \u0000.)
--
-- A head is text, too: the revision, a hyphen and the digest of all that led there.

-- The account as it was at one revision, and as it was when it was created, where its journal begins. Each account
-- has one row, from its first day.
CREATE TABLE IF NOT EXISTS snapshots (
    account text COLLATE "C" PRIMARY KEY,
    revision bigint NOT NULL CHECK (revision >= 0),
    head text NOT NULL,
    record text NOT NULL,
    created_head text NOT NULL,
    created text NOT NULL
);

-- What happened since. The primary key lets one writer win each revision. It can't tell two pasts apart: a database
-- that went back goes on counting. So each row has the head that it follows, and the head that it leads to.
CREATE TABLE IF NOT EXISTS changes (
    account text COLLATE "C" NOT NULL REFERENCES snapshots,
    revision bigint NOT NULL CHECK (revision > 0),
    follows text NOT NULL,
    head text NOT NULL,
    change text NOT NULL,
    PRIMARY KEY (account, revision)
);

-- What happened before the snapshot: for audits, no process needs it to start.
CREATE TABLE IF NOT EXISTS archived (LIKE changes INCLUDING ALL);

-- The whole journal.
CREATE OR REPLACE VIEW journal AS
    SELECT account, revision, follows, head, change FROM archived
    UNION ALL SELECT account, revision, follows, head, change FROM changes;

-- Which states the account went through.
CREATE OR REPLACE VIEW heads AS
    SELECT account, revision, head FROM journal
    UNION ALL SELECT account, 0::bigint, created_head FROM snapshots;
