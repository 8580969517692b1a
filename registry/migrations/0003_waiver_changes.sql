-- What a waiver approves, as JSON: absent where its client told no change. Once that is published, the waiver is spent.
ALTER TABLE waiver ADD COLUMN changes TEXT;
ALTER TABLE waiver ADD COLUMN spent_version TEXT;
ALTER TABLE waiver ADD COLUMN spent_at TIMESTAMPTZ;
