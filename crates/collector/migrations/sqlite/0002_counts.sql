-- A device may count more than once: one final result for each of its counts.
ALTER TABLE report ADD COLUMN count_number INTEGER NOT NULL DEFAULT 1;

DROP INDEX report_one_final;
CREATE UNIQUE INDEX report_one_final ON report (election, device, count_number)
    WHERE kind = 'final' AND standing = 'published';
