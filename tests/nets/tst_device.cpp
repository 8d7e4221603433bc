// SPDX-License-Identifier: GPL-3.0-or-later
#include "core/nets/device.h"
#include "tests/support/failure.h"

#include <ATen/TensorOperators.h>
#include <ATen/ops/full.h>

#include <QTest>

#include <cstdlib>
#include <malloc.h>
#include <thread>

using namespace earshot;

class TestDevice : public QObject
{
    Q_OBJECT

private Q_SLOTS:
    // First: the CUDA half of torch is looked for once, on the first call.
    void aGpuIsThereOrTheReasonIsTold()
    {
        const QString failure = badInputOf([] {
            const Device device = initialiseTorch(DeviceChoice::Cuda);
            QVERIFY(device.isCuda && device.description == "GPU" && whyNoCuda().empty());
        });
        const QString reason = QString::fromStdString(whyNoCuda());
        QCOMPARE(failure.isEmpty(), reason.isEmpty());
        if (!failure.isEmpty())
            QCOMPARE(failure, "'--device cuda': cannot be used: " + reason);
        QVERIFY(initialiseTorch(DeviceChoice::Auto).isCuda == failure.isEmpty());
        const Device two = initialiseTorch(DeviceChoice::Cpu, 2);
        QCOMPARE(two.description, std::string("CPU, 2 threads"));
        QVERIFY(!two.isCuda && two.threads == 2);
        QCOMPARE(initialiseTorch(DeviceChoice::Cpu, 1).description, std::string("CPU, 1 thread"));
        QVERIFY(torchVersion().starts_with("2."));
    }

    void devicesAreNamed()
    {
        QVERIFY(parseDeviceChoice("auto") == DeviceChoice::Auto);
        QVERIFY(parseDeviceChoice("cpu") == DeviceChoice::Cpu);
        QVERIFY(parseDeviceChoice("cuda") == DeviceChoice::Cuda);
        for (const char* wrong : {"", "CPU", "cuda:0", "gpu"})
            QCOMPARE(badInputOf([&] { parseDeviceChoice(wrong); }),
                     (*wrong == 0 ? QString() : "'" + QString(wrong) + "': ") +
                         "is no device: expected auto, cpu or cuda");
    }

    // 1e-40 is a denormal: doubled in place it becomes 0 where they are flushed.
    void denormalsAreFlushedOnWorkerThreads()
    {
        float before = 0;
        float after = 0;
        std::thread([&] {
            prepareWorkerThread();
            after = (at::full({1}, 1e-40F) * 2).item<float>();
        }).join();
        std::thread([&] { before = (at::full({1}, 1e-40F) * 2).item<float>(); }).join();
        QCOMPARE(after, 0.0F);
        QVERIFY(before == 0.0F || before > 1.9e-40F); // threads may inherit it
    }

    // Memory of a tensor's size comes from what the process keeps, not from the kernel each time.
    void largeMemoryIsKept()
    {
#if defined(__SANITIZE_ADDRESS__) || defined(__SANITIZE_THREAD__)
        QSKIP("a sanitizer has its own allocator");
#endif
        initialiseTorch(DeviceChoice::Cpu, 1);
        constexpr std::size_t size = std::size_t{64} << 20;
        const std::size_t mapped = mallinfo2().hblks;
        void* memory = std::malloc(size);
        QVERIFY(memory != nullptr);
        const std::size_t mappedWithIt = mallinfo2().hblks;
        std::free(memory);
        QCOMPARE(mappedWithIt, mapped);
        QVERIFY(mallinfo2().fordblks >= size); // still the process's
    }
};

QTEST_GUILESS_MAIN(TestDevice)
#include "tst_device.moc"
