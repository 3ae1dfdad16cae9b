#include "widgets/sql/sql_examples.h"

#include "model/query/sql_names.h"
#include "widgets/shared/text.h"

#include <QCoreApplication>

#include <algorithm>

namespace hindcast {

namespace {

QString tr(const char* text)
{
    return QCoreApplication::translate("hindcast::SqlExamples", text);
}

QString name(const QString& column)
{
    return text::fromUtf8(plainSqlName(text::toUtf8(column)));
}

QString quoted(const QString& text)
{
    return text::fromUtf8(quotedSqlText(text::toUtf8(text)));
}

// The column that rows are told apart by in a story: its status, by whatever name. The smaller the
// second, the better the story.
std::pair<QString, int> kindOf(const SqlMaterial::Table& table)
{
    int at = 0;
    for (const char* wanted : {"status", "state", "type", "kind", "country"}) {
        const auto found = std::find_if(
            table.columns.begin(), table.columns.end(), [wanted](const QString& column) {
                return column.compare(QLatin1String(wanted), Qt::CaseInsensitive) == 0;
            });
        if (found != table.columns.end()) {
            return {*found, at};
        }
        ++at;
    }
    return {table.columns.value(0), at};
}

// With the plainest story, and of those the one with the most rows; null: none.
const SqlMaterial::Table* bestOf(const std::vector<SqlMaterial::Table>& tables)
{
    const SqlMaterial::Table* best = nullptr;
    for (const SqlMaterial::Table& table : tables) {
        if (table.columns.isEmpty()) {
            continue;
        }
        const int story = kindOf(table).second;
        if (best == nullptr || story < kindOf(*best).second ||
            (story == kindOf(*best).second && table.keys > best->keys)) {
            best = &table;
        }
    }
    return best;
}

SqlExample perTopic()
{
    return {tr("The records of each topic, from when to when"),
            QStringLiteral("select topic, count(*) as records, min(time) as first, max(time) as "
                           "last\nfrom records\ngroup by topic\norder by records desc")};
}

SqlExample atMoment(const SqlMaterial::Table& table)
{
    const QString kind = kindOf(table).first;
    return {tr("The rows of %1 at A, by %2").arg(table.projection, kind),
            QStringLiteral("select %1, count(*) as rows\nfrom state(%2, A)\ngroup by 1\norder by "
                           "rows desc")
                .arg(name(kind), quoted(table.projection))};
}

SqlExample between(const SqlMaterial::Table& table, bool hasB)
{
    const QString kind = kindOf(table).first;
    const QString other = hasB ? QStringLiteral("B") : QStringLiteral("'end'");
    return {hasB ? tr("Rows of %1 whose %2 is another one at B").arg(table.projection, kind)
                 : tr("Rows of %1 whose %2 changed after A").arg(table.projection, kind),
            QStringLiteral("select a.key, a.%1 as at_a, b.%1 as %4, b.time\nfrom state(%2, A) a "
                           "join state(%2, %3) b using (key)\nwhere a.%1 is not b.%1")
                .arg(name(kind), quoted(table.projection), other,
                     hasB ? QStringLiteral("at_b") : QStringLiteral("later"))};
}

SqlExample busiestKeys(const QString& topic)
{
    return {tr("The keys of %1 with the most records").arg(topic),
            QStringLiteral("select key, count(*) as records, max(time) as last\nfrom "
                           "records(%1)\ngroup by key\norder by records desc\nlimit 50")
                .arg(quoted(topic))};
}

SqlExample byMinute(const QString& topic)
{
    return {tr("The records of %1 by minute").arg(topic),
            QStringLiteral("select substr(time, 1, 16) as minute, count(*) as records\nfrom "
                           "records(%1)\ngroup by minute\norder by minute")
                .arg(quoted(topic))};
}

} // namespace

std::vector<SqlExample> sqlExamples(const SqlMaterial& material)
{
    std::vector<SqlExample> examples;
    if (const SqlMaterial::Table* const table = bestOf(material.tables)) {
        examples.push_back(atMoment(*table));
        examples.push_back(between(*table, material.hasB));
    }
    if (!material.topics.isEmpty()) {
        examples.push_back(perTopic());
        if (examples.size() < 3) {
            examples.push_back(busiestKeys(material.topics.first()));
            examples.push_back(byMinute(material.topics.first()));
        }
    }
    return examples;
}

} // namespace hindcast
