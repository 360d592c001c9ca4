"""The health of data: what is wrong with the rows, which ones, and whether a result may rest on them."""
