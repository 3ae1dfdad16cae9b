# A state that JavaScript says, and a script that is none.
$ hindcast-cli import shop.jsonl -o shop.hindcast 2>/dev/null
state shop.hindcast --projection script.toml --format jsonl
state shop.hindcast --projection script.toml --hash
state shop.hindcast --projection wrong_script.toml
