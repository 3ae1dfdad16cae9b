#pragma once

#include "model/record/result.h"
#include "model/replay/version.h"

#include <cstdint>
#include <functional>
#include <memory>
#include <mutex>
#include <span>
#include <string>
#include <string_view>
#include <vector>

namespace hindcast {

class FrameReader;
class FrameWriter;

// The post-states that are not a record's own bytes: appended in pages, each compressed when full
// by a thread of the store's own, as packing takes longer than most reducers do. A copy shares the
// full pages. One thread appends; reading is safe in any thread and keeps a few unpacked pages at
// hand.
class StateStore
{
public:
    StateStore();
    ~StateStore();
    StateStore(const StateStore&) = delete;
    StateStore& operator=(const StateStore&) = delete;

    // The states below `size`.
    std::unique_ptr<StateStore> copy(StateRef size) const;

    StateRef add(std::string_view state);
    // Nothing more is added: every full page is packed when it returns, and the thread has ended.
    void finish();
    Result<std::string> get(StateRef ref) const;
    // Many, in rising order: each page is unpacked once, past those kept at hand. `take` gets the
    // index into `refs` and the state, followed by RecordBatch::kPadding readable bytes, and says
    // whether to go on. Where `mayHold` denies the bytes of a page, its states are passed over.
    using Take = std::function<bool(std::size_t index, std::string_view state)>;
    using MayHold = std::function<bool(std::string_view bytes)>;
    Result<void> each(std::span<const StateRef> refs, const Take& take,
                      const MayHold& mayHold = {}) const;
    StateRef size() const { return m_size; }
    void write(FrameWriter& to) const;
    void read(FrameReader& from); // in place of what was there
    std::size_t memoryBytes() const;

private:
    class Page;
    class Packing;
    struct Unpacked;
    std::size_t pageOf(StateRef ref) const;
    std::shared_ptr<const Unpacked> unpack(std::size_t page) const;
    std::shared_ptr<const Unpacked> atHand(std::size_t page) const;
    void closePage();

    std::vector<std::shared_ptr<const Page>> m_pages;
    std::unique_ptr<Packing> m_packing; // from the first full page on, until finish()
    StateRef m_size = 0;
    // The page being filled.
    StateRef m_openFirst = 0;
    std::vector<std::uint32_t> m_openEnds;
    std::string m_open;

    // Guarded by m_mutex.
    mutable std::mutex m_mutex;
    mutable std::vector<std::pair<std::size_t, std::shared_ptr<const Unpacked>>> m_recent;
};

} // namespace hindcast
