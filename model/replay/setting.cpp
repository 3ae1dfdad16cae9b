#include "model/replay/setting.h"

#include <algorithm>

namespace hindcast {

const Setting* findSetting(const std::vector<Setting>& settings, std::string_view name)
{
    const auto found =
        std::find_if(settings.begin(), settings.end(),
                     [name](const Setting& setting) { return setting.name == name; });
    return found == settings.end() ? nullptr : &*found;
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
