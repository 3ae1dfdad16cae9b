# Spans of OTLP and Zipkin; the record is joined by its header. The last payload breaks off.
$ hindcast-cli import traces.jsonl -o traces.hindcast 2>/dev/null
traces traces.hindcast
traces traces.hindcast --format jsonl
traces traces.hindcast --format csv
traces traces.hindcast --trace aa --format jsonl
traces traces.hindcast --errors
traces traces.hindcast --service front
traces traces.hindcast --min-duration 1s --format jsonl
traces traces.hindcast --trace 77
traces traces.hindcast --trace xyz
traces traces.hindcast --min-duration long
