$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
records shop.hindcast -t orders
records shop.hindcast -t orders --where "value.status = 'FAILED'" --format jsonl
records shop.hindcast -t orders,payments --sort time
# binary, null, empty, and text that would colour a terminal or turn what follows
records shop.hindcast -t odd
records shop.hindcast -t odd --format csv
records shop.hindcast --where "value.amount > 100 and value.customer.country in ('DE', 'FR')" --format csv
records shop.hindcast --where "value.cents >= 12050"
records shop.hindcast --where "header.source = 'app-2' or header.\"source\" regexp '^w'"
records shop.hindcast --where "time >= '2026-11-20T14:00:10Z' and time < '2026-11-20T14:00:13Z'"
records shop.hindcast --where "value is null"
records shop.hindcast -t orders -p 1
records shop.hindcast -t orders --from 2026-11-20T14:00:04Z --to 2026-11-20T14:00:10Z
records shop.hindcast -t orders --from offset:1 --to offset:3
records shop.hindcast --from last:2
records shop.hindcast -n 2
records shop.hindcast --where "value.cents > 1" --receipt receipt.json -n 1
$ cat receipt.json
