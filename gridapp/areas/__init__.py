"""Areas: the town, its committees, and the grids and blocks that cover them (A1).

Everything and everybody has a committee. An area covers committees, kept as rows; who is
responsible for an area is responsible for what happens in the committees that it covers.
Visitors see areas (A8). Changing them without code comes with the town's set-up (A7).
"""
