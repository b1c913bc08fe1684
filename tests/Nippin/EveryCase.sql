-- Registrations and messages in every case that matters, for the tables of localdwh.sql and nippin.sql in one database: hospital 71910157, collection
-- OP_KNEE_PRIM_IMPLT. The table night_case says of each registration which message is the right one, in the words of the case and not by any query.
-- Case n is registration 10n + 5; its messages are 10n and a digit.
SET TIME ZONE 'UTC';

-- What a message can say of itself.
CREATE TEMP TABLE fact AS
SELECT row_number() OVER (ORDER BY s.place, i.place, v.place, t.place) - 1 AS fact, status, interface_type, valid, tack
FROM (VALUES (1, 'SENT'), (2, 'TO_SEND'), (3, 'ERROR'), (4, 'INVALID'), (5, 'ARCHIVED'), (6, 'BUFFERED'), (7, 'SUSPENDED'), (8, 'sent'), (9, ' To_Send '), (10, 'Archived '), (11, ''), (12, NULL)) s (place, status)
CROSS JOIN (VALUES (1, 'REST'), (2, 'FILE_SYSTEM'), (3, NULL)) i (place, interface_type)
CROSS JOIN (VALUES (1, true), (2, false), (3, NULL)) v (place, valid)
CROSS JOIN (VALUES (1, NULL), (2, ''), (3, 'urn:nip:tack:result:major:success'), (4, 'urn:nip:tack:result:major:failure'), (5, ' URN:nip:tack:result:major:SUCCESS ')) t (place, tack);

-- Ways of linking a registration with its message. Those of all facts meet every fact, the others one in seventeen.
CREATE TEMP TABLE way (place int, way text, all_facts boolean, nippin_id text, code text);
INSERT INTO way VALUES
    (1, 'number', true, '{n}5', '{code}'),
    (2, 'uuid', true, '{uuid}5', '{code}'),
    (3, 'upper-case uuid', true, '{UUID}5', '{code}'),
    (4, 'current code', true, NULL, '{code}'),
    (5, 'previous code', true, NULL, '{code}'),
    (6, 'current code, previous newer', true, NULL, '{code}'),
    (7, 'current code, previous older', true, NULL, '{code}'),
    (8, 'number that finds nothing', true, '{n}9', '{code}'),
    (9, 'number with zeros', false, '000{n}5', '{code}'),
    (10, 'upper-case message', false, '{uuid}5', '{code}'),
    (11, 'uuid of several messages', false, '{uuid}5', '{code}'),
    (12, 'uuid of several messages, newest of another hospital', false, '{uuid}5', '{code}'),
    (13, 'current code of several messages', false, NULL, '{code}'),
    (14, 'previous code of several messages', false, NULL, '{code}'),
    (15, 'current code of another hospital', false, NULL, '{code}'),
    (16, 'current code of several messages, newest of another hospital', false, NULL, '{code}'),
    (17, 'uuid that finds nothing', false, '{uuid}9', '{code}'),
    (18, 'number beyond all numbers', false, '{n}999999999999999999999999999999', '{code}'),
    (19, 'number of another hospital''s message', false, '{n}6', '{code}'),
    (20, 'uuid of another hospital''s message', false, '{uuid}6', '{code}'),
    (21, 'empty nippin_id', false, '', '{code}'),
    (22, 'blank nippin_id', false, '   ', '{code}'),
    (23, 'number with spaces', false, ' {n}5 ', '{code}'),
    (24, 'words as nippin_id', false, 'unknown', '{code}'),
    (25, 'digits that are a message_id', false, '{n}9', '{code}'),
    (26, 'message without message_id', false, NULL, '{code}'),
    (27, 'code in other letters', false, NULL, '{code}a'),
    (28, 'code with a space', false, NULL, '{code}'),
    (29, 'no code', false, NULL, NULL),
    (30, 'empty code', false, NULL, ''),
    (31, 'blank code', false, NULL, '  '),
    (32, 'no message', false, NULL, '{code}'),
    (33, 'one message without time', false, NULL, '{code}'),
    (34, 'messages without time', false, NULL, '{code}'),
    (35, 'messages of the same time', false, NULL, '{code}'),
    (36, 'current and previous code of one message', false, NULL, '{code}'),
    (37, 'only messages of another hospital', false, '{n}5', '{code}'),
    (38, 'no code but a number', false, '{n}5', NULL),
    (39, 'number and nothing else', false, '{n}9', NULL);

-- The messages of each way: when they were made (hours after the registration, or never), what they carry, whose they are, and which of them is right.
CREATE TEMP TABLE message_of_way (way int, k int, hours int, message_id text, current_code text, previous_code text, own boolean, is_right boolean);
INSERT INTO message_of_way VALUES
    (1, 5, 1, '{uuid}5', '{code}-x', NULL, true, true), (1, 6, 8, '{uuid}6', '{code}', NULL, true, false), (1, 7, 9, '{uuid}7', NULL, '{code}', true, false),
    (2, 5, 1, '{uuid}5', '{code}-x', NULL, true, true), (2, 4, 8, '{uuid}4', '{code}', NULL, true, false), (2, 7, 9, '{uuid}7', NULL, '{code}', true, false),
    (3, 5, 1, '{uuid}5', '{code}-x', NULL, true, true), (3, 6, 8, '{uuid}6', '{code}', NULL, true, false),
    (4, 5, 1, '{uuid}5', '{code}', NULL, true, true),
    (5, 5, 1, '{uuid}5', '{code}-99', '{code}', true, true),
    (6, 5, 1, '{uuid}5', '{code}', NULL, true, true), (6, 6, 9, '{uuid}6', '{code}-99', '{code}', true, false),
    (7, 5, 9, '{uuid}5', '{code}', NULL, true, true), (7, 6, 1, '{uuid}6', '{code}-99', '{code}', true, false),
    (8, 5, 1, '{uuid}5', '{code}', NULL, true, true),
    (9, 5, 1, '{uuid}5', '{code}-x', NULL, true, true), (9, 6, 8, '{uuid}6', '{code}', NULL, true, false),
    (10, 5, 1, '{UUID}5', '{code}-x', NULL, true, true), (10, 6, 8, '{uuid}6', '{code}', NULL, true, false),
    (11, 4, 1, '{uuid}5', '{code}', NULL, true, false), (11, 5, 8, '{UUID}5', '{code}-x', NULL, true, true), (11, 6, 7, '{uuid}5', '{code}', NULL, true, false), (11, 7, NULL, '{uuid}5', '{code}', NULL, true, false),
    (12, 5, 1, '{uuid}5', '{code}-x', NULL, true, true), (12, 6, 8, '{uuid}5', '{code}', NULL, false, false),
    (13, 4, 1, '{uuid}4', '{code}', NULL, true, false), (13, 5, 8, '{uuid}5', '{code}', NULL, true, true), (13, 6, 7, '{uuid}6', '{code}', NULL, true, false),
    (14, 4, 1, '{uuid}4', '{code}-98', '{code}', true, false), (14, 5, 8, '{uuid}5', '{code}-99', '{code}', true, true), (14, 6, 7, '{uuid}6', '{code}-97', '{code}', true, false),
    (15, 5, 1, '{uuid}5', '{code}-99', '{code}', true, true), (15, 6, 8, '{uuid}6', '{code}', NULL, false, false),
    (16, 5, 1, '{uuid}5', '{code}', NULL, true, true), (16, 6, 8, '{uuid}6', '{code}', NULL, false, false),
    (17, 5, 1, '{uuid}5', '{code}-99', '{code}', true, true),
    (18, 5, 1, '{uuid}5', '{code}', NULL, true, true),
    (19, 5, 1, '{uuid}5', '{code}', NULL, true, true), (19, 6, 8, '{uuid}6', '{code}-x', NULL, false, false),
    (20, 5, 1, '{uuid}5', '{code}-99', '{code}', true, true), (20, 6, 8, '{uuid}6', '{code}-x', NULL, false, false),
    (21, 5, 1, '{uuid}5', '{code}', NULL, true, true), (21, 6, 8, '', '{code}-x', NULL, true, false),
    (22, 5, 1, '{uuid}5', '{code}', NULL, true, true), (22, 6, 8, '   ', '{code}-x', NULL, true, false),
    (23, 5, 8, '{uuid}5', '{code}-x', NULL, true, false), (23, 6, 1, '{uuid}6', '{code}', NULL, true, true),
    (24, 5, 1, '{uuid}5', '{code}', NULL, true, true),
    (25, 5, 1, '{n}9', '{code}-x', NULL, true, false),
    (26, 5, 1, NULL, '{code}', NULL, true, true),
    (27, 5, 1, '{uuid}5', '{code}A', '{code}A', true, false),
    (28, 5, 1, '{uuid}5', '{code} ', ' {code}', true, false),
    (29, 5, 1, '{uuid}5', NULL, NULL, true, false),
    (30, 5, 1, '{uuid}5', '', '', true, false),
    (31, 5, 1, '{uuid}5', '  ', '  ', true, false),
    (33, 5, 1, '{uuid}5', '{code}', NULL, true, true), (33, 6, NULL, '{uuid}6', '{code}', NULL, true, false),
    (34, 4, NULL, '{uuid}4', '{code}', NULL, true, false), (34, 5, NULL, '{uuid}5', '{code}', NULL, true, true), (34, 3, NULL, '{uuid}3', '{code}', NULL, true, false),
    (35, 4, 1, '{uuid}4', '{code}', NULL, true, false), (35, 5, 1, '{uuid}5', '{code}', NULL, true, true), (35, 3, 1, '{uuid}3', '{code}', NULL, true, false),
    (36, 5, 1, '{uuid}5', '{code}', '{code}', true, true),
    (37, 5, 1, '{uuid}5', '{code}', NULL, false, false), (37, 6, 1, '{uuid}6', '{code}-99', '{code}', false, false),
    (38, 5, 1, '{uuid}5', NULL, NULL, true, true);

-- When a registration was made: around midnight in Brussels in winter, in summer and in the nights when the clock changes, and with noughts at the end.
CREATE TEMP TABLE made (place int, created_on timestamptz);
INSERT INTO made VALUES
    (0, '2024-03-30 22:59:59.999999+00'), (1, '2024-03-30 23:00:00+00'), (2, '2024-03-31 00:59:59.999999+00'), (3, '2024-03-31 01:00:00+00'), (4, '2024-03-31 21:59:59.999999+00'),
    (5, '2024-03-31 22:00:00+00'), (6, '2024-10-26 21:59:59.999999+00'), (7, '2024-10-26 22:00:00+00'), (8, '2024-10-27 00:30:00.5+00'), (9, '2024-10-27 01:30:00.000001+00'),
    (10, '2024-10-27 22:59:59.999999+00'), (11, '2024-10-27 23:00:00+00'), (12, '2024-06-18 06:38:01.449820+00'), (13, '2023-12-31 23:30:00.100000+00');

-- The values that may be an implant date, in the order of their ids.
CREATE TEMP TABLE dated (place int, position int, key text, value text);
INSERT INTO dated VALUES
    (1, 1, 'DT_IMPLANT', '05/03/2024'), (2, 1, 'DT_IMPLANT', '2024-03-05'), (3, 1, 'DT_IMPLANT', '2024-03-05T00:00:00'), (4, 1, 'DT_IMPLANT', '2024-03-05T00:00:00.000'),
    (5, 1, 'DT_IMPLANT', '2024-03-05T00:00:00Z'), (6, 1, 'DT_IMPLANT', '2024-03-05T00:00:00.000Z'), (7, 1, 'DT_IMPLANT', '2024-03-05 00:00:00'),
    (8, 1, 'DT_IMPLANT', '31/02/2024'), (9, 1, 'DT_IMPLANT', '29/02/2023'), (10, 1, 'DT_IMPLANT', '29/02/2024'), (11, 1, 'DT_IMPLANT', '2023-02-29'), (12, 1, 'DT_IMPLANT', '29/02/1900'),
    (13, 1, 'DT_IMPLANT', '1/2/2024'), (14, 1, 'DT_IMPLANT', '2024-2-1'), (15, 1, 'DT_IMPLANT', 'not known'), (16, 1, 'DT_IMPLANT', ''), (17, 1, 'DT_IMPLANT', NULL),
    (18, 1, 'DT_IMPLANT', ' 05/03/2024'), (19, 1, 'DT_IMPLANT', '05/03/2024 '), (20, 1, 'DT_IMPLANT', E'05/03/2024\n'), (21, 1, 'DT_IMPLANT', '05-03-2024'), (22, 1, 'DT_IMPLANT', '2024/03/05'),
    (23, 1, 'DT_IMPLANT', '31/12/1899'), (24, 1, 'DT_IMPLANT', '01/01/1900'), (25, 1, 'DT_IMPLANT', '31/12/2099'), (26, 1, 'DT_IMPLANT', '2100-01-01'),
    (27, 1, 'DT_IMPLANT', '2024-03-05T12:00:00'), (28, 1, 'DT_IMPLANT', '2024-03-05T00:00:00+00:00'), (29, 1, 'DT_IMPLANT', '2024-03-05 00:00:00.000'), (30, 1, 'DT_IMPLANT', '2024-03-05t00:00:00z'),
    (31, 1, 'DT_IMPLANT', '05/03/24'), (32, 1, 'DT_IMPLANT', '2024-13-01'), (33, 1, 'DT_IMPLANT', '00/00/0000'), (34, 1, 'DT_IMPLANT', '٠٥/٠٣/٢٠٢٤'),
    (35, 1, 'dt_implant', '05/03/2024'), (35, 2, 'DT_IMPLANT_2', '06/03/2024'), (35, 3, ' DT_IMPLANT', '07/03/2024'),
    (36, 1, 'DT_IMPLANT', 'not known'), (36, 2, 'DT_IMPLANT', NULL), (36, 3, 'DT_IMPLANT', '08/03/2024'), (36, 4, 'DT_IMPLANT', '2024-03-09'),
    (37, 1, 'DT_IMPLANT', '2024-03-10'), (37, 2, 'DT_IMPLANT', '11/03/2024'), (37, 3, 'DT_IMPLANT', 'not known'),
    (38, 1, 'DT_IMPLANT', '31/03/2024'), (39, 1, 'DT_IMPLANT', '2024-10-27'), (40, 1, 'DT_IMPLANT', '2024-10-27T00:00:00Z');

-- What stands in a message's text after its validation.
CREATE TEMP TABLE told (place int, text text);
INSERT INTO told VALUES
    (0, NULL), (1, ''), (2, 'cvc-complex-type.2.4.a: invalid content'), (3, 'starting with "Lot", one of ''{Serial, Lot}'' is expected.'), (4, E'line 1\nline 2'), (5, E'line 1\r\nline 2\r\n'), (6, E'\rline'),
    (7, '  leading spaces'), (8, 'trailing space '), (9, E'\ttab'), (10, '"'), (11, '""'), (12, ','), (13, '\.'), (14, 'back\slash'), (15, '=1+1'), (16, 'é Łódź 日本語 👍🏽'), (17, E'\u00a0hard space\u00a0'),
    (18, '   '), (19, (SELECT string_agg(format(E'line %s, column %s: "Device", "Lot"\n', line, line * 7), '') FROM generate_series(1, 600) line)), (20, ';'), (21, E'\n'), (22, E'\ufeffmark');

CREATE TEMP TABLE own_number (place int, text text);
INSERT INTO own_number VALUES (0, '71910157'), (1, '7-19101-57'), (2, '71910157000'), (3, '719.101.57/000'), (4, 'RIZIV 719 101 57'), (5, NULL), (6, ''), (7, 'unknown');
CREATE TEMP TABLE other_number (place int, text text);
INSERT INTO other_number VALUES (0, '71920253'), (1, '7-19202-53'), (2, '71920253000'), (3, '7191015'), (4, '7191015700'), (5, '719101570000'), (6, '1');

CREATE TEMP TABLE cases AS
SELECT *, format('206.24.%s.%s', lpad(n::text, 6, '0'), lpad((n % 97)::text, 2, '0')) AS own_code, 'abcdef00-0000-4abc-8def-' || lpad(n::text, 11, '0') AS own_uuid
FROM (
    SELECT row_number() OVER (ORDER BY way.place, fact.fact) AS n, way.place AS way, way.way AS way_name, nippin_id, code, fact, status, interface_type, valid, tack
    FROM way JOIN fact ON way.all_facts OR fact.fact % 17 = way.place % 17
) numbered;

CREATE TABLE night_case AS
SELECT 10 * n + 5 AS registration_id, way_name AS way, (SELECT 10 * n + k FROM message_of_way WHERE message_of_way.way = cases.way AND is_right) AS message_id
FROM cases;

-- Nothing comes in the order of its ids.
INSERT INTO local_dwhmessage (id, document_id, data_collection_name, organization_nihdi, organization_name, project, dcd_version, registration_code, nippin_id, created_on, status)
SELECT
    10 * n + 5, 'document-' || n, 'OP_KNEE_PRIM_IMPLT',
    (ARRAY['71910157', '7-19101-57', '719.101.57', 'RIZIV 719 101 57', '71910157'])[1 + n % 5], 'Hospital', 'OP', '1',
    replace(code, '{code}', own_code),
    replace(replace(replace(nippin_id, '{n}', n::text), '{uuid}', own_uuid), '{UUID}', upper(own_uuid)),
    created_on, (ARRAY['SUBMITTED', 'submitted', 'Submitted', NULL])[1 + n % 4]
FROM cases JOIN made ON made.place = n % 14
ORDER BY md5(n::text);

-- Other rows of the same documents: what it was before a correction, a correction that is still a draft, another collection's and another hospital's.
-- Each has its own code, and a message under it that would be the newest of all.
INSERT INTO local_dwhmessage (id, document_id, data_collection_name, organization_nihdi, registration_code, created_on, status)
SELECT 10 * n + other.k, 'document-' || n, other.collection, other.nihdi, own_code || '-' || other.k, created_on - interval '40 days', other.status
FROM cases
JOIN made ON made.place = n % 14
JOIN (VALUES
    (7, 1, 'OP_KNEE_PRIM_IMPLT', '71910157', 'SUBMITTED'), (7, 2, 'OP_KNEE_PRIM_IMPLT', '7-19101-57', NULL), (11, 8, 'OP_KNEE_PRIM_IMPLT', '71910157', 'DRAFT'),
    (13, 9, 'OP_KNEE_REVIS', '71910157', 'SUBMITTED'), (17, 7, 'OP_KNEE_PRIM_IMPLT', '71920253', 'SUBMITTED')
) other (every, k, collection, nihdi, status) ON n % other.every = 0
ORDER BY md5(n::text || other.k);

INSERT INTO nippin_message (id, message_id, identification_value, payload_after_validation, valid, interface_type, status, created_on, postresponse_tack_reference, postresponse_tack_result_major, current_registrationcode)
SELECT 99000000 + 10 * n + k, 'abcdef00-0000-4abc-8def-' || lpad((99000000 + 10 * n + k)::text, 12, '0'), '71910157', 'of another row', true, 'REST', 'SENT', made.created_on + interval '1 year', 'another row', NULL, own_code || '-' || k
FROM cases JOIN made ON made.place = n % 14 CROSS JOIN (VALUES (1), (2), (7), (8), (9)) other (k)
WHERE (n % 7 = 0 AND k IN (1, 2)) OR (n % 11 = 0 AND k = 8) OR (n % 13 = 0 AND k = 9) OR (n % 17 = 0 AND k = 7);

-- The right message says what the case says; the others say something else, so that they show in the file.
INSERT INTO nippin_message (id, message_id, identification_value, payload_after_validation, valid, interface_type, status, created_on,
    postresponse_tack_reference, postresponse_tack_result_major, previous_registrationcode, current_registrationcode)
SELECT
    10 * n + k,
    replace(replace(replace(m.message_id, '{n}', n::text), '{uuid}', own_uuid), '{UUID}', upper(own_uuid)),
    CASE WHEN m.own THEN own_number.text ELSE other_number.text END,
    CASE WHEN m.is_right THEN told.text ELSE 'not the right one' END,
    CASE WHEN m.is_right THEN cases.valid ELSE n % 2 = 0 END,
    CASE WHEN m.is_right THEN cases.interface_type ELSE 'WRONG' END,
    CASE WHEN m.is_right THEN cases.status WHEN cases.status = 'SENT' THEN 'ERROR' ELSE 'SENT' END,
    made.created_on + m.hours * interval '1 hour',
    CASE WHEN m.is_right AND cases.tack IS NOT NULL THEN (ARRAY['reference ' || n, '', NULL, ' ' || n])[1 + n % 4] END,
    CASE WHEN m.is_right THEN cases.tack END,
    replace(m.previous_code, '{code}', own_code),
    replace(m.current_code, '{code}', own_code)
FROM cases
JOIN message_of_way m ON m.way = cases.way
JOIN made ON made.place = n % 14
JOIN told ON told.place = n % 23
JOIN own_number ON own_number.place = n % 8
JOIN other_number ON other_number.place = n % 7
ORDER BY md5(n::text || k);

-- A value that looks like an implant date has the id 10n and its position; one registration in 41 has none.
INSERT INTO local_dwhmessage_key_value (id, msg_document_id, key, value)
SELECT 10 * n + position, 'document-' || n, key, value FROM cases JOIN dated ON dated.place = n % 41
UNION ALL SELECT 10 * n, 'document-' || n, 'TX_REMARK', '01/01/2024' FROM cases
ORDER BY 4, 1 DESC;

-- Registrations that are left out, each with a message that is sent.
INSERT INTO local_dwhmessage (id, document_id, data_collection_name, organization_nihdi, registration_code, created_on, status)
SELECT 90000000 + place, 'out-' || place, collection, nihdi, 'out-' || place, '2024-05-01 12:00:00+00', status
FROM (VALUES
    (1, 'OP_KNEE_PRIM_IMPLT', '71910157', 'DRAFT'), (2, 'OP_KNEE_PRIM_IMPLT', '71910157', 'draft'), (3, 'OP_KNEE_PRIM_IMPLT', '71910157', 'DELETED'), (4, 'OP_KNEE_PRIM_IMPLT', '71910157', ''),
    (5, 'OP_KNEE_PRIM_IMPLT', '71910157', ' SUBMITTED'), (6, 'OP_KNEE_PRIM_IMPLT', '71920253', 'SUBMITTED'), (7, 'OP_KNEE_PRIM_IMPLT', '7-19202-53', 'SUBMITTED'), (8, 'OP_KNEE_PRIM_IMPLT', '71910157000', 'SUBMITTED'),
    (9, 'OP_KNEE_PRIM_IMPLT', '7191015', 'SUBMITTED'), (10, 'OP_KNEE_PRIM_IMPLT', NULL, 'SUBMITTED'), (11, 'OP_KNEE_PRIM_IMPLT', '', 'SUBMITTED'), (12, 'op_knee_prim_implt', '71910157', 'SUBMITTED'),
    (13, 'OP_KNEE_PRIM_IMPLT ', '71910157', 'SUBMITTED'), (14, ' OP_KNEE_PRIM_IMPLT', '71910157', 'SUBMITTED'), (15, 'OP_KNEE_PRIM_IMPLT_2', '71910157', 'SUBMITTED'), (16, 'OP_KNEE_REVIS', '71910157', 'SUBMITTED')
) out (place, collection, nihdi, status);
INSERT INTO nippin_message (id, message_id, identification_value, interface_type, status, created_on, current_registrationcode)
SELECT 90000000 + place, 'out-' || place, '71910157', 'REST', 'SENT', '2024-05-01 13:00:00+00', 'out-' || place FROM generate_series(1, 16) place;

DROP TABLE fact, way, message_of_way, made, dated, told, own_number, other_number, cases;
