# A mistake is shown at its place, with the known names; the exit code is 1.
$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
records shop.hindcast --where "valu.status = 'FAILED'"
records shop.hindcast --where "status = 'FAILED'"
records shop.hindcast --where "value.status = \"FAILED\""
records shop.hindcast --where "value.status = 'FAILED"
records shop.hindcast --where "value.a = 1) or (1"
records shop.hindcast --where "value.amount > "
records shop.hindcast --where "value.amount > 1; drop table x"
records shop.hindcast --where "value.status regexp '('"
records shop.hindcast --where "nosuch(value.status)"
records shop.hindcast --where "exists (select 1)"
records shop.hindcast --where "time > 'yesterday'"
records shop.hindcast --where "header.x-id = 'a'"
records shop.hindcast -t orders -t nosuch
records shop.hindcast --from yesterday
records shop.hindcast --from last:x
records shop.hindcast --to last:5
records shop.hindcast --from group:billing
records shop.hindcast --follow
records shop.hindcast --format xml
records --nosuch
records
records nosuch.hindcast
records shop.jsonl
$ head -c 3000 shop.hindcast > broken.hindcast; hindcast-cli records broken.hindcast
$ hindcast-cli records shop.hindcast --receipt /nosuch/receipt.json >/dev/null
$ hindcast-cli 2>/dev/null
$ hindcast-cli nosuch 2>/dev/null
$ hindcast-cli --version
$ hindcast-cli records --help >/dev/null
