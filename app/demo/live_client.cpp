#include "app/demo/live_client.h"

#include <array>
#include <fmt/core.h>

namespace hindcast::demo {

Result<ConfPtr> makeConf(const Properties& properties, const Properties& more)
{
    ConfPtr conf(rd_kafka_conf_new());
    std::array<char, 512> text{};
    for (const Properties* set : {&properties, &more}) {
        for (const auto& [name, value] : *set) {
            if (rd_kafka_conf_set(conf.get(), name.c_str(), value.c_str(), text.data(),
                                  text.size()) != RD_KAFKA_CONF_OK) {
                return fail(ErrorCode::InvalidArgument,
                            fmt::format("The property {} is not accepted: {}.", name, text.data()));
            }
        }
    }
    return conf;
}

Error kafkaError(const std::string& what, rd_kafka_resp_err_t code)
{
    return Error{ErrorCode::Unreachable, fmt::format("{}: {}.", what, rd_kafka_err2str(code)), {}};
}

} // namespace hindcast::demo
