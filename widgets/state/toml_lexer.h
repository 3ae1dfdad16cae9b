#pragma once

#include <Qsci/qscilexercustom.h>

namespace hindcast {

// Colours a projection's TOML: tables, keys, texts, numbers and comments. What stands in a text of
// several lines is text, whatever language it is. GUI thread; owned by its editor.
class TomlLexer final : public QsciLexerCustom
{
    Q_OBJECT

public:
    enum Style { Plain, Comment, Table, Key, String, Number, Boolean, StyleTotal };

    explicit TomlLexer(QObject* parent = nullptr);
    ~TomlLexer() override;

    const char* language() const override { return "TOML"; }
    QString description(int style) const override;
    void styleText(int start, int end) override;
    void restyle();
};

} // namespace hindcast
