// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/sources.h"

#include "core/corpus/folder_scan.h"
#include "core/io/csv.h"
#include "core/util/error.h"

#include <algorithm>
#include <array>
#include <map>
#include <set>
#include <system_error>

namespace earshot {

namespace fs = std::filesystem;

namespace {

constexpr std::array<const char*, 4> extensions{".wav", ".flac", ".ogg", ".mp3"};

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

constexpr std::array<std::pair<const char*, SourceKind>, 7> catalogueKinds{
    {{"song", SourceKind::Song},
     {"stems", SourceKind::Stems},
     {"a cappella", SourceKind::ACappella},
     {"instrumental", SourceKind::Instrumental},
     {"song without labels", SourceKind::Unlabelled},
     {"a_cappella", SourceKind::ACappella}, // as the folders are named
     {"unlabelled", SourceKind::Unlabelled}}};
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

std::uint64_t splitHash(const Source& source)
{
    if (!source.artist.empty())
        return stableHash(source.artist);
    const fs::path name = source.path.parent_path().filename() / source.path.filename();
    return stableHash(name.generic_string());
}

// Of a folder above, the nearest; the root's own name counts.
std::optional<Split> splitByPlace(const Source& source)
{
    constexpr std::array<std::pair<const char*, Split>, 6> names{{{"train", Split::Train},
                                                                  {"valid", Split::Valid},
                                                                  {"validation", Split::Valid},
                                                                  {"val", Split::Valid},
                                                                  {"dev", Split::Valid},
                                                                  {"test", Split::Test}}};
    std::optional<Split> split;
    for (const fs::path& part : fs::path(source.name).parent_path())
        for (const auto& [name, value] : names)
            if (part == name)
                split = value;
    return split;
}

// Artists, or files without one, that a hash may place: all their music goes together.
class HashedGroups
{
public:
    explicit HashedGroups(std::vector<Source>& sources)
    {
        for (Source& source : sources) {
            const std::uint64_t hash = splitHash(source);
            if (const std::optional<Split> placed = splitByPlace(source)) {
                source.split = *placed;
                m_placed.push_back(&source);
                continue;
            }
            const std::uint64_t tenth = hash / 7 % 10;
            source.split = tenth == 8 ? Split::Valid : tenth == 9 ? Split::Test : Split::Train;
            m_groups[hash].push_back(&source);
        }
    }

    // Moves training music to a split that has none of the kind.
    void fill(SourceKind kind, Split split)
    {
        std::vector<std::uint64_t> candidates;
        for (const auto& [hash, group] : m_groups) {
            if (has(group, kind, split))
                return;
            if (has(group, kind, Split::Train))
                candidates.push_back(hash);
        }
        if (has(m_placed, kind, split))
            return;
        std::size_t left = std::max<std::size_t>(1, candidates.size() / 10);
        for (auto hash = candidates.rbegin(); hash != candidates.rend() && left > 0; ++hash) {
            std::vector<Source*>& group = m_groups.at(*hash);
            if (!isSpared(*hash))
                continue;
            for (Source* source : group)
                source->split = split;
            --left;
        }
    }

private:
    static bool has(const std::vector<Source*>& sources, SourceKind kind, Split split)
    {
        return std::ranges::any_of(sources, [&](const Source* source) {
            return source->kind == kind && source->split == split;
        });
    }

    // Whether training keeps some of each of its kinds without it.
    bool isSpared(std::uint64_t hash) const
    {
        return std::ranges::all_of(m_groups.at(hash), [&](const Source* source) {
            return has(m_placed, source->kind, Split::Train) ||
                   std::ranges::any_of(m_groups, [&](const auto& other) {
                       return other.first != hash && has(other.second, source->kind, Split::Train);
                   });
        });
    }

    std::map<std::uint64_t, std::vector<Source*>> m_groups; // by hash
    std::vector<Source*> m_placed;
};

void chooseSplits(std::vector<Source>& sources)
{
    HashedGroups groups(sources);
    for (const SourceKind kind : {SourceKind::Song, SourceKind::Positive, SourceKind::Instrumental})
        for (const Split split : {Split::Valid, Split::Test})
            groups.fill(kind, split);
}

} // namespace

FoundSources findSources(const std::vector<fs::path>& folders,
                         const std::optional<fs::path>& catalogue, const ClassNames& classes)
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
    FoundSources found;
    if (catalogue) {
        found.sources = catalogued(roots, *catalogue);
    } else {
        FolderScan scan(classes);
        for (const fs::path& root : roots)
            scan.scan(root);
        found = std::move(scan.found);
    }
    std::vector<Source>& sources = found.sources;
    std::sort(sources.begin(), sources.end(),
              [](const Source& a, const Source& b) { return a.name < b.name; });
    // A catalogue may name a file twice.
    std::set<fs::path> seen;
    std::erase_if(sources, [&](const Source& source) { return !seen.insert(source.path).second; });
    if (sources.empty())
        throw badInput(folders.empty() ? "" : folders.front().string(), "holds nothing to pack",
                       "songs with labels, stems, or folders " + classes.label + ", " +
                           classes.other + ", a_cappella, unlabelled",
                       found.problems.empty() ? "none" : found.problems.front());
    if (!catalogue)
        chooseSplits(sources);
    return found;
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
