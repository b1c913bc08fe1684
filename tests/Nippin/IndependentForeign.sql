-- How many messages name another hospital although a registration leads to them by its nippin_id, or by its code as the current or the previous one.
-- $1 the hospital's eight digits, $2 the collection, $3 the first day or null. The session's time zone must be UTC.
WITH registration AS (
    SELECT DISTINCT ON (document_id) *
    FROM local_dwhmessage
    WHERE data_collection_name = $2::text
        AND regexp_replace(organization_nihdi, '[^0-9]', '', 'g') = $1::text
        AND (status IS NULL OR lower(status) = 'submitted')
    ORDER BY document_id, id DESC
)
SELECT count(*)
FROM (SELECT *, regexp_replace(coalesce(identification_value, ''), '[^0-9]', '', 'g') AS digits FROM nippin_message) message
WHERE digits <> ''
    AND CASE WHEN length(digits) = 11 THEN left(digits, 8) ELSE digits END <> $1::text
    AND EXISTS (
        SELECT FROM registration
        WHERE ($3::date IS NULL OR ((registration.created_on::timestamptz AT TIME ZONE 'Europe/Brussels')::date BETWEEN date '0001-01-01' AND $3::date - 1) IS NOT TRUE)
            AND (
                CASE WHEN registration.nippin_id ~ '^[0-9]+$' THEN registration.nippin_id::numeric = message.id ELSE lower(registration.nippin_id) = lower(message.message_id) AND registration.nippin_id !~ '^\s*$' END
                OR registration.registration_code !~ '^\s*$' AND registration.registration_code IN (message.current_registrationcode, message.previous_registrationcode)
            )
    )
