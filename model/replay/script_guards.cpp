#include "model/replay/script_guards.h"

namespace hindcast {

const char* const kScriptGuards = R"js((function (global) {
'use strict';
const mostItems = 1 << 19, mostMade = 1 << 24, mostSearched = 100000;
const isArray = Array.isArray, text = String, define = Object.defineProperty;
const own = Object.getOwnPropertyDescriptor, parent = Object.getPrototypeOf;
const invoke = Reflect.apply;
function tooLong(name, count) {
    throw new RangeError(count === undefined ? name + ' over more than ' + mostItems + ' elements'
        : name + ' over ' + count + ' elements; ' + mostItems + ' are the most');
}
function tooMuch(name) {
    throw new RangeError(name + ' would make more than 16 million characters');
}
// A getter may tell another length each time that it is asked.
function fitsLike(like, name) {
    for (let at = like; at !== null && at !== undefined; at = parent(at)) {
        const length = own(at, 'length');
        if (length === undefined) continue;
        const count = length.value;
        if (length.get !== undefined || length.set !== undefined || (typeof count === 'object' && count !== null) ||
            typeof count === 'function') {
            throw new TypeError(name + ' takes no object that computes its length');
        }
        if (count > mostItems) tooLong(name, count);
        return;
    }
}
function fits(list, name) {
    if (!isArray(list)) {
        if (typeof list === 'string') {
            if (list.length > mostItems) tooLong(name, list.length);
        } else if (typeof list === 'object' || typeof list === 'function') {
            fitsLike(list, name);
        }
    } else if (list.length > mostItems) {
        tooLong(name, list.length);
    }
}
function replace(holder, name, make) {
    const real = holder[name];
    if (typeof real === 'function') define(holder, name, { value: make(real) });
}

// The look at the length stands in each: a call more would be felt.
// What is not given is the same there as undefined, and forwarding a fixed number is fast.
const list = Array.prototype;
['forEach', 'map', 'filter', 'some', 'every', 'find', 'findIndex', 'indexOf', 'includes', 'slice'].forEach(function (name) {
    const shown = 'Array.' + name;
    replace(list, name, real => ({ [name](a, b) { if (!isArray(this) || this.length > mostItems) fits(this, shown); return real.call(this, a, b); } })[name]);
});
['fill', 'copyWithin'].forEach(function (name) {
    const shown = 'Array.' + name;
    replace(list, name, real => ({ [name](a, b, c) { if (!isArray(this) || this.length > mostItems) fits(this, shown); return real.call(this, a, b, c); } })[name]);
});
['reverse', 'shift', 'values', 'keys', 'entries', Symbol.iterator].forEach(function (name) {
    const shown = name === 'reverse' || name === 'shift' ? 'Array.' + name : 'An iterator';
    replace(list, name, real => ({ [name]() { if (!isArray(this) || this.length > mostItems) fits(this, shown); return real.call(this); } })[name]);
});
['reduce', 'reduceRight', 'lastIndexOf', 'splice', 'unshift'].forEach(function (name) {
    const shown = 'Array.' + name;
    replace(list, name, real => ({ [name](...all) { if (!isArray(this) || this.length > mostItems) fits(this, shown); return invoke(real, this, all); } })[name]);
});
replace(list, 'concat', real => ({ concat(...all) {
    let count = 0;
    const add = function (one) {
        if ((typeof one !== 'object' && typeof one !== 'function') || one === null) return;
        if (!isArray(one) && !(Symbol.isConcatSpreadable in one)) return;
        fits(one, 'Array.concat');
        count += +one.length || 0;
        if (count > mostItems) tooLong('Array.concat', count);
    };
    add(this);
    for (let i = 0; i < all.length; ++i) add(all[i]);
    return invoke(real, this, all);
} }).concat);
// Without a function it would compare texts, which takes seconds and cannot be broken off.
const byText = function (a, b) {
    a = text(a);
    b = text(b);
    return a < b ? -1 : a > b ? 1 : 0;
};
replace(list, 'sort', real => ({ sort(compare) {
    fits(this, 'Array.sort');
    return real.call(this, compare === undefined && this.length > 1000 ? byText : compare);
} }).sort);
function characters(list) {
    let sum = 0;
    for (let i = 0; i < list.length; ++i) {
        const one = list[i];
        if (typeof one === 'string') sum += one.length;
    }
    return sum;
}
replace(list, 'join', real => ({ join(by) {
    fits(this, 'Array.join');
    by = by === undefined ? ',' : text(by);
    if (this.length * by.length > mostMade || characters(this) > mostMade) tooMuch('Array.join');
    return real.call(this, by);
} }).join);
replace(Array, 'from', real => ({ from(source, ...how) {
    if (source !== null && source !== undefined && !source[Symbol.iterator]) fits(source, 'Array.from');
    return invoke(real, this, [source, ...how]);
} }).from);
replace(Function.prototype, 'apply', () => ({ apply(self, all) {
    fits(all, 'apply');
    return invoke(this, self, all === undefined || all === null ? [] : all);
} }).apply);
replace(Reflect, 'apply', real => ({ apply(f, self, all) { fits(all, 'apply'); return real(f, self, all); } }).apply);
replace(Reflect, 'construct', real => ({ construct(f, all, ...target) {
    fits(all, 'Reflect.construct');
    return target.length > 0 ? real(f, all, target[0]) : real(f, all);
} }).construct);
['keys', 'values', 'entries', 'getOwnPropertyNames', 'getOwnPropertyDescriptors'].forEach(function (name) {
    replace(Object, name, real => ({ [name](of) {
        if (isArray(of) || typeof of === 'string') fits(of, 'Object.' + name);
        return real(of);
    } })[name]);
});
replace(Object, 'assign', real => ({ assign(target, source, ...more) {
    if (isArray(source) || typeof source === 'string') fits(source, 'Object.assign');
    if (more.length === 0) return real(target, source);
    for (let i = 0; i < more.length; ++i) {
        if (isArray(more[i]) || typeof more[i] === 'string') fits(more[i], 'Object.assign');
    }
    return real(target, source, ...more);
} }).assign);

const string = String.prototype;
function searchable(where) {
    if (where.length > mostSearched) {
        throw new RangeError('A pattern over ' + where.length + ' characters; ' + mostSearched + ' are the most');
    }
}
replace(string, 'repeat', real => ({ repeat(count) {
    count = +count;
    if (text(this).length * count > mostMade) tooMuch('repeat');
    return real.call(this, count);
} }).repeat);
['padStart', 'padEnd'].forEach(function (name) {
    replace(string, name, real => ({ [name](length, by) {
        length = +length;
        if (length > mostMade) tooMuch(name);
        return real.call(this, length, by);
    } })[name]);
});
replace(string, 'concat', real => ({ concat(...all) {
    if (text(this).length + characters(all) > mostMade) tooMuch('concat');
    return invoke(real, this, all);
} }).concat);
replace(string, 'split', real => ({ split(by, most) {
    if (typeof by === 'object' && by !== null) {
        searchable(text(this));
    } else if (this.length > mostItems) {
        let count = by === undefined ? 1 : by === '' ? this.length : 0;
        const whole = text(this), mark = text(by);
        for (let at = 0; count === 0 || (at > 0 && count <= mostItems); ++count) {
            at = whole.indexOf(mark, at) + mark.length;
            if (at < mark.length) break;
        }
        if (count > mostItems) tooLong('String.split');
    }
    return real.call(this, by, most);
} }).split);
replace(string, 'search', real => ({ search(by) { searchable(text(this)); return real.call(this, by); } }).search);
// "$`" and "$'" put the rest of the text in.
replace(string, 'replace', real => ({ replace(what, by) {
    if (typeof what === 'object' && what !== null) searchable(text(this));
    if (typeof by !== 'function') {
        by = text(by);
        const rest = by.indexOf('$`') >= 0 || by.indexOf("$'") >= 0;
        if (by.length > 1000 || rest) {
            const whole = text(this).length + 1;
            const often = typeof what === 'object' && what !== null ? whole : 1;
            if (by.length * often * (rest ? whole : 1) > mostMade) tooMuch('replace');
        }
    }
    return real.call(this, what, by);
} }).replace);
replace(String, 'raw', real => ({ raw(parts, ...all) { fits(parts.raw, 'String.raw'); return real(parts, ...all); } }).raw);
// match comes to the pattern's own; replace, search and split do not.
['exec', 'test', Symbol.match, Symbol.replace, Symbol.search, Symbol.split].forEach(function (name) {
    replace(RegExp.prototype, name, real => ({ [name](where, b) {
        if (typeof where !== 'string') where = text(where);
        searchable(where);
        return real.call(this, where, b);
    } })[name]);
});

// Writing asks each object for a toJSON: what is in several places is counted in each. Where that
// may be asked of another (a toJSON of the script's own, a prototype that was changed), or the
// script changes what is written, each value is looked at, which takes half as long again.
let items = 0, made = 0, each = false;
function count(value) {
    if (typeof value === 'string') {
        if ((made += value.length) > mostMade) tooMuch('JSON.stringify');
    } else if (isArray(value)) {
        const length = value.length;
        if (length > mostItems) tooLong('JSON.stringify', length);
        if ((items += length + 1) > mostItems) tooLong('JSON.stringify');
    } else if (typeof value === 'object' && ++items > mostItems) {
        tooLong('JSON.stringify');
    }
}
define(Object.prototype, 'toJSON', {
    get() {
        if (each) return;
        count(this);
        if (isArray(this) && this.length > 256 && (made += characters(this)) > mostMade) tooMuch('JSON.stringify');
    },
    set(value) {
        each = true;
        define(this, 'toJSON', { value: value, writable: true, enumerable: true, configurable: true });
    }
});
replace(JSON, 'stringify', real => ({ stringify(value, replacer, space) {
    items = made = 0;
    if (isArray(replacer)) {
        fits(replacer, 'JSON.stringify');
        return real(value, replacer, space);
    }
    if (!each && typeof replacer !== 'function') return real(value, undefined, space);
    const before = each;
    each = true;
    try {
        return real(value, function (name, one) {
            if (typeof replacer === 'function') one = replacer.call(this, name, one);
            count(one);
            return one;
        }, space);
    } finally {
        each = before;
    }
} }).stringify);
replace(Object, 'create', real => ({ create(from, members) {
    if (from === null) each = true;
    return members === undefined ? real(from) : real(from, members);
} }).create);
[Object, Reflect].forEach(function (holder) {
    replace(holder, 'setPrototypeOf', real => ({ setPrototypeOf(of, to) { each = true; return real(of, to); } }).setPrototypeOf);
});
const heir = own(Object.prototype, '__proto__');
define(Object.prototype, '__proto__', { get: heir.get, set(to) { each = true; heir.set.call(this, to); } });
delete global.Proxy;
return function (from) { each = from; };
})(this))js";

} // namespace hindcast
