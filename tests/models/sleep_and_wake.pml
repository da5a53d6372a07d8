// SPDX-License-Identifier: Apache-2.0
//
// Two senders and a receiver that sleeps: docs/protocol.md, section 8. A store stays in its writer's buffer until
// the processor gets around to it, as on x86; a fence waits for that. The receiver ends when it has everything,
// so a lost wake-up shows as a state in which nobody can go on.
//
// Each of these puts a fault in that must be found:
//   NO_FENCE_BEFORE_SLEEP  the receiver looks for messages before others can see that it sleeps
//   NO_FENCE_BEFORE_RING   the sender looks whether to ring before others can see its message
//   SAME_EPOCH             the number that says "asleep" is used again

#define SENDERS 2
#define MESSAGES 2

// What memory holds, and what is still in the buffer of its only writer.
byte head[SENDERS];
byte newHead[SENDERS];
bool isHeadBuffered[SENDERS];
byte epoch;
byte newEpoch;
bool isEpochBuffered;

bool isBellRung;

proctype HeadBuffer(byte me)
{
end:
    do
    :: atomic { isHeadBuffered[me] -> head[me] = newHead[me]; isHeadBuffered[me] = false }
    od
}

proctype EpochBuffer()
{
end:
    do
    :: atomic { isEpochBuffered -> epoch = newEpoch; isEpochBuffered = false }
    od
}

// A buffer holds one store: the next one waits, which leaves out no order of what others see.
inline storeEpoch(value)
{
    atomic { !isEpochBuffered -> newEpoch = value; isEpochBuffered = true }
}

proctype Sender(byte me)
{
    byte sent;
    byte seen;
    byte lastRung;

    do
    :: sent < MESSAGES ->
        sent++;
        atomic { !isHeadBuffered[me] -> newHead[me] = sent; isHeadBuffered[me] = true }
#ifndef NO_FENCE_BEFORE_RING
        !isHeadBuffered[me];
#endif
        seen = epoch;
        if
        :: seen % 2 == 1 && seen != lastRung -> lastRung = seen; isBellRung = true
        :: else
        fi
    :: else -> break
    od
}

proctype Receiver()
{
    byte taken[SENDERS];
    byte current;

    do
    :: taken[0] != head[0] -> taken[0]++
    :: taken[1] != head[1] -> taken[1]++
    :: taken[0] == MESSAGES && taken[1] == MESSAGES -> break
    :: taken[0] == head[0] && taken[1] == head[1] && (taken[0] < MESSAGES || taken[1] < MESSAGES) ->
#ifdef SAME_EPOCH
        current = 1;
#else
        current = current + 1 + current % 2;
#endif
        storeEpoch(current);
#ifndef NO_FENCE_BEFORE_SLEEP
        !isEpochBuffered;
#endif
        if
        :: taken[0] == head[0] && taken[1] == head[1] -> atomic { isBellRung -> isBellRung = false }
        :: else
        fi;
#ifdef SAME_EPOCH
        storeEpoch(2)
#else
        current++;
        storeEpoch(current)
#endif
    od
}

init
{
    atomic {
        run HeadBuffer(0);
        run HeadBuffer(1);
        run EpochBuffer();
        run Sender(0);
        run Sender(1);
        run Receiver()
    }
}
