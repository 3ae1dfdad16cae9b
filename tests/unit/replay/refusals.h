#pragma once

#include "model/replay/projection.h"

#include <QTest>
#include <string>

namespace hindcast::test {

// Definitions that must be refused, as rows of a test: what follows the line of `reduce`, which is
// the fourth, the line of the file that the refusal names, and words of it.
inline void refusalColumns()
{
    QTest::addColumn<QByteArray>("settings");
    QTest::addColumn<int>("line");
    QTest::addColumn<QByteArray>("says");
}

inline void refusal(const char* name, const char* settings, int line, const char* says)
{
    QTest::newRow(name) << QByteArray(settings) << line << QByteArray(says);
}

// That a source with this reducer and the settings of the row at hand is.
inline void checkRefusal(const std::string& reduce)
{
    QFETCH(QByteArray, settings);
    QFETCH(int, line);
    QFETCH(QByteArray, says);
    const auto refused =
        Projection::parse("name = \"p\"\n[[source]]\ntopic = \"orders\"\nreduce = \"" + reduce +
                              "\"\n" + settings.toStdString(),
                          "a.toml");
    QVERIFY(!refused);
    const std::string& message = refused.error().message;
    QVERIFY2(message.starts_with("a.toml:" + std::to_string(line) + ": "), message.c_str());
    QVERIFY2(message.find(says.toStdString()) != std::string::npos, message.c_str());
}

} // namespace hindcast::test
