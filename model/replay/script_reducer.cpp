#include "model/replay/script_reducer.h"

#include <filesystem>
#include <fmt/format.h>
#include <fstream>
#include <sstream>

namespace hindcast {

Set<void> ScriptReducer::load(ProjectionSource& source, const std::string& folder)
{
    const Setting* const file = findSetting(source.settings, "file");
    if (file == nullptr) {
        return {};
    }
    if (findSetting(source.settings, "script") != nullptr) {
        return tl::unexpected(SettingMistake{
            file->line, "script and file exclude each other: the script stands in one place."});
    }
    const auto name = settingText(*file);
    if (!name) {
        return tl::unexpected(name.error());
    }
    const std::filesystem::path path = std::filesystem::path(folder) / *name;
    std::ifstream in(path, std::ios::binary);
    std::ostringstream text;
    text << in.rdbuf();
    if (!in) {
        return tl::unexpected(SettingMistake{
            file->line,
            fmt::format("The script file {} cannot be read; check the path.", path.string())});
    }
    Setting script{"script", Setting::Kind::Text, text.str(), {}, file->line};
    script.textFile = *name;
    source.settings.push_back(std::move(script));
    return {};
}

MadeReducer ScriptReducer::make(const ProjectionSource& source)
{
    const Setting* const setting = findSetting(source.settings, "script");
    if (setting == nullptr) {
        return tl::unexpected(SettingMistake{
            source.line, "This source has no script; add script = \"\"\"...\"\"\" with a function "
                         "apply(state, event), or file = \"orders.js\"."});
    }
    const auto text = settingText(*setting);
    if (!text) {
        return tl::unexpected(text.error());
    }
    auto engine = ScriptEngine::compile(*text);
    if (!engine) {
        const ScriptMistake& mistake = engine.error();
        if (mistake.line <= 0) {
            return tl::unexpected(SettingMistake{setting->line, mistake.words});
        }
        if (!setting->textFile.empty()) {
            return tl::unexpected(
                SettingMistake{setting->line, fmt::format("{}:{}: {}", setting->textFile,
                                                          mistake.line, mistake.words)});
        }
        return tl::unexpected(SettingMistake{setting->textLine + mistake.line - 1, mistake.words});
    }
    return std::unique_ptr<Reducer>(new ScriptReducer(std::move(*engine)));
}

ScriptReducer::ScriptReducer(std::unique_ptr<ScriptEngine> engine)
    : m_engine(std::move(engine))
{
}

void ScriptReducer::apply(const FoldEvent& event, FoldContext& context)
{
    const RecordView& record = event.record;
    const auto& key = event.key;
    if (!key) {
        context.skipWithoutKey();
        return;
    }
    if (!record.value && !m_engine->hasRemove()) {
        context.remove(*key);
        return;
    }
    const auto state = context.stateOf(*key);
    if (!record.value && !state) {
        return;
    }
    const ScriptEngine::Answer& answer = record.value ? m_engine->apply(state, *key, record)
                                                      : m_engine->remove(*state, *key, record);
    switch (answer.kind) {
    case ScriptEngine::Answer::Kind::Keep:
        break;
    case ScriptEngine::Answer::Kind::Delete:
        context.remove(*key);
        break;
    case ScriptEngine::Answer::Kind::State:
        context.put(*key, answer.text);
        break;
    case ScriptEngine::Answer::Kind::Failed:
        context.skip(answer.text);
        break;
    }
}

} // namespace hindcast
