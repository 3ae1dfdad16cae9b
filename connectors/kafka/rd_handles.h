#pragma once

#include <librdkafka/rdkafka.h>
#include <memory>

namespace hindcast::kafka {

// One owning type per C handle of librdkafka: each knows its own way to be given back.
template <auto Destroy>
struct Destroyer
{
    template <typename T>
    void operator()(T* handle) const
    {
        Destroy(handle);
    }
};

struct ClientDestroyer
{
    // Nothing of ours is in a group, so nothing has to be left: closing would only wait.
    void operator()(rd_kafka_t* handle) const
    {
        rd_kafka_destroy_flags(handle, RD_KAFKA_DESTROY_F_NO_CONSUMER_CLOSE);
    }
};

struct MetadataDestroyer
{
    void operator()(const rd_kafka_metadata_t* handle) const { rd_kafka_metadata_destroy(handle); }
};

using ClientHandle = std::unique_ptr<rd_kafka_t, ClientDestroyer>;
using ConfHandle = std::unique_ptr<rd_kafka_conf_t, Destroyer<rd_kafka_conf_destroy>>;
using TopicHandle = std::unique_ptr<rd_kafka_topic_t, Destroyer<rd_kafka_topic_destroy>>;
using QueueHandle = std::unique_ptr<rd_kafka_queue_t, Destroyer<rd_kafka_queue_destroy>>;
using EventHandle = std::unique_ptr<rd_kafka_event_t, Destroyer<rd_kafka_event_destroy>>;
using MessageHandle = std::unique_ptr<rd_kafka_message_t, Destroyer<rd_kafka_message_destroy>>;
using ErrorHandle = std::unique_ptr<rd_kafka_error_t, Destroyer<rd_kafka_error_destroy>>;
using MetadataHandle = std::unique_ptr<const rd_kafka_metadata_t, MetadataDestroyer>;
using PartitionListHandle = std::unique_ptr<rd_kafka_topic_partition_list_t,
                                            Destroyer<rd_kafka_topic_partition_list_destroy>>;
using AdminOptionsHandle =
    std::unique_ptr<rd_kafka_AdminOptions_t, Destroyer<rd_kafka_AdminOptions_destroy>>;
using ConfigResourceHandle =
    std::unique_ptr<rd_kafka_ConfigResource_t, Destroyer<rd_kafka_ConfigResource_destroy>>;
using GroupOffsetsQueryHandle =
    std::unique_ptr<rd_kafka_ListConsumerGroupOffsets_t,
                    Destroyer<rd_kafka_ListConsumerGroupOffsets_destroy>>;

} // namespace hindcast::kafka
