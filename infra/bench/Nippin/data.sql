-- One hospital's registrations of one collection and the messages to the insurers about them, both in one database.
-- psql gives the variables nihdi, other (another hospital), registrations and messages. Nothing is left to chance: the same numbers give the same rows.

-- A number below "below" for row i; "what" keeps the choices of one row apart.
CREATE FUNCTION pick(i bigint, what bigint, below bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT (hashint8extended(i, what) & 4611686018427387903) % below $$;

CREATE FUNCTION code_of(i bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$ SELECT format('%s.%s.%s.%s', 100 + i % 200, 16 + i % 10, lpad(i::text, 7, '0'), lpad((i % 97)::text, 2, '0')) $$;

-- Registrations are spread over ten years in the order they were made.
CREATE FUNCTION made_on(i bigint, registrations bigint) RETURNS timestamptz LANGUAGE sql IMMUTABLE AS
$$ SELECT timestamptz '2015-11-01 06:00:00+00' + (i::float8 / registrations) * interval '3650 days' + pick(i, 1, 36000000000) * interval '1 microsecond' $$;

-- Message j is about the registration at the same place of its list; one in ten is another one about the registration before, so that one has two and the next none.
CREATE FUNCTION registration_of(j bigint, registrations bigint, messages bigint) RETURNS bigint LANGUAGE sql IMMUTABLE AS
$$ SELECT greatest(1, 1 + (j - 1) * registrations / messages - CASE WHEN pick(j, 2, 10) = 0 THEN 1 ELSE 0 END) $$;

-- What an XSD check says of a message: quotes, commas and line ends, a few lines or 20 kB.
CREATE FUNCTION xsd_error(j bigint, lines bigint) RETURNS text LANGUAGE sql IMMUTABLE AS
$$
    SELECT string_agg(
        format(E'cvc-complex-type.2.4.a: Invalid content was found starting with element "Device%s", line %s, column %s.%s One of ''{"urn:be:fgov:ehealth:implant":Lot, Serial}'' is expected.',
            pick(j, 100 + n, 1000), n, pick(j, 200 + n, 120), CASE WHEN n % 2 = 0 THEN E'\r\n' ELSE E'\n' END), E'\n' ORDER BY n)
    FROM generate_series(1, lines) n
$$;

-- Ids as many as are looked for, so that a nippin_id may name any.
INSERT INTO nippin_message (id, message_id, identification_value, name, payload, payload_after_validation, valid, interface_type, status, created_on,
    postresponse_tack_reference, postresponse_tack_result_major, project_id, dcd_id, previous_registrationcode, current_registrationcode)
SELECT
    j,
    md5('message ' || j)::uuid,
    CASE WHEN pick(j, 10, 300) = 0 THEN :'other' WHEN pick(j, 11, 50) = 0 THEN NULL WHEN pick(j, 11, 50) = 1 THEN overlay(overlay(:'nihdi' PLACING '-' FROM 2 FOR 0) PLACING '-' FROM 8 FOR 0)
        WHEN pick(j, 11, 50) = 2 THEN :'nihdi' || '000' ELSE :'nihdi' END,
    'AZ Sint-Elders',
    format('<message registration="%s">%s</message>', code_of(i), md5('payload ' || j) || md5('lot ' || j) || md5('serial ' || j)),
    CASE WHEN status = 'INVALID' THEN xsd_error(j, CASE WHEN pick(j, 12, 500) = 0 THEN 115 ELSE 1 + pick(j, 13, 4) END) WHEN status = 'ERROR' THEN 'Connection to MyCareNet refused' END,
    CASE WHEN status = 'INVALID' THEN false WHEN pick(j, 14, 40) = 0 THEN NULL WHEN pick(j, 14, 400) = 1 THEN false ELSE true END,
    interface_type,
    status,
    made_on(i, :registrations) + (1 + pick(j, 15, 60 * 86400)) * interval '1 second' + pick(j, 16, 1000000) * interval '1 microsecond',
    CASE WHEN acknowledged THEN md5('tack ' || j)::uuid END,
    CASE WHEN acknowledged THEN 'urn:nip:tack:result:major:' || CASE WHEN pick(j, 17, 30) = 0 THEN 'failure' ELSE 'success' END WHEN pick(j, 18, 50) = 0 THEN '' END,
    'ORTHOPRIDE_KNEE',
    'OP_KNEE_PRIM_IMPLT',
    -- A corrected registration has a new code; here the registration itself may still stand under the old one.
    CASE WHEN pick(j, 19, 20) = 0 THEN code_of(i) END,
    CASE WHEN pick(j, 19, 20) = 0 THEN code_of(i) || 'C' WHEN pick(j, 20, 200) = 0 THEN NULL ELSE code_of(i) END
FROM (
    SELECT *, interface_type = 'REST' AND upper(status) = 'SENT' AND pick(j, 6, 20) > 0 AS acknowledged
    FROM (
        SELECT
            j,
            registration_of(j, :registrations, :messages) AS i,
            CASE WHEN pick(j, 12, 500) = 0 THEN 'INVALID' WHEN pick(j, 3, 10000) = 0 THEN 'SUSPENDED' WHEN pick(j, 3, 10000) < 10 THEN 'sent'
                ELSE (ARRAY['SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'SENT', 'TO_SEND', 'TO_SEND', 'TO_SEND', 'INVALID', 'INVALID', 'ERROR', 'ARCHIVED', 'BUFFERED'])[1 + pick(j, 4, 20)] END AS status,
            CASE WHEN pick(j, 5, 3) = 0 THEN 'REST' ELSE 'FILE_SYSTEM' END AS interface_type
        FROM generate_series(1::bigint, :messages) j
    ) chosen
) message
ORDER BY j;

-- Registration i is row 2i. Where it was corrected, row 2i - 1 is what it was before, of the same document and under its first code.
INSERT INTO local_dwhmessage (id, document_id, data_collection_name, organization_nihdi, organization_name, project, dcd_version, registration_code, nippin_id, created_on, status)
SELECT
    2 * i - CASE WHEN earlier THEN 1 ELSE 0 END,
    md5('document ' || i)::uuid,
    'OP_KNEE_PRIM_IMPLT',
    CASE WHEN pick(i, 30, 100) = 0 THEN overlay(:'nihdi' PLACING ' ' FROM 2 FOR 0) ELSE :'nihdi' END,
    'AZ Sint-Elders',
    'OP',
    '1',
    CASE WHEN earlier THEN code_of(i) || '-0' WHEN pick(i, 31, 25) > 0 THEN code_of(i) END,
    -- By number, by UUID, or by the code alone; one in two hundred names a message that is not there.
    CASE WHEN earlier THEN NULL
        WHEN pick(i, 32, 200) = 0 THEN CASE WHEN i % 2 = 0 THEN (:messages + i)::text ELSE md5('nothing ' || i)::uuid::text END
        WHEN pick(i, 33, 10) < 3 THEN direct::text
        WHEN pick(i, 33, 10) < 5 THEN md5('message ' || direct)::uuid::text
        WHEN pick(i, 33, 10) = 5 THEN upper(md5('message ' || direct)::uuid::text) END,
    made_on(i, :registrations) + CASE WHEN earlier THEN interval '0' ELSE interval '1 microsecond' END,
    CASE WHEN pick(i, 34, 50) = 0 AND NOT earlier THEN 'DRAFT' WHEN pick(i, 35, 100) = 0 THEN NULL WHEN pick(i, 35, 100) = 1 THEN 'submitted' ELSE 'SUBMITTED' END
FROM generate_series(1::bigint, :registrations) i
LEFT JOIN (SELECT registration_of(j, :registrations, :messages) AS i, max(j) AS direct FROM generate_series(1::bigint, :messages) j GROUP BY 1) message USING (i)
CROSS JOIN LATERAL (SELECT true AS earlier WHERE pick(i, 36, 30) = 0 UNION ALL SELECT false) versions
ORDER BY 1;

INSERT INTO local_dwhmessage_key_value (msg_document_id, key, value)
SELECT md5('document ' || i)::uuid, field.key, field.value
FROM generate_series(1::bigint, :registrations) i
CROSS JOIN LATERAL (SELECT (made_on(i, :registrations) - pick(i, 40, 60) * interval '1 day')::date AS implanted) day
CROSS JOIN LATERAL (VALUES
    (1, 'CD_NISS', lpad(pick(i, 41, 99999999999)::text, 11, '0')),
    (2, 'DT_IMPLANT', CASE
        WHEN pick(i, 42, 1000) < 850 THEN to_char(implanted, 'DD/MM/YYYY')
        WHEN pick(i, 42, 1000) < 930 THEN to_char(implanted, 'YYYY-MM-DD')
        WHEN pick(i, 42, 1000) < 940 THEN to_char(implanted, 'YYYY-MM-DD') || 'T00:00:00'
        WHEN pick(i, 42, 1000) < 950 THEN to_char(implanted, 'YYYY-MM-DD') || ' 00:00:00'
        WHEN pick(i, 42, 1000) < 955 THEN to_char(implanted, '"31/02/"YYYY')
        WHEN pick(i, 42, 1000) < 960 THEN 'not known' END),
    (3, 'CD_DEVICE', lpad(pick(i, 43, 1000000000000)::text, 14, '0')),
    (4, 'TX_REMARK', 'No complications; discharged after ' || pick(i, 44, 9) || ' days'),
    -- Now and then a second day, which does not count where the first is one.
    (5, 'DT_IMPLANT', CASE WHEN pick(i, 45, 100) = 0 THEN to_char(implanted - 30, 'DD/MM/YYYY') END)
) field (place, key, value)
WHERE field.value IS NOT NULL
ORDER BY i, field.place;

-- The other hospital has its organisation from this; it has no implants.
INSERT INTO local_dwhmessage (id, document_id, data_collection_name, organization_nihdi, organization_name, project, dcd_version, created_on, status)
VALUES (2 * :registrations + 1, 'other', 'BCFR_Main_registration', :'other', 'Other hospital', 'BCFR', '1', '2024-01-08', 'SUBMITTED');

DROP FUNCTION xsd_error, registration_of, made_on, code_of, pick;
SELECT setval('nippin_message_id_seq', :messages + 1), setval('local_dwhmessage_id_seq', 2 * :registrations + 2);
