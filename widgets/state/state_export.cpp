#include "widgets/state/state_export.h"

#include "model/record/whole_file.h"
#include "model/replay/moment_bookmark.h"
#include "model/replay/state_file.h"
#include "model/replay/state_writer.h"
#include "widgets/shared/text.h"

#include <QCoreApplication>
#include <QFile>
#include <QFileInfo>

#include <nlohmann/json.hpp>

namespace hindcast {

namespace {

QString words(const char* text)
{
    return QCoreApplication::translate("hindcast::StateExport", text);
}

StateWriter::Format formatOf(const QString& path)
{
    return path.endsWith(QLatin1String(".jsonl"), Qt::CaseInsensitive)
               ? StateWriter::Format::JsonLines
               : StateWriter::Format::Csv;
}

} // namespace

Result<QString> StateExport::write(const std::stop_token& stop) const
{
    const StatePtr state = State::at(question.log, question.prefixA);
    if (path.endsWith(QLatin1String(".moment"), Qt::CaseInsensitive)) {
        return writeMoment(*state, stop);
    }
    if (what == What::Difference) {
        return writeDifference(*state, stop);
    }
    StateWritten written;
    std::shared_ptr<const std::vector<bool>> only;
    if (what == What::Shown) {
        StateWhole::Request shown = question;
        shown.totalled.clear();
        shown.sort = {};
        const StateWholePtr whole = StateWhole::make(shown, stop);
        if (!whole->problem.isEmpty()) {
            return fail(ErrorCode::InvalidArgument, text::toUtf8(whole->problem));
        }
        only = whole->shownAtA;
        written.rows = whole->shownA;
        written.filter = text::toUtf8(question.filter);
    }
    const auto columns = columnsOf(*state, state->size(), stop);
    if (!columns) {
        return tl::unexpected(columns.error());
    }
    const auto unreadable = unreadableRows(*state, *columns, stop);
    if (!unreadable) {
        return tl::unexpected<Error>(unreadable.error());
    }
    written.unreadable = *unreadable;
    const auto json = receipt(*state, written, stop);
    if (!json) {
        return tl::unexpected(json.error());
    }
    Result<void> saved;
    if (path.endsWith(QLatin1String(".sqlite"), Qt::CaseInsensitive)) {
        saved = writeStateFile(QFile::encodeName(path).toStdString(), *state, *columns, *json,
                               SqliteFile::Existing::Replace, stop, only.get());
    } else {
        const StateWriter writer{formatOf(path), *columns, stop, only};
        saved = writeText([&](std::ostream& out) { return writer.state(out, *state); }, *json);
    }
    return saved ? Result<QString>(done(written.rows.value_or(state->size()), written))
                 : tl::unexpected<Error>(saved.error());
}

// With the receipts of both states, as hindcast-cli state --diff writes them.
Result<QString> StateExport::writeDifference(const State& a, const std::stop_token& stop) const
{
    if (path.endsWith(QLatin1String(".sqlite"), Qt::CaseInsensitive)) {
        return fail(ErrorCode::InvalidArgument,
                    words("What differs is written as CSV or JSON lines.").toStdString());
    }
    StateWhole::Request differing = question;
    differing.onlyDifferent = true;
    differing.totalled.clear();
    differing.sort = {};
    const StateWholePtr whole = StateWhole::make(differing, stop);
    if (!whole->problem.isEmpty() || !whole->diff || !whole->only) {
        return fail(ErrorCode::InvalidArgument, text::toUtf8(whole->problem));
    }
    std::vector<bool> shown(question.log->keys().size(), false);
    for (const KeyNo key : *whole->only) {
        shown[key] = true;
    }
    StateDiff diff = *whole->diff;
    std::erase_if(diff.rows, [&shown](const RowDiff& row) { return !shown[row.key]; });
    const StatePtr b = State::at(question.log, question.prefixB.value_or(question.prefixA));
    const auto columns = columnsOfAll(*b, b->size(), stop);
    if (!columns) {
        return tl::unexpected(columns.error());
    }
    const StateWritten written{diff.rows.size(), text::toUtf8(question.filter)};
    const auto from = receipt(a, written, stop);
    const auto to = from ? receipt(*b, {}, stop) : from;
    if (!to) {
        return tl::unexpected(to.error());
    }
    auto both = nlohmann::ordered_json::parse(*from);
    both["to"] = nlohmann::ordered_json::parse(*to);
    const StateWriter writer{formatOf(path), *columns, stop};
    const auto saved = writeText(
        [&](std::ostream& out) { return writer.diff(out, *question.log, diff); }, both.dump());
    return saved ? Result<QString>(done(diff.rows.size(), written))
                 : tl::unexpected<Error>(saved.error());
}

Result<std::string> StateExport::receipt(const State& state, const StateWritten& written,
                                         const std::stop_token& stop) const
{
    const auto hash = state.hash(stop);
    if (!hash) {
        return tl::unexpected<Error>(hash.error());
    }
    const TrustReport trust = question.judge ? question.judge->at(state.prefix()) : TrustReport{};
    return stateReceiptJson(state, trust, *hash, written);
}

Result<void> StateExport::writeText(const std::function<Result<void>(std::ostream&)>& write,
                                    const std::string& receiptJson) const
{
    WholeFile file(QFile::encodeName(path).toStdString());
    if (auto written = write(file.out()); !written && file.out()) {
        return written;
    }
    if (auto finished = file.finish(); !finished) {
        return finished;
    }
    const QByteArray receipt = QFile::encodeName(path + QStringLiteral(".receipt.json"));
    auto kept = WholeFile::write(receipt.toStdString(), receiptJson + '\n');
    return kept ? kept
                : fail(kept.error().code, words("The rows are written, their receipt is not: %1")
                                              .arg(text::fromUtf8(kept.error().message))
                                              .toStdString());
}

QString StateExport::done(std::uint64_t rows, const StateWritten& written) const
{
    const TrustReport trust = question.judge ? question.judge->at(question.prefixA) : TrustReport{};
    QString said = words("%1 written to %2, with the receipt. %3.")
                       .arg(text::count(rows, words("row"), words("rows")),
                            QFileInfo(path).fileName(), text::fromUtf8(trust.sentence()));
    if (written.unreadable > 0) {
        said += QLatin1Char(' ') +
                words("%1 not the JSON that the columns look into: empty cells.")
                    .arg(text::count(written.unreadable, words("row is"), words("rows are")));
    }
    return said;
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
    return words("The moment is kept in %1, with the SHA-256 of its %2.")
        .arg(QFileInfo(path).fileName(), text::count(state.size(), words("row"), words("rows")));
}

} // namespace hindcast
