# SPDX-License-Identifier: Apache-2.0
"""Tellwire beside its peers: what benchmarks/compare is made of."""
