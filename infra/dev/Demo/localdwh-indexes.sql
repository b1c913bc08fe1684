-- After the data, so that generating millions of values stays quick.
CREATE INDEX ON local_dwhmessage (data_collection_name);
CREATE INDEX ON local_dwhmessage (document_id);
CREATE INDEX ON local_dwhmessage_key_value (msg_document_id);
CREATE INDEX ON local_dwhmessage_key_value_plus (key_value_id);
GRANT CONNECT ON DATABASE localdwh TO dpuser;
GRANT SELECT ON local_dwhmessage, local_dwhmessage_key_value, local_dwhmessage_key_value_plus TO dpuser;
ANALYZE;
