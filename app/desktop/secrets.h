#pragma once

#include <QObject>
#include <QString>

#include <functional>
#include <map>
#include <optional>

namespace hindcast {

// Passwords of connections: in the desktop's keychain, and nowhere else. Without one they live as
// long as the program. GUI thread; the keychain answers later.
class Secrets final : public QObject
{
    Q_OBJECT

public:
    explicit Secrets(QObject* parent = nullptr);
    ~Secrets() override;

    // Whether a keychain answers here; asked once, when somebody first wants to know.
    void askForKeychain(std::function<void(bool available)> done);
    void keep(const QString& profile, const QString& password);
    void forget(const QString& profile);
    // `done` gets the password, or an empty text where none is kept.
    void find(const QString& profile, std::function<void(const QString& password)> done);

private:
    std::map<QString, QString> m_thisRun;
    std::optional<bool> m_available;
};

} // namespace hindcast
