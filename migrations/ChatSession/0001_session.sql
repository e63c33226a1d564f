-- A session: what is known about it, and its messages.

-- One row. The numbers of the messages have no gaps, and only the oldest messages are ever deleted, so the first and
-- the next number say which ones there are and how many.
CREATE TABLE session (
    id             INTEGER PRIMARY KEY CHECK (id = 1),
    owner          TEXT,
    title          TEXT,
    metadata       TEXT CHECK (metadata IS NULL OR json_valid(metadata)),
    created_at     INTEGER NOT NULL,  -- milliseconds since 1970, as all times here
    updated_at     INTEGER NOT NULL,
    first_sequence INTEGER NOT NULL,
    next_sequence  INTEGER NOT NULL,
    retention_days INTEGER NOT NULL,  -- the policy of the last change, for the alarm that enforces it
    max_messages   INTEGER NOT NULL
) STRICT;

CREATE TABLE messages (
    sequence    INTEGER PRIMARY KEY,  -- the place in the session, from 1
    id          TEXT NOT NULL,        -- the sequence and a random part
    role        TEXT NOT NULL CHECK (role IN ('user', 'assistant')),
    content     TEXT NOT NULL,
    timestamp   INTEGER NOT NULL,     -- never before that of the message before it
    token_count INTEGER,
    partial     INTEGER               -- 1 for the beginning of an answer that was cut off
) STRICT;
