$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
sql shop.hindcast "select topic, partition, count(*) as n from records group by 1, 2 order by 1, 2"
sql shop.hindcast "select offset, time, timestamp, key, value ->> 'status' as status, headers from records('orders') where json_valid(value)" --format jsonl
sql shop.hindcast "select * from records('odd')" --format csv
sql shop.hindcast "select o.key, p.value ->> 'ok' as ok from records('orders') o join records('payments') p using (key) where o.offset = 0 and json_valid(p.value)" --format csv
sql shop.hindcast "select 9223372036854775807 as big, 0.1 as tenth, null as none, '' as empty, x'00ff' as bytes" --format jsonl
sql shop.hindcast "select 9223372036854775807 as big, 0.1 as tenth, null as none, '' as empty, x'00ff' as bytes" --format csv
sql shop.hindcast "select key from records where key regexp '^order-[12]$' and partition = 1"
sql shop.hindcast "select topic from records where topic = 'nosuch'" --format csv
# mistakes
sql shop.hindcast "select nosuch from records"
sql shop.hindcast "select * form records"
sql shop.hindcast "select * from records('nosuch')"
sql shop.hindcast "select value ->> 'a' from records('odd')"
sql shop.hindcast "delete from records"
sql shop.hindcast "attach 'x.db' as x"
sql shop.hindcast "select 1; select 2"
sql shop.hindcast ""
sql shop.hindcast
