// SPDX-License-Identifier: Apache-2.0
#pragma once

#include "clipboard/clipboard_session.h"
#include "tests/clipboard/clipboard_test_support.h"

#include <vector>

namespace tellwire::test {

/// Notes what it is told, and renders what it has been given for that.
struct TestWindow final : ClipboardWindow
{
    std::vector<std::string> told;
    std::function<void(quint32)> onRender;
    std::function<void()> onRenderAll;
    std::function<void()> onDestroy;
    std::function<void()> onDraw;
    std::function<void(quint64, quint64)> onChangeChain;
    std::function<void()> onUpdate;

    void renderFormat(quint32 format) override
    {
        told.push_back("render " + std::to_string(format));
        if (onRender)
            onRender(format);
    }
    void renderAllFormats() override
    {
        told.emplace_back("render all");
        if (onRenderAll)
            onRenderAll();
    }
    void destroyClipboard() override
    {
        told.emplace_back("destroy");
        if (onDestroy)
            onDestroy();
    }
    void drawClipboard(quint64) override
    {
        told.emplace_back("draw");
        if (onDraw)
            onDraw();
    }
    void changeClipboardChain(quint64 removed, quint64 next) override
    {
        told.push_back("change " + std::to_string(removed) + ' ' + std::to_string(next));
        if (onChangeChain)
            onChangeChain(removed, next);
    }
    void clipboardUpdate() override
    {
        told.emplace_back("update");
        if (onUpdate)
            onUpdate();
    }
};

/// "none", or what Win32 calls the error.
template <typename T>
std::string win32ErrorOf(const Result<T> &result)
{
    if (result)
        return "none";
    const std::optional<ClipboardError> error = clipboardErrorOf(result.error());
    return error ? std::to_string(win32Number(*error)) : errorName(result.error().code).toStdString();
}

inline constexpr auto accessDenied = "5";
inline constexpr auto invalidParameter = "87";
inline constexpr auto insufficientBuffer = "122";
inline constexpr auto noAccess = "998";
inline constexpr auto invalidWindowHandle = "1400";
inline constexpr auto notOpen = "1418";

/// The bytes of a format, "none", or the error's number.
inline QByteArray got(ClipboardSession &clipboard, quint32 format)
{
    const Result<std::optional<QByteArray>> result = clipboard.get(format);
    return result ? result->value_or("none") : QByteArray::fromStdString(win32ErrorOf(result));
}

inline std::vector<quint32> enumerated(ClipboardSession &clipboard)
{
    std::vector<quint32> formats;
    quint32 last = clipboard.enumerate(0).value();
    while (last != 0) {
        formats.push_back(last);
        last = clipboard.enumerate(last).value();
    }
    return formats;
}

/// Two programs (or threads: a thread joins for itself) with a window each.
struct TwoSessions
{
    FreshSession fresh;
    Session ownSession = Session::join().value();
    Session otherSession = Session::join().value();
    TestWindow ownWindow;
    TestWindow otherWindow;
    std::unique_ptr<ClipboardSession> own = std::make_unique<ClipboardSession>(ownSession);
    std::unique_ptr<ClipboardSession> other = std::make_unique<ClipboardSession>(otherSession);

    TwoSessions()
    {
        EXPECT_TRUE(own->createWindow(1, ownWindow));
        EXPECT_TRUE(other->createWindow(2, otherWindow));
        own->setLocaleId(0x0407);
        other->setLocaleId(0x0407);
    }
};

/// Opens, empties, sets and closes.
inline void copyTo(ClipboardSession &clipboard, quint64 window, const QList<quint32> &formats,
                   const QByteArray &block = QByteArray("text\0", 5))
{
    ASSERT_TRUE(clipboard.open(window));
    ASSERT_TRUE(clipboard.empty());
    for (const quint32 format : formats)
        ASSERT_TRUE(clipboard.set(format, QByteArray{block}));
    ASSERT_TRUE(clipboard.close());
}

/// Waits until the other program has seen everything that was done so far.
inline void settle(TwoSessions &two)
{
    const BoardName name = BoardName::find();
    Clipboard marker{two.ownSession, name};
    Clipboard seenByOwn{two.ownSession, name};
    Clipboard seenByOther{two.otherSession, name};
    int seen = 0;
    QObject::connect(&seenByOwn, &Clipboard::changed, [&] { ++seen; });
    QObject::connect(&seenByOther, &Clipboard::changed, [&] { ++seen; });
    ASSERT_TRUE(marker.put(Offer{}.add(text("marker"))));
    ASSERT_TRUE(soon([&] { return seen == 2; }));
}

} // namespace tellwire::test
