#include "widgets/items/record_text_loader.h"

#include "widgets/shared/text.h"

#include <QElapsedTimer>
#include <QtConcurrent/QtConcurrentRun>

namespace hindcast {

namespace {

constexpr int kKept = 4096;      // texts; about 1 kB each
constexpr int kDeliverAfter = 8; // ms of work: what is ready is shown, large values come after

} // namespace

RecordTextLoader::RecordTextLoader(QObject* parent)
    : QObject(parent)
    , m_texts(kKept)
{
    m_pool.setMaxThreadCount(1);
}

RecordTextLoader::~RecordTextLoader()
{
    m_stop.request_stop();
    m_pool.waitForDone(); // ends after the record it is at
}

void RecordTextLoader::setSource(CaptureSnapshotPtr snapshot, std::vector<FieldPath> paths)
{
    const bool continues = m_snapshot && snapshot &&
                           snapshot->generation() == m_snapshot->generation() && paths == m_paths;
    m_snapshot = std::move(snapshot);
    if (!continues) {
        m_paths = std::move(paths);
        clear();
    }
}

void RecordTextLoader::clear()
{
    m_stop.request_stop();
    m_stop = std::stop_source{};
    ++m_token;
    m_busy = false;
    m_wanted.clear();
    m_texts.clear();
}

void RecordTextLoader::load(std::vector<Row> rows)
{
    std::erase_if(rows, [this](Row row) { return m_texts.contains(row); });
    if (rows.empty() || !m_snapshot) {
        return;
    }
    m_wanted = std::move(rows);
    if (!m_busy) {
        start();
    }
}

void RecordTextLoader::start()
{
    m_busy = true;
    const auto work = [this, token = m_token, snapshot = m_snapshot, paths = m_paths,
                       rows = std::move(m_wanted), stop = m_stop.get_token()] {
        FieldReader reader(paths);
        Texts texts;
        QElapsedTimer since;
        since.start();
        const auto deliver = [&](bool last) {
            QMetaObject::invokeMethod(
                this,
                [this, token, last, ready = std::move(texts)]() mutable {
                    take(token, std::move(ready), last);
                },
                Qt::QueuedConnection);
            texts = {};
            since.restart();
        };
        for (const Row row : rows) {
            if (stop.stop_requested()) {
                return;
            }
            const auto stored = snapshot->record(row);
            RecordText made;
            if (stored) {
                made = makeRecordText(stored->view(), reader, paths.size());
            } else {
                made.problem = text::plain(stored.error().message);
                made.fields.resize(paths.size());
            }
            texts.emplace_back(row, std::move(made));
            if (since.elapsed() >= kDeliverAfter) {
                deliver(false);
            }
        }
        deliver(true);
    };
    m_wanted.clear();
    m_pool.start(work);
}

void RecordTextLoader::take(std::uint64_t token, Texts&& texts, bool last)
{
    if (token != m_token) {
        return; // of another capture, or with other columns
    }
    std::vector<Row> rows;
    rows.reserve(texts.size());
    for (auto& [row, made] : texts) {
        rows.push_back(row);
        m_texts.insert(row, new RecordText(std::move(made)));
    }
    if (last) {
        m_busy = false;
    }
    if (!rows.empty()) {
        emit loaded(rows);
    }
    if (last && !m_busy && !m_wanted.empty()) {
        std::erase_if(m_wanted, [this](Row row) { return m_texts.contains(row); });
        if (!m_wanted.empty()) {
            start();
        }
    }
}

} // namespace hindcast
