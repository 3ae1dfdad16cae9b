#include "model/replay/setting.h"

#include <algorithm>
#include <fmt/format.h>

namespace hindcast {

const Setting* findSetting(const std::vector<Setting>& settings, std::string_view name)
{
    const auto found =
        std::find_if(settings.begin(), settings.end(),
                     [name](const Setting& setting) { return setting.name == name; });
    return found == settings.end() ? nullptr : &*found;
}

Set<std::string> settingText(const Setting& setting)
{
    if (setting.kind != Setting::Kind::Text || setting.text.empty()) {
        return tl::unexpected(SettingMistake{
            setting.line, fmt::format("{} must be a text in quotes, and not empty.",
                                      setting.name.empty() ? "Each of the list" : setting.name)});
    }
    return setting.text;
}

Set<std::string> settingWord(const Setting& setting, std::span<const std::string_view> known)
{
    auto text = settingText(setting);
    if (text && std::find(known.begin(), known.end(), *text) == known.end()) {
        return tl::unexpected(
            SettingMistake{setting.line, fmt::format("{} = \"{}\" is not known; known are: {}.",
                                                     setting.name, *text, fmt::join(known, ", "))});
    }
    return text;
}

Set<FieldPath> settingPath(const Setting& setting)
{
    const auto text = settingText(setting);
    if (!text) {
        return tl::unexpected(text.error());
    }
    auto path = FieldPath::parse(*text);
    if (!path) {
        return tl::unexpected(
            SettingMistake{setting.line, fmt::format("{}\"{}\" is not a path: {}",
                                                     setting.name.empty() ? "" : setting.name + " ",
                                                     *text, path.error().message)});
    }
    return std::move(*path);
}

Set<std::vector<std::string>> settingTexts(const Setting& setting)
{
    std::vector<std::string> texts;
    if (setting.kind != Setting::Kind::List) {
        const auto text = settingText(setting);
        if (!text) {
            return tl::unexpected(text.error());
        }
        texts.push_back(*text);
        return texts;
    }
    texts.reserve(setting.items.size());
    for (const Setting& item : setting.items) {
        const auto text = settingText(item);
        if (!text) {
            return tl::unexpected(text.error());
        }
        texts.push_back(*text);
    }
    return texts;
}

std::string canonicalSetting(const Setting& setting)
{
    std::string result = setting.name.empty() ? std::string() : quotedText(setting.name) + "=";
    switch (setting.kind) {
    case Setting::Kind::Text:
        return result + quotedText(setting.text);
    case Setting::Kind::Whole:
    case Setting::Kind::Bool:
        return result + setting.text;
    case Setting::Kind::List:
    case Setting::Kind::Table:
        break;
    }
    const bool list = setting.kind == Setting::Kind::List;
    result += list ? '[' : '{';
    for (std::size_t i = 0; i < setting.items.size(); ++i) {
        result += (i == 0 ? "" : ",") + canonicalSetting(setting.items[i]);
    }
    return result + (list ? ']' : '}');
}

std::string quotedText(std::string_view text)
{
    std::string result = "\"";
    for (const char c : text) {
        if (c == '"' || c == '\\') {
            result += '\\';
        }
        result += c == '\n' ? ' ' : c;
    }
    return result + "\"";
}

} // namespace hindcast
