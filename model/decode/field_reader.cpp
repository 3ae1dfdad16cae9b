#include "model/decode/field_reader.h"

#include "model/decode/json_payload.h"

#include <array>
#include <charconv>
#include <string>

namespace hindcast {

namespace {

namespace ondemand = simdjson::ondemand;

// Paths with common beginnings share nodes, so that one pass over a payload serves them all.
struct Node
{
    std::vector<std::pair<std::string, std::size_t>> members; // name, node
    std::vector<std::pair<std::size_t, std::size_t>> elements;
    std::vector<std::size_t> paths; // that end here
    std::uint64_t seenIn = 0;       // the record in which the first of a doubled name was met
};

} // namespace

struct FieldReader::Private
{
    std::vector<FieldPath> paths;
    std::vector<FieldValue> values;
    std::vector<std::uint64_t> doneIn; // the record a value is of
    std::vector<std::string> scratch;  // a path's unescaped text or printed number
    std::vector<bool> quick;           // a member of the root that simdjson can look up by itself
    std::vector<Node> nodes;           // 0: the key's root, 1: the value's
    std::array<JsonPayload, 2> payloads;
    std::array<std::size_t, 2> pathsInto{}; // how many paths lead into the key, the value
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
    const std::optional<std::string_view>& bytesOf(std::size_t side) const
    {
        return side == 0 ? record.key : record.value;
    }
    void set(std::size_t path, const FieldValue& value)
    {
        values[path] = value;
        doneIn[path] = recordNumber;
    }

    void addToTree(std::size_t path);
    std::size_t childOf(std::size_t node, const FieldPath::Step& step);

    static FieldValue ofBytes(std::optional<std::string_view> bytes);
    FieldValue ofInteger(std::size_t path, std::int64_t number);
    void readPlain(std::size_t path);

    // false: what was met is not JSON.
    bool readOne(JsonPayload& payload, std::size_t path);
    bool readOne(JsonPayload& payload, std::size_t path, std::size_t step, ondemand::value value);
    bool enter(JsonPayload& payload, std::size_t path, std::size_t step, ondemand::object& object);
    bool enter(JsonPayload& payload, std::size_t path, std::size_t step, ondemand::array& array);
    bool readAll(JsonPayload& payload, std::size_t root);
    bool readAll(JsonPayload& payload, std::size_t node, ondemand::value value);
    bool enterAll(JsonPayload& payload, std::size_t node, ondemand::object& object, bool& toTheEnd);
    bool enterAll(JsonPayload& payload, std::size_t node, ondemand::array& array, bool& toTheEnd);
    template <typename Container>
    bool readBoth(JsonPayload& payload, std::size_t node, Container& container);
};

FieldReader::FieldReader(std::vector<FieldPath> paths)
    : d(std::make_unique<Private>())
{
    d->paths = std::move(paths);
    d->values.resize(d->paths.size());
    d->doneIn.resize(d->paths.size());
    d->scratch.resize(d->paths.size());
    d->quick.resize(d->paths.size());
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
    }
    nodes[node].paths.push_back(path);
    const auto* const first = std::get_if<std::string>(&p.steps.front());
    quick[path] = first && !JsonPayload::isOddName(*first);
}

std::size_t FieldReader::Private::childOf(std::size_t node, const FieldPath::Step& step)
{
    const std::size_t fresh = nodes.size();
    const auto find = [&](auto& children, const auto& wanted) {
        for (const auto& [known, child] : children) {
            if (known == wanted) {
                return child;
            }
        }
        children.emplace_back(wanted, fresh);
        return fresh;
    };
    const auto* const name = std::get_if<std::string>(&step);
    const std::size_t child = name ? find(nodes[node].members, *name)
                                   : find(nodes[node].elements, std::get<std::size_t>(step));
    if (child == fresh) {
        nodes.emplace_back();
    }
    return child;
}

FieldValue FieldReader::Private::ofBytes(std::optional<std::string_view> bytes)
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

bool FieldReader::Private::enter(JsonPayload& payload, std::size_t path, std::size_t step,
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
        if (payload.isNamed(one.key(), *name)) {
            return readOne(payload, path, step + 1, one.value());
        }
    }
    return true;
}

bool FieldReader::Private::enter(JsonPayload& payload, std::size_t path, std::size_t step,
                                 ondemand::array& array)
{
    const auto* index = std::get_if<std::size_t>(&paths[path].steps[step]);
    if (!index) {
        return true;
    }
    std::size_t i = 0;
    for (auto element : array) {
        if (element.error() != simdjson::SUCCESS) {
            return false;
        }
        ondemand::value value = element.value_unsafe();
        if (i++ == *index) {
            return readOne(payload, path, step + 1, value);
        }
    }
    return true;
}

bool FieldReader::Private::readOne(JsonPayload& payload, std::size_t path, std::size_t step,
                                   ondemand::value value)
{
    if (step == paths[path].steps.size()) {
        FieldValue read;
        const bool good = payload.read(value, read, scratch[path]);
        set(path, read);
        return good;
    }
    const std::string_view token = value.raw_json_token();
    if (!token.empty() && token.front() == '{') {
        ondemand::object object;
        return value.get_object().get(object) == simdjson::SUCCESS &&
               enter(payload, path, step, object);
    }
    if (!token.empty() && token.front() == '[') {
        ondemand::array array;
        return value.get_array().get(array) == simdjson::SUCCESS &&
               enter(payload, path, step, array);
    }
    return true; // a scalar has no fields
}

// One path. The common case, a member of the root, resumes where the last lookup stopped.
bool FieldReader::Private::readOne(JsonPayload& payload, std::size_t path)
{
    const auto* name = std::get_if<std::string>(&paths[path].steps.front());
    if (payload.isObject() != (name != nullptr)) {
        return true;
    }
    if (quick[path] && !payload.hasEscapes()) {
        ondemand::value value;
        // On from the member found last, then from the first. find_field_unordered() does so too,
        // but takes it for granted that what it passed before was JSON.
        const bool resumed = payload.touched();
        auto error = payload.documentAsItStands().find_field(*name).get(value);
        if (error == simdjson::NO_SUCH_FIELD && resumed) {
            error = payload.document().find_field(*name).get(value);
        }
        if (error == simdjson::NO_SUCH_FIELD) {
            return true;
        }
        return error == simdjson::SUCCESS && readOne(payload, path, 1, value);
    }
    if (payload.isObject()) {
        ondemand::object object;
        return payload.document().get_object().get(object) == simdjson::SUCCESS &&
               enter(payload, path, 0, object);
    }
    ondemand::array array;
    return payload.document().get_array().get(array) == simdjson::SUCCESS &&
           enter(payload, path, 0, array);
}

bool FieldReader::Private::enterAll(JsonPayload& payload, std::size_t node,
                                    ondemand::object& object, bool& toTheEnd)
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
            if (nodes[child].seenIn == recordNumber || !payload.isNamed(one.key(), name)) {
                continue;
            }
            nodes[child].seenIn = recordNumber;
            if (!readAll(payload, child, one.value())) {
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

bool FieldReader::Private::enterAll(JsonPayload& payload, std::size_t node, ondemand::array& array,
                                    bool& toTheEnd)
{
    std::size_t open = nodes[node].elements.size();
    toTheEnd = false;
    std::size_t i = 0;
    if (open == 0) {
        return true;
    }
    for (auto element : array) {
        if (element.error() != simdjson::SUCCESS) {
            return false;
        }
        ondemand::value value = element.value_unsafe();
        for (const auto& [index, child] : nodes[node].elements) {
            if (index != i) {
                continue;
            }
            if (!readAll(payload, child, value)) {
                return false;
            }
            if (--open == 0) {
                return true;
            }
            break;
        }
        ++i;
    }
    toTheEnd = true;
    return true;
}

// An object or array with fields that are asked for, and perhaps itself as well.
template <typename Container>
bool FieldReader::Private::readBoth(JsonPayload& payload, std::size_t node, Container& container)
{
    bool toTheEnd = false;
    if (!enterAll(payload, node, container, toTheEnd)) {
        return false;
    }
    if (nodes[node].paths.empty()) {
        return true;
    }
    std::string_view json;
    if (container.reset().error() != simdjson::SUCCESS ||
        container.raw_json().get(json) != simdjson::SUCCESS) {
        return false;
    }
    FieldValue whole;
    whole.kind = FieldValue::Kind::Json;
    whole.text = json.substr(0, json.find_last_of("}]") + 1);
    for (const std::size_t path : nodes[node].paths) {
        set(path, whole);
    }
    return true;
}

bool FieldReader::Private::readAll(JsonPayload& payload, std::size_t node, ondemand::value value)
{
    const std::string_view token = value.raw_json_token();
    if (!nodes[node].members.empty() && !token.empty() && token.front() == '{') {
        ondemand::object object;
        return value.get_object().get(object) == simdjson::SUCCESS &&
               readBoth(payload, node, object);
    }
    if (!nodes[node].elements.empty() && !token.empty() && token.front() == '[') {
        ondemand::array array;
        return value.get_array().get(array) == simdjson::SUCCESS && readBoth(payload, node, array);
    }
    if (nodes[node].paths.empty()) {
        return true;
    }
    const std::size_t first = nodes[node].paths.front();
    FieldValue read;
    if (!payload.read(value, read, scratch[first])) {
        return false;
    }
    for (const std::size_t path : nodes[node].paths) {
        set(path, read);
    }
    return true;
}

bool FieldReader::Private::readAll(JsonPayload& payload, std::size_t root)
{
    bool toTheEnd = false;
    if (payload.isObject()) {
        ondemand::object object;
        if (payload.document().get_object().get(object) != simdjson::SUCCESS ||
            !enterAll(payload, root, object, toTheEnd)) {
            return false;
        }
    } else {
        ondemand::array array;
        if (payload.document().get_array().get(array) != simdjson::SUCCESS ||
            !enterAll(payload, root, array, toTheEnd)) {
            return false;
        }
    }
    // Behind the root nothing may follow: two documents in a row are not one.
    return !toTheEnd ||
           payload.documentAsItStands().current_location().error() == simdjson::OUT_OF_BOUNDS;
}

void FieldReader::start(const RecordView& record)
{
    d->record = record;
    ++d->recordNumber;
    d->broken = false;
    d->payloads[0].forget();
    d->payloads[1].forget();
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
    JsonPayload& payload = d->payloads[side];
    if (payload.state() == JsonPayload::State::Fresh) {
        payload.open(d->bytesOf(side));
    }
    if (payload.state() == JsonPayload::State::Open && !d->readOne(payload, path)) {
        payload.markBroken();
    }
    d->broken = d->broken || payload.state() == JsonPayload::State::Broken;
    if (payload.state() == JsonPayload::State::Broken || d->doneIn[path] != d->recordNumber) {
        d->set(path, {});
    }
    return d->values[path];
}

std::span<const FieldValue> FieldReader::read(const RecordView& record)
{
    start(record);
    for (std::size_t side = 0; side < 2; ++side) {
        JsonPayload& payload = d->payloads[side];
        if (d->pathsInto[side] < 2) {
            continue; // field() does it
        }
        payload.open(d->bytesOf(side));
        if (payload.state() == JsonPayload::State::Open && !d->readAll(payload, side)) {
            payload.markBroken();
        }
        const bool isBroken = payload.state() == JsonPayload::State::Broken;
        d->broken = d->broken || isBroken;
        for (std::size_t path = 0; path < d->paths.size(); ++path) {
            if (Private::leadsIn(d->paths[path]) && Private::sideOf(d->paths[path]) == side &&
                (isBroken || d->doneIn[path] != d->recordNumber)) {
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
