-- Statements that somebody's erasure deleted (`kept` 0) or wrote anew (1): sent again, they are known.
-- Nothing here says whose they were.
CREATE TABLE erased_statement (
    tenant    BIGINT NOT NULL,
    id        {bytes} NOT NULL,
    stored_us BIGINT NOT NULL,
    erased_us BIGINT NOT NULL,
    kept      SMALLINT NOT NULL,
    PRIMARY KEY (tenant, id)
);

-- One row: grows with every erasure, so that writers see by one look that what they remember is gone.
-- `last_us`: the latest `stored` that was ever erased, for no later statement may be stored before it.
CREATE TABLE erasure_revision (
    id       {row_key},
    revision BIGINT NOT NULL,
    last_us  BIGINT NOT NULL
);
INSERT INTO erasure_revision (id, revision, last_us) VALUES (1, 0, 0);

-- Erasures under way, and how far they are; a finished one leaves no row, nor a way from person to account.
CREATE TABLE erasure_job (
    tenant    BIGINT NOT NULL,
    person    {bytes} NOT NULL,
    mode      TEXT NOT NULL,
    account   TEXT NOT NULL,
    cursor_us BIGINT NOT NULL,
    counts    {bytes} NOT NULL,
    PRIMARY KEY (tenant, person)
);
