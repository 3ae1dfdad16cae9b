#pragma once

#include "model/record/result.h"

#include <fstream>
#include <string>
#include <string_view>

namespace hindcast {

// A file that is there whole or not at all: it is written beside its place under another name,
// forced to the disk and renamed. Until then, and for good where a disk is full or the program is
// killed, what was there under its name stays. What is no plain file (a pipe, a device) is written
// to as it is. Used by one thread.
class WholeFile
{
public:
    explicit WholeFile(std::string path);
    ~WholeFile(); // takes away what was not finished
    WholeFile(const WholeFile&) = delete;
    WholeFile& operator=(const WholeFile&) = delete;

    std::ostream& out() { return m_out; }
    // Fails with the file, what the system says, and what to do.
    Result<void> finish();

    static Result<void> write(const std::string& path, std::string_view bytes);
    // A JSON object, in the place of nothing or of another one: a file that is something else (the
    // capture itself, by a slip) is not replaced.
    static Result<void> writeJson(const std::string& path, std::string_view json);

private:
    const std::string m_path;   // of the file itself where a link leads to it
    const std::string m_beside; // == m_path: written as it is
    std::ofstream m_out;
    int m_openProblem = 0; // what the system said
    bool m_finished = false;
};

} // namespace hindcast
