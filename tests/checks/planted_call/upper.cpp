// SPDX-License-Identifier: Apache-2.0

int callFromBelow();

int callFromAbove() { return 1; }

int callBoth() { return callFromBelow() + callFromAbove(); }
