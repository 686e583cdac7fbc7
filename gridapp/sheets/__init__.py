"""Lists in and out: whatever the features import and export (C8, C18), on the command line and on the desk.

- `gridapp import KIND FILE`, `gridapp export KIND` for whoever runs the machine: the whole town
- /desk/import: the town admin uploads a list, reads what would be done, and confirms. Between the two nothing is
  kept on our side: the rows travel in the confirming form, signed, for half an hour, and are checked again
- /desk/export: a coordinator takes out the lists of the own area (A5), masked (C4), by a POST that is logged

Reading, mapping and writing of files is `core.tables`; what a list means is each feature's `importers` and
`exporters`.
"""
