# SPDX-License-Identifier: Apache-2.0
"""A private headless desktop, and a typist in it.

    Desktop (X, session bus, window manager, ibus-daemon, panel, predictor)
        Application   the GTK window; reports its text, line by line
        Panel         what the candidate list shows, overheard on the IBus bus
        Typist        keys and clicks through XTEST, as hardware would send them
    Story             types, waits for the list, accepts, checks each step

Nothing here is imported by the engine.
"""
