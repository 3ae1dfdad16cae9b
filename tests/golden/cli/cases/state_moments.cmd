# moments besides times: events counted, before a record, offsets, what a group had committed
state $SAMPLE --projection order.toml --at "end -1000" --hash
state $SAMPLE --projection order.toml --at before:orders-5@48211954 --diff orders-5@48211954 --format csv
state $SAMPLE --projection order.toml --at offsets:orders-0@48190010,orders-1@48190930 --format csv
state $SAMPLE --projection order.toml --at group:search-index --hash
state $SAMPLE --projection order.toml --as-seen-by search-index --at 2026-11-20T14:03:00Z --hash
# a link gives the same state, a bookmark verifies it
state $SAMPLE --projection order.toml --at "hindcast:moment?clock=log&offsets=orders-0@48190010,orders-1@48190930" --format csv
state $SAMPLE --projection order.toml --at 2026-11-20T14:03:00Z --bookmark incident.moment --hash
state $SAMPLE --projection order.toml --at incident.moment --hash
$ sed 's/"stateSha256": "../"stateSha256": "00/' incident.moment > other.moment
state $SAMPLE --projection order.toml --at other.moment --hash
# why, when, and how far it can be believed
state $SAMPLE --projection order.toml --why order-480890 status --format csv
state $SAMPLE --projection order.toml --when "status = 'FAILED' and amount > 800" --at 2026-11-20T14:00:00Z --format csv
state $SAMPLE --projection order.toml --trust --format csv
state $SAMPLE --projection order.toml --trust order-480890 --format csv
state $SAMPLE --projection order.toml --trust nobody
# mistakes
state $SAMPLE --projection order.toml --at group:nobody
state $SAMPLE --projection order.toml --at "hindcast:moment?clock=log&offset=3"
state $SAMPLE --projection order.toml --at group:billing --clock commit
state $SAMPLE --projection order.toml --why order-480890 colour
state $SAMPLE --projection order.toml --why order-0 status
state $SAMPLE --projection order.toml --when "colour = 'red'"
state $SAMPLE --projection order.toml --when "status = 'FAILED'" --hash
state $SAMPLE --projection order.toml --at nothing.moment
