$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
topics shop.hindcast
topics shop.hindcast --format csv
topics shop.hindcast --format jsonl
topics shop.hindcast -t orders,odd
topics shop.hindcast -t nosuch
topics order.toml
topics
topics shop.hindcast -b localhost
