-- State, activity-profile and agent-profile documents.
-- `place`: SHA-256 of tenant, kind, activity, agent and registration. `id_key`: the id, or the hash of a long one.
-- `about`: the agent's key, or the hash of a long one: whose document it is, should it be erased.
CREATE TABLE document (
    place        {bytes} NOT NULL,
    id_key       {bytes} NOT NULL,
    tenant       BIGINT NOT NULL,
    kind         SMALLINT NOT NULL,
    activity     {bytes} NOT NULL,
    about        {bytes} NOT NULL,
    registration {bytes} NOT NULL,
    id           {bytes} NOT NULL,
    etag         TEXT NOT NULL,
    updated_us   BIGINT NOT NULL,
    content_type {bytes} NOT NULL,
    body         {bytes} NOT NULL,
    PRIMARY KEY (place, id_key)
);
CREATE INDEX document_about ON document (tenant, about);
