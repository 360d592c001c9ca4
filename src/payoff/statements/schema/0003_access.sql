-- Keys. `secret_hash`: argon2id; the one before it holds until `old_until_us`, while clients change over.
CREATE TABLE access_key (
    key                 TEXT PRIMARY KEY,
    tenant              BIGINT NOT NULL,
    label               TEXT NOT NULL,
    scopes              TEXT NOT NULL,
    home_page           TEXT NOT NULL,
    secret_hash         TEXT NOT NULL,
    old_secret_hash     TEXT,
    old_until_us        BIGINT,
    created_us          BIGINT NOT NULL,
    expires_us          BIGINT,
    revoked_us          BIGINT,
    requests_per_second DOUBLE PRECISION,
    body_bytes          BIGINT,
    batch               BIGINT
);
CREATE INDEX access_key_tenant ON access_key (tenant);

-- One row: a number that grows with every change of keys or tenants, so that servers see it by one look.
CREATE TABLE access_revision (
    id       {row_key},
    revision BIGINT NOT NULL
);
INSERT INTO access_revision (id, revision) VALUES (1, 1);

-- Each entry holds the hash of the one before: see payoff.statements.audit_log.
CREATE TABLE audit (
    seq      {row_key},
    at_us    BIGINT NOT NULL,
    who      TEXT NOT NULL,
    what     TEXT NOT NULL,
    tenant   TEXT NOT NULL,
    detail   TEXT NOT NULL,
    previous TEXT NOT NULL,
    hash     TEXT NOT NULL
);
