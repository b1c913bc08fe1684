-- The result file of one hospital and one collection in one statement, for a database that holds both of HD4DP's tables.
-- {nihdi} is the hospital. The fastest of ten ways to write it (measured on 1,000,000 × 1,000,000): what is best for each key is found once,
-- by hashing whole tables. Looking messages up by index, narrowing from step to step, one union of all candidates, sorting narrow rows
-- before the messages are fetched, and telling a date's form without a pattern took as long or longer.
WITH registration AS (
    SELECT DISTINCT ON (l.document_id) l.id, l.created_on, l.registration_code, l.nippin_id, v.implanted
    FROM local_dwhmessage l
    LEFT JOIN (
        SELECT id, msg_document_id, CASE
            WHEN value ~ '^(0[1-9]|[12][0-9]|3[01])/(0[1-9]|1[0-2])/(19|20)[0-9]{2}$' THEN
                CASE WHEN left(value, 2) <= '28' OR pg_input_is_valid(right(value, 4) || '-' || substr(value, 4, 2) || '-' || left(value, 2), 'date')
                    THEN make_date(right(value, 4)::int, substr(value, 4, 2)::int, left(value, 2)::int) END
            WHEN value ~ '^(19|20)[0-9]{2}-(0[1-9]|1[0-2])-(0[1-9]|[12][0-9]|3[01])(T00:00:00(\.000)?Z?| 00:00:00)?$' THEN
                CASE WHEN pg_input_is_valid(left(value, 10), 'date') THEN left(value, 10)::date END END AS implanted
        FROM local_dwhmessage_key_value
        WHERE key = 'DT_IMPLANT'
    ) v ON v.msg_document_id = l.document_id AND v.implanted IS NOT NULL
    WHERE l.data_collection_name = 'OP_KNEE_PRIM_IMPLT'
        AND (l.organization_nihdi = '{nihdi}' OR regexp_replace(l.organization_nihdi, '[^0-9]', '', 'g') = '{nihdi}')
        AND (l.status IS NULL OR l.status = 'SUBMITTED' OR lower(l.status) = 'submitted')
    ORDER BY l.document_id, l.id DESC, v.id
),
own AS NOT MATERIALIZED (
    SELECT * FROM nippin_message
    WHERE identification_value = '{nihdi}' OR identification_value IS NULL
        OR CASE WHEN length(regexp_replace(identification_value, '[^0-9]', '', 'g')) = 11 THEN left(regexp_replace(identification_value, '[^0-9]', '', 'g'), 8)
            ELSE regexp_replace(identification_value, '[^0-9]', '', 'g') END IN ('', '{nihdi}')
)
SELECT
    r.id AS localdwh_id,
    to_char(r.created_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00') AS localdwh_created_on,
    r.registration_code AS localdwh_registration_code,
    'OP_KNEE_PRIM_IMPLT' AS localdwh_register,
    m.message_id AS nippin_message,
    m.interface_type AS nippin_interface_type,
    m.status AS nippin_status,
    to_char(m.created_on AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US+00:00') AS nippin_created_on,
    m.payload_after_validation AS nippin_payload_after_validation,
    m.postresponse_tack_reference AS nippin_postresponse_tack_reference,
    m.postresponse_tack_result_major AS nippin_postresponse_tack_result_major,
    CASE
        WHEN m.id IS NULL THEN 'not_found'
        WHEN NOT m.valid OR upper(btrim(m.status)) IN ('INVALID', 'ARCHIVED') THEN 'invalid'
        WHEN upper(btrim(m.status)) IN ('SENT', 'TO_SEND') AND coalesce(lower(btrim(m.postresponse_tack_result_major)), '') IN ('', 'urn:nip:tack:result:major:success') THEN 'valid'
        ELSE 'not_sent'
    END AS result,
    r.implanted AS localdwh_implant_date
FROM registration r
LEFT JOIN (SELECT id FROM own) n ON n.id = CASE WHEN r.nippin_id ~ '^[0-9]{1,18}$' THEN r.nippin_id::bigint END
LEFT JOIN (SELECT DISTINCT ON (lower(message_id)) lower(message_id) AS key, id FROM own WHERE message_id IS NOT NULL ORDER BY lower(message_id), created_on DESC NULLS LAST, id DESC) u
    ON u.key = CASE WHEN r.nippin_id ~ '[^0-9]' AND r.nippin_id ~ '[^ ]' THEN lower(r.nippin_id) END
LEFT JOIN (SELECT DISTINCT ON (current_registrationcode) current_registrationcode AS key, id FROM own WHERE current_registrationcode ~ '[^ ]' ORDER BY current_registrationcode, created_on DESC NULLS LAST, id DESC) c
    ON c.key = r.registration_code
LEFT JOIN (SELECT DISTINCT ON (previous_registrationcode) previous_registrationcode AS key, id FROM own WHERE previous_registrationcode ~ '[^ ]' ORDER BY previous_registrationcode, created_on DESC NULLS LAST, id DESC) p
    ON p.key = r.registration_code
LEFT JOIN nippin_message m ON m.id = coalesce(n.id, u.id, c.id, p.id)
ORDER BY coalesce(r.implanted, (r.created_on AT TIME ZONE 'Europe/Brussels')::date) DESC, r.id DESC
