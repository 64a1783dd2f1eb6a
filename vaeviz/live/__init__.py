"""The live board: one message packs figures and image mosaics; plain ES modules paint it in
place.
"""
