# A capture of interchange lines; bad lines are left out, counted and named.
import shop.jsonl -o shop.hindcast --receipt receipt.json
$ cat receipt.json
topics shop.hindcast
# the name is taken
import shop.jsonl -o shop.hindcast
# the same records again: nothing is doubled
import shop.jsonl -o shop.hindcast --append
import traces.jsonl cdc.jsonl -o both.hindcast
import bad_lines.jsonl -o bad.hindcast
export bad.hindcast
import nosuch.jsonl -o none.hindcast
$ ls none.hindcast
import -o none.hindcast
import shop.jsonl
$ gzip -k shop.jsonl && hindcast-cli import shop.jsonl.gz -o gz.hindcast
