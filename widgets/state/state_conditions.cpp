#include "widgets/state/state_conditions.h"

#include "widgets/shared/text.h"

#include <QRegularExpression>

#include <algorithm>

namespace hindcast {

namespace {

constexpr std::size_t kLongest = 2000; // bytes of a value that a filter line can hold

QString nameInFilter(const ProjectionColumn& column)
{
    QString name = text::fromUtf8(column.name);
    static const QRegularExpression word(QStringLiteral("^[A-Za-z_][A-Za-z0-9_]*$"));
    if (word.match(name).hasMatch()) {
        return name;
    }
    const bool quotable = !name.isEmpty() && !name.contains(QLatin1Char('"'));
    return quotable ? QLatin1Char('"') + name + QLatin1Char('"')
                    : text::fromUtf8(column.path.toString());
}

// Bytes that are no text, and what ends one, cannot be written in an expression.
std::optional<QString> literal(std::string_view value)
{
    QString text = text::fromUtf8(value);
    if (value.size() > kLongest || text::toUtf8(text) != value ||
        value.find('\0') != std::string_view::npos) {
        return std::nullopt;
    }
    text.replace(QLatin1Char('\''), QStringLiteral("''"));
    return QLatin1Char('\'') + text + QLatin1Char('\'');
}

std::optional<QString> compared(const QString& name, const std::optional<QString>& value,
                                bool exclude)
{
    // `is not` rather than <>: a row without the field is not excluded by what it does not have.
    return value
               ? std::optional(
                     name + (exclude ? QStringLiteral(" is not ") : QStringLiteral(" = ")) + *value)
               : std::nullopt;
}

} // namespace

std::optional<QString> cellCondition(const ProjectionColumn& column, const Cell& cell, bool exclude)
{
    const QString name = nameInFilter(column);
    switch (cell.kind) {
    case Cell::Kind::Missing:
    case Cell::Kind::Unreadable:
    case Cell::Kind::Null:
        return name + (exclude ? QStringLiteral(" is not null") : QStringLiteral(" is null"));
    case Cell::Kind::Bool:
    case Cell::Kind::Number:
        return compared(name, text::fromUtf8(cell.text), exclude);
    case Cell::Kind::String:
    case Cell::Kind::Json:
        break;
    }
    return compared(name, literal(cell.text), exclude);
}

std::optional<QString> keyCondition(const QByteArray& key,
                                    const std::vector<ProjectionColumn>& columns, bool exclude)
{
    // A column of that name is what the filter would read.
    const bool hidden = std::any_of(columns.begin(), columns.end(),
                                    [](const ProjectionColumn& c) { return c.name == "key"; });
    return hidden ? std::nullopt
                  : compared(QStringLiteral("key"),
                             literal({key.constData(), static_cast<std::size_t>(key.size())}),
                             exclude);
}

QString bothConditions(const QString& first, const QString& second)
{
    const QString before = first.trimmed();
    if (before.isEmpty()) {
        return second;
    }
    static const QRegularExpression either(QStringLiteral("\\bor\\b"),
                                           QRegularExpression::CaseInsensitiveOption);
    return (either.match(before).hasMatch() ? QLatin1Char('(') + before + QLatin1Char(')')
                                            : before) +
           QStringLiteral(" and ") + second;
}

} // namespace hindcast
