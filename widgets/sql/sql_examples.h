#pragma once

#include "widgets/sql/sql_projections.h"

#include <QString>
#include <QStringList>

#include <vector>

namespace hindcast {

// A query to begin with.
struct SqlExample
{
    QString title;
    QString query;

    friend bool operator==(const SqlExample&, const SqlExample&) = default;
};

// What a capture has, as far as queries are made of it.
struct SqlMaterial
{
    QStringList topics; // the one with the most records first
    struct Table
    {
        QString projection;
        QStringList columns;
        qint64 keys = -1; // not known: -1
        friend bool operator==(const Table&, const Table&) = default;
    };
    std::vector<Table> tables;
    bool hasB = false;

    friend bool operator==(const SqlMaterial&, const SqlMaterial&) = default;
};

// Three queries that this material answers.
std::vector<SqlExample> sqlExamples(const SqlMaterial& material);

} // namespace hindcast
