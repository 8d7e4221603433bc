// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/explain/real_responses.h"

#include "core/io/json.h"
#include "core/io/safetensors.h"
#include "core/util/colour_tables.h"
#include "core/util/error.h"
#include "core/util/matrix.h"

#include <algorithm>
#include <cmath>
#include <cstring>
#include <limits>

namespace earshot {

namespace {

// Layout of responses.safetensors, R references, K excerpts (50; fewer only for tiny data):
//   mean, standard_deviation, auc, zero_share   [R]        F32
//   quantiles                                   [R, 1001]  F32, at 0, 0.001, …, 1
//   highest, lowest                             [R, K]     F32, descending and ascending
//   highest_song, lowest_song                   [R, K]     I32, into the metadata's songs
//   highest_time_s, lowest_time_s               [R, K]     F32, of the excerpt's first sample
//   excerpts, songs                             [R]        I64, numbers of them
//   log_mel_quantiles                           [1001]     F32
// metadata: format, references and songs (JSON arrays of texts)
constexpr std::size_t quantileCount = 1001;
constexpr const char* formatName = "earshot-responses-1";

using Responses = std::vector<std::pair<std::string, RealResponses>>;

class Columns
{
public:
    explicit Columns(const Responses& responses)
        : m_responses(responses)
    {
    }

    template <typename Member>
    std::vector<float> values(Member member) const
    {
        std::vector<float> list;
        for (const auto& [name, response] : m_responses)
            list.push_back(static_cast<float>(response.*member));
        return list;
    }
    std::vector<std::int64_t> counts(std::size_t RealResponses::*member) const
    {
        std::vector<std::int64_t> list;
        for (const auto& [name, response] : m_responses)
            list.push_back(static_cast<std::int64_t>(response.*member));
        return list;
    }

private:
    const Responses& m_responses;
};

// The highest or lowest excerpts of all references.
struct ExcerptTable
{
    std::vector<float> responses;
    std::vector<std::int32_t> songs;
    std::vector<float> times;
};

ExcerptTable excerptTable(const Responses& responses,
                          std::vector<RealExcerpt> RealResponses::*member,
                          std::map<std::string, std::int32_t>& songs)
{
    ExcerptTable table;
    for (const auto& [name, response] : responses)
        for (const RealExcerpt& excerpt : response.*member) {
            const auto next = static_cast<std::int32_t>(songs.size());
            table.responses.push_back(excerpt.response);
            table.songs.push_back(songs.emplace(excerpt.song, next).first->second);
            table.times.push_back(static_cast<float>(excerpt.timeSeconds));
        }
    return table;
}

void checkWritable(const Responses& responses, const std::vector<float>& logMelQuantiles,
                   const std::filesystem::path& path)
{
    if (logMelQuantiles.size() != quantileCount)
        throw Error(ErrorKind::Failed, path.string(), "cannot hold the quantiles of log-mel",
                    std::to_string(quantileCount), std::to_string(logMelQuantiles.size()));
    for (const auto& [name, response] : responses)
        if (response.quantiles.size() != quantileCount ||
            response.highest.size() != responses.front().second.highest.size() ||
            response.lowest.size() != response.highest.size())
            throw Error(ErrorKind::Failed, path.string(), "cannot hold the responses of " + name,
                        "1001 quantiles and equally many highest and lowest excerpts");
}

template <typename T>
std::vector<T> integers(const SafetensorsFile& file, const char* name, TensorType type,
                        const std::vector<std::int64_t>& shape)
{
    const TensorView& tensor = file.tensor(name, type, shape);
    std::vector<T> values(tensor.elements());
    std::memcpy(values.data(), tensor.bytes.data(), tensor.bytes.size());
    return values;
}

// The tensors of one file, checked; turned into RealResponses one reference at a time.
struct Tables
{
    explicit Tables(const SafetensorsFile& file, std::size_t references)
        : rows(static_cast<std::int64_t>(references))
        , mean(file.floats("mean", {rows}))
        , standardDeviation(file.floats("standard_deviation", {rows}))
        , auc(file.floats("auc", {rows}))
        , zeroShare(file.floats("zero_share", {rows}))
        , quantiles(file.matrix("quantiles", rows, quantileCount))
        , excerpts(integers<std::int64_t>(file, "excerpts", TensorType::I64, {rows}))
        , songs(integers<std::int64_t>(file, "songs", TensorType::I64, {rows}))
        , highest(excerptsOf(file, "highest"))
        , lowest(excerptsOf(file, "lowest"))
    {
    }

    ExcerptTable excerptsOf(const SafetensorsFile& file, const std::string& name) const
    {
        const Matrix<float> responses = file.matrix(name, rows);
        const auto width = static_cast<std::int64_t>(responses.columns());
        ExcerptTable table;
        table.responses.assign(responses.values().begin(), responses.values().end());
        table.songs =
            integers<std::int32_t>(file, (name + "_song").c_str(), TensorType::I32, {rows, width});
        table.times = file.floats(name + "_time_s", {rows, width});
        return table;
    }

    std::int64_t rows;
    std::vector<float> mean;
    std::vector<float> standardDeviation;
    std::vector<float> auc;
    std::vector<float> zeroShare;
    Matrix<float> quantiles;
    std::vector<std::int64_t> excerpts;
    std::vector<std::int64_t> songs;
    ExcerptTable highest;
    ExcerptTable lowest;
};

std::vector<RealExcerpt> row(const ExcerptTable& table, std::size_t index, std::size_t rows,
                             const std::vector<std::string>& songs, const std::string& file)
{
    const std::size_t width = table.responses.size() / rows;
    std::vector<RealExcerpt> excerpts;
    for (std::size_t i = index * width; i < (index + 1) * width; ++i) {
        const std::int32_t song = table.songs[i];
        if (song < 0 || static_cast<std::size_t>(song) >= songs.size())
            throw badInput(file, "names an excerpt of an unknown song",
                           "0 to " + std::to_string(songs.size()) + ", exclusive",
                           std::to_string(song));
        excerpts.push_back(
            {table.responses[i], songs[static_cast<std::size_t>(song)], table.times[i]});
    }
    return excerpts;
}

bool areQuantiles(const std::vector<float>& values)
{
    return std::ranges::all_of(values, [](float value) { return std::isfinite(value); }) &&
           std::ranges::is_sorted(values);
}

bool isExcerptSound(const RealExcerpt& excerpt)
{
    return std::isfinite(excerpt.response) && excerpt.timeSeconds >= 0 &&
           std::isfinite(excerpt.timeSeconds);
}

// Finite, in order and within their ranges; the area under the curve is NaN without labels.
bool isSound(const RealResponses& response)
{
    const auto above = [](const RealExcerpt& a, const RealExcerpt& b) {
        return a.response > b.response;
    };
    const auto below = [](const RealExcerpt& a, const RealExcerpt& b) {
        return a.response < b.response;
    };
    return areQuantiles(response.quantiles) &&
           std::is_sorted(response.highest.begin(), response.highest.end(), above) &&
           std::is_sorted(response.lowest.begin(), response.lowest.end(), below) &&
           std::ranges::all_of(response.highest, isExcerptSound) &&
           std::ranges::all_of(response.lowest, isExcerptSound) && std::isfinite(response.mean) &&
           response.standardDeviation >= 0 && std::isfinite(response.standardDeviation) &&
           response.zeroShare >= 0 && response.zeroShare <= 1 && !(response.auc < 0) &&
           !(response.auc > 1);
}

std::vector<std::string> textList(const SafetensorsFile& file, const std::string& key)
{
    const std::string& text = file.metadataValue(key);
    return Json::parse("{\"" + key + "\":" + text + "}", file.path().string()).texts(key);
}

} // namespace

double RealResponses::percentile(double response) const
{
    if (std::isnan(response) || quantiles.size() < 2)
        return std::numeric_limits<double>::quiet_NaN();
    if (response < quantiles.front())
        return -std::numeric_limits<double>::infinity();
    if (response > quantiles.back())
        return std::numeric_limits<double>::infinity();
    // The first quantile that is not below: of equal ones the lowest, as "below" says.
    const auto upper = std::lower_bound(quantiles.begin(), quantiles.end(), response);
    auto position = static_cast<double>(upper - quantiles.begin());
    if (upper != quantiles.begin()) {
        const double low = *(upper - 1);
        position -= (*upper - response) / (*upper - low);
    }
    return 100 * position / static_cast<double>(quantiles.size() - 1);
}

RealResponsesFile::RealResponsesFile(const std::filesystem::path& path)
{
    const SafetensorsFile file(path);
    if (file.metadataValue("format") != formatName)
        throw badInput(path.string(), "has an unknown format", formatName,
                       file.metadataValue("format"));
    m_names = textList(file, "references");
    const std::vector<std::string> songs = textList(file, "songs");
    const Tables tables(file, m_names.size());
    for (std::size_t i = 0; i < m_names.size(); ++i) {
        RealResponses response;
        response.mean = tables.mean[i];
        response.standardDeviation = tables.standardDeviation[i];
        response.auc = tables.auc[i];
        response.zeroShare = tables.zeroShare[i];
        response.quantiles.assign(tables.quantiles.row(i).begin(), tables.quantiles.row(i).end());
        response.highest = row(tables.highest, i, m_names.size(), songs, path.string());
        response.lowest = row(tables.lowest, i, m_names.size(), songs, path.string());
        if (tables.excerpts[i] < 0 || tables.songs[i] < 0)
            throw badInput(path.string(), "is damaged: " + m_names[i] + " has a negative count");
        response.excerpts = static_cast<std::size_t>(tables.excerpts[i]);
        response.songs = static_cast<std::size_t>(tables.songs[i]);
        if (!isSound(response))
            throw badInput(path.string(), "is damaged: the statistics of " + m_names[i] +
                                              " are not finite and in order");
        if (!m_responses.emplace(m_names[i], std::move(response)).second)
            throw badInput(path.string(), "names a reference twice: " + m_names[i]);
    }
    m_logMelQuantiles = file.floats("log_mel_quantiles", {quantileCount});
    if (!areQuantiles(m_logMelQuantiles))
        throw badInput(path.string(),
                       "is damaged: its quantiles of log-mel are not finite and in order");
}

const RealResponses* RealResponsesFile::find(std::string_view reference) const
{
    const auto found = m_responses.find(reference);
    return found == m_responses.end() ? nullptr : &found->second;
}

std::pair<double, double> RealResponsesFile::pictureRange() const
{
    return earshot::pictureRange(m_logMelQuantiles[1], m_logMelQuantiles[quantileCount - 2]);
}

void writeRealResponses(const std::filesystem::path& path, const Responses& responses,
                        const std::vector<float>& logMelQuantiles)
{
    checkWritable(responses, logMelQuantiles, path);
    const Columns columns(responses);
    const auto rows = static_cast<std::int64_t>(responses.size());
    const auto width =
        static_cast<std::int64_t>(responses.empty() ? 0 : responses.front().second.highest.size());
    SafetensorsWriter writer;
    const std::vector<float> mean = columns.values(&RealResponses::mean);
    const std::vector<float> deviation = columns.values(&RealResponses::standardDeviation);
    const std::vector<float> auc = columns.values(&RealResponses::auc);
    const std::vector<float> zeroShare = columns.values(&RealResponses::zeroShare);
    writer.add("mean", {rows}, mean);
    writer.add("standard_deviation", {rows}, deviation);
    writer.add("auc", {rows}, auc);
    writer.add("zero_share", {rows}, zeroShare);
    std::vector<float> quantiles;
    std::vector<std::string> names;
    for (const auto& [name, response] : responses) {
        names.push_back(name);
        quantiles.insert(quantiles.end(), response.quantiles.begin(), response.quantiles.end());
    }
    writer.add("quantiles", {rows, quantileCount}, quantiles);
    std::map<std::string, std::int32_t> songs;
    const ExcerptTable highest = excerptTable(responses, &RealResponses::highest, songs);
    const ExcerptTable lowest = excerptTable(responses, &RealResponses::lowest, songs);
    const auto addTable = [&](const std::string& name, const ExcerptTable& table) {
        writer.add(name, {rows, width}, table.responses);
        writer.add(name + "_song", TensorType::I32, {rows, width},
                   std::as_bytes(std::span(table.songs)));
        writer.add(name + "_time_s", {rows, width}, table.times);
    };
    addTable("highest", highest);
    addTable("lowest", lowest);
    const std::vector<std::int64_t> excerpts = columns.counts(&RealResponses::excerpts);
    const std::vector<std::int64_t> songCounts = columns.counts(&RealResponses::songs);
    writer.add("excerpts", TensorType::I64, {rows}, std::as_bytes(std::span(excerpts)));
    writer.add("songs", TensorType::I64, {rows}, std::as_bytes(std::span(songCounts)));
    writer.add("log_mel_quantiles", {static_cast<std::int64_t>(logMelQuantiles.size())},
               logMelQuantiles);
    std::vector<std::string> songNames(songs.size());
    for (const auto& [song, index] : songs)
        songNames[static_cast<std::size_t>(index)] = song;
    writer.setMetadata("format", formatName);
    writer.setMetadata("references", Json::array(names).dump(-1));
    writer.setMetadata("songs", Json::array(songNames).dump(-1));
    writer.write(path);
}

} // namespace earshot
