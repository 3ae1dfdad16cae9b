-- Hard cases, one a paragraph: each runs once a round, in random order, beside the random load. :round is its number.

-- one key: insert, update, delete, insert again in one transaction
BEGIN;
INSERT INTO app.moved VALUES (500, 'a');
UPDATE app.moved SET v = 'b' WHERE id = 500;
DELETE FROM app.moved WHERE id = 500;
INSERT INTO app.moved VALUES (500, 'c ' || :round);
COMMIT;
DELETE FROM app.moved WHERE id = 500;

-- a key moves onto one that was deleted in the same transaction, and back
BEGIN;
INSERT INTO app.moved VALUES (601, 'x'), (602, 'y') ON CONFLICT DO NOTHING;
DELETE FROM app.moved WHERE id = 601;
UPDATE app.moved SET id = 601 WHERE id = 602;
COMMIT;
UPDATE app.moved SET id = 602 WHERE id = 601;

-- an update that changes nothing
UPDATE app.counter SET n = n WHERE id = 1;

-- undone: a transaction, a savepoint
BEGIN;
INSERT INTO app.stage2 VALUES (800, 'never');
ROLLBACK;
BEGIN;
SAVEPOINT one;
INSERT INTO app.stage2 VALUES (801, 'never');
ROLLBACK TO one;
INSERT INTO app.stage2 VALUES (802, 'kept') ON CONFLICT (id) DO UPDATE SET v = app.stage2.v || '+';
SAVEPOINT two;
INSERT INTO app.stage2 VALUES (803, 'kept too') ON CONFLICT (id) DO UPDATE SET v = 'again';
RELEASE two;
COMMIT;

-- two phases: others commit between PREPARE and COMMIT PREPARED
BEGIN;
INSERT INTO app.stage2 VALUES (900 + :round, 'prepared');
PREPARE TRANSACTION 'one';
SELECT pg_sleep(0.2);
COMMIT PREPARED 'one';
BEGIN;
INSERT INTO app.stage2 VALUES (950 + :round, 'never');
PREPARE TRANSACTION 'two';
ROLLBACK PREPARED 'two';

-- truncate: one table, two, between inserts of one transaction, undone
INSERT INTO app.stage1 SELECT i, 'filled ' || :round FROM generate_series(1, 25) i ON CONFLICT (id) DO UPDATE SET v = 'again';
TRUNCATE app.stage1;
INSERT INTO app.stage1 VALUES (1, 'after');
SELECT pg_sleep(0.1);
TRUNCATE app.stage1, app.stage2;
BEGIN;
INSERT INTO app.stage1 VALUES (2, 'gone');
TRUNCATE app.stage1;
INSERT INTO app.stage1 VALUES (2, 'stays');
COMMIT;
BEGIN;
TRUNCATE app.stage1;
ROLLBACK;

-- many rows
BEGIN;
INSERT INTO app.stage1 SELECT i, 'big' FROM generate_series(1001, 1150) i;
UPDATE app.stage1 SET v = 'bigger' WHERE id > 1080;
DELETE FROM app.stage1 WHERE id > 1120;
COMMIT;
DELETE FROM app.stage1 WHERE id > 1000;

-- equal rows in one COPY
\copy app.bag FROM PROGRAM 'yes "same,1,{}" | head -n 12' WITH (FORMAT csv)
DELETE FROM app.bag WHERE ctid = (SELECT ctid FROM app.bag WHERE k = 'same' LIMIT 1);
UPDATE app.bag SET n = 2 WHERE ctid = (SELECT ctid FROM app.bag WHERE k = 'same' LIMIT 1);
INSERT INTO app.bag VALUES (NULL, NULL, NULL), (NULL, NULL, NULL), ('', 0, 'null');
DELETE FROM app.bag WHERE ctid = (SELECT ctid FROM app.bag WHERE k IS NULL LIMIT 1);

-- a long text: changed and left alone in one transaction, moved unchanged, literally the placeholder
BEGIN;
UPDATE app.docs SET body = repeat('new ' || :round, 500) WHERE id IN (3, 4);
UPDATE app.docs SET rev = rev + 1 WHERE id IN (3, 4);
COMMIT;
UPDATE app.docs SET rev = rev + 1 WHERE id IN (3, 4);
UPDATE app.docs SET id = 100 + id + 10 * :round WHERE id = 3;
INSERT INTO app.docs_full VALUES (200 + :round, 't', '__debezium_unavailable_value', 1);
UPDATE app.docs_full SET rev = 2 WHERE id = 200 + :round;

-- names that need quoting, and fields named as the envelope's own
INSERT INTO app."Weird.Name é" VALUES ('ключ ' || :round, 'd', '{"op":"d"}', E'a\tb'), ('a"b,' || :round, NULL, '', 'c');
UPDATE app."Weird.Name é" SET op = 'u', after = NULL WHERE "id ü" = 'ключ ' || :round;
UPDATE app."Weird.Name é" SET "id ü" = 'moved ' || :round WHERE "id ü" = 'ключ ' || :round;
DELETE FROM app."Weird.Name é" WHERE "id ü" = 'a"b,' || (:round - 1);

-- values at their ends
INSERT INTO app.types(id, i2, i4, i8, f4, f8, n, d, tm, ts, tstz) VALUES
  (:round0000, 32767, 2147483647, 9223372036854775807, 3.4e38, 1.7976931348623157e308,
   1234567890123456789012345678.0123456789, '0001-01-01', '24:00:00', '9999-12-31 23:59:59.999999', '9999-12-31 23:59:59.999999+00'),
  (:round0001, -32768, -2147483648, -9223372036854775808, 1e-37, 5e-324,
   -0.0000000001, '1900-02-28', '00:00:00', '0001-01-01 00:00:00', '0001-01-01 00:00:00+00'),
  (:round0002, 0, 0, 9007199254740993, 'NaN', '-Infinity', 0, NULL, '23:59:59.999999', 'infinity', 'infinity'),
  (:round0003, 0, 0, 0, 'Infinity', 1e15, 0, NULL, NULL, '-infinity', '-infinity');
INSERT INTO app.free VALUES (:round0, 'NaN'), (:round1, 1.10), (:round2, 100.00), (:round3, 1e20), (:round4, -0.000);

-- what a replica of another database brings: its own clock
SELECT pg_replication_origin_create('elsewhere') WHERE NOT EXISTS (SELECT FROM pg_replication_origin WHERE roname = 'elsewhere');
SELECT pg_replication_origin_session_setup('elsewhere');
BEGIN;
SELECT pg_replication_origin_xact_setup('0/123', now() - interval '90 seconds');
INSERT INTO app.stage2 VALUES (700 + :round, 'from elsewhere');
COMMIT;
SELECT pg_replication_origin_session_reset();
INSERT INTO app.stage2 VALUES (750 + :round, 'from here');

-- messages in the log
SELECT pg_logical_emit_message(true, 'note', 'transactional');
SELECT pg_logical_emit_message(false, 'note', 'not');

-- a column comes, is used, and another goes
ALTER TABLE app.grown ADD COLUMN "c:round" text;
UPDATE app.grown SET "c:round" = 'told' WHERE id < 6;
BEGIN;
ALTER TABLE app.grown ADD COLUMN gone int;
INSERT INTO app.grown(id, a, gone) VALUES (300 + :round, 1, 2);
COMMIT;
SELECT pg_sleep(0.1);
ALTER TABLE app.grown DROP COLUMN gone;
UPDATE app.grown SET a = a + 1 WHERE id < 10;

-- a table that was not there
CREATE TABLE app."late:round"(id int PRIMARY KEY, v numeric(12,2));
INSERT INTO app."late:round" VALUES (1, 1.10), (2, NULL);
UPDATE app."late:round" SET v = 0 WHERE id = 2;

-- all rows again
UPDATE app.counter SET n = n + 1;

-- a second snapshot in mid-stream
INSERT INTO app.debezium_signal VALUES ('again :round', 'execute-snapshot', '{"data-collections": ["app.orders", "app.docs"], "type": "incremental"}');

-- rows told apart by an index: another column, the index's own, the primary key, a delete (the first that tells which)
INSERT INTO app.uniq VALUES (400, 'index :round', 'v');
UPDATE app.uniq SET v = 'w' WHERE id = 400;
UPDATE app.uniq SET id = 401 WHERE id = 400;
UPDATE app.uniq SET code = 'other :round' WHERE id = 401;
DELETE FROM app.uniq WHERE id = 401;
