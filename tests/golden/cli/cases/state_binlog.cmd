# MySQL through Debezium: transactions with their last change at or before the position in the binary log
$ hindcast-cli import binlog.jsonl -o binlog.hindcast 2>/dev/null
state binlog.hindcast --projection binlog.toml --at binlog:mysql-bin.000003:154 --format csv
state binlog.hindcast --projection binlog.toml --at binlog:mysql-bin.000003:1266 --format csv
state binlog.hindcast --projection binlog.toml --at binlog:mysql-bin.000003:1547 --format csv
state binlog.hindcast --projection binlog.toml --at binlog:shop:mysql-bin.000009:4 --hash --receipt receipt.json
$ cat receipt.json
state binlog.hindcast --projection binlog.toml --at gtid:3e11fa47-71ca-11e1-9e33-c80aa9429562:23 --diff binlog:mysql-bin.000010:700 --format csv
state binlog.hindcast --projection binlog.toml --at binlog:mysql-bin.000010:9999 --format csv
sql binlog.hindcast --projection binlog.toml "select key, pieces from state('stock', 'binlog:mysql-bin.000003:1547') order by 1"
# mistakes
state binlog.hindcast --projection binlog.toml --at binlog:mysql-bin.000003
state binlog.hindcast --projection binlog.toml --at binlog:mysql-bin:1547
state binlog.hindcast --projection binlog.toml --at binlog:relay-bin.000003:1547
state binlog.hindcast --projection binlog.toml --at lsn:1547
state binlog.hindcast --projection binlog.toml --at binlog:mysql-bin.000003:1547 --clock log
# Maxwell, where it writes its positions and where it does not
$ hindcast-cli import maxwell_binlog.jsonl -o positions.hindcast 2>/dev/null
state positions.hindcast --projection maxwell.toml --at binlog:mysql-bin.000003:800 --format csv
state positions.hindcast --projection maxwell.toml --at binlog:mysql-bin.000004:449 --format csv
$ hindcast-cli import maxwell.jsonl -o maxwell.hindcast 2>/dev/null
state maxwell.hindcast --projection maxwell.toml --at binlog:mysql-bin.000003:800
