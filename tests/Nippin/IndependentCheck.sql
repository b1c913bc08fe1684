-- What the file of a night must hold, in one query over a database that has HD4DP's tables of both databases. Written from the rules alone,
-- to be obviously right and not to be fast, and by somebody who did not write the portal's own.
-- $1 the hospital's eight digits, $2 the collection, $3 the key of the implant date or null, $4 the first day or null.
-- The session's time zone must be UTC: then a timestamp without time zone means the same as one with it.
WITH
-- Every day there is from 1900 to 2099, in each of the seven ways it may be written. Whatever is not in this list is no implant date.
written_day AS (
    SELECT day, to_char(day, form) AS text
    FROM (SELECT date '1900-01-01' + n AS day FROM generate_series(0, date '2099-12-31' - date '1900-01-01') n) every_day
    CROSS JOIN (VALUES ('DD/MM/YYYY'), ('YYYY-MM-DD'), ('YYYY-MM-DD"T00:00:00"'), ('YYYY-MM-DD"T00:00:00.000"'), ('YYYY-MM-DD"T00:00:00Z"'), ('YYYY-MM-DD"T00:00:00.000Z"'), ('YYYY-MM-DD" 00:00:00"')) forms (form)
),
-- Rows of the hospital and the collection that were submitted.
submitted AS (
    SELECT *
    FROM local_dwhmessage
    WHERE data_collection_name = $2::text
        AND regexp_replace(organization_nihdi, '[^0-9]', '', 'g') = $1::text
        AND (status IS NULL OR lower(status) = 'submitted')
),
-- Of the rows of one document the last counts.
last_of_document AS (
    SELECT document_id, max(id) AS id FROM submitted GROUP BY document_id
),
-- Of a document's values that are days the first counts.
implant AS (
    SELECT DISTINCT ON (value_of.msg_document_id) value_of.msg_document_id, written_day.day
    FROM local_dwhmessage_key_value value_of JOIN written_day ON written_day.text = value_of.value
    WHERE value_of.key = $3::text
    ORDER BY value_of.msg_document_id, value_of.id
),
dated AS (
    SELECT submitted.*, (submitted.created_on::timestamptz AT TIME ZONE 'Europe/Brussels')::date AS created_day, implant.day AS implant_date
    FROM submitted
    JOIN last_of_document ON last_of_document.id = submitted.id
    LEFT JOIN implant ON implant.msg_document_id = submitted.document_id
),
registration AS (
    SELECT * FROM dated WHERE $4::date IS NULL OR created_day IS NULL OR created_day < date '0001-01-01' OR created_day >= $4::date
),
-- Messages with the hospital's number or without any.
usable AS (
    SELECT *
    FROM (SELECT *, regexp_replace(coalesce(identification_value, ''), '[^0-9]', '', 'g') AS digits FROM nippin_message) numbered
    WHERE digits = '' OR (CASE WHEN length(digits) = 11 THEN left(digits, 8) ELSE digits END) = $1::text
),
-- Every message that some way leads to from a registration.
candidate AS (
    SELECT registration.id AS registration_id, 1 AS way, usable.id AS message_id, usable.created_on
    FROM registration JOIN usable ON usable.id::numeric = CASE WHEN registration.nippin_id ~ '^[0-9]+$' THEN registration.nippin_id::numeric END
  UNION ALL
    SELECT registration.id, 1, usable.id, usable.created_on
    FROM registration JOIN usable ON lower(usable.message_id) = lower(registration.nippin_id)
    WHERE registration.nippin_id !~ '^[0-9]+$' AND registration.nippin_id !~ '^\s*$'
  UNION ALL
    SELECT registration.id, 2, usable.id, usable.created_on
    FROM registration JOIN usable ON usable.current_registrationcode = registration.registration_code
    WHERE registration.registration_code !~ '^\s*$'
  UNION ALL
    SELECT registration.id, 3, usable.id, usable.created_on
    FROM registration JOIN usable ON usable.previous_registrationcode = registration.registration_code
    WHERE registration.registration_code !~ '^\s*$'
),
-- The first way that leads anywhere, there the newest message, and of equally new ones the one with the highest number.
ranked AS (
    SELECT *, row_number() OVER (PARTITION BY registration_id ORDER BY way, created_on DESC NULLS LAST, message_id DESC) AS place FROM candidate
),
chosen AS (
    SELECT registration.*, nippin_message.id AS chosen_id, nippin_message.message_id, nippin_message.interface_type, nippin_message.status AS message_status,
        nippin_message.created_on AS message_created_on, nippin_message.payload_after_validation, nippin_message.valid,
        nippin_message.postresponse_tack_reference, nippin_message.postresponse_tack_result_major,
        upper(btrim(coalesce(nippin_message.status, ''))) AS status_word, lower(btrim(coalesce(nippin_message.postresponse_tack_result_major, ''))) AS tack_word
    FROM registration
    LEFT JOIN ranked ON ranked.registration_id = registration.id AND ranked.place = 1
    LEFT JOIN nippin_message ON nippin_message.id = ranked.message_id
)
SELECT
    id::text AS localdwh_id,
    to_char(created_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"') AS localdwh_created_on,
    coalesce(registration_code, '') AS localdwh_registration_code,
    data_collection_name::text AS localdwh_register,
    coalesce(message_id, '') AS nippin_message,
    coalesce(interface_type, '') AS nippin_interface_type,
    coalesce(message_status, '') AS nippin_status,
    coalesce(to_char(message_created_on::timestamptz AT TIME ZONE 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"+00:00"'), '') AS nippin_created_on,
    coalesce(payload_after_validation, '') AS nippin_payload_after_validation,
    coalesce(postresponse_tack_reference, '') AS nippin_postresponse_tack_reference,
    coalesce(postresponse_tack_result_major, '') AS nippin_postresponse_tack_result_major,
    CASE
        WHEN chosen_id IS NULL THEN 'not_found'
        WHEN status_word IN ('INVALID', 'ARCHIVED') OR valid IS FALSE THEN 'invalid'
        WHEN status_word IN ('SENT', 'TO_SEND') AND tack_word IN ('', 'urn:nip:tack:result:major:success') THEN 'valid'
        ELSE 'not_sent'
    END AS result,
    coalesce(to_char(implant_date, 'YYYY-MM-DD'), '') AS localdwh_implant_date
FROM chosen
ORDER BY coalesce(implant_date, created_day) DESC, id DESC
