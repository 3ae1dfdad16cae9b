// The same events and questions as bench_sql, answered by DuckDB's arg_max over typed columns:
//
//     node arg_max.mjs EVENTS.csv      (as `bench_sql RECORDS KEYS FOLDER EVENTS.csv` writes it)
import { DuckDBInstance } from '@duckdb/node-api';

const file = process.argv[2];
const connection = await (await DuckDBInstance.create(':memory:')).connect();
await connection.run(`create table events as select * from read_csv('${file}', header = true,
    columns = {'n': 'UINTEGER', 'key': 'VARCHAR', 'status': 'VARCHAR', 'amount': 'DOUBLE'})`);
const total = (await connection.runAndReadAll('select count(*) from events')).getRows()[0][0];
const records = Number(total);

let seed = 3;
const random = () => {
    seed = (Math.imul(seed, 1103515245) + 12345) & 0x7fffffff;
    return seed / 0x7fffffff;
};

async function time(what, sql, rounds) {
    const times = [];
    const begun = process.cpuUsage();
    for (let i = 0; i < rounds; ++i) {
        const moment = Math.floor(random() * records);
        const start = performance.now();
        await connection.runAndReadAll(sql.replaceAll('$T', String(moment)));
        times.push(performance.now() - start);
    }
    const used = process.cpuUsage(begun);
    times.sort((a, b) => a - b);
    const processor = (used.user + used.system) / 1000 / rounds;
    const number = (ms) => ms.toFixed(1).padStart(8);
    console.log(`${what.padEnd(52)} median ${number(times[times.length >> 1])} ms  worst ` +
        `${number(times.at(-1))} ms  processor ${number(processor)} ms`);
}

await time('DuckDB: sum of one column at a moment',
    'select sum(amount) from (select arg_max(amount, n) as amount from events where n < $T ' +
    'group by key)', 9);
await time('DuckDB: count, sum by status at a moment',
    'select status, count(*), sum(amount) from (select arg_max(status, n) as status, ' +
    'arg_max(amount, n) as amount from events where n < $T group by key) group by status', 9);
