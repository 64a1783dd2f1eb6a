"""The live board: one message packs figures and mosaics; plain ES modules paint it in place."""
