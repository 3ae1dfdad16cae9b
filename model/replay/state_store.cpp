#include "model/replay/state_store.h"

#include "model/capture/byte_stream.h"
#include "model/replay/frame_reader.h"

#include <algorithm>
#include <cstring>
#include <zstd.h>

namespace hindcast {

namespace {

constexpr std::size_t kPageBytes = std::size_t{64} << 10;
constexpr std::size_t kRecentPages = 64;
constexpr int kLevel = 1; // measured: 3 packs 6 % better and folds at half the speed

constexpr std::size_t kPagesOfFrame = 16;

// A page as it is written to a file.
struct PageHead
{
    StateRef first = 0;
    std::uint32_t count = 0;
    std::uint32_t rawBytes = 0;
    std::uint32_t packedBytes = 0;
};

struct Packer
{
    ZSTD_CCtx* context = ZSTD_createCCtx();
    ~Packer() { ZSTD_freeCCtx(context); }
};

struct Unpacker
{
    ZSTD_DCtx* context = ZSTD_createDCtx();
    ~Unpacker() { ZSTD_freeDCtx(context); }
};

} // namespace

// States [first, first + count): their ends, then their bytes, packed together.
struct StateStore::Page
{
    StateRef first = 0;
    std::uint32_t count = 0;
    std::uint32_t rawBytes = 0;
    std::string packed;
};

struct StateStore::Unpacked
{
    StateRef first = 0;
    std::uint32_t count = 0;
    std::string raw;

    std::string_view state(StateRef ref) const
    {
        const auto end = [this](std::size_t i) {
            std::uint32_t value = 0;
            std::memcpy(&value, raw.data() + i * sizeof value, sizeof value);
            return value;
        };
        const std::size_t i = ref - first;
        const std::size_t from = i == 0 ? 0 : end(i - 1);
        return std::string_view(raw).substr(count * sizeof(std::uint32_t) + from, end(i) - from);
    }
};

StateStore::StateStore() = default;
StateStore::~StateStore() = default;

std::unique_ptr<StateStore> StateStore::copy(StateRef size) const
{
    auto result = std::make_unique<StateStore>();
    for (const auto& page : m_pages) {
        if (page->first + page->count > size) {
            break;
        }
        result->m_pages.push_back(page);
        result->m_packedBytes += page->packed.size();
        result->m_size = page->first + page->count;
    }
    result->m_openFirst = result->m_size;
    // What is left lies in one page at most, or in the open one.
    while (result->m_size < size) {
        const auto state = get(result->m_size);
        result->add(state ? *state : std::string());
    }
    return result;
}

StateRef StateStore::add(std::string_view state)
{
    if (!m_openEnds.empty() && m_open.size() + state.size() > kPageBytes) {
        pack();
    }
    m_open += state;
    m_openEnds.push_back(static_cast<std::uint32_t>(m_open.size()));
    return m_size++;
}

void StateStore::pack()
{
    thread_local Packer packer;
    std::string raw(m_openEnds.size() * sizeof(std::uint32_t), '\0');
    std::memcpy(raw.data(), m_openEnds.data(), raw.size());
    raw += m_open;
    auto page = std::make_shared<Page>();
    page->first = m_openFirst;
    page->count = static_cast<std::uint32_t>(m_openEnds.size());
    page->rawBytes = static_cast<std::uint32_t>(raw.size());
    std::string packed(ZSTD_compressBound(raw.size()), '\0');
    const std::size_t size = ZSTD_compressCCtx(packer.context, packed.data(), packed.size(),
                                               raw.data(), raw.size(), kLevel);
    if (ZSTD_isError(size)) {
        page->packed = std::move(raw); // as large as it was: read back as it is
    } else {
        packed.resize(size);
        packed.shrink_to_fit();
        page->packed = std::move(packed);
    }
    m_packedBytes += page->packed.size();
    m_pages.push_back(std::move(page));
    m_openFirst = m_size;
    m_openEnds.clear();
    m_open.clear();
}

std::shared_ptr<const StateStore::Unpacked> StateStore::unpack(std::size_t page) const
{
    {
        const std::lock_guard lock(m_mutex);
        for (std::size_t i = 0; i < m_recent.size(); ++i) {
            if (m_recent[i].first == page) {
                std::rotate(m_recent.begin(), m_recent.begin() + static_cast<std::ptrdiff_t>(i),
                            m_recent.begin() + static_cast<std::ptrdiff_t>(i) + 1);
                return m_recent.front().second;
            }
        }
    }
    thread_local Unpacker unpacker;
    const Page& packed = *m_pages[page];
    auto result = std::make_shared<Unpacked>();
    result->first = packed.first;
    result->count = packed.count;
    if (packed.packed.size() == packed.rawBytes) {
        result->raw = packed.packed;
    } else {
        result->raw.resize(packed.rawBytes);
        const std::size_t size =
            ZSTD_decompressDCtx(unpacker.context, result->raw.data(), result->raw.size(),
                                packed.packed.data(), packed.packed.size());
        if (ZSTD_isError(size) || size != packed.rawBytes) {
            return nullptr;
        }
    }
    const std::lock_guard lock(m_mutex);
    m_recent.emplace(m_recent.begin(), page, result);
    if (m_recent.size() > kRecentPages) {
        m_recent.pop_back();
    }
    return result;
}

Result<std::string> StateStore::get(StateRef ref) const
{
    if (ref >= m_openFirst) {
        const std::size_t i = ref - m_openFirst;
        const std::size_t from = i == 0 ? 0 : m_openEnds[i - 1];
        return m_open.substr(from, m_openEnds[i] - from);
    }
    const auto after =
        std::upper_bound(m_pages.begin(), m_pages.end(), ref,
                         [](StateRef r, const auto& page) { return r < page->first; });
    const auto page = unpack(static_cast<std::size_t>(after - m_pages.begin()) - 1);
    if (!page) {
        return fail(ErrorCode::Internal, "A stored state cannot be unpacked; fold the projection "
                                         "again.");
    }
    return std::string(page->state(ref));
}

// Pages go as they are packed, several to a frame.
void StateStore::write(FrameWriter& to) const
{
    std::string head;
    ByteWriter sizes(head);
    sizes.number(m_size);
    sizes.number(m_openFirst);
    sizes.number(std::uint64_t{m_pages.size()});
    sizes.number(std::uint64_t{m_openEnds.size()});
    sizes.text(m_open);
    to.bytes(head);
    std::vector<PageHead> pages;
    pages.reserve(m_pages.size());
    std::string packed;
    for (const auto& page : m_pages) {
        pages.push_back({page->first, page->count, page->rawBytes,
                         static_cast<std::uint32_t>(page->packed.size())});
    }
    to.array(pages);
    to.array(m_openEnds);
    for (std::size_t i = 0; i < m_pages.size(); ++i) {
        packed += m_pages[i]->packed;
        if ((i + 1) % kPagesOfFrame == 0 || i + 1 == m_pages.size()) {
            to.bytes(packed);
            packed.clear();
        }
    }
}

void StateStore::read(FrameReader& from)
{
    const std::string head = from.bytes();
    ByteReader sizes(head);
    m_size = sizes.number<StateRef>();
    m_openFirst = sizes.number<StateRef>();
    std::vector<PageHead> pages(sizes.number<std::uint64_t>());
    m_openEnds.assign(sizes.number<std::uint64_t>(), 0);
    m_open = sizes.text();
    from.array(pages);
    from.array(m_openEnds);
    std::vector<std::string> frames;
    std::vector<std::span<char>> spans;
    for (std::size_t i = 0; i < pages.size(); i += kPagesOfFrame) {
        std::size_t bytes = 0;
        for (std::size_t p = i; p < std::min(pages.size(), i + kPagesOfFrame); ++p) {
            bytes += pages[p].packedBytes;
        }
        frames.emplace_back(bytes, '\0');
    }
    spans.reserve(frames.size());
    for (std::string& frame : frames) {
        spans.emplace_back(frame);
    }
    from.chunks(spans);
    m_pages.clear();
    m_packedBytes = 0;
    if (!from.ok()) {
        return;
    }
    m_pages.reserve(pages.size());
    std::size_t at = 0;
    for (std::size_t i = 0; i < pages.size(); ++i) {
        at = i % kPagesOfFrame == 0 ? 0 : at;
        auto page = std::make_shared<Page>();
        page->first = pages[i].first;
        page->count = pages[i].count;
        page->rawBytes = pages[i].rawBytes;
        page->packed = frames[i / kPagesOfFrame].substr(at, pages[i].packedBytes);
        at += page->packed.size();
        m_packedBytes += page->packed.size();
        m_pages.push_back(std::move(page));
    }
}

std::size_t StateStore::memoryBytes() const
{
    return m_packedBytes + m_pages.size() * (sizeof(Page) + sizeof(void*) * 4) + m_open.capacity() +
           m_openEnds.capacity() * sizeof(std::uint32_t);
}

} // namespace hindcast
