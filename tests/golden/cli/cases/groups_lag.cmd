# The sample capture, made from a seed: billing stops on one record at 14:03.
groups $SAMPLE
groups $SAMPLE --format csv -g billing
lag $SAMPLE -g billing --at 2026-11-20T14:06:00Z
lag $SAMPLE -g billing,shipping --at 2026-11-20T14:06:00Z --format csv
lag $SAMPLE -g billing --format jsonl
lag $SAMPLE -g nosuch
lag $SAMPLE --at yesterday
lag $SAMPLE --samples none
lag $SAMPLE -b localhost
$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
lag shop.hindcast
groups shop.hindcast
capture -t orders -o x.hindcast
capture -b localhost -o x.hindcast
capture -b localhost -t orders
capture -b localhost -t orders -o shop.hindcast --where "valu = 1"
records -b localhost --where "key = 'a'"
records -b localhost:1 -t orders -X nonsense
