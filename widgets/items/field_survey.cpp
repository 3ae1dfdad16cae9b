#include "widgets/items/field_survey.h"

#include "model/decode/value_tree.h"

#include <algorithm>
#include <map>
#include <set>

namespace hindcast {

namespace {

constexpr std::size_t kDeepest = 2;       // members of members; deeper ones are rarely columns
constexpr std::size_t kMostFields = 200;  // a value with random names must not grow the survey
constexpr std::size_t kLargest = 1 << 16; // bytes of a value that is worth surveying
constexpr std::size_t kVocabulary = 12;   // different words that still make a status or a type

struct Tally
{
    SurveyedField field;
    std::set<std::string> values;
    std::size_t likeKey = 0;
};

using Tallies = std::map<std::string, Tally>;

void visit(const ValueNode& node, const FieldPath& path, std::string_view key, Tallies& tallies)
{
    for (const ValueNode& child : node.children) {
        FieldPath here = path;
        here.steps.emplace_back(child.name);
        if (child.kind == ValueNode::Kind::Object) {
            if (here.steps.size() < kDeepest) {
                visit(child, here, key, tallies);
            }
            continue;
        }
        if (child.kind == ValueNode::Kind::Array) {
            continue;
        }
        const std::string name = here.toString();
        if (!tallies.contains(name) && tallies.size() >= kMostFields) {
            continue;
        }
        Tally& tally = tallies[name];
        tally.field.path = std::move(here);
        ++tally.field.present;
        if (child.kind == ValueNode::Kind::Null) {
            continue;
        }
        tally.field.numeric = tally.field.numeric && child.kind == ValueNode::Kind::Number;
        tally.field.longest = std::max(tally.field.longest, child.text.size());
        if (child.text.size() <= 256) {
            tally.values.insert(child.text);
        }
        tally.likeKey += !key.empty() && key.find(child.text) != std::string_view::npos ? 1U : 0U;
    }
}

// Higher tells more; 0 tells nothing in a column.
double score(const SurveyedField& field, std::size_t records)
{
    if (records == 0 || field.present * 3 < records || field.distinct < 2 || field.repeatsKey) {
        return 0;
    }
    const double presence = static_cast<double>(field.present) / static_cast<double>(records);
    const double depth = field.path.steps.size() > 1 ? 0.6 : 1.0;
    if (!field.numeric && field.distinct <= kVocabulary && field.longest <= 24) {
        return 3 * presence * depth;
    }
    if (field.numeric && field.longest <= 10) {
        return 2 * presence * depth;
    }
    if (!field.numeric && field.longest <= 20) {
        return presence * depth;
    }
    return 0;
}

} // namespace

const SurveyedField* FieldSurvey::find(const FieldPath& path) const
{
    const auto found = std::find_if(fields.begin(), fields.end(),
                                    [&](const SurveyedField& f) { return f.path == path; });
    return found == fields.end() ? nullptr : &*found;
}

std::vector<SurveyedField> FieldSurvey::telling(std::size_t most) const
{
    std::vector<SurveyedField> chosen;
    for (const SurveyedField& field : fields) {
        if (score(field, records) > 0) {
            chosen.push_back(field);
        }
    }
    std::stable_sort(chosen.begin(), chosen.end(),
                     [this](const SurveyedField& a, const SurveyedField& b) {
                         return score(a, records) > score(b, records);
                     });
    if (chosen.size() > most) {
        chosen.resize(most);
    }
    return chosen;
}

FieldSurvey surveyFields(const CaptureSnapshot& snapshot, const std::vector<Row>& sample,
                         const std::stop_token& stop)
{
    Tallies tallies;
    FieldSurvey survey;
    for (const Row row : sample) {
        if (stop.stop_requested()) {
            break;
        }
        const auto stored = snapshot.record(row);
        if (!stored) {
            continue;
        }
        const RecordView record = stored->view();
        if (!record.value || record.value->size() > kLargest) {
            continue;
        }
        const Decoded decoded = decode(record.value, 500);
        if (decoded.format != Format::Json || decoded.root.kind != ValueNode::Kind::Object) {
            continue;
        }
        ++survey.records;
        visit(decoded.root, FieldPath{}, record.key.value_or(std::string_view{}), tallies);
    }
    for (auto& [name, tally] : tallies) {
        tally.field.distinct = tally.values.size();
        tally.field.repeatsKey = tally.likeKey * 2 > tally.field.present;
        survey.fields.push_back(std::move(tally.field));
    }
    std::stable_sort(survey.fields.begin(), survey.fields.end(),
                     [](const SurveyedField& a, const SurveyedField& b) {
                         return a.path.steps.size() != b.path.steps.size()
                                    ? a.path.steps.size() < b.path.steps.size()
                                    : a.present > b.present;
                     });
    return survey;
}

} // namespace hindcast
