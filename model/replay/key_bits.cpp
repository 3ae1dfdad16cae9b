#include "model/replay/key_bits.h"

#include "model/replay/row_keys.h"

#include <algorithm>
#include <bit>

namespace hindcast {

KeyBits::KeyBits(const RowKeys& keys, const std::vector<std::uint64_t>& byNumber)
{
    const std::vector<KeyNo>& sorted = keys.sorted();
    m_words.resize((sorted.size() + 63) / 64, 0);
    std::uint32_t count = 0;
    for (std::size_t w = 0; w < m_words.size(); ++w) {
        if (w % kSuper == 0) {
            m_before.push_back(count);
        }
        std::uint64_t word = 0;
        const std::size_t end = std::min(sorted.size(), (w + 1) * 64);
        for (std::size_t i = w * 64; i < end; ++i) {
            const KeyNo key = sorted[i];
            word |= (byNumber[key / 64] >> (key % 64) & 1) << (i % 64);
        }
        m_words[w] = word;
        count += static_cast<std::uint32_t>(std::popcount(word));
    }
    m_size = count;
}

KeyBits::Place KeyBits::placeOf(std::size_t i) const
{
    const auto super = std::upper_bound(m_before.begin(), m_before.end(), i) - 1;
    std::size_t left = i - *super;
    std::size_t word = static_cast<std::size_t>(super - m_before.begin()) * kSuper;
    for (;; ++word) {
        const auto here = static_cast<std::size_t>(std::popcount(m_words[word]));
        if (left < here) {
            break;
        }
        left -= here;
    }
    std::uint64_t bits = m_words[word];
    for (; left > 0; --left) {
        bits &= bits - 1;
    }
    return {word, bits};
}

KeyNo KeyBits::at(const RowKeys& keys, std::size_t i) const
{
    const Place place = placeOf(i);
    return keys.sorted()[place.word * 64 + static_cast<std::size_t>(std::countr_zero(place.bits))];
}

std::vector<KeyNo> KeyBits::keysFrom(const RowKeys& keys, std::size_t i, std::size_t count) const
{
    std::vector<KeyNo> found;
    if (count == 0) {
        return found;
    }
    found.reserve(count);
    for (Place place = placeOf(i); found.size() < count; place.bits &= place.bits - 1) {
        while (place.bits == 0) {
            place.bits = m_words[++place.word];
        }
        found.push_back(keys.sorted()[place.word * 64 +
                                      static_cast<std::size_t>(std::countr_zero(place.bits))]);
    }
    return found;
}

std::size_t KeyBits::lowerBound(const RowKeys& keys, std::string_view text) const
{
    const std::vector<KeyNo>& sorted = keys.sorted();
    const auto found = std::lower_bound(
        sorted.begin(), sorted.end(), text,
        [&keys](KeyNo key, std::string_view other) { return keyLess(keys.text(key), other); });
    const auto place = static_cast<std::size_t>(found - sorted.begin());
    const std::size_t word = place / 64;
    if (word >= m_words.size()) {
        return m_size;
    }
    std::size_t before = m_before[word / kSuper];
    for (std::size_t w = word / kSuper * kSuper; w < word; ++w) {
        before += static_cast<std::size_t>(std::popcount(m_words[w]));
    }
    const std::uint64_t below = (std::uint64_t{1} << (place % 64)) - 1;
    return before + static_cast<std::size_t>(std::popcount(m_words[word] & below));
}

} // namespace hindcast
