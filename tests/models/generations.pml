// SPDX-License-Identifier: Apache-2.0
//
// Programs append to a log that is frozen and handed over to new files meanwhile: docs/protocol.md, section 4,
// "Generations". Every record whose author has been told that it is in must be in the state for ever, and once; and
// there must be one history, whatever file a laggard still has open. Any program may die between any two steps.
//
// Each of these puts a fault in that must be found:
//   NAMES_ARE_REMOVED    the old file's name is removed instead of being kept for an empty file
//   LATE_RECORDS_COUNT   a record behind the Freeze counts
//   RENAME_INSTEAD_OF_LINK   the next file replaces whatever has its name

#define GENERATIONS 4 // Numbers 1 to GENERATIONS - 1 are used; a program that would need more stops.
#define FILES 10
#define NONE 0

// File 0 is none. A file's records are those of its snapshot and its own before the Freeze, a bit for each author.
byte records[FILES];
byte lateRecords[FILES]; // Behind the Freeze.
bool isFrozen[FILES];
bool isStub[FILES];
byte number[FILES];
byte fileCount = 1;

byte named[GENERATIONS]; // The file that has the name log.<n>.

byte told;      // Whose author has been told that it is in.
byte highest;   // The newest generation that anybody ever made.

inline stopOrGoOn()
{
    if
    :: true
    :: goto done
    fi
}

proctype Program(byte me)
{
    byte mine = 1 << me;
    byte file;
    byte next;
    byte made;
    byte state;

    // What the directory shows is only a hint: a newcomer starts at any name there is, and walks.
    atomic {
        if
        :: named[1] != NONE -> file = named[1]
        :: named[2] != NONE -> file = named[2]
        :: named[3] != NONE -> file = named[3]
        fi
    };
    do
    :: atomic {
            // The append: the kernel puts it in order.
            if
            :: isStub[file] -> skip
            :: !isStub[file] && !isFrozen[file] -> records[file] = records[file] | mine
            :: !isStub[file] && isFrozen[file] -> lateRecords[file] = lateRecords[file] | mine
            fi
        };
        stopOrGoOn();
        // The replay: is it before the Freeze?
        if
        :: (records[file] & mine) != 0 ->
            told = told | mine;
            break
#ifdef LATE_RECORDS_COUNT
        :: (lateRecords[file] & mine) != 0 ->
            told = told | mine;
            break
#endif
        :: else
        fi;
        // It is void here: go on to the next file, or make it.
        if
        :: number[file] + 1 >= GENERATIONS -> goto done
        :: else
        fi;
        next = named[number[file] + 1];
        if
        :: next == NONE ->
            // The state at the Freeze, under a temporary name; then the name, if nobody has it.
            atomic {
                state = records[file];
                if
                :: fileCount < FILES ->
                    made = fileCount;
                    fileCount++;
                    records[made] = state;
                    number[made] = number[file] + 1
                :: else -> goto done
                fi
            };
            stopOrGoOn();
            atomic {
                if
#ifdef RENAME_INSTEAD_OF_LINK
                :: true -> named[number[made]] = made; next = made
#else
                :: named[number[made]] == NONE -> named[number[made]] = made; next = made
                :: named[number[made]] != NONE -> next = named[number[made]]
#endif
                fi;
                if
                :: number[next] > highest -> highest = number[next]
                :: else
                fi;
                made = NONE; state = 0
            };
            stopOrGoOn();
            if
            :: isFrozen[file] ->
#ifdef NAMES_ARE_REMOVED
                named[number[file]] = NONE
#else
                // The old file lives on for those who have it open; its name leads to an empty one.
                atomic {
                    if
                    :: fileCount < FILES && !isStub[named[number[file]]] ->
                        isStub[fileCount] = true;
                        number[fileCount] = number[file];
                        named[number[file]] = fileCount;
                        fileCount++
                    :: else
                    fi
                }
#endif
            :: else
            fi
        :: else
        fi;
        file = next;
        next = NONE;
        stopOrGoOn()
    od;

    // Who is in may find the file long enough, and freeze it.
    if
    :: isFrozen[file] = true
    :: skip
    fi;
done:
    skip
}

// What a newcomer finds at the end, who walks from the highest name.
proctype Newcomer()
{
    byte file;
    byte generation = GENERATIONS - 1;

    _nr_pr == 2; // Only init and this one are left.
    do
    :: generation > 0 && named[generation] == NONE -> generation--
    :: else -> break
    od;
    assert(generation == highest);
    file = named[generation];
    assert(!isStub[file]);
    assert((records[file] & told) == told);
    end:
    false
}

init
{
    atomic {
        fileCount = 2;
        number[1] = 1;
        named[1] = 1;
        highest = 1;
        run Newcomer();
        run Program(0);
        run Program(1);
        run Program(2);
        run Program(3)
    }
}
