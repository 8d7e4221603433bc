// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/corpus/gallery_music.h"

#include "core/io/csv.h"
#include "core/util/error.h"

namespace earshot {

GalleryMusic::GalleryMusic(std::filesystem::path folder, const std::filesystem::path& catalogue)
    : m_folder(std::move(folder))
{
    const CsvTable table = CsvTable::readFile(catalogue);
    if (table.hasColumn("source"))
        for (std::size_t row = 0; row < table.rows(); ++row)
            m_sources[table.text(row, "file")] = table.text(row, "source");
    for (PackJob& job : planPack(findSources({m_folder}, catalogue).sources, m_pack)) {
        const std::pair key(job.kind, job.name);
        m_jobs.emplace(key, std::move(job));
    }
}

std::vector<float> GalleryMusic::sound(const Recording& recording) const
{
    const auto job = m_jobs.find({recording.kind, recording.name});
    if (job == m_jobs.end())
        throw badInput(m_folder.string(), "is not the music that was packed",
                       "'" + recording.name + "' in its catalogue", "nothing");
    return makeSound(job->second, m_pack, FrontEndParameters()).samples;
}

GallerySong GalleryMusic::song(const Recording& recording) const
{
    const auto source = m_sources.find(recording.name);
    return {recording.name, recording.artist, recording.title, recording.licence,
            source == m_sources.end() ? "" : source->second};
}

} // namespace earshot
