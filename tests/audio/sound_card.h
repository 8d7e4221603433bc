// SPDX-License-Identifier: GPL-3.0-or-later
#pragma once

#include <QTemporaryDir>
#include <QtGlobal>

#include <array>
#include <atomic>
#include <chrono>
#include <csignal>
#include <cstring>
#include <fcntl.h>
#include <mutex>
#include <stdexcept>
#include <sys/stat.h>
#include <thread>
#include <unistd.h>
#include <vector>

namespace earshot {

inline const char* const captureDeviceId = "ALSA: earshot_capture";
inline const char* const otherDeviceId = "ALSA: earshot_other";
// PortAudio's choice for both.
inline constexpr double captureRateHz = 44100;

// Sound devices are those of the file in tests/data, whatever the machine has, and whatever JACK or
// PipeWire (which can speak for both) run on it.
inline void useSoundDevicesOf(const char* alsaConfiguration)
{
    qputenv("ALSA_CONFIG_PATH", QByteArray(EARSHOT_TEST_DATA "/") + alsaConfiguration);
    qputenv("JACK_DEFAULT_SERVER", "earshot-has-none");
    qputenv("PIPEWIRE_REMOTE", "earshot-has-none");
}

// Stands for a sound card: the devices of tests/data/alsa_capture.conf, which play into a pipe that
// this reads, some three times as fast as a real one. Two channels of float32.
class SoundCard
{
public:
    SoundCard()
    {
        std::signal(SIGPIPE, SIG_IGN); // what a writer gets when the card is pulled out
        const QByteArray path = m_folder.filePath("pipe").toLocal8Bit();
        if (mkfifo(path.constData(), 0600) != 0)
            throw std::runtime_error("no pipe can be made");
        qputenv("EARSHOT_CAPTURE", path);
        useSoundDevicesOf("alsa_capture.conf");
        plugIn();
    }
    ~SoundCard() { pullOut(); }
    SoundCard(const SoundCard&) = delete;
    SoundCard& operator=(const SoundCard&) = delete;

    void plugIn()
    {
        m_pipe = ::open(qgetenv("EARSHOT_CAPTURE").constData(), O_RDONLY | O_NONBLOCK | O_CLOEXEC);
        if (m_pipe < 0)
            throw std::runtime_error("the pipe cannot be read");
        fcntl(m_pipe, F_SETPIPE_SZ, 4096); // or it would hold 0.2 s
        m_thread = std::jthread([this](const std::stop_token& stop) { read(stop); });
    }

    // Whoever plays into it now gets an error.
    void pullOut()
    {
        if (!m_thread.joinable())
            return;
        m_thread.request_stop();
        m_thread.join();
        ::close(m_pipe);
    }

    // Takes nothing more, and says nothing.
    void setHanging(bool hangs) { m_hangs = hangs; }

    // All that was heard, left and right in turn. Waits for what is still in the pipe, so only once
    // nobody has the device open.
    std::vector<float> heard() const
    {
        m_isDry = false;
        while (!m_isDry)
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        const std::lock_guard lock(m_mutex);
        std::vector<float> samples(m_bytes.size() / sizeof(float));
        std::memcpy(samples.data(), m_bytes.data(), samples.size() * sizeof(float));
        return samples;
    }

    // heard(), the left channel, from the first sample that isn't 0 to the last.
    std::vector<float> heardSound() const
    {
        const std::vector<float> both = heard();
        std::vector<float> left;
        for (std::size_t i = 0; i + 1 < both.size(); i += 2)
            if (!left.empty() || both[i] != 0)
                left.push_back(both[i]);
        while (!left.empty() && left.back() == 0)
            left.pop_back();
        return left;
    }

private:
    void read(const std::stop_token& stop)
    {
        std::array<char, 1024> buffer{}; // 3 ms of sound in 1 ms
        while (!stop.stop_requested()) {
            if (m_hangs) {
                std::this_thread::sleep_for(std::chrono::milliseconds(1));
                continue;
            }
            const ssize_t count = ::read(m_pipe, buffer.data(), buffer.size());
            if (count > 0) {
                const std::lock_guard lock(m_mutex);
                m_bytes.insert(m_bytes.end(), buffer.data(), buffer.data() + count);
            } else {
                m_isDry = true;
            }
            std::this_thread::sleep_for(std::chrono::milliseconds(1));
        }
    }

    QTemporaryDir m_folder;
    int m_pipe = -1;
    std::atomic<bool> m_hangs = false;
    mutable std::atomic<bool> m_isDry = false;
    mutable std::mutex m_mutex;
    std::vector<char> m_bytes;
    std::jthread m_thread;
};

// What is written to stderr while it lives, by whatever library.
class StderrCapture
{
public:
    StderrCapture()
        : m_before(dup(STDERR_FILENO))
    {
        std::fflush(stderr);
        const QByteArray path = m_folder.filePath("stderr").toLocal8Bit();
        m_file = ::open(path.constData(), O_RDWR | O_CREAT | O_CLOEXEC, 0600);
        dup2(m_file, STDERR_FILENO);
    }
    ~StderrCapture() { text(); }
    StderrCapture(const StderrCapture&) = delete;
    StderrCapture& operator=(const StderrCapture&) = delete;

    // Ends the capture.
    QByteArray text()
    {
        if (m_file < 0)
            return m_text;
        std::fflush(stderr);
        dup2(m_before, STDERR_FILENO);
        m_text.resize(static_cast<int>(lseek(m_file, 0, SEEK_END)));
        const ssize_t count =
            pread(m_file, m_text.data(), static_cast<std::size_t>(m_text.size()), 0);
        m_text.resize(static_cast<int>(count));
        ::close(m_file);
        ::close(m_before);
        m_file = -1;
        return m_text;
    }

private:
    QTemporaryDir m_folder;
    int m_before;
    int m_file = -1;
    QByteArray m_text;
};

} // namespace earshot
