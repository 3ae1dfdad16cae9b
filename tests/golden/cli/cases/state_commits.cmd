$ hindcast-cli import commits.jsonl -o pg.hindcast 2>/dev/null
# the database's own log: transactions that ended at or before the position
state pg.hindcast --projection commits.toml --at lsn:1000 --format csv
state pg.hindcast --projection commits.toml --at lsn:1349 --format csv
state pg.hindcast --projection commits.toml --at lsn:1350 --format csv
state pg.hindcast --projection commits.toml --at lsn:0/578 --format csv
state pg.hindcast --projection commits.toml --at lsn:pg:1400 --format csv
state pg.hindcast --projection commits.toml --at tx:701 --format csv
state pg.hindcast --projection commits.toml --at lsn:1350 --diff tx:701 --format csv
state pg.hindcast --projection commits.toml --history a --format csv
# commit times, to the microsecond; a record inside a transaction is the state before it
state pg.hindcast --projection commits.toml --at 2026-11-20T14:00:02.000799Z --format csv
state pg.hindcast --projection commits.toml --at 2026-11-20T14:00:02.000800Z --format csv
state pg.hindcast --projection commits.toml --at pg.app.stock-0@2 --format csv
# by Kafka's timestamps, and past the end of the log
state pg.hindcast --projection commits.toml --at 2026-11-20T14:00:05.001Z --clock log --format csv
state pg.hindcast --projection commits.toml --at lsn:2000 --hash
state pg.hindcast --projection commits.toml --at lsn:1400 --hash --receipt receipt.json
$ cat receipt.json
# mistakes
state pg.hindcast --projection commits.toml --at lsn:end
state pg.hindcast --projection commits.toml --at lsn:other:1400
state pg.hindcast --projection commits.toml --at tx:9
state pg.hindcast --projection commits.toml --at lsn:1400 --clock log
$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
state shop.hindcast --projection order.toml --at lsn:1400
