"""One server's runs: a bounded number of workers and a fair queue before them."""
