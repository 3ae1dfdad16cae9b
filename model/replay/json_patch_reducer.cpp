#include "model/replay/json_patch_reducer.h"

#include <fmt/core.h>

namespace hindcast {

MadeReducer JsonPatchReducer::make(const ProjectionSource& source)
{
    std::unique_ptr<JsonPatchReducer> reducer(new JsonPatchReducer);
    if (const Setting* const setting = findSetting(source.settings, "patch")) {
        const auto path = settingPath(*setting);
        if (!path) {
            return tl::unexpected(path.error());
        }
        if (*path != FieldPath{FieldPath::Root::Value, {}}) {
            reducer->m_path = setting->text;
            reducer->m_field.emplace(std::vector{*path});
        }
    }
    if (const Setting* const setting = findSetting(source.settings, "initial")) {
        const auto text = settingText(*setting);
        JsonTree tree;
        if (!text || !JsonTreeReader().read(*text, tree)) {
            return tl::unexpected(SettingMistake{
                setting->line, "initial must be a JSON document in quotes, as initial = '{}'."});
        }
        reducer->m_initial.emplace(tree.text);
    }
    if (const Setting* const setting = findSetting(source.settings, "failure")) {
        static constexpr std::array<std::string_view, 2> kPolicies{"skip", "stop"};
        const auto policy = settingWord(*setting, kPolicies);
        if (!policy) {
            return tl::unexpected(policy.error());
        }
        reducer->m_stops = *policy == "stop";
    }
    return reducer;
}

std::optional<std::string_view> JsonPatchReducer::patchIn(const RecordView& record)
{
    if (!m_field) {
        return record.value;
    }
    const FieldValue& value = m_field->read(record).front();
    // A patch may also be sent as a text that holds it.
    const bool there =
        value.kind == FieldValue::Kind::Json || value.kind == FieldValue::Kind::String;
    return there ? std::optional(value.text) : std::nullopt;
}

void JsonPatchReducer::apply(const FoldEvent& event, FoldContext& context)
{
    const RecordView& record = event.record;
    const auto& key = event.key;
    if (!key) {
        context.skipWithoutKey();
        return;
    }
    if (!record.value) {
        context.goOn(*key);
        context.remove(*key);
        return;
    }
    if (const auto stopped = context.stoppedAt(*key)) {
        context.skip(fmt::format("The key stopped at {}, whose JSON patch failed.", *stopped));
        return;
    }
    const auto patch = patchIn(record);
    if (!patch) {
        context.skip(fmt::format("There is no JSON patch at {} of this record.", m_path));
        return;
    }
    const auto before = context.stateOf(*key);
    const auto document =
        before || !m_initial ? before : std::optional<std::string_view>(*m_initial);
    const auto after = m_patch.apply(document, *patch);
    if (!after) {
        context.skip(after.error().message);
        if (m_stops) {
            context.stop(*key);
        }
    } else if (*after) {
        context.put(*key, **after);
    } else {
        context.remove(*key);
    }
}

std::optional<std::string_view> JsonPatchReducer::stateInRecord(const RecordView&)
{
    return std::nullopt;
}

} // namespace hindcast
