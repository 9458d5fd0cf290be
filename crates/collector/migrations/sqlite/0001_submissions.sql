-- Bytes as they were received, once each. Refused ones may be cut (see `length` of the submission).
CREATE TABLE content (
    sha256 BLOB NOT NULL PRIMARY KEY,
    bytes BLOB NOT NULL
) STRICT;

-- Everything that was ever sent here, taken or not. Nothing is updated or deleted.
CREATE TABLE submission (
    id INTEGER NOT NULL PRIMARY KEY AUTOINCREMENT,
    received_at INTEGER NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('sealed', 'qr', 'none')),
    length INTEGER NOT NULL,
    sha256 BLOB REFERENCES content (sha256),
    status TEXT NOT NULL CHECK (status IN ('accepted', 'already', 'conflict', 'refused')),
    code TEXT,
    detail TEXT,
    digest BLOB
) STRICT;

-- Reports whose whole chain of trust held when they came. They are verified again at every start.
CREATE TABLE report (
    digest BLOB NOT NULL PRIMARY KEY,
    submission INTEGER NOT NULL UNIQUE REFERENCES submission (id),
    election TEXT NOT NULL,
    precinct TEXT NOT NULL,
    device TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('zero', 'turnout', 'final')),
    number INTEGER NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('published', 'conflict')),
    sealed BLOB NOT NULL
) STRICT;

CREATE UNIQUE INDEX report_one_final ON report (election, device)
    WHERE kind = 'final' AND standing = 'published';
