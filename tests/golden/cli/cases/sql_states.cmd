$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
# a state at a moment, and now
sql shop.hindcast --projection order.toml "select * from state('order')"
sql shop.hindcast --projection order.toml "select key, status, amount, typeof(amount) as type from state('order', '2026-11-20T14:00:05Z')" --format csv
sql shop.hindcast --projection order.toml "select a.key, a.status as before, b.status as after from state('order', 'orders-1@0') a join state('order') b using (key) where a.status is not b.status"
sql shop.hindcast --projection order.toml --moment then=orders-1@0 "select change, key, column, a, b from changes('order', then, 'end')" --format jsonl
sql shop.hindcast --projection order.toml "select time, topic, partition, offset, status, deleted from history('order') where key = 'order-2'"
sql shop.hindcast --projection order.toml "select r.offset, s.status, p.value ->> 'ok' as ok from records('payments') r join state('order', r.timestamp) s using (key) join records('payments') p on p.offset = r.offset and json_valid(p.value)"
# two projections, and a file beside
$ hindcast-cli sql shop.hindcast --projection order.toml "select key, amount from state('order', 'orders-0@1')" --format sqlite -o stock.sqlite
sql shop.hindcast --attach stock.sqlite=stock "select * from stock.answer order by key"
sql shop.hindcast --projection order.toml --attach stock.sqlite=stock "select o.key, o.amount - s.amount as more from state('order') o join stock.answer s using (key)" --format csv
sql shop.hindcast --attach stock.sqlite=stock "select json ->> 'query' as query, json ->> '$.states[0].rows' as rows, json ->> '$.states[0].trust' as trust, length(json ->> '$.states[0].sha256') as hash from stock.receipt"
sql shop.hindcast --projection order.toml "select count(*) as n from state('order', 'orders-0@2')" --format csv --receipt receipt.json
$ grep -o '"rows":[0-9]*\|"last":"[^"]*"\|"sentence":"[^"]*"' receipt.json
sql shop.hindcast --projection order.toml --clock event-time "select key, time from state('order') order by 2" --format csv
# mistakes
sql shop.hindcast "select * from state('order')"
sql shop.hindcast --projection order.toml "select * from state('stock')"
sql shop.hindcast --projection order.toml "select * from state('order', 'yesterday')"
sql shop.hindcast --projection order.toml "select * from state('order', A)"
sql shop.hindcast --projection order.toml "select stauts from state('order', 'end') where status = 'NEW'"
sql shop.hindcast --projection order.toml "select s.stauts from state('order', 'end') s"
sql shop.hindcast --projection order.toml "select * from state"
sql shop.hindcast --projection order.toml --projection order.toml "select 1"
sql shop.hindcast --projection order.toml "select * from state('order')" --format sqlite
sql shop.hindcast --projection order.toml "select * from state('order')" --format csv -o x.csv
sql shop.hindcast --projection order.toml "select * from state('order')" --format sqlite -o stock.sqlite
sql shop.hindcast --projection order.toml "select nosuch from state('order')" --format sqlite -o none.sqlite
$ ls *.sqlite*
sql shop.hindcast --attach nosuch.sqlite=x "select 1"
sql shop.hindcast --attach order.toml=x "select 1"
sql shop.hindcast --attach stock.sqlite "select 1"
sql shop.hindcast --attach stock.sqlite=stock "delete from stock.answer"
sql shop.hindcast --moment x --projection order.toml "select 1"
# moments that are no prefix of the order
sql shop.hindcast --projection order.toml "select a.key, a.status as seen, b.status as later from state('order', 'offsets:orders-0@2,orders-1@1') a join state('order') b using (key)"
sql shop.hindcast --projection order.toml "select * from state('order', 'group:nobody')"
# a state as a file, and what it holds
$ hindcast-cli state shop.hindcast --projection order.toml --at orders-0@2 --format sqlite -o state.sqlite
sql shop.hindcast --attach state.sqlite=s "select s.*, json ->> 'last' as last, json ->> 'rows' as rows from s.state s, s.receipt" --format csv
state shop.hindcast --projection order.toml --format sqlite
state shop.hindcast --projection order.toml --diff orders-0@0 --format sqlite -o diff.sqlite
