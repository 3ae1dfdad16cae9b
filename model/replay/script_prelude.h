#pragma once

namespace hindcast {

// What is read before a script: takes away what would make a state depend on more than its events,
// freezes the rest, and returns the function that calls the script. `make` gives the script's
// functions anew for each call.
inline constexpr char kScriptPrelude[] = R"js((function (global) {
'use strict';
const stringify = JSON.stringify, parse = JSON.parse, text = String;
function refuse(holder, name, shown, why) {
    if (!holder || !(name in holder)) return;
    Object.defineProperty(holder, name, { value: function () {
        throw new Error(shown + ' is not available here: ' + why + '.');
    } });
}
const clock = 'a state must not depend on the clock; use event.timestamp';
const chance = 'a state must not depend on chance';
const zone = 'it depends on the time zone of the machine; use the UTC functions';
const place = 'it depends on the language of the machine';
refuse(Math, 'random', 'Math.random', chance);
refuse(Date, 'now', 'Date.now', clock);
['getDate', 'getDay', 'getFullYear', 'getHours', 'getMinutes', 'getMonth', 'getTimezoneOffset', 'getYear',
 'setDate', 'setFullYear', 'setHours', 'setMinutes', 'setMonth', 'setYear', 'toString', 'toDateString',
 'toTimeString', 'toLocaleString', 'toLocaleDateString', 'toLocaleTimeString'].forEach(function (name) {
    refuse(Date.prototype, name, 'Date.' + name, zone);
});
refuse(Number.prototype, 'toLocaleString', 'Number.toLocaleString', place);
refuse(Array.prototype, 'toLocaleString', 'Array.toLocaleString', place);
refuse(String.prototype, 'localeCompare', 'String.localeCompare', place);
refuse(String.prototype, 'toLocaleUpperCase', 'String.toLocaleUpperCase', place);
refuse(String.prototype, 'toLocaleLowerCase', 'String.toLocaleLowerCase', place);

const RealDate = Date;
const zoned = /(Z|[+-]\d\d:?\d\d|^[+-]?\d+-\d\d-\d\d)$/;
function checkTime(value) {
    if (typeof value === 'string' && !zoned.test(value)) {
        throw new Error('The time "' + value + '" has no zone, so it ' + zone.slice(3) + '.');
    }
    return value;
}
const realParse = Date.parse;
Object.defineProperty(RealDate, 'parse', { value: function (value) { return realParse(checkTime(text(value))); } });
function GuardedDate(value) {
    if (!(this instanceof GuardedDate)) throw new Error('Date() is not available here: ' + clock + '.');
    if (arguments.length === 0) throw new Error('new Date() is not available here: ' + clock + '.');
    if (arguments.length > 1) throw new Error('new Date(year, month, ...) is not available here: ' + zone + '.');
    return new RealDate(checkTime(value));
}
GuardedDate.prototype = RealDate.prototype;
['parse', 'UTC', 'now'].forEach(function (name) {
    Object.defineProperty(GuardedDate, name, { value: RealDate[name] });
});
Object.defineProperty(RealDate.prototype, 'constructor', { value: GuardedDate });
Object.defineProperty(global, 'Date', { value: GuardedDate, writable: true, configurable: true });

['ArrayBuffer', 'SharedArrayBuffer', 'DataView', 'Atomics', 'Int8Array', 'Uint8Array', 'Uint8ClampedArray',
 'Int16Array', 'Uint16Array', 'Int32Array', 'Uint32Array', 'Float32Array', 'Float64Array', 'Promise', 'WeakMap',
 'WeakSet', 'WeakRef', 'gc', 'print', 'console', 'Qt', 'qsTr', 'eval', 'Function'].forEach(function (name) {
    delete global[name];
});
const noCode = function () { throw new Error('Code from texts is not available here.'); };
Object.defineProperty(Object.getPrototypeOf(function () {}), 'constructor', { value: noCode });
Object.defineProperty(Object.getPrototypeOf(function* () {}), 'constructor', { value: noCode });

const seen = new Set();
function freeze(value) {
    if ((typeof value !== 'object' && typeof value !== 'function') || value === null || seen.has(value)) return;
    seen.add(value);
    Reflect.ownKeys(value).forEach(function (name) {
        const own = Object.getOwnPropertyDescriptor(value, name);
        freeze(own.value);
        freeze(own.get);
        freeze(own.set);
    });
    freeze(Object.getPrototypeOf(value));
    Object.freeze(value);
}
freeze(global);
freeze(RealDate);
freeze(Object.getPrototypeOf(function* () {}));
freeze(Object.getPrototypeOf([][Symbol.iterator]()));
freeze(Object.getPrototypeOf(''[Symbol.iterator]()));

const noHeaders = Object.freeze({});
return function (make, mostState, lookAtEach, each) {
    return function (removes, key, state, value, kind, headers, topic, partition, offset, timestamp) {
        try {
            lookAtEach(each);
            const script = make();
            let before;
            if (state === undefined) {
                before = script.init ? script.init(key) : {};
            } else {
                try { before = parse(state); } catch (e) { before = state; }
            }
            if (kind === 1) {
                try { value = parse(value); } catch (e) {}
            } else if (kind === 2) {
                value = { base64: value };
            }
            const event = { key: key, value: value, headers: headers === undefined ? noHeaders : parse(headers),
                            topic: topic, partition: partition, offset: offset, timestamp: timestamp };
            const after = removes ? script.remove(before, event) : script.apply(before, event);
            if (after === undefined || after === null) return after;
            const written = stringify(after);
            if (written === undefined) return { message: (removes ? 'remove' : 'apply') + ' returned what is no JSON: a ' + typeof after };
            if (written.length > mostState) return { message: 'the state would have ' + written.length + ' characters; ' + mostState + ' are the most' };
            return written;
        } catch (e) {
            const known = e instanceof Error;
            return { message: known ? e.name + ': ' + e.message : 'it threw ' + text(e), stack: known ? text(e.stack) : '' };
        }
    };
};
})(this))js";

} // namespace hindcast
