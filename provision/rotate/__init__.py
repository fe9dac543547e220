"""Rotation: certificates, key pairs and secrets replaced without locking anybody out.

Where a rotation stands is read from org, store and proof each time; `position` decides the next step and acts do it.
"""
