#pragma once

#include "model/record/result.h"
#include "model/replay/json_tree.h"

#include <deque>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

// JSON patch, RFC 6902, on texts: all its operations or, where one fails, none. Every token that
// survives stands in the result as it was written (2^63 and 0.10 keep their digits); `test`
// compares numbers by their value. One thread an object.
class JsonPatch
{
public:
    // nullopt: no document, before (`add` and `replace` of "" begin one) or after (`remove` of "").
    // The error names the operation, from 1, and why it failed.
    Result<std::optional<std::string>> apply(std::optional<std::string_view> target,
                                             std::string_view patch);

private:
    struct Operation;
    using Pointer = std::vector<std::string>;

    // Each gives why it failed; empty: it did not.
    static std::string read(JsonTree& member, Operation& operation);
    std::string run(Operation& operation);
    std::string add(const Pointer& path, JsonTree value);
    std::string remove(const Pointer& path, JsonTree* taken = nullptr);
    std::string locate(const Pointer& path, std::size_t steps, JsonTree*& found);
    static std::string readPointer(std::string_view token, std::string_view what, Pointer& steps);

    JsonTreeReader m_reader;
    std::optional<JsonTree> m_document;
    std::deque<std::string> m_names; // of members that `add` makes, as JSON writes them
    std::size_t m_copied = 0;
};

} // namespace hindcast
