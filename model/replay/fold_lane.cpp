#include "model/replay/fold_lane.h"

#include "model/replay/reducer_registry.h"

#include <algorithm>
#include <stdexcept>

namespace hindcast {

namespace {

constexpr std::size_t kEntriesAhead = 8;
constexpr std::size_t kStatesAhead = 4;
constexpr std::size_t kCacheLine = 64;
constexpr std::size_t kStateAhead = 4 * kCacheLine;

} // namespace

FoldLane::FoldLane(const std::vector<ProjectionSource>& sources)
{
    m_sources.reserve(sources.size());
    for (const ProjectionSource& source : sources) {
        // The fold has made one of each already, so this one is not refused.
        Source made{std::move(findReducer(source.reduce)->make(source).value()), nullptr};
        if (!source.into.empty()) {
            made.member = std::make_unique<NestedContext>(*this, source.into);
        }
        m_sources.push_back(std::move(made));
    }
}

FoldLane::~FoldLane() = default;

void FoldLane::run(const LaneWindow& window, std::span<const std::uint32_t> own,
                   const std::stop_token& stop)
{
    m_window = &window;
    m_deeds.clear();
    m_texts.clear();
    m_fresh.clear();
    m_stopped.clear();
    std::vector<std::string>& states = *window.states;
    for (std::size_t i = 0; i < own.size(); ++i) {
        // States lie all over the memory: they are brought near while others are worked on.
        if (i + kEntriesAhead < own.size()) {
            const KeyNo soon = window.events[own[i + kEntriesAhead]].number;
            if (soon != kNoKeyNo) {
                __builtin_prefetch(&states[soon]);
            }
        }
        if (i + kStatesAhead < own.size()) {
            const KeyNo soon = window.events[own[i + kStatesAhead]].number;
            const std::size_t size = soon == kNoKeyNo ? 0 : states[soon].size();
            for (std::size_t at = 0; at < std::min(size, kStateAhead); at += kCacheLine) {
                __builtin_prefetch(states[soon].data() + at);
            }
        }
        m_at = own[i];
        m_event = &window.events[m_at];
        m_skipped = false;
        if (!m_event->key) {
            m_state = nullptr;
        } else if (m_event->number != kNoKeyNo) {
            m_state = &states[m_event->number];
        } else {
            m_state = &m_fresh[std::string(*m_event->key)];
        }
        const RecordView record = m_event->batch->record(m_event->index);
        Source& source = m_sources[m_event->source];
        FoldContext& context = source.member ? static_cast<FoldContext&>(*source.member) : *this;
        source.reducer->apply({record, m_event->key, m_event->prepared, m_event->index}, context);
        // What was skipped may have taken its time.
        if (m_skipped && stop.stop_requested()) {
            break;
        }
    }
    m_window = nullptr;
}

void FoldLane::note(LaneDeed::Kind kind, std::string_view text)
{
    m_deeds.push_back({kind, m_at, m_texts.size(), text.size()});
    m_texts += text;
}

void FoldLane::keep(std::string_view state)
{
    m_state->reserve(state.size() + RecordBatch::kPadding);
    m_state->assign(state);
    m_state->append(RecordBatch::kPadding, '\0');
}

std::optional<std::string_view> FoldLane::stateOf(std::string_view)
{
    if (m_state->empty()) {
        return std::nullopt;
    }
    return std::string_view(*m_state).substr(0, m_state->size() - RecordBatch::kPadding);
}

bool FoldLane::exists(std::string_view)
{
    return !m_state->empty();
}

std::optional<std::string_view> FoldLane::lastStateOf(std::string_view key)
{
    return stateOf(key);
}

void FoldLane::put(std::string_view key, std::string_view state)
{
    if (stateOf(key) == state) {
        note(LaneDeed::Kind::PutAgain, state);
        return;
    }
    note(LaneDeed::Kind::Put, state);
    keep(state);
}

void FoldLane::putFromRecord(std::string_view, std::string_view part)
{
    note(LaneDeed::Kind::PutFromRecord, part);
    keep(part);
}

void FoldLane::remove(std::string_view)
{
    if (!m_state->empty()) {
        note(LaneDeed::Kind::Remove);
        m_state->clear();
    }
}

void FoldLane::stop(std::string_view key)
{
    m_stopped[{m_event->source, std::string(key)}] = m_event->rank;
    note(LaneDeed::Kind::Stop);
}

void FoldLane::goOn(std::string_view key)
{
    if (stoppedAt(key)) {
        m_stopped[{m_event->source, std::string(key)}] = std::nullopt;
        note(LaneDeed::Kind::GoOn);
    }
}

std::optional<std::string> FoldLane::stoppedAt(std::string_view key)
{
    if (m_stopped.empty() && m_window->stopped->empty()) {
        return std::nullopt;
    }
    const std::pair<StateRef, std::string> entry{m_event->source, key};
    std::optional<Rank> at;
    if (const auto here = m_stopped.find(entry); here != m_stopped.end()) {
        at = here->second;
    } else if (const auto before = m_window->stopped->find(entry);
               before != m_window->stopped->end()) {
        at = before->second;
    }
    return at ? std::optional(m_window->placeOf(*at)) : std::nullopt;
}

void FoldLane::finding(std::string_view, std::string_view what)
{
    note(LaneDeed::Kind::Finding, what);
}

void FoldLane::skip(std::string_view reason)
{
    m_skipped = true;
    note(LaneDeed::Kind::Skip, reason);
}

void FoldLane::skipWithoutKey()
{
    note(LaneDeed::Kind::WithoutKey);
}

void FoldLane::unknownValue()
{
    note(LaneDeed::Kind::UnknownValue);
}

void FoldLane::removeAllOfTopic()
{
    throw std::logic_error("A lane has keys of its own only.");
}

void FoldLane::untold(std::string_view)
{
    throw std::logic_error("A lane reads no change events.");
}

ChangeCounts& FoldLane::changes()
{
    throw std::logic_error("A lane reads no change events.");
}

TableDoubts& FoldLane::doubts()
{
    throw std::logic_error("A lane reads no change events.");
}

std::uint64_t FoldLane::rowCount() const
{
    throw std::logic_error("A lane reads no change events.");
}

void FoldLane::changesRow(std::string_view, const RecordView&)
{
    throw std::logic_error("A lane reads no change events.");
}

} // namespace hindcast
