-- The tables of the live run, each for a way in which rows can be hard to follow.
CREATE SCHEMA app;
CREATE TYPE app.mood AS ENUM ('sad', 'ok', 'happy ☺');
CREATE TABLE app.types(
  id bigint PRIMARY KEY, b boolean, i2 smallint, i4 integer, i8 bigint, f4 real, f8 double precision,
  n numeric(38,10), c char(5), vc varchar(60), t text, by bytea, j json, jb jsonb, u uuid,
  d date, tm time(6), ts timestamp(6), ts3 timestamp(3), tstz timestamptz(6), ai integer[], at text[],
  e app.mood, ip inet, r int4range);
-- Apart, as Connect's own decimals cannot tell these.
CREATE TABLE app.free(id bigint PRIMARY KEY, n numeric);
CREATE TABLE app.orders(id bigint PRIMARY KEY, customer text NOT NULL, state text, total numeric(38,10), placed timestamptz);
CREATE TABLE app.items(order_id bigint, line_no int, sku text, qty int, price numeric(38,10),
  PRIMARY KEY(order_id, line_no),
  FOREIGN KEY(order_id) REFERENCES app.orders(id) ON UPDATE CASCADE ON DELETE CASCADE);
-- A long text is kept apart (TOAST): an update that leaves it alone does not tell it.
CREATE TABLE app.docs(id int PRIMARY KEY, title text NOT NULL, body text, rev int);
ALTER TABLE app.docs ALTER body SET STORAGE EXTERNAL;
CREATE TABLE app.docs_full(id int PRIMARY KEY, title text, body text, rev int);
ALTER TABLE app.docs_full ALTER body SET STORAGE EXTERNAL;
ALTER TABLE app.docs_full REPLICA IDENTITY FULL;
-- No key, and equal rows.
CREATE TABLE app.bag(k text, n int, j jsonb);
ALTER TABLE app.bag REPLICA IDENTITY FULL;
-- Keys that several rows share for a while inside a transaction.
CREATE TABLE app.ranks(pos int PRIMARY KEY DEFERRABLE INITIALLY DEFERRED, who text);
ALTER TABLE app.ranks REPLICA IDENTITY FULL;
CREATE TABLE app.moved(id int PRIMARY KEY, v text);
CREATE TABLE app.stage1(id int PRIMARY KEY, v text);
CREATE TABLE app.stage2(id int PRIMARY KEY, v text);
CREATE TABLE app."Weird.Name é"("id ü" text PRIMARY KEY, "op" text, "after" text, "__x" text);
CREATE TABLE app.counter(id int PRIMARY KEY, n bigint);
CREATE TABLE app.gen(id int PRIMARY KEY, a int, dbl int GENERATED ALWAYS AS (a * 2) STORED);
CREATE TABLE app.uniq(id int PRIMARY KEY, code text NOT NULL UNIQUE, v text);
ALTER TABLE app.uniq REPLICA IDENTITY USING INDEX uniq_code_key;
CREATE TABLE app.part(id int, region text, v text, PRIMARY KEY(id, region)) PARTITION BY LIST(region);
CREATE TABLE app.part_eu PARTITION OF app.part FOR VALUES IN ('eu');
CREATE TABLE app.part_us PARTITION OF app.part FOR VALUES IN ('us');
-- Columns come and go while it is written to.
CREATE TABLE app.grown(id int PRIMARY KEY, a int);
CREATE TABLE app.debezium_signal(id varchar(42) PRIMARY KEY, type varchar(32) NOT NULL, data varchar(2048));

-- What the snapshot finds.
INSERT INTO app.orders SELECT i, 'customer ' || i % 7, 'NEW', i * 1.10, timestamptz '2026-01-01 00:00:00.5+00' + i * interval '1 hour'
  FROM generate_series(1, 60) i;
INSERT INTO app.items SELECT i, l, 'sku-' || l, l, 9.99 FROM generate_series(1, 60) i, generate_series(1, 2) l;
INSERT INTO app.docs SELECT i, 'doc ' || i, repeat(md5(i::text), 80), 1 FROM generate_series(1, 20) i;
INSERT INTO app.docs_full SELECT i, 'doc ' || i, repeat(md5(i::text), 80), 1 FROM generate_series(1, 20) i;
INSERT INTO app.bag SELECT 'k' || i % 5, i % 3, NULL FROM generate_series(1, 30) i;
INSERT INTO app.ranks SELECT i, 'who ' || i FROM generate_series(1, 12) i;
INSERT INTO app.moved SELECT i, 'v' || i FROM generate_series(1, 15) i;
INSERT INTO app.stage1 SELECT i, 'before' FROM generate_series(1, 10) i;
INSERT INTO app.counter SELECT i, 0 FROM generate_series(1, 50) i;
INSERT INTO app.uniq SELECT i, 'code ' || i, 'v' FROM generate_series(1, 15) i;
INSERT INTO app.grown SELECT i, i FROM generate_series(1, 20) i;

-- One change of the random load: `what` chooses which, a and b the rows.
CREATE FUNCTION app.change(what int, a int, b int) RETURNS void LANGUAGE plpgsql AS $$
DECLARE
  small int := a % 20 + 1;
  other int := b % 40 + 1;
BEGIN
  IF what < 14 THEN
    INSERT INTO app.orders VALUES (a, 'customer ' || b % 7, 'NEW', b * 1.10, clock_timestamp())
      ON CONFLICT (id) DO UPDATE SET state = 'STATE ' || b % 5, total = app.orders.total + b * 0.01;
    INSERT INTO app.items SELECT a, l, 'sku-' || b, l, l * 1.01 FROM generate_series(1, b % 3 + 1) l
      ON CONFLICT (order_id, line_no) DO UPDATE SET qty = app.items.qty + 1;
  ELSIF what < 18 THEN
    DELETE FROM app.orders WHERE id = a;
  ELSIF what < 20 THEN
    UPDATE app.orders SET id = 1000 + b WHERE id = a; -- with its items
  ELSIF what < 28 THEN
    INSERT INTO app.docs VALUES (small, 'doc', repeat(md5(b::text), 80), 0)
      ON CONFLICT (id) DO UPDATE SET rev = app.docs.rev + 1;
  ELSIF what < 31 THEN
    UPDATE app.docs SET body = CASE WHEN b % 5 = 0 THEN NULL ELSE repeat(md5(b::text), 90) END WHERE id = small;
  ELSIF what < 34 THEN
    UPDATE app.docs SET id = other WHERE id = small;
  ELSIF what < 36 THEN
    DELETE FROM app.docs WHERE id = other;
  ELSIF what < 42 THEN
    INSERT INTO app.docs_full VALUES (small, NULL, repeat(md5(b::text), 80), 0)
      ON CONFLICT (id) DO UPDATE SET rev = app.docs_full.rev + 1;
    UPDATE app.docs_full SET id = other WHERE id = small AND b % 3 = 0;
  ELSIF what < 48 THEN
    INSERT INTO app.bag VALUES ('k' || b % 5, b % 3, CASE WHEN b % 2 = 0 THEN '{"a": [1, 2.50, null]}'::jsonb END);
  ELSIF what < 52 THEN
    DELETE FROM app.bag WHERE ctid = (SELECT ctid FROM app.bag WHERE k = 'k' || b % 5 LIMIT 1);
  ELSIF what < 55 THEN
    UPDATE app.bag SET n = n + 1, k = CASE WHEN b % 11 = 0 THEN NULL ELSE k END
      WHERE ctid = (SELECT ctid FROM app.bag WHERE k = 'k' || a % 5 LIMIT 1);
  ELSIF what < 59 THEN
    PERFORM pg_advisory_xact_lock(1);
    UPDATE app.ranks SET pos = (pos + b) % 12 + 1;
    UPDATE app.ranks SET who = 'who ' || b WHERE pos = a % 12 + 1;
  ELSIF what < 62 THEN
    UPDATE app.moved SET id = -1 - a WHERE id = small;
    UPDATE app.moved SET id = small WHERE id = other;
    UPDATE app.moved SET id = other, v = 'swapped ' || b WHERE id = -1 - a;
  ELSIF what < 65 THEN
    INSERT INTO app.moved VALUES (other, 'v' || b) ON CONFLICT DO NOTHING;
    DELETE FROM app.moved WHERE id = small AND b % 3 = 0;
  ELSIF what < 69 THEN
    INSERT INTO app.uniq VALUES (small, 'code ' || b, NULL)
      ON CONFLICT (id) DO UPDATE SET v = 'v' || b, code = CASE WHEN b % 3 = 0 THEN 'code ' || b ELSE app.uniq.code END;
    UPDATE app.uniq SET id = other WHERE id = small AND b % 4 = 0;
    DELETE FROM app.uniq WHERE id = other AND b % 5 = 0;
  ELSIF what < 74 THEN
    INSERT INTO app.part VALUES (small, CASE WHEN b % 2 = 0 THEN 'eu' ELSE 'us' END, 'v' || b)
      ON CONFLICT (id, region) DO UPDATE SET v = 'v' || b;
    UPDATE app.part SET region = CASE region WHEN 'eu' THEN 'us' ELSE 'eu' END WHERE id = other;
  ELSIF what < 80 THEN
    INSERT INTO app.types(id, b, i2, i4, i8, f4, f8, n, c, vc, t, by, j, jb, u, d, tm, ts, ts3, tstz, ai, at, e, ip, r)
      VALUES (a, b % 2 = 0, b % 30000 - 15000, b * 7919, b * 7919000000007, b / 7.0, b / 3.0, b * 0.0000000001,
        'c' || b % 100, 'vc, "' || b || '"', E'line\n' || b, decode(md5(b::text), 'hex'), format('{"b":  %s}', b)::json,
        format('{"b": %s, "a": 1.10}', b)::jsonb, md5(b::text)::uuid, date '1970-01-01' + b * 37 - 9000,
        time '00:00:00.000001' + b * interval '1 minute 0.25 second', timestamp '1969-12-31 23:59:59.999999' + b * interval '1 day 0.1 second',
        timestamp '2026-11-20 14:03:12.418' + b * interval '1 millisecond', timestamptz '2026-11-20 14:03:12.418001+02' + b * interval '1 hour',
        ARRAY[b, NULL, -b], ARRAY['a,"b', '', NULL, 'NULL', '{x}'], 'happy ☺', '10.0.0.1', int4range(b, b + 5))
      ON CONFLICT (id) DO UPDATE SET t = NULL, by = '', n = -excluded.n, ai = '{}', tstz = excluded.tstz;
  ELSIF what < 84 THEN
    INSERT INTO app.grown(id, a) VALUES (other, b) ON CONFLICT (id) DO UPDATE SET a = b;
  ELSIF what < 86 THEN
    INSERT INTO app.gen(id, a) VALUES (small, b) ON CONFLICT (id) DO UPDATE SET a = b;
  ELSE
    UPDATE app.counter SET n = n + b WHERE id = a % 50 + 1;
  END IF;
EXCEPTION WHEN unique_violation THEN NULL; -- what it did is undone, the transaction goes on
END $$;
CREATE PUBLICATION dbz FOR ALL TABLES;
