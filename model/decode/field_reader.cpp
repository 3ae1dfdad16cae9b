#include "model/decode/field_reader.h"

#include "model/decode/json_text.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <cstring>
#include <simdjson.h>
#include <string>

namespace hindcast {

namespace {

namespace ondemand = simdjson::ondemand;

static_assert(RecordBatch::kPadding >= simdjson::SIMDJSON_PADDING);

constexpr std::size_t kFirstCapacity = 64 * 1024;
constexpr std::size_t kHugeCapacity = 16 * 1024 * 1024;

// Paths with common beginnings share nodes, so that one pass over a payload serves them all.
struct Node
{
    std::vector<std::pair<std::string, std::size_t>> members; // name, node
    std::vector<std::pair<std::size_t, std::size_t>> elements;
    std::vector<std::size_t> paths; // that end here
    std::uint64_t seenIn = 0;       // the record in which the first of a doubled name was met

    bool leaf() const { return members.empty() && elements.empty(); }
};

// A key or a value: parsed at most once a record.
struct Payload
{
    ondemand::parser parser;
    ondemand::document document;
    std::string_view json; // without byte order mark
    enum class State : std::uint8_t { Fresh, Open, Scalar, Nothing, Broken } state = State::Fresh;
    bool escapes = false; // a backslash somewhere: names and strings need unescaping
    bool touched = false; // the document's iterator has moved
};

bool isOddName(std::string_view name)
{
    return std::any_of(name.begin(), name.end(), [](char c) {
        return c == '"' || c == '\\' || static_cast<unsigned char>(c) < 0x20;
    });
}

} // namespace

struct FieldReader::Private
{
    std::vector<FieldPath> paths;
    std::vector<FieldValue> values;
    std::vector<std::uint64_t> doneIn; // the record a value is of
    std::vector<std::string> scratch;  // a path's unescaped text or printed number
    std::vector<bool> odd;             // names with quotes or backslashes: only escaped in JSON
    std::vector<Node> nodes;           // 0: the key's root, 1: the value's
    std::string nameScratch;
    std::array<Payload, 2> payloads;
    std::array<std::size_t, 2> pathsInto{}; // how many paths lead into the key, the value
    bool anyOdd = false;
    RecordView record;
    std::uint64_t recordNumber = 0;
    bool broken = false;

    static std::size_t sideOf(const FieldPath& path)
    {
        return path.root == FieldPath::Root::Key ? 0 : 1;
    }
    static bool leadsIn(const FieldPath& path)
    {
        return (path.root == FieldPath::Root::Key || path.root == FieldPath::Root::Value) &&
               !path.steps.empty();
    }

    void addToTree(std::size_t path);
    std::size_t childOf(std::size_t node, const FieldPath::Step& step);
    void open(Payload& payload, std::optional<std::string_view> bytes);
    void set(std::size_t path, const FieldValue& value)
    {
        values[path] = value;
        doneIn[path] = recordNumber;
    }
    void markBroken(Payload& payload)
    {
        payload.state = Payload::State::Broken;
        broken = true;
    }

    FieldValue ofBytes(std::optional<std::string_view> bytes) const;
    FieldValue ofInteger(std::size_t path, std::int64_t number);
    void readPlain(std::size_t path);
    bool readScalar(Payload& payload, std::size_t path, std::string_view token);
    bool readWhole(Payload& payload, std::size_t path, ondemand::value& value);
    bool sameName(const Payload& payload, ondemand::raw_json_string raw, std::string_view name);
    bool walkOne(Payload& payload, std::size_t path);
    bool walkOne(Payload& payload, std::size_t path, std::size_t step, ondemand::value value);
    bool enter(Payload& payload, std::size_t path, std::size_t step, ondemand::object& object);
    bool enter(Payload& payload, std::size_t path, std::size_t step, ondemand::array& array);
    bool walkAll(Payload& payload, std::size_t root);
    bool walkAll(Payload& payload, std::size_t node, ondemand::value value);
    bool walkObject(Payload& payload, std::size_t node, ondemand::object& object, bool& toTheEnd);
    bool walkArray(Payload& payload, std::size_t node, ondemand::array& array, bool& toTheEnd);
};

FieldReader::FieldReader(std::vector<FieldPath> paths)
    : d(std::make_unique<Private>())
{
    d->paths = std::move(paths);
    d->values.resize(d->paths.size());
    d->doneIn.resize(d->paths.size());
    d->scratch.resize(d->paths.size());
    d->odd.resize(d->paths.size());
    d->nodes.resize(2);
    for (std::size_t i = 0; i < d->paths.size(); ++i) {
        if (Private::leadsIn(d->paths[i])) {
            d->addToTree(i);
        }
    }
}

FieldReader::~FieldReader() = default;

void FieldReader::Private::addToTree(std::size_t path)
{
    const FieldPath& p = paths[path];
    std::size_t node = sideOf(p);
    ++pathsInto[node];
    for (const auto& step : p.steps) {
        node = childOf(node, step);
        const auto* name = std::get_if<std::string>(&step);
        if (name && isOddName(*name)) {
            odd[path] = true;
            anyOdd = true;
        }
    }
    nodes[node].paths.push_back(path);
}

std::size_t FieldReader::Private::childOf(std::size_t node, const FieldPath::Step& step)
{
    const std::size_t fresh = nodes.size();
    if (const auto* name = std::get_if<std::string>(&step)) {
        for (const auto& [known, child] : nodes[node].members) {
            if (known == *name) {
                return child;
            }
        }
        nodes[node].members.emplace_back(*name, fresh);
    } else {
        const std::size_t index = std::get<std::size_t>(step);
        for (const auto& [known, child] : nodes[node].elements) {
            if (known == index) {
                return child;
            }
        }
        nodes[node].elements.emplace_back(index, fresh);
    }
    nodes.emplace_back();
    return fresh;
}

// Makes the payload ready for lookups: Open for an object or array, Scalar for any other JSON.
void FieldReader::Private::open(Payload& payload, std::optional<std::string_view> bytes)
{
    payload.touched = false;
    payload.json = withoutBom(bytes.value_or(std::string_view{}));
    const std::size_t first = payload.json.find_first_not_of(" \t\r\n");
    if (!bytes || bytes->empty()) {
        payload.state = Payload::State::Nothing;
        return;
    }
    if (first == std::string_view::npos) {
        markBroken(payload);
        return;
    }
    const std::size_t length = payload.json.size();
    const std::size_t capacity = payload.parser.capacity();
    if (length > capacity || (capacity > kHugeCapacity && length < kFirstCapacity)) {
        // Grows ahead, so that records of rising sizes do not allocate each time, and gives back
        // what one huge record took.
        const std::size_t wanted = length > kFirstCapacity
                                       ? std::max(length, std::min(2 * capacity, 2 * length))
                                       : kFirstCapacity;
        if (payload.parser.allocate(wanted) != simdjson::SUCCESS) {
            markBroken(payload);
            return;
        }
    }
    payload.escapes = std::memchr(payload.json.data(), '\\', length) != nullptr;
    const simdjson::padded_string_view padded(payload.json.data(), length,
                                              length + simdjson::SIMDJSON_PADDING);
    if (payload.parser.iterate(padded).get(payload.document) != simdjson::SUCCESS) {
        markBroken(payload);
        return;
    }
    const char opening = payload.json[first];
    if (opening == '{' || opening == '[') {
        // simdjson looks for the closing bracket when an object is entered; a lookup that enters
        // none (an index into an array) must not go without.
        const char closing = payload.json[payload.json.find_last_not_of(" \t\r\n")];
        if (closing != (opening == '{' ? '}' : ']')) {
            markBroken(payload);
            return;
        }
        payload.state = Payload::State::Open;
        return;
    }
    // A string, number or word alone is JSON without fields; anything else is no JSON.
    const std::string_view token = trimJsonToken(payload.json.substr(first));
    const bool word = token == "true" || token == "false" || token == "null";
    const bool string = token.size() >= 2 && token.front() == '"' && token.back() == '"' &&
                        trimJsonToken(payload.document.raw_json_token().value_unsafe()) == token;
    if (word || string || readJsonNumber(token)) {
        payload.state = Payload::State::Scalar;
    } else {
        markBroken(payload);
    }
}

FieldValue FieldReader::Private::ofBytes(std::optional<std::string_view> bytes) const
{
    FieldValue value;
    if (!bytes) {
        value.kind = FieldValue::Kind::Null;
        return value;
    }
    value.kind = simdjson::validate_utf8(bytes->data(), bytes->size()) ? FieldValue::Kind::String
                                                                       : FieldValue::Kind::Bytes;
    value.text = *bytes;
    return value;
}

FieldValue FieldReader::Private::ofInteger(std::size_t path, std::int64_t number)
{
    FieldValue value;
    value.kind = FieldValue::Kind::Integer;
    value.integer = number;
    value.number = static_cast<double>(number);
    std::array<char, 24> digits{};
    const auto [end, error] = std::to_chars(digits.begin(), digits.end(), number);
    scratch[path].assign(digits.begin(), end);
    value.text = scratch[path];
    return value;
}

// Everything that needs no JSON.
void FieldReader::Private::readPlain(std::size_t path)
{
    FieldValue value;
    switch (paths[path].root) {
    case FieldPath::Root::Key:
        value = ofBytes(record.key);
        break;
    case FieldPath::Root::Value:
        value = ofBytes(record.value);
        break;
    case FieldPath::Root::Header:
        if (const auto header = record.headers.last(std::get<std::string>(paths[path].steps[0]))) {
            value = ofBytes(header->value);
        }
        break;
    case FieldPath::Root::Topic:
        value = ofBytes(record.topic);
        break;
    case FieldPath::Root::Partition:
        value = ofInteger(path, record.partition);
        break;
    case FieldPath::Root::Offset:
        value = ofInteger(path, record.offset);
        break;
    case FieldPath::Root::Time:
        if (record.timestamp == kNoTimestamp) {
            value.kind = FieldValue::Kind::Null;
        } else {
            value = ofInteger(path, toMs(record.timestamp));
        }
        break;
    }
    set(path, value);
}

// The token is taken as it is written; no double is made where an integer stands, and no text is
// copied unless it holds escapes.
bool FieldReader::Private::readScalar(Payload& payload, std::size_t path, std::string_view token)
{
    token = trimJsonToken(token);
    FieldValue value;
    if (token.empty()) {
        return false;
    }
    switch (token.front()) {
    case '"':
        if (token.size() < 2 || token.back() != '"') {
            return false;
        }
        value.kind = FieldValue::Kind::String;
        value.text = token.substr(1, token.size() - 2);
        if (payload.escapes && value.text.find('\\') != std::string_view::npos) {
            scratch[path].clear();
            if (!unescapeJson(value.text, scratch[path])) {
                return false;
            }
            value.text = scratch[path];
        }
        break;
    case 't':
    case 'f':
        if (token != "true" && token != "false") {
            return false;
        }
        value.kind = FieldValue::Kind::Bool;
        value.boolean = token == "true";
        value.text = token;
        break;
    case 'n':
        if (token != "null") {
            return false;
        }
        value.kind = FieldValue::Kind::Null;
        break;
    default: {
        const auto number = readJsonNumber(token);
        if (!number) {
            return false;
        }
        value.kind = number->integer ? FieldValue::Kind::Integer : FieldValue::Kind::Number;
        value.integer = number->value;
        value.number = number->approximate;
        value.text = token;
    }
    }
    set(path, value);
    return true;
}

bool FieldReader::Private::readWhole(Payload& payload, std::size_t path, ondemand::value& value)
{
    const std::string_view token = value.raw_json_token();
    if (token.empty() || (token.front() != '{' && token.front() != '[')) {
        return readScalar(payload, path, token);
    }
    std::string_view json;
    if (token.front() == '{') {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS ||
            object.raw_json().get(json) != simdjson::SUCCESS) {
            return false;
        }
    } else {
        ondemand::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS ||
            array.raw_json().get(json) != simdjson::SUCCESS) {
            return false;
        }
    }
    FieldValue whole;
    whole.kind = FieldValue::Kind::Json;
    whole.text = trimJsonToken(json);
    set(path, whole);
    return true;
}

bool FieldReader::Private::sameName(const Payload& payload, ondemand::raw_json_string raw,
                                    std::string_view name)
{
    const char* const from = raw.raw();
    const char* const end = payload.json.data() + payload.json.size();
    if (!payload.escapes) {
        // A name with a quote can only stand here escaped; compared as it is, it would reach over
        // the end of the string.
        return !(anyOdd && isOddName(name)) && static_cast<std::size_t>(end - from) > name.size() &&
               from[name.size()] == '"' && std::memcmp(from, name.data(), name.size()) == 0;
    }
    const char* quote = from;
    while (quote < end && *quote != '"') {
        quote += *quote == '\\' ? 2 : 1;
    }
    nameScratch.clear();
    return quote < end &&
           unescapeJson({from, static_cast<std::size_t>(quote - from)}, nameScratch) &&
           nameScratch == name;
}

bool FieldReader::Private::enter(Payload& payload, std::size_t path, std::size_t step,
                                 ondemand::object& object)
{
    const auto* name = std::get_if<std::string>(&paths[path].steps[step]);
    if (!name) {
        return true;
    }
    for (auto field : object) {
        ondemand::field one;
        if (std::move(field).get(one) != simdjson::SUCCESS) {
            return false;
        }
        if (sameName(payload, one.key(), *name)) {
            return walkOne(payload, path, step + 1, one.value());
        }
    }
    return true;
}

bool FieldReader::Private::enter(Payload& payload, std::size_t path, std::size_t step,
                                 ondemand::array& array)
{
    const auto* index = std::get_if<std::size_t>(&paths[path].steps[step]);
    if (!index) {
        return true;
    }
    std::size_t i = 0;
    for (auto element : array) {
        ondemand::value value;
        if (std::move(element).get(value) != simdjson::SUCCESS) {
            return false;
        }
        if (i++ == *index) {
            return walkOne(payload, path, step + 1, value);
        }
    }
    return true;
}

bool FieldReader::Private::walkOne(Payload& payload, std::size_t path, std::size_t step,
                                   ondemand::value value)
{
    if (step == paths[path].steps.size()) {
        return readWhole(payload, path, value);
    }
    const std::string_view token = value.raw_json_token();
    if (token.front() == '{') {
        ondemand::object object;
        return value.get_object().get(object) == simdjson::SUCCESS &&
               enter(payload, path, step, object);
    }
    if (token.front() == '[') {
        ondemand::array array;
        return value.get_array().get(array) == simdjson::SUCCESS &&
               enter(payload, path, step, array);
    }
    return true; // a scalar has no fields
}

// One path. The common case, a member of the root, resumes where the last lookup stopped.
bool FieldReader::Private::walkOne(Payload& payload, std::size_t path)
{
    const FieldPath& p = paths[path];
    const auto* name = std::get_if<std::string>(&p.steps[0]);
    const bool isObject = payload.json[payload.json.find_first_not_of(" \t\r\n")] == '{';
    if (isObject != (name != nullptr)) {
        return true;
    }
    if (isObject && !payload.escapes && !odd[path]) {
        payload.touched = true;
        ondemand::value value;
        const auto error = payload.document.find_field_unordered(*name).get(value);
        if (error == simdjson::NO_SUCH_FIELD) {
            return true;
        }
        return error == simdjson::SUCCESS && walkOne(payload, path, 1, value);
    }
    if (payload.touched) {
        payload.document.rewind();
    }
    payload.touched = true;
    if (isObject) {
        ondemand::object object;
        return payload.document.get_object().get(object) == simdjson::SUCCESS &&
               enter(payload, path, 0, object);
    }
    ondemand::array array;
    return payload.document.get_array().get(array) == simdjson::SUCCESS &&
           enter(payload, path, 0, array);
}

bool FieldReader::Private::walkObject(Payload& payload, std::size_t node, ondemand::object& object,
                                      bool& toTheEnd)
{
    std::size_t open = nodes[node].members.size();
    toTheEnd = false;
    if (open == 0) {
        return true;
    }
    for (auto field : object) {
        ondemand::field one;
        if (std::move(field).get(one) != simdjson::SUCCESS) {
            return false;
        }
        for (const auto& [name, child] : nodes[node].members) {
            if (nodes[child].seenIn == recordNumber || !sameName(payload, one.key(), name)) {
                continue;
            }
            nodes[child].seenIn = recordNumber;
            if (!walkAll(payload, child, one.value())) {
                return false;
            }
            if (--open == 0) {
                return true;
            }
            break;
        }
    }
    toTheEnd = true;
    return true;
}

bool FieldReader::Private::walkArray(Payload& payload, std::size_t node, ondemand::array& array,
                                     bool& toTheEnd)
{
    std::size_t open = nodes[node].elements.size();
    toTheEnd = false;
    std::size_t i = 0;
    if (open == 0) {
        return true;
    }
    for (auto element : array) {
        ondemand::value value;
        if (std::move(element).get(value) != simdjson::SUCCESS) {
            return false;
        }
        for (const auto& [index, child] : nodes[node].elements) {
            if (index == i) {
                if (!walkAll(payload, child, value)) {
                    return false;
                }
                if (--open == 0) {
                    return true;
                }
                break;
            }
        }
        ++i;
    }
    toTheEnd = true;
    return true;
}

bool FieldReader::Private::walkAll(Payload& payload, std::size_t node, ondemand::value value)
{
    const std::string_view token = value.raw_json_token();
    const bool isObject = !token.empty() && token.front() == '{';
    const bool isArray = !token.empty() && token.front() == '[';
    bool toTheEnd = false;
    if (!nodes[node].leaf() && isObject) {
        ondemand::object object;
        if (value.get_object().get(object) != simdjson::SUCCESS ||
            !walkObject(payload, node, object, toTheEnd)) {
            return false;
        }
        std::string_view json;
        if (nodes[node].paths.empty()) {
            return true;
        }
        // Both the object and fields of it are asked for.
        if (object.reset().error() != simdjson::SUCCESS ||
            object.raw_json().get(json) != simdjson::SUCCESS) {
            return false;
        }
        FieldValue whole;
        whole.kind = FieldValue::Kind::Json;
        whole.text = trimJsonToken(json);
        for (const std::size_t path : nodes[node].paths) {
            set(path, whole);
        }
        return true;
    }
    if (!nodes[node].leaf() && isArray) {
        ondemand::array array;
        if (value.get_array().get(array) != simdjson::SUCCESS ||
            !walkArray(payload, node, array, toTheEnd)) {
            return false;
        }
        std::string_view json;
        if (nodes[node].paths.empty()) {
            return true;
        }
        if (array.reset().error() != simdjson::SUCCESS ||
            array.raw_json().get(json) != simdjson::SUCCESS) {
            return false;
        }
        FieldValue whole;
        whole.kind = FieldValue::Kind::Json;
        whole.text = trimJsonToken(json);
        for (const std::size_t path : nodes[node].paths) {
            set(path, whole);
        }
        return true;
    }
    if (nodes[node].paths.empty()) {
        return true;
    }
    const std::size_t first = nodes[node].paths.front();
    if (!readWhole(payload, first, value)) {
        return false;
    }
    for (const std::size_t path : nodes[node].paths) {
        set(path, values[first]);
    }
    return true;
}

bool FieldReader::Private::walkAll(Payload& payload, std::size_t root)
{
    if (payload.touched) {
        payload.document.rewind();
    }
    payload.touched = true;
    bool toTheEnd = false;
    if (payload.json[payload.json.find_first_not_of(" \t\r\n")] == '{') {
        ondemand::object object;
        if (payload.document.get_object().get(object) != simdjson::SUCCESS ||
            !walkObject(payload, root, object, toTheEnd)) {
            return false;
        }
    } else {
        ondemand::array array;
        if (payload.document.get_array().get(array) != simdjson::SUCCESS ||
            !walkArray(payload, root, array, toTheEnd)) {
            return false;
        }
    }
    // Behind the root nothing may follow: two documents in a row are not one.
    return !toTheEnd || payload.document.current_location().error() == simdjson::OUT_OF_BOUNDS;
}

void FieldReader::start(const RecordView& record)
{
    d->record = record;
    ++d->recordNumber;
    d->broken = false;
    d->payloads[0].state = Payload::State::Fresh;
    d->payloads[1].state = Payload::State::Fresh;
}

const FieldValue& FieldReader::field(std::size_t path)
{
    if (d->doneIn[path] == d->recordNumber) {
        return d->values[path];
    }
    if (!Private::leadsIn(d->paths[path])) {
        d->readPlain(path);
        return d->values[path];
    }
    const std::size_t side = Private::sideOf(d->paths[path]);
    Payload& payload = d->payloads[side];
    if (payload.state == Payload::State::Fresh) {
        d->open(payload, side == 0 ? d->record.key : d->record.value);
    }
    if (payload.state == Payload::State::Open && !d->walkOne(payload, path)) {
        d->markBroken(payload);
    }
    if (payload.state == Payload::State::Broken || d->doneIn[path] != d->recordNumber) {
        d->set(path, {});
    }
    return d->values[path];
}

std::span<const FieldValue> FieldReader::read(const RecordView& record)
{
    start(record);
    for (std::size_t side = 0; side < 2; ++side) {
        Payload& payload = d->payloads[side];
        if (d->pathsInto[side] < 2) {
            continue; // field() does it
        }
        d->open(payload, side == 0 ? record.key : record.value);
        if (payload.state == Payload::State::Open && !d->walkAll(payload, side)) {
            d->markBroken(payload);
        }
        for (std::size_t path = 0; path < d->paths.size(); ++path) {
            if (Private::leadsIn(d->paths[path]) && Private::sideOf(d->paths[path]) == side &&
                (payload.state == Payload::State::Broken || d->doneIn[path] != d->recordNumber)) {
                d->set(path, {});
            }
        }
    }
    for (std::size_t path = 0; path < d->paths.size(); ++path) {
        field(path);
    }
    return d->values;
}

bool FieldReader::broken() const
{
    return d->broken;
}

} // namespace hindcast
