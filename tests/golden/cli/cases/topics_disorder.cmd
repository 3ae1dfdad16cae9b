# A record stamped 2030, a late one, one without a timestamp; and a topic that is in order.
$ hindcast-cli import strays.jsonl -o strays.hindcast
topics strays.hindcast --disorder
topics strays.hindcast --disorder --format jsonl
topics strays.hindcast --disorder --format csv -t audit
$ hindcast-cli import commits.jsonl -o commits.hindcast
topics commits.hindcast --disorder --format csv
topics -b localhost:1 --disorder
