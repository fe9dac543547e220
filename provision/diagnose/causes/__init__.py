"""The causes of a refused grant, one module each: `BEHIND` says of which refusals, `look` whether it is so.

`look` returns `None` where the cause is ruled out. `provision.diagnose.diagnosis.CAUSES` lists them in order.
"""
