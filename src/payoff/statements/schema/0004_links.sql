-- Other record stores that statements are pulled from (direction 1) or forwarded to (2).
-- `cursor_us`: `stored` of the last statement that is through, here or there; the secret stays in the environment.
CREATE TABLE link (
    name       TEXT PRIMARY KEY,
    tenant     BIGINT NOT NULL,
    direction  SMALLINT NOT NULL,
    endpoint   TEXT NOT NULL,
    user_name  TEXT NOT NULL,
    secret_env TEXT NOT NULL,
    version    TEXT NOT NULL,
    cursor_us  BIGINT NOT NULL
);

-- Statements that one side refused, once each, with the reason.
CREATE TABLE dead_letter (
    link         TEXT NOT NULL,
    statement_id {bytes} NOT NULL,
    raw          {bytes} NOT NULL,
    reason       {bytes} NOT NULL,
    at_us        BIGINT NOT NULL,
    PRIMARY KEY (link, statement_id)
);
