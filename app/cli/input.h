#pragma once

#include "app/cli/program.h"
#include "model/capture/capture.h"
#include "model/record/cluster_view.h"
#include "model/record/record_source.h"

#include <filesystem>
#include <memory>
#include <optional>
#include <string>
#include <vector>

namespace hindcast {

// Where a command's records come from: a capture file, or a cluster and what to read of it.
struct InputOptions
{
    std::string file;
    std::string brokers;
    std::vector<std::string> properties; // NAME=VALUE, librdkafka's
    std::vector<std::string> topics;
    std::string from;
    std::string to;
    std::string isolation = "read_committed";

    void addFile(CLI::App& command);
    void addBroker(CLI::App& command);
    void addTopics(CLI::App& command);
    void addRange(CLI::App& command);

    // An Error says which of FILE and -b is missing, or that one is too many.
    Result<void> check() const;
    bool live() const { return !brokers.empty(); }
    Result<ReadRequest> request(const std::vector<std::string>& readTopics) const;
};

// An open cluster: the two ports, and who keeps them.
struct Cluster
{
    std::shared_ptr<RecordSource> source;
    std::shared_ptr<ClusterView> view;

    static Result<Cluster> connect(const InputOptions& options);
};

inline constexpr std::chrono::milliseconds kDeadline{10'000};

// A capture to ask: the file itself, or a scratch one that the topics asked for were read into. It
// is gone with the object.
class Input
{
public:
    // `topics`: what is read from a cluster; in a file each must be there. An empty list is all of
    // a file, and refused for a cluster.
    static Result<std::unique_ptr<Input>>
    open(const InputOptions& options, const std::vector<std::string>& topics, Program& program);
    ~Input();
    Input(const Input&) = delete;
    Input& operator=(const Input&) = delete;

    // Leaves out of a file what lies outside of --from and --to: a scratch capture takes its place.
    Result<void> narrow(const InputOptions& options, const std::vector<std::string>& topics,
                        Program& program);

    const CaptureSnapshotPtr& snapshot() const { return m_snapshot; }
    // What the read from a cluster did; nullopt for a file.
    const std::optional<Receipt>& read() const { return m_read; }
    // The ids of the topics asked for; empty: all.
    const std::vector<TopicId>& topics() const { return m_topics; }

private:
    // Behind the answer its folder is removed.
    Result<std::shared_ptr<Capture>> makeScratch(const char* name);
    Input() = default;
    Result<void> readCluster(const InputOptions& options, const std::vector<std::string>& topics,
                             Program& program);

    std::shared_ptr<Capture> m_capture;
    CaptureSnapshotPtr m_snapshot;
    std::optional<Receipt> m_read;
    std::vector<TopicId> m_topics;
    std::filesystem::path m_scratch; // a folder of its own; empty: none
};

// Shows how far a read is, as records, bytes and a share; for sinks.
void showProgress(Console& console, const ReadProgress& progress);

} // namespace hindcast
