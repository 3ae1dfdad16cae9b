#include "model/replay/prepared_fields.h"

#include <cstring>
#include <functional>

namespace hindcast {

namespace {

constexpr std::size_t kPiece = std::size_t{16} << 10;

bool liesIn(std::string_view text, std::optional<std::string_view> bytes)
{
    const std::less_equal<> before;
    return bytes && before(bytes->data(), text.data()) &&
           before(text.data() + text.size(), bytes->data() + bytes->size());
}

} // namespace

class PreparedFields::Preparer final : public RecordPreparer
{
public:
    explicit Preparer(std::vector<FieldPath> paths)
        : m_count(paths.size())
        , m_reader(std::move(paths))
    {
    }

    std::unique_ptr<const PreparedRecords> prepare(const RecordBatch& batch,
                                                   const std::vector<bool>& wanted) override
    {
        auto result = std::make_unique<PreparedFields>();
        result->m_fields = m_count;
        result->m_values.resize(batch.size() * m_count);
        result->m_broken.resize(batch.size(), false);
        m_left = 0;
        for (std::size_t i = 0; i < batch.size(); ++i) {
            if (!wanted.empty() && !wanted[i]) {
                continue;
            }
            const RecordView record = batch.record(i);
            const auto values = m_reader.read(record);
            result->m_broken[i] = m_reader.broken();
            for (std::size_t field = 0; field < m_count; ++field) {
                FieldValue& value = result->m_values[i * m_count + field];
                value = values[field];
                if (!value.text.empty() && !liesIn(value.text, record.value) &&
                    !liesIn(value.text, record.key)) {
                    value.text = keep(value.text, *result);
                }
            }
        }
        return result;
    }

private:
    std::string_view keep(std::string_view text, PreparedFields& to)
    {
        if (text.size() > m_left) {
            m_left = std::max(kPiece, text.size());
            to.m_texts.push_back(std::make_unique<char[]>(m_left));
            to.m_textBytes += m_left;
            m_next = to.m_texts.back().get();
        }
        char* const at = m_next;
        std::memcpy(at, text.data(), text.size());
        m_next += text.size();
        m_left -= text.size();
        return {at, text.size()};
    }

    const std::size_t m_count;
    FieldReader m_reader;
    char* m_next = nullptr; // in the newest piece of text
    std::size_t m_left = 0;
};

std::unique_ptr<RecordPreparer> PreparedFields::preparer(std::vector<FieldPath> paths)
{
    return std::make_unique<Preparer>(std::move(paths));
}

std::size_t PreparedFields::bytes() const
{
    return m_values.capacity() * sizeof(FieldValue) + m_broken.size() / 8 + m_textBytes;
}

} // namespace hindcast
