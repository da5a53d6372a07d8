// SPDX-License-Identifier: Apache-2.0
//
// A publisher replaces a value faster than its reader reads: docs/protocol.md, section 7, "latest slot". Values may be
// skipped, but never the last one; and what is read is whole, and no older than what was read before.
//
// Each of these puts a fault in that must be found:
//   NO_FENCE_BEFORE_NOTICE  the publisher looks whether its last message was read before others see the new value
//   NO_FENCE_BEFORE_READ    the reader looks at the value before others see that it has read the message
//   TAIL_AFTER_READ         the reader says that it has read the message only after it has looked at the value
//   ONE_LOOK_AT_THE_TAG     the reader does not look at the tag again after it has copied
//   TAG_LEFT_ALIVE          the publisher does not take the tag away before it writes the block again

#define VALUES 5
#define BLOCKS 2

// The value number n is stored in block n % BLOCKS, with n for its tag and in both halves. 0 is no tag.
byte tag[BLOCKS];
byte first[BLOCKS];
byte second[BLOCKS];

// Who writes it may have one store of it buffered.
byte word;
byte newWord;
bool isWordBuffered;
byte tail;
byte newTail;
bool isTailBuffered;

byte head; // Messages sent. A message is there at once: the fences are about the others.
bool isPublished;

proctype Buffers()
{
end:
    do
    :: atomic { isWordBuffered -> word = newWord; isWordBuffered = false }
    :: atomic { isTailBuffered -> tail = newTail; isTailBuffered = false }
    od
}

proctype Publisher()
{
    byte value;
    byte block;

    do
    :: value < VALUES ->
        value++;
        block = value % BLOCKS;
#ifndef TAG_LEFT_ALIVE
        !isWordBuffered; // Stores become visible in their order.
        tag[block] = 0;
#endif
        first[block] = value;
        second[block] = value;
        tag[block] = value;
        atomic { !isWordBuffered -> newWord = value; isWordBuffered = true }
#ifndef NO_FENCE_BEFORE_NOTICE
        !isWordBuffered;
#endif
        if
        :: tail == head -> head++
        :: else
        fi
    :: else -> break
    od;
    isPublished = true
}

proctype Reader()
{
    byte consumed;
    byte named;
    byte seenTag;
    byte copiedFirst;
    byte copiedSecond;
    byte last;

    do
    :: consumed != head ->
        consumed++;
#ifndef TAIL_AFTER_READ
        atomic { !isTailBuffered -> newTail = consumed; isTailBuffered = true }
#ifndef NO_FENCE_BEFORE_READ
        !isTailBuffered;
#endif
#endif
        do
        :: named = word;
            seenTag = tag[named % BLOCKS];
            if
            :: seenTag != named -> skip // Replaced meanwhile: look again.
            :: else ->
                copiedFirst = first[named % BLOCKS];
                copiedSecond = second[named % BLOCKS];
#ifndef ONE_LOOK_AT_THE_TAG
                if
                :: tag[named % BLOCKS] == named -> break
                :: else
                fi
#else
                break
#endif
            fi
        od;
        assert(named == 0 || (copiedFirst == named && copiedSecond == named));
        assert(named >= last);
        last = named;
#ifdef TAIL_AFTER_READ
        atomic { !isTailBuffered -> newTail = consumed; isTailBuffered = true }
#endif
    :: atomic { isPublished && !isWordBuffered && !isTailBuffered && consumed == head -> assert(last == VALUES); break }
    od
}

init
{
    atomic {
        run Buffers();
        run Publisher();
        run Reader()
    }
}
