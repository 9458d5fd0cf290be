-- Devices that the authority has revoked. Each came as a submission; reports keep the standing that they came with, and
-- whether they are revoked follows from these rows at every start.
CREATE TABLE revocation (
    digest BYTEA NOT NULL PRIMARY KEY,
    submission BIGINT NOT NULL UNIQUE REFERENCES submission (id),
    election TEXT NOT NULL,
    device TEXT NOT NULL,
    sealed BYTEA NOT NULL
);
