# The changes of Maxwell: one of the topic's tables, whole transactions, a changed key; and what its rows add up to.
$ hindcast-cli import maxwell.jsonl -o maxwell.hindcast 2>/dev/null
state maxwell.hindcast --projection maxwell.toml --format csv
state maxwell.hindcast --projection maxwell.toml --at maxwell-0@0
state maxwell.hindcast --projection maxwell.toml --at tx:7 --format csv
state maxwell.hindcast --projection maxwell.toml --at lsn:5
state maxwell.hindcast --projection sums.toml --at tx:8 --diff end
state maxwell.hindcast --projection sums.toml --format csv
