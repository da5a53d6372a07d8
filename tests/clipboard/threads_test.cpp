// SPDX-License-Identifier: Apache-2.0
#include "tests/clipboard/clipboard_session_test_support.h"

#include <array>
#include <semaphore>
#include <thread>

// Each thread joins for itself; what they share is the board. The thread sanitizer sees that it is nothing
// else.

namespace tellwire::test {

namespace {

/// Copies and pastes by both faces; gives how many of the pasted texts were none that anybody has copied.
int copyAndPaste(int rounds)
{
    const Session session = Session::join().value();
    Clipboard friendly{session};
    ClipboardSession exact{session};
    int wrong = 0;
    for (int round = 0; round < rounds; ++round) {
        const bool isLarge = round % 3 == 0;
        wrong += friendly.put(Offer{}.add(text(QByteArray(isLarge ? 5000 : 50, 'x')))) ? 0 : 1;
        const ClipboardSession::Opened opened{exact};
        if (!opened.result())
            continue;
        const QByteArray wide = got(exact, 13); // Closed by another's put meanwhile, it gives a number.
        wrong += wide.isEmpty() ? 1 : 0;
        (void)exact.empty();
        (void)exact.set(1, QByteArray{"narrow"});
    }
    return wrong;
}

} // namespace

TEST(AnOwnerInAnotherThread, RendersForThisOne)
{
    const FreshSession fresh;
    std::binary_semaphore isOffered{0};
    std::thread owner{[&] {
        Session session = Session::join().value();
        Clipboard clipboard{session};
        bool isLost = false;
        QObject::connect(&clipboard, &Clipboard::ownershipLost, [&] { isLost = true; });
        EXPECT_TRUE(clipboard.put(Offer{}.addDelayed(Format::png(), [] { return png("image"); })));
        isOffered.release();
        while (!isLost)
            session.wait(-1ms);
    }};
    isOffered.acquire();
    const Session session = Session::join().value();
    Clipboard clipboard{session};

    EXPECT_EQ(outcomeOf(clipboard.get(Format::png())), "image");

    EXPECT_TRUE(clipboard.put(Offer{}.add(text("mine"))));
    owner.join();
}

TEST(ManyThreads, CopyAndPasteAtOnce)
{
    const FreshSession fresh;
    std::array<int, 4> wrong{};
    {
        std::vector<std::jthread> threads;
        for (int &result : wrong)
            threads.emplace_back([&result] { result = copyAndPaste(30); });
    }

    EXPECT_EQ(wrong, (std::array<int, 4>{}));
    const Session session = Session::join().value();
    Clipboard clipboard{session};
    ASSERT_TRUE(clipboard.clear());
    EXPECT_EQ(contentFiles(fresh), 0U);
}

} // namespace tellwire::test
