#include "widgets/state/state_export.h"

#include "model/record/whole_file.h"
#include "model/replay/moment_bookmark.h"
#include "model/replay/state_file.h"
#include "model/replay/state_writer.h"
#include "widgets/shared/text.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

namespace hindcast {

Result<QString> StateExport::write(const std::stop_token& stop) const
{
    const StatePtr state = State::at(log, prefix);
    if (path.endsWith(QLatin1String(".moment"), Qt::CaseInsensitive)) {
        return writeMoment(*state, stop);
    }
    const auto columns = columnsOf(*state, state->size(), stop);
    if (!columns) {
        return tl::unexpected(columns.error());
    }
    const auto hash = state->hash(stop);
    if (!hash) {
        return tl::unexpected(hash.error());
    }
    const TrustReport trust = judge ? judge->at(prefix) : TrustReport{};
    const auto done = [&] {
        return QCoreApplication::translate("hindcast::StateExport",
                                           "%1 written to %2, with its receipt. %3.")
            .arg(text::count(state->size(),
                             QCoreApplication::translate("hindcast::StateExport", "row"),
                             QCoreApplication::translate("hindcast::StateExport", "rows")),
                 QFileInfo(path).fileName(), text::fromUtf8(trust.sentence()));
    };
    if (path.endsWith(QLatin1String(".sqlite"), Qt::CaseInsensitive)) {
        const std::string file = QFile::encodeName(path).toStdString();
        const auto saved =
            writeStateFile(file, *state, *columns, stateReceiptJson(*state, trust, *hash),
                           SqliteFile::Existing::Replace, stop);
        return saved ? Result<QString>(done()) : tl::unexpected<Error>(saved.error());
    }
    StateWriter writer;
    writer.format = path.endsWith(QLatin1String(".jsonl"), Qt::CaseInsensitive)
                        ? StateWriter::Format::JsonLines
                        : StateWriter::Format::Csv;
    writer.columns = *columns;
    writer.stop = stop;
    WholeFile file(QFile::encodeName(path).toStdString());
    if (auto written = writer.state(file.out(), *state); !written && file.out()) {
        return tl::unexpected<Error>(written.error());
    }
    if (auto finished = file.finish(); !finished) {
        return tl::unexpected<Error>(finished.error());
    }
    const QByteArray receipt = QFile::encodeName(path + QStringLiteral(".receipt.json"));
    auto kept =
        WholeFile::write(receipt.toStdString(), stateReceiptJson(*state, trust, *hash) + '\n');
    if (!kept) {
        return fail(kept.error().code,
                    QCoreApplication::translate("hindcast::StateExport",
                                                "The rows are written, their receipt is not: %1")
                        .arg(text::fromUtf8(kept.error().message))
                        .toStdString());
    }
    return done();
}

Result<QString> StateExport::writeMoment(const State& state, const std::stop_token& stop) const
{
    const auto moment = MomentBookmark::of(state, stop);
    if (!moment) {
        return tl::unexpected<Error>(moment.error());
    }
    if (auto saved = moment->save(QFile::encodeName(path).toStdString()); !saved) {
        return tl::unexpected<Error>(saved.error());
    }
    return QCoreApplication::translate("hindcast::StateExport",
                                       "The moment is kept in %1, with the SHA-256 of its %2.")
        .arg(QFileInfo(path).fileName(),
             text::count(state.size(), QCoreApplication::translate("hindcast::StateExport", "row"),
                         QCoreApplication::translate("hindcast::StateExport", "rows")));
}

} // namespace hindcast
