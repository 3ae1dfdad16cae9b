#pragma once

#include "model/decode/field_path.h"

#include <span>
#include <string>
#include <string_view>
#include <tl/expected.hpp>
#include <vector>

namespace hindcast {

// What a reducer has to be told beyond the names that every [[source]] has: a name and its value,
// as they stand in the projection file and in the order of its lines. Each reducer reads its own
// (ReducerKind::settings) when it is made.
struct Setting
{
    enum class Kind { Text, Whole, Bool, List, Table };
    std::string name; // empty in a list
    Kind kind = Kind::Text;
    std::string text; // of a text, a whole number, true or false
    std::vector<Setting> items;
    int line = 0;
    int textLine = 0;          // where a text begins that has several lines: its first character
    std::string textFile = {}; // the file that the text was read from; empty: the projection's own

    friend bool operator==(const Setting&, const Setting&) = default;
};

// What is wrong with a setting, and the line of the file where it stands.
struct SettingMistake
{
    int line = 0;
    std::string words;
};

template <typename T>
using Set = tl::expected<T, SettingMistake>;

// The setting of that name; null where it is not set.
const Setting* findSetting(const std::vector<Setting>& settings, std::string_view name);
// What it says, where it is of the kind asked for; else the mistake names it.
Set<std::string> settingText(const Setting& setting); // not empty
Set<std::string> settingWord(const Setting& setting, std::span<const std::string_view> known);
Set<FieldPath> settingPath(const Setting& setting);
Set<std::vector<std::string>> settingTexts(const Setting& setting); // a list, or one text

// One line in which settings that differ read differently.
std::string canonicalSetting(const Setting& setting);
// A text in double quotes, on one line.
std::string quotedText(std::string_view text);

} // namespace hindcast
