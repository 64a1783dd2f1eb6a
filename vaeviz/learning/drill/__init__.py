"""The timed drill, from paper to code in 40 minutes: its plan, its stub, and its checks.

`plan` has the stages, `stub` the code to complete, `notebook` writes and reads the files. `process`
runs a submission in a process of its own (`child`, fenced by `guard`), where `checks` and
`training` judge it. `results` is what comes back.
"""
