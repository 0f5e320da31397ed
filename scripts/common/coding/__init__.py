"""The codebook and the coding: sheets, votes, adjudication, charting, ranking, REFI-QDA."""
