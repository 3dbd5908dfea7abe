# SPDX-License-Identifier: Apache-2.0
"""The same short stories in every kind of client, read back from the client itself.

Kind (GTK 3, GTK 4, Qt 5, …)  how to open its window, what it can be asked to do
  Client                      the open window: reports text, focus and places, line by line
  Ear                         what went over IBus' bus between the client and the engine
  Hand                        types, and knows what each field must then hold
STORIES                       each a function of the hand
"""
