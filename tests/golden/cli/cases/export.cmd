# Every line comes back byte for byte, a topic's in the order they were read.
$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
$ hindcast-cli export shop.hindcast 2>/dev/null | sort | diff - <(sort shop.jsonl) && echo the same
export shop.hindcast -t payments
export shop.hindcast -t odd --format csv
export shop.hindcast -t nosuch
export nosuch.hindcast
export shop.hindcast -t payments --receipt receipt.json --format table
$ cat receipt.json
