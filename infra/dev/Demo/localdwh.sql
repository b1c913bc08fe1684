-- HD4DP's local data warehouse as far as the portal reads it. Stated names: docs.healthdata.be/book/export/html/4460;
-- the others are the portal's defaults (infra/docs/settings.md).
CREATE TABLE local_dwhmessage (
    id bigserial PRIMARY KEY,
    document_id text NOT NULL,
    data_collection_name varchar(255) NOT NULL,
    organization_nihdi varchar(20),
    organization_name text,
    project varchar(255),
    dcd_version varchar(20),
    registration_code varchar(50),
    nippin_id varchar(255),
    created_on timestamptz NOT NULL,
    status varchar(25)
);
CREATE TABLE local_dwhmessage_key_value (
    id bigserial PRIMARY KEY,
    msg_document_id text NOT NULL,
    key varchar(255) NOT NULL,
    value text
);
CREATE TABLE local_dwhmessage_key_value_plus (
    id bigserial PRIMARY KEY,
    key_value_id bigint NOT NULL,
    attribute_type varchar(255) NOT NULL,
    attribute_value text
);
