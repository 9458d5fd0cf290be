-- Bytes as they were received, once each. Refused ones may be cut (see `length` of the submission).
CREATE TABLE content (
    sha256 BYTEA NOT NULL PRIMARY KEY,
    bytes BYTEA NOT NULL
);

-- Everything that was ever sent here, taken or not. Nothing is updated or deleted.
CREATE TABLE submission (
    id BIGINT GENERATED ALWAYS AS IDENTITY PRIMARY KEY,
    received_at BIGINT NOT NULL,
    form TEXT NOT NULL CHECK (form IN ('sealed', 'qr', 'none')),
    length BIGINT NOT NULL,
    sha256 BYTEA REFERENCES content (sha256),
    status TEXT NOT NULL CHECK (status IN ('accepted', 'already', 'conflict', 'refused')),
    code TEXT,
    detail TEXT,
    digest BYTEA
);

-- Reports whose whole chain of trust held when they came. They are verified again at every start.
CREATE TABLE report (
    digest BYTEA NOT NULL PRIMARY KEY,
    submission BIGINT NOT NULL UNIQUE REFERENCES submission (id),
    election TEXT NOT NULL,
    precinct TEXT NOT NULL,
    device TEXT NOT NULL,
    kind TEXT NOT NULL CHECK (kind IN ('zero', 'turnout', 'final')),
    number BIGINT NOT NULL,
    standing TEXT NOT NULL CHECK (standing IN ('published', 'conflict')),
    sealed BYTEA NOT NULL
);

CREATE UNIQUE INDEX report_one_final ON report (election, device)
    WHERE kind = 'final' AND standing = 'published';
