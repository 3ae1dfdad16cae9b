// The part of ProjectionStore that reads and writes files.

#include "widgets/state/projection_store.h"

#include "model/replay/key_reader.h"
#include "widgets/shared/text.h"

#include <QDir>
#include <QFile>
#include <QRegularExpression>
#include <QSaveFile>
#include <QUrl>

#include <algorithm>

namespace hindcast {

namespace {

constexpr qint64 kLargestFile = 1 << 20;

QString fileNameFor(const QString& name)
{
    QString safe;
    for (const QChar c : name) {
        safe += c.isLetterOrNumber() || c == QLatin1Char('-') || c == QLatin1Char('_')
                    ? c
                    : QLatin1Char('_');
    }
    return safe;
}

// The definition under another name, all else as it is written; empty: its name is not found.
QString renamed(const QString& toml, const QString& name)
{
    static const QRegularExpression named(
        QStringLiteral(
            R"re(^[ \t]*(?:name|"name"|'name')[ \t]*=[ \t]*("(?:[^"\\\n]|\\.)*"|'[^'\n]*'))re"),
        QRegularExpression::MultilineOption);
    static const QRegularExpression table(QStringLiteral("^[ \\t]*\\["),
                                          QRegularExpression::MultilineOption);
    const auto found = named.match(toml);
    const auto first = table.match(toml);
    if (!found.hasMatch() || (first.hasMatch() && first.capturedStart() < found.capturedStart())) {
        return {};
    }
    std::string quoted;
    appendJsonText(text::toUtf8(name), quoted); // a TOML basic string takes JSON's escapes
    QString result = toml;
    result.replace(found.capturedStart(1), found.capturedLength(1), text::fromUtf8(quoted));
    return result;
}

Result<void> write(const QString& file, const QByteArray& bytes)
{
    QSaveFile out(file);
    if (!QDir().mkpath(QFileInfo(file).path()) || !out.open(QIODevice::WriteOnly) ||
        out.write(bytes) != bytes.size() || !out.commit()) {
        return fail(ErrorCode::Denied,
                    QStringLiteral("The projection cannot be written to %1; check that the folder "
                                   "can be written to.")
                        .arg(file)
                        .toStdString(),
                    out.errorString().toStdString());
    }
    return {};
}

} // namespace

void ProjectionStore::sort()
{
    std::sort(m_entries.begin(), m_entries.end(),
              [](const auto& a, const auto& b) { return a->name < b->name; });
}

void ProjectionStore::load(const QString& file, bool builtIn)
{
    QFile in(file);
    if (in.size() > kLargestFile || !in.open(QIODevice::ReadOnly)) {
        return;
    }
    const QByteArray bytes = in.readAll();
    auto fresh = std::make_unique<Entry>();
    fresh->file = file;
    fresh->builtIn = builtIn;
    fresh->text = QString::fromUtf8(bytes);
    auto parsed = Projection::parse({bytes.constData(), static_cast<std::size_t>(bytes.size())},
                                    QFileInfo(file).fileName().toStdString(), &fresh->problemLine,
                                    QFileInfo(file).absolutePath().toStdString());
    if (parsed) {
        fresh->projection = std::make_shared<const Projection>(std::move(*parsed));
        fresh->name = text::fromUtf8(fresh->projection->name);
    } else {
        fresh->name = QFileInfo(file).completeBaseName();
        fresh->problem = text::fromUtf8(parsed.error().message);
    }
    if (Entry* const known = entry(fresh->name)) {
        fresh->shadows = !builtIn && (known->builtIn || known->shadows);
        // What is folded already stays until the new definition is.
        fresh->log = known->log;
        fresh->trust = known->trust;
        fresh->band = known->band;
        *known = std::move(*fresh);
    } else {
        m_entries.push_back(std::move(fresh));
    }
}

void ProjectionStore::reload()
{
    std::vector<std::unique_ptr<Entry>> before = std::move(m_entries);
    m_entries.clear();
    const auto readFolder = [this](const QString& folder, bool builtIn) {
        const QDir dir(folder);
        for (const QString& file : dir.entryList({QStringLiteral("*.toml")}, QDir::Files)) {
            load(dir.filePath(file), builtIn);
        }
    };
    for (const QString& folder : m_builtInFolders) {
        readFolder(folder, true);
    }
    if (!m_userFolder.isEmpty()) {
        readFolder(m_userFolder, false);
    }
    sort();
    for (const auto& old : before) {
        if (Entry* const same = entry(old->name)) {
            same->log = old->log;
            same->trust = old->trust;
            same->band = old->band;
            same->folding = old->folding;
        }
    }
    captureChanged();
    emit changed();
}

QString ProjectionStore::fileFor(const QString& name, const QString& mended) const
{
    if (const Entry* const known = find(name); known && !known->builtIn) {
        return known->file;
    }
    if (const Entry* const broken = find(mended);
        broken && !broken->builtIn && !broken->projection) {
        return broken->file;
    }
    // Another name may make the same file name.
    const QString base = QDir(m_userFolder).filePath(fileNameFor(name));
    QString file = base + QStringLiteral(".toml");
    for (int i = 2; QFile::exists(file); ++i) {
        file = QStringLiteral("%1-%2.toml").arg(base).arg(i);
    }
    return file;
}

Result<QString> ProjectionStore::save(const QString& text, int* problemLine, const QString& mended)
{
    const QByteArray bytes = text.toUtf8();
    const auto parsed =
        Projection::parse({bytes.constData(), static_cast<std::size_t>(bytes.size())}, "projection",
                          problemLine, m_userFolder.toStdString());
    if (!parsed) {
        return tl::unexpected(parsed.error());
    }
    const QString name = text::fromUtf8(parsed->name);
    const QString file = fileFor(name, mended);
    if (auto written = write(file, bytes); !written) {
        return tl::unexpected<Error>(written.error());
    }
    const bool other = std::any_of(m_entries.begin(), m_entries.end(), [&](const auto& e) {
        return e->file == file && e->name != name;
    });
    if (other) {
        reload(); // what the file was before may have stood in front of another
        return name;
    }
    load(file, false);
    sort();
    captureChanged();
    emit changed();
    foldNext();
    return name;
}

Result<QString> ProjectionStore::saveAs(const QString& text, const QString& name)
{
    QString free = name;
    for (int i = 2; find(free); ++i) {
        free = QStringLiteral("%1-%2").arg(name).arg(i);
    }
    const QString toml = renamed(text, free);
    if (toml.isEmpty()) {
        return fail(ErrorCode::InvalidArgument,
                    text::toUtf8(tr("The definition of %1 has no line with its name.").arg(name)));
    }
    return save(toml);
}

Result<void> ProjectionStore::remove(const QString& name)
{
    const Entry* const known = find(name);
    if (!known || known->builtIn) {
        return fail(ErrorCode::NotFound,
                    text::toUtf8(tr("%1 is no projection of your own.").arg(name)));
    }
    QFile file(known->file);
    if (file.exists() && !file.remove()) {
        return fail(ErrorCode::Denied,
                    text::toUtf8(tr("%1 cannot be deleted; check that its folder can be written "
                                    "to.")
                                     .arg(known->file)),
                    text::toUtf8(file.errorString()));
    }
    keepDraft(name, {});
    m_wanted.removeAll(name);
    const bool shadows = known->shadows;
    if (shadows) {
        reload();
        want(name);
    } else {
        std::erase_if(m_entries, [&](const auto& e) { return e->name == name; });
        emit changed();
    }
    emit logChanged(name);
    return {};
}

QString ProjectionStore::draftFile(const QString& name) const
{
    return QDir(m_userFolder)
        .filePath(QStringLiteral("drafts/%1.toml")
                      .arg(QString::fromLatin1(QUrl::toPercentEncoding(name))));
}

QString ProjectionStore::draft(const QString& name) const
{
    QFile in(draftFile(name));
    return !m_userFolder.isEmpty() && in.size() <= kLargestFile && in.open(QIODevice::ReadOnly)
               ? QString::fromUtf8(in.readAll())
               : QString();
}

void ProjectionStore::keepDraft(const QString& name, const QString& text)
{
    if (text.isEmpty()) {
        QFile::remove(draftFile(name));
    } else if (!m_userFolder.isEmpty()) {
        // A draft that cannot be kept is lost as an editor's text is; there is nothing to do about
        // it here.
        (void)write(draftFile(name), text.toUtf8());
    }
}

} // namespace hindcast
