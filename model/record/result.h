#pragma once

#include <string>
#include <tl/expected.hpp>
#include <utility>

namespace hindcast {

// What kind of failure it was, for code that decides by it; people read the sentence.
enum class ErrorCode {
    InvalidArgument, // a mistake of the caller or in a text a person wrote
    NotFound,
    Unreachable, // the broker (or file, or server) does not answer
    TimedOut,
    Denied,  // authentication or authorization
    Corrupt, // data is not what its format says
    NoSpace,
    Cancelled,
    Unsupported,
    Internal,
};

// A failure as a value. `message` is one sentence: what happened, where (topic, partition, offset,
// file) and what to do. `detail` is the technical text behind it, shown on request.
struct Error
{
    ErrorCode code = ErrorCode::Internal;
    std::string message;
    std::string detail;
};

template <typename T>
using Result = tl::expected<T, Error>;

inline tl::unexpected<Error> fail(ErrorCode code, std::string message, std::string detail = {})
{
    return tl::unexpected<Error>(Error{code, std::move(message), std::move(detail)});
}

} // namespace hindcast
