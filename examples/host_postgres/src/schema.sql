-- Ids are compared byte by byte, as the library compares them. Under a collation of a language, `Initech` and
-- `initech` could be one account to the database and two to the library, and the order by id two orders.
--
-- Changes and records are text, not jsonb: what comes back is what was written, byte for byte. (jsonb sorts keys,
-- and refuses \u0000.)

-- The account as it was at one revision, and as it was when it was created, where its journal begins. Each account
-- has one row, from its first day.
CREATE TABLE IF NOT EXISTS snapshots (
    account text COLLATE "C" PRIMARY KEY,
    revision bigint NOT NULL CHECK (revision >= 0),
    record text NOT NULL,
    created text NOT NULL
);

-- What happened since. The primary key lets one writer win each revision.
CREATE TABLE IF NOT EXISTS changes (
    account text COLLATE "C" NOT NULL REFERENCES snapshots,
    revision bigint NOT NULL CHECK (revision > 0),
    change text NOT NULL,
    PRIMARY KEY (account, revision)
);

-- What happened before the snapshot: for audits, no process needs it to start.
CREATE TABLE IF NOT EXISTS archived (LIKE changes INCLUDING ALL);

-- The whole journal.
CREATE OR REPLACE VIEW journal AS
    SELECT account, revision, change FROM archived UNION ALL SELECT account, revision, change FROM changes;
