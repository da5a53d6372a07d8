// SPDX-License-Identifier: Apache-2.0
//
// A sender has more messages than its lane holds, keeps the rest, and sleeps until there is room: docs/protocol.md,
// sections 6 and 8. A store stays in its writer's buffer until the processor gets around to it, as on x86; a fence
// waits for that. The receiver polls, so that nothing but the wish for room can wake the sender. A lost wake-up shows
// as a state in which nobody can go on.
//
// Each of these puts a fault in that must be found:
//   NO_FENCE_BEFORE_SLEEP   the sender looks for room once more before others see its wish and that it sleeps
//   NO_LOOK_BEFORE_SLEEP    it does not look once more
//   NO_FENCE_AFTER_READING  the receiver looks for the wish before others see how far it has read
//   NO_WISH                 the sender keeps messages without wishing for room

#define MESSAGES 4
#define ROOM 1

byte head; // A message is there at once: the fences are about the others.

// Of the sender: one store of each may be in its buffer, and they become visible in their order.
bool wantsSpace;
bool newWish;
bool isWishBuffered;
bool isAsleep;
bool newSleep;
bool isSleepBuffered;

// Of the receiver.
byte tail;
byte newTail;
bool isTailBuffered;

bool isBellRung;

proctype Buffers()
{
end:
    do
    :: atomic { isWishBuffered -> wantsSpace = newWish; isWishBuffered = false }
    :: atomic { isSleepBuffered && !isWishBuffered -> isAsleep = newSleep; isSleepBuffered = false }
    :: atomic { isTailBuffered -> tail = newTail; isTailBuffered = false }
    od
}

inline storeWish(value)
{
    atomic { !isWishBuffered && !isSleepBuffered -> newWish = value; isWishBuffered = true }
}

inline storeSleep(value)
{
    atomic { !isSleepBuffered -> newSleep = value; isSleepBuffered = true }
}

proctype Sender()
{
    do
    :: head == MESSAGES -> break
    :: head < MESSAGES ->
        if
        :: head - tail < ROOM -> head++; storeWish(false)
        :: else ->
#ifndef NO_WISH
            storeWish(true);
#endif
            storeSleep(true);
#ifndef NO_FENCE_BEFORE_SLEEP
            !isWishBuffered && !isSleepBuffered;
#endif
            if
#ifndef NO_LOOK_BEFORE_SLEEP
            :: head - tail < ROOM
#endif
            :: else -> atomic { isBellRung -> isBellRung = false }
            fi;
            storeSleep(false)
        fi
    od
}

proctype Receiver()
{
    byte taken;

    do
    :: taken == MESSAGES -> break
    :: taken != head ->
        taken++;
        atomic { !isTailBuffered -> newTail = taken; isTailBuffered = true }
#ifndef NO_FENCE_AFTER_READING
        !isTailBuffered;
#endif
        if
        :: wantsSpace ->
            if
            :: isAsleep -> isBellRung = true
            :: else
            fi
        :: else
        fi
    od
}

init
{
    atomic {
        run Buffers();
        run Sender();
        run Receiver()
    }
}
