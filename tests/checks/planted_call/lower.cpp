// SPDX-License-Identifier: Apache-2.0

int callFromAbove(); // of the upper layer, behind the back of its headers

int callFromBelow() { return callFromAbove(); }
