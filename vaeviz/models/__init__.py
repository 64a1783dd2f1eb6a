"""Networks, one family a file; forward code in the paper's order and symbols."""
