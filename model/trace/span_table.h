#pragma once

#include "model/trace/span.h"

#include <memory>
#include <string_view>
#include <vector>

namespace hindcast {

// The columns that parsers fill: spans, and the attributes and links they point at, over one pool
// of texts. A span is begun, given its attributes and links, and ended; ending it works out what
// the messaging attributes say. One thread fills it, then it is read only.
class SpanTable
{
public:
    // The longest attribute value kept; longer ones end in an ellipsis.
    static constexpr std::size_t kMaxValueBytes = 1024;

    SpanTable();

    const std::vector<Span>& spans() const { return m_spans; }
    const std::vector<SpanAttribute>& attributes() const { return m_attributes; }
    const std::vector<SpanLink>& links() const { return m_links; }
    const std::shared_ptr<StringPool>& pool() const { return m_pool; }

    StringId intern(std::string_view text);

    Span& begin(); // filled in by the caller until end()
    void addAttribute(std::string_view key, std::string_view value);
    void addLink(const SpanLink& link);
    void end();
    // Takes back what begin() started: the span turned out to be broken.
    void discard();

private:
    void readMessaging(Span& span) const;

    std::shared_ptr<StringPool> m_pool;
    std::vector<Span> m_spans;
    std::vector<SpanAttribute> m_attributes;
    std::vector<SpanLink> m_links;
};

} // namespace hindcast
