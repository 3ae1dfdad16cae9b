#include "model/record/whole_file.h"

#include <cerrno>
#include <cstdio>
#include <cstring>
#include <fcntl.h>
#include <filesystem>
#include <fmt/format.h>
#include <system_error>
#include <unistd.h>

namespace hindcast {

namespace fs = std::filesystem;

namespace {

// Renaming over a link would leave its target as it was, and put a file in the link's place.
std::string behindLinks(std::string path)
{
    std::error_code error;
    const fs::path target = fs::canonical(path, error);
    return error ? std::move(path) : target.string();
}

std::string besideOf(const std::string& path)
{
    std::error_code error;
    const bool asItIs = path.starts_with("/dev/") || path.starts_with("/proc/") ||
                        fs::is_other(fs::status(path, error));
    return asItIs ? path : path + ".part";
}

// Gives what the system said, or 0.
int forceToDisk(const std::string& path)
{
    const int file = ::open(path.c_str(), O_WRONLY | O_CLOEXEC);
    if (file < 0) {
        return errno;
    }
    int problem = ::fsync(file) == 0 ? 0 : errno;
    if (problem == EINVAL || problem == ENOTSUP || problem == ENOSYS) {
        problem = 0; // a file system that cannot
    }
    ::close(file);
    return problem;
}

} // namespace

WholeFile::WholeFile(std::string path)
    : m_path(behindLinks(std::move(path)))
    , m_beside(besideOf(m_path))
{
    errno = 0;
    m_out.open(m_beside, std::ios::binary | std::ios::trunc);
    m_openProblem = m_out ? 0 : errno;
}

WholeFile::~WholeFile()
{
    if (!m_finished && m_beside != m_path && m_openProblem == 0) {
        m_out.close();
        ::unlink(m_beside.c_str());
    }
}

Result<void> WholeFile::finish()
{
    // Of a write that failed earlier the system's word is lost.
    int problem = m_openProblem;
    errno = 0;
    m_out.close();
    bool written = static_cast<bool>(m_out);
    if (!written) {
        problem = problem != 0 ? problem : errno;
    } else if (m_beside != m_path) {
        std::error_code error;
        if (const fs::file_status old = fs::status(m_path, error); fs::is_regular_file(old)) {
            fs::permissions(m_beside, old.permissions(), error);
        }
        problem = forceToDisk(m_beside);
        if (problem == 0 && ::rename(m_beside.c_str(), m_path.c_str()) != 0) {
            problem = errno;
        }
        written = problem == 0;
    }
    if (!written) {
        return fail(ErrorCode::NoSpace,
                    fmt::format("{} cannot be written{}; check the folder and the space left.",
                                m_path,
                                problem != 0 ? fmt::format(" ({})", std::strerror(problem)) : ""));
    }
    m_finished = true;
    return {};
}

Result<void> WholeFile::write(const std::string& path, std::string_view bytes)
{
    WholeFile file(path);
    file.out() << bytes;
    return file.finish();
}

Result<void> WholeFile::writeJson(const std::string& path, std::string_view json)
{
    std::error_code error;
    if (fs::is_regular_file(path, error) && fs::file_size(path, error) > 0 &&
        std::ifstream(path, std::ios::binary).peek() != '{') {
        return fail(ErrorCode::InvalidArgument,
                    fmt::format("{} is there already and is another kind of file, so it is not "
                                "replaced; choose another name.",
                                path));
    }
    return write(path, json);
}

} // namespace hindcast
