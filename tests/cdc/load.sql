-- A transaction of the random load (pgbench): several tables, some held open while others commit, some undone.
\set first random(1, 100)
\set second random(1, 100)
\set a random(1, 120)
\set b random(1, 1000)
\set c random(1, 120)
\set pause random(0, 30)
\set end random(1, 25)
BEGIN;
SELECT app.change(:first, :a, :b);
\if :pause > 20
\sleep :pause ms
\endif
SELECT app.change(:second, :c, :b);
\if :end = 1
ROLLBACK;
\else
COMMIT;
\endif
