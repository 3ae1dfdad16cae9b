$ hindcast-cli import invoices.jsonl -o pg.hindcast 2>/dev/null
# types from the events' own schema, rows by the number that is the key
state pg.hindcast --projection invoices.toml --format csv --as postgres
# types from [columns]
state pg.hindcast --projection bills.toml --format csv --as postgres
# mistakes
state pg.hindcast --projection bills.toml --as postgres
state pg.hindcast --projection bills.toml --format csv --as oracle
$ printf 'name = "x"\n[[source]]\ntopic = "pg.app.bill"\nreduce = "cdc"\n[columns]\ndue = { type = "date", encoding = "weeks" }\n' > x.toml
state pg.hindcast --projection x.toml
