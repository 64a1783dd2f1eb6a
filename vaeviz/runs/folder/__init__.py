"""The files of a run, through which its worker and the pages talk."""
