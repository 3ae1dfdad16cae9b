$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
state shop.hindcast --projection order.toml
state shop.hindcast --projection order.toml --format csv
state shop.hindcast --projection order.toml --format jsonl
state shop.hindcast --projection order.toml --at 2026-11-20T14:00:12.417Z --format csv
state shop.hindcast --projection order.toml --at 2026-11-20T14:00:12.418Z --format csv
state shop.hindcast --projection order.toml --at orders-1@1 --format csv
state shop.hindcast --projection order.toml --at 2026-11-20T13:00:00Z --format csv
state shop.hindcast --projection order.toml --hash
state shop.hindcast --projection order.toml --hash --at orders-0@0
state shop.hindcast --projection order.toml --at 2026-11-20T14:00:05Z --diff end
state shop.hindcast --projection order.toml --at 2026-11-20T14:00:05Z --diff end --format csv
state shop.hindcast --projection order.toml --at 2026-11-20T14:00:05Z --diff end --format jsonl
state shop.hindcast --projection order.toml --history order-2
state shop.hindcast --projection order.toml --history order-3 --format csv
state shop.hindcast --projection order.toml --history order-3 --format jsonl
state shop.hindcast --projection patch.toml --format jsonl
state shop.hindcast --projection order.toml --receipt receipt.json --hash
$ cat receipt.json
$ hindcast-cli import cdc.jsonl -o cdc.hindcast 2>/dev/null
state cdc.hindcast --projection stock.toml --format csv
state cdc.hindcast --projection stock.toml --at 2026-11-20T14:00:01Z --format csv
# mistakes
state shop.hindcast --projection wrong.toml
state shop.hindcast --projection nosuch.toml
state shop.hindcast
state shop.hindcast --projection machine.toml --format csv
state shop.hindcast --projection order.toml --at yesterday
state shop.hindcast --projection order.toml --at orders-0@99
state shop.hindcast --projection order.toml --history nosuch
state shop.hindcast --projection order.toml --history order-1 --diff end
state shop.hindcast --projection order.toml --trust "" --format csv
