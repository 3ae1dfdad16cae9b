#pragma once

#include "model/capture/capture.h"
#include "model/record/record_source.h"
#include "widgets/shared/workspace.h"

#include <atomic>
#include <functional>
#include <memory>
#include <mutex>
#include <set>
#include <shared_mutex>
#include <stop_token>
#include <string>

namespace hindcast {

// One read from a cluster into a capture. run() blocks a worker's thread; the GUI thread asks for
// its status and may stop it. Shared by both.
class ReadJob
{
public:
    struct Order
    {
        quint64 id = 0;
        ReadRequest request;
        std::string where;
        bool keepMatchesOnly = false;
    };
    // Whoever else is told what is read, after the capture has it. Called on the read's thread.
    class Listener
    {
    public:
        virtual ~Listener() = default;
        // Held from before the capture has a batch until the listener has it too.
        virtual std::shared_lock<std::shared_mutex> hold() = 0;
        virtual void batchRead(const RecordBatchPtr& batch) = 0;
        virtual void receiptWritten(const Receipt& receipt) = 0;
    };

    ReadJob(Order order, std::shared_ptr<RecordSource> source, std::shared_ptr<Capture> capture,
            std::shared_ptr<Listener> listener);

    void run();
    void stop() { m_stop.request_stop(); }

    quint64 id() const { return m_order.id; }
    const ReadRequest& request() const { return m_order.request; }
    bool follows() const { return m_order.request.follow; }
    bool reads(const std::string& topic) const;
    // Brings every record of the topic as it comes, until it is stopped.
    bool followsAllOf(const std::string& topic) const;

    // Any thread.
    ReadStatus status() const;
    quint64 bytes() const { return m_bytes.load(std::memory_order_relaxed); }
    std::chrono::milliseconds elapsed() const;
    // A failure to start, or problems in the receipt; empty: none.
    QString problem() const;

private:
    class Sink;

    Result<Receipt> readAll(Sink& counter);
    Result<Receipt> readInto(RecordSink& sink, Sink& counter);
    Result<Receipt> readUnseen(RecordSink& sink, Sink& counter);
    bool readOne(const ReadRequest& request, RecordSink& sink, Sink& counter, Receipt& all);
    Receipt readGaps(const Receipt& plan, RecordSink& sink, Sink& counter);
    void store(Receipt receipt);
    void finish(const Result<Receipt>& receipt);

    const Order m_order;
    const std::shared_ptr<RecordSource> m_source;
    const std::shared_ptr<Capture> m_capture;
    const std::shared_ptr<Listener> m_listener; // may be null
    const std::chrono::steady_clock::time_point m_began = std::chrono::steady_clock::now();
    std::stop_source m_stop;

    std::atomic<quint64> m_records{0};
    std::atomic<quint64> m_matched{0};
    std::atomic<quint64> m_bytes{0};
    std::atomic<double> m_share{-1};
    std::atomic<bool> m_running{true};

    mutable std::mutex m_mutex;
    QString m_sentence;      // by m_mutex
    QString m_problem;       // by m_mutex
    bool m_complete = false; // by m_mutex
};

using ReadJobPtr = std::shared_ptr<ReadJob>;

} // namespace hindcast
