#pragma once

#include "model/capture/capture_snapshot.h"
#include "model/decode/field_path.h"

#include <stop_token>
#include <string>
#include <vector>

namespace hindcast {

// A scalar field as it was met in a sample of records.
struct SurveyedField
{
    FieldPath path;
    std::size_t present = 0;  // records of the sample that have it
    std::size_t distinct = 0; // different values among them
    std::size_t longest = 0;  // characters
    bool numeric = true;      // each value met is a number
    bool repeatsKey = false;  // mostly says what the record's key says
};

// The scalar fields of JSON values (members, and members of members), by how often they are met.
struct FieldSurvey
{
    std::size_t records = 0; // looked at
    std::vector<SurveyedField> fields;

    const SurveyedField* find(const FieldPath& path) const;
    // The fields that tell most about a record in a narrow column: words of a small vocabulary
    // first (a status, a type), then short numbers that vary; in the order of that rank.
    std::vector<SurveyedField> telling(std::size_t most) const;
};

// Reads the records of these rows; off the GUI thread. Rows that cannot be read are left out.
FieldSurvey surveyFields(const CaptureSnapshot& snapshot, const std::vector<Row>& sample,
                         const std::stop_token& stop = {});

} // namespace hindcast
