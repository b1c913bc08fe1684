-- Messages to the insurers. Columns and types: fair-v1.healthdata.be/documentation/heart-valves/nippin-database.
CREATE TABLE nippin_message (
    id bigserial PRIMARY KEY,
    message_id varchar(255),
    identification_value text,
    name text,
    payload text,
    payload_after_validation text,
    response text,
    valid boolean,
    interface_type varchar(25),
    status varchar(25),
    created_on timestamptz,
    input_reference varchar(255),
    issuer text,
    postresponse_tack_applies_to text,
    postresponse_tack_id text,
    postresponse_tack_reference text,
    postresponse_tack_result_major text,
    postresponse_tack_result_minor text,
    postresponse_tack_result_message text,
    project_id varchar(255),
    dcd_id varchar(255),
    previous_registrationcode varchar(50),
    current_registrationcode varchar(50)
);
CREATE TABLE nippin_cleanup (id bigserial PRIMARY KEY);
CREATE INDEX ON nippin_message (current_registrationcode);
CREATE INDEX ON nippin_message (message_id);
GRANT CONNECT ON DATABASE nippin TO dpuser;
GRANT SELECT ON nippin_message, nippin_cleanup TO dpuser;
