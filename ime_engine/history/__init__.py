# SPDX-License-Identifier: Apache-2.0
"""What the user taught: a store on disk that is bounded, forgets, and outlives faults."""
