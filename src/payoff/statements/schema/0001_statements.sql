CREATE TABLE tenant (
    id   {row_key},
    name TEXT NOT NULL UNIQUE
);
INSERT INTO tenant (id, name) VALUES (1, 'default');

-- Who sent statements, as it is served in `authority`.
CREATE TABLE authority (
    id        {row_key},
    tenant    BIGINT NOT NULL,
    text_hash {bytes} NOT NULL,
    agent     {bytes} NOT NULL,
    text      {bytes} NOT NULL,
    UNIQUE (tenant, text_hash)
);

-- `stored_us`: microseconds since 1970, unique and ascending with the commits.
-- `terms`: ids of the statement's own terms, 5 bytes each, big-endian.
CREATE TABLE statement (
    stored_us {row_key},
    tenant    BIGINT NOT NULL,
    id        {bytes} NOT NULL,
    refers_to {bytes},
    authority BIGINT NOT NULL,
    has       SMALLINT NOT NULL,
    voiding   SMALLINT NOT NULL,
    voided    SMALLINT NOT NULL,
    version   TEXT NOT NULL,
    terms     {bytes} NOT NULL,
    raw       {bytes} NOT NULL
);
CREATE UNIQUE INDEX statement_id ON statement (tenant, id);
CREATE INDEX statement_newest ON statement (tenant, stored_us) WHERE voided = 0;
CREATE INDEX statement_refers_to ON statement (tenant, refers_to) WHERE refers_to IS NOT NULL;

-- All a statement can be found by, numbered.
CREATE TABLE term (
    id     {row_key},
    tenant BIGINT NOT NULL,
    kind   SMALLINT NOT NULL,
    value  {bytes} NOT NULL
);
CREATE UNIQUE INDEX term_value ON term (tenant, kind, value);

-- `via`: 0, or `stored_us` of the statement referred to whose term this is. Voided statements have no postings.
CREATE TABLE posting (
    term      BIGINT NOT NULL,
    stored_us BIGINT NOT NULL,
    via       BIGINT NOT NULL,
    PRIMARY KEY (term, stored_us, via)
) {clustered};

-- What statements say an activity is, put together. `activity`: its IRI, or the hash of a long one.
CREATE TABLE activity (
    tenant     BIGINT NOT NULL,
    activity   {bytes} NOT NULL,
    definition {bytes} NOT NULL,
    PRIMARY KEY (tenant, activity)
);

CREATE TABLE attachment (
    tenant       BIGINT NOT NULL,
    sha2         {bytes} NOT NULL,
    content_type {bytes} NOT NULL,
    body         {bytes} NOT NULL,
    PRIMARY KEY (tenant, sha2)
);

-- Which statements declare an attachment: whether its bytes are still needed, and by whom.
CREATE TABLE statement_attachment (
    tenant    BIGINT NOT NULL,
    sha2      {bytes} NOT NULL,
    stored_us BIGINT NOT NULL,
    PRIMARY KEY (tenant, sha2, stored_us)
) {clustered};
CREATE INDEX statement_attachment_of ON statement_attachment (stored_us);
