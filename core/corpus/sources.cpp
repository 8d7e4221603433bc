// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/sources.h"

#include "core/io/csv.h"
#include "core/util/error.h"

#include <algorithm>
#include <array>
#include <set>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 4> extensions{".wav", ".flac", ".ogg", ".mp3"};

bool isAudio(const fs::path& path)
{
    return std::ranges::find(extensions, path.extension().string()) != extensions.end();
}

bool isBelow(const fs::path& path, const fs::path& folder)
{
    const fs::path relative = path.lexically_relative(folder);
    return !relative.empty() && *relative.begin() != "..";
}

template <typename Value, std::size_t count>
Value byName(const std::array<std::pair<const char*, Value>, count>& names, const std::string& text,
             const std::string& file, const std::string& what)
{
    std::string known;
    for (const auto& [name, value] : names) {
        if (text == name)
            return value;
        known += (known.empty() ? "'" : ", '") + std::string(name) + "'";
    }
    throw badInput(file, "has an unknown " + what, known, "'" + text + "'");
}

constexpr std::array<std::pair<const char*, SourceKind>, 5> catalogueKinds{
    {{"song", SourceKind::Song},
     {"stems", SourceKind::Stems},
     {"a cappella", SourceKind::ACappella},
     {"instrumental", SourceKind::Instrumental},
     {"song without labels", SourceKind::Unlabelled}}};
constexpr std::array<std::pair<const char*, Split>, 3> splits{
    {{"train", Split::Train}, {"valid", Split::Valid}, {"test", Split::Test}}};

std::vector<Source> catalogued(const std::vector<fs::path>& folders, const fs::path& catalogue)
{
    const CsvTable table = CsvTable::readFile(catalogue);
    const fs::path root = fs::absolute(catalogue).lexically_normal().parent_path();
    std::vector<Source> sources;
    for (std::size_t row = 0; row < table.rows(); ++row) {
        Source source;
        source.name = table.text(row, "file");
        source.path = root / source.name;
        const bool wanted = std::ranges::any_of(
            folders, [&](const fs::path& folder) { return isBelow(source.path, folder); });
        // Files that are there for trying a decoder have another kind and no split.
        if (!wanted || table.text(row, "split").empty())
            continue;
        source.kind = byName(catalogueKinds, table.text(row, "kind"), catalogue.string(), "kind");
        source.split = byName(splits, table.text(row, "split"), catalogue.string(), "split");
        source.artist = table.text(row, "artist");
        source.title = table.text(row, "title");
        source.licence = table.text(row, "licence");
        sources.push_back(std::move(source));
    }
    return sources;
}

Split hashedSplit(const Source& source)
{
    const fs::path name = source.path.parent_path().filename() / source.path.filename();
    const std::uint64_t tenth = stableHash(name.generic_string()) / 7 % 10;
    return tenth == 8 ? Split::Valid : tenth == 9 ? Split::Test : Split::Train;
}

std::optional<SourceKind> kindOfFolderName(const std::string& name)
{
    if (name == "a_cappella")
        return SourceKind::ACappella;
    if (name == "instrumental")
        return SourceKind::Instrumental;
    if (name == "unlabelled")
        return SourceKind::Unlabelled;
    return std::nullopt;
}

void addFound(const fs::path& root, const fs::path& path, std::vector<Source>& sources)
{
    Source source;
    source.path = path;
    source.name = path.lexically_relative(root.parent_path()).string();
    if (fs::is_directory(path)) {
        const bool stems =
            !findAudio(path, "vocals").empty() && !findAudio(path, "accompaniment").empty();
        if (!fs::exists(path / "vocals.csv") || (!stems && findAudio(path, "audio").empty()))
            return;
        source.kind = stems ? SourceKind::Stems : SourceKind::Song;
    } else {
        std::optional<SourceKind> kind;
        for (const fs::path& part : fs::path(source.name).parent_path())
            if (const auto found = kindOfFolderName(part.string()))
                kind = found;
        if (!kind || !isAudio(path))
            return;
        source.kind = *kind;
    }
    source.title = path.stem().string();
    source.split = hashedSplit(source);
    sources.push_back(std::move(source));
}

} // namespace

std::vector<Source> findSources(const std::vector<fs::path>& folders,
                                const std::optional<fs::path>& catalogue)
{
    std::vector<fs::path> roots;
    for (const fs::path& folder : folders) {
        std::error_code error;
        if (!fs::is_directory(folder, error))
            throw badInput(folder.string(), "cannot be packed", "a folder of music",
                           fs::exists(folder, error) ? "a file" : "nothing");
        fs::path root = fs::absolute(folder).lexically_normal();
        roots.push_back(root.filename().empty() ? root.parent_path() : root);
    }
    std::vector<Source> sources;
    if (catalogue) {
        sources = catalogued(roots, *catalogue);
    } else {
        for (const fs::path& root : roots) {
            addFound(root, root, sources);
            for (const fs::directory_entry& entry : fs::recursive_directory_iterator(root))
                addFound(root, entry.path(), sources);
        }
    }
    std::sort(sources.begin(), sources.end(),
              [](const Source& a, const Source& b) { return a.name < b.name; });
    // Folders may lie in each other.
    std::set<fs::path> seen;
    std::erase_if(sources, [&](const Source& source) { return !seen.insert(source.path).second; });
    if (sources.empty())
        throw badInput(
            folders.empty() ? "" : folders.front().string(), "holds nothing to pack",
            "songs (audio.* with vocals.csv), stems, or folders a_cappella, instrumental, "
            "unlabelled",
            "none");
    return sources;
}

fs::path findAudio(const fs::path& folder, const std::string& stem)
{
    for (const char* extension : extensions)
        if (fs::path path = folder / (stem + extension); fs::exists(path))
            return path;
    return {};
}

std::uint64_t stableHash(const std::string& text)
{
    std::uint64_t hash = 0xCBF29CE484222325U;
    for (const char character : text) {
        hash ^= static_cast<unsigned char>(character);
        hash *= 0x100000001B3U;
    }
    return hash;
}

} // namespace earshot
