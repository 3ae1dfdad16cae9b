# One record stamped 2030 by every clock; the field created_at is microseconds, text, and missing.
$ hindcast-cli import strays.jsonl -o strays.hindcast 2>/dev/null
state strays.hindcast --projection order.toml --at 2025-11-20T14:01:25Z --format csv
state strays.hindcast --projection order.toml --at 2025-11-20T14:01:25Z --clock robust --format csv
state strays.hindcast --projection order.toml --at 2025-11-20T14:01:25Z --clock event-time --format csv
state strays.hindcast --projection order.toml --at 2025-11-20T14:01:25Z --clock event-time:value.created_at --format csv
state strays.hindcast --projection order.toml --at orders-0@4 --clock robust --hash --receipt receipt.json
$ cut -d, -f1-3 receipt.json | head -c 400
state strays.hindcast --projection order.toml --at orders-0@7 --clock event-time:value.created_at --hash --receipt receipt.json
$ grep -o '"clock.*sha256"' receipt.json
state strays.hindcast --projection order.toml --history o1 --clock event-time
# change data by Kafka's timestamps
$ hindcast-cli import commits.jsonl -o commits.hindcast 2>/dev/null
state commits.hindcast --projection commits.toml --clock log --hash
# mistakes
state strays.hindcast --projection order.toml --clock wall
state strays.hindcast --projection order.toml --clock event-time:value..at
state strays.hindcast --projection order.toml --clock event-time:value.at
state strays.hindcast --projection order.toml --clock robust --at tx:4
